"""The four vendor clouds: their words in, ours out."""
