"""Approvals: who agreed to which operation, and what came of it."""
