"""Lynkwell, as its documents describe it."""
