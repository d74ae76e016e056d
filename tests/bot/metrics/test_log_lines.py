"""Whoever watches figures sees that there is something to read."""

import logging

from bot.metrics import Counters

log = logging.getLogger("bot.somewhere")


def test_warnings_and_errors_are_counted_while_the_bot_runs():
    counters = Counters()

    def counted(level: str) -> float | None:
        return counters.registry.get_sample_value("chargehand_log_lines_total", {"level": level})

    with counters.log_lines():
        assert (counted("warning"), counted("error")) == (0, 0)
        log.info("all is well")
        log.warning("odd")
        log.error("broken")
        log.critical("very broken")
    log.error("afterwards")

    assert (counted("warning"), counted("error")) == (1, 2)
