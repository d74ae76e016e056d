"""How bad an alert is."""

from enum import StrEnum


class Severity(StrEnum):
    """From worst to not worth a message; `NONE` is watched and never told."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"

    @property
    def rank(self) -> int:
        """0 is the worst."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}
