"""Spirii v2, as its documents describe it."""
