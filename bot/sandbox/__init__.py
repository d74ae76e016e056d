"""A Slack workspace, vendor clouds and people to try the bot with, on loopback."""
