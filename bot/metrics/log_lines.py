"""Counts the lines of the log that somebody should read."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from prometheus_client import Counter

LEVELS: Final = {logging.WARNING: "warning", logging.ERROR: "error"}


class _Counting(logging.Handler):
    """Writes nothing."""

    def __init__(self, lines: Counter) -> None:
        super().__init__(min(LEVELS))
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        reached = max(level for level in LEVELS if level <= record.levelno)
        self._lines.labels(LEVELS[reached]).inc()


@contextmanager
def counted(lines: Counter) -> Iterator[None]:
    """Count meanwhile; what is worse than an error counts as one."""
    for word in LEVELS.values():
        lines.labels(word)  # 0 is shown too, so that the first one is seen as a rise
    handler = _Counting(lines)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
