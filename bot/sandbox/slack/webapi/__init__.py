"""The Web API, one file per family of methods."""

from bot.sandbox.slack.webapi import about, chat, conversations, files, reactions, users, views
from bot.sandbox.slack.webapi.registry import METHODS, Context, Method

__all__ = [
    "METHODS",
    "Context",
    "Method",
    "about",
    "chat",
    "conversations",
    "files",
    "reactions",
    "users",
    "views",
]
