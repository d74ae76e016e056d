"""Spirii v2."""
