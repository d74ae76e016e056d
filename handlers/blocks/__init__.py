"""Block Kit payloads from our records: pure functions, and the only makers of blocks."""
