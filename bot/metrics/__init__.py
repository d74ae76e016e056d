"""What `/metrics` tells.

Names follow Prometheus' conventions. Labels are names of accounts and words of ours: no people, no
chargers and no secrets, since the page may be open to anybody.
"""

from bot.metrics.counters import Counters
from bot.metrics.page import metrics_route

__all__ = ["Counters", "metrics_route"]
