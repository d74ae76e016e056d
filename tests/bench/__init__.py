"""How fast the bot is, as ratios against the barest thing that does the same, in one run."""
