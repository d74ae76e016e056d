"""Chargehand: a Slack bot that looks after EV chargers over four vendor clouds."""

__version__ = "1.0.0"
