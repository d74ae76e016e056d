"""Lynkwell, asset management v1."""
