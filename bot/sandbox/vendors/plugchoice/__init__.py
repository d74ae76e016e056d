"""Plugchoice v3, as its documents and live clients describe it."""
