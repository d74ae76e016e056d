"""VoltTime, API v2 (developer.volttime.com), the predecessor of Plugchoice v3."""
