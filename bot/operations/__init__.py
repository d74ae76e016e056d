"""Operations: what changes the vendors' world, each as a value that can be shown before it runs."""
