"""The sandbox's web page: a chat to work in, a panel to break things, and the raw calls."""

from bot.sandbox.page.server import Page, listening

__all__ = ["Page", "listening"]
