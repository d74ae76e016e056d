"""The audit trail: who did what, in rows that are added and never touched."""
