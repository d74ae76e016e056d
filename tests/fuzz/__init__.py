"""What nobody would send: to every entry that Slack has, and in the answers of vendors."""
