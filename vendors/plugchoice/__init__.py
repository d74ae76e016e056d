"""Plugchoice, API v3 (developer.plugchoice.com)."""
