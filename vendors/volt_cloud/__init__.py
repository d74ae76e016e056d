"""The back end that Plugchoice v3 and VoltTime v2 have in common: its JSON and its pages."""
