"""A Slack workspace on loopback that the official SDKs cannot tell from the real one."""
