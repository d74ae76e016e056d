"""VoltTime v2, the older generation of the Plugchoice back end."""
