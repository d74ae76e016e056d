"""Chargehand: a Slack bot that looks after EV chargers over four vendor clouds."""

__version__ = "0.1.0"
