"""Replies as the vendors document them, key for key, with values of our own."""

import json
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parent / "fixtures"


def recorded(vendor: str, name: str) -> Any:
    """A reply from `fixtures/<vendor>/<name>.json`, parsed afresh each time."""
    return json.loads((FIXTURES / vendor / f"{name}.json").read_text(encoding="utf-8"))
