"""Slack's side: listeners, forms and messages. Slack payloads exist only here."""
