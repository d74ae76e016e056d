"""Values as they are written in the configuration file."""

from datetime import time, timedelta
from enum import Enum
from typing import Any

from bot.config.values import format_duration


def written(value: Any) -> str:
    """As TOML."""
    match value:
        case bool():
            return str(value).lower()
        case timedelta():
            return f'"{format_duration(value)}"'
        case time():
            return f'"{value:%H:%M}"'
        case Enum():
            return f'"{value.value}"'
        case list() | tuple():
            return f"[{', '.join(map(written, value))}]"
        case dict():
            return f"{{ {', '.join(f'{key} = {written(item)}' for key, item in value.items())} }}"
        case int():
            return str(value)
        case _:
            return f'"{value}"'
