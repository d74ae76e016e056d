"""Logs: one JSON object a line in production, readable in a terminal."""

import logging
import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, TextIO

import structlog
from structlog.typing import Processor

REFERENCE: Final = "reference"
"""Under which the code of an interaction stands in each line."""

_SHARED: Sequence[Processor] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
_IDLE_WARNING: Final = "`token` will be unused"
"""Bolt finds the token in the environment as well, and we have given it a client that has it."""
_TALKATIVE = ("httpx", "httpcore", "apscheduler", "slack_bolt", "slack_sdk", "aiohttp.access")


def configure_logs(stream: TextIO = sys.stderr, *, level: int = logging.INFO) -> None:
    """Send every logger of the process to the stream, once; libraries only from WARNING up."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(readable=stream.isatty()),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    logging.getLogger("slack_bolt.AsyncApp").addFilter(_is_of_use)


@contextmanager
def interaction() -> Iterator[str]:
    """Give what is done meanwhile a reference code, also the work that is begun and goes on after.

    It stands in all its lines, and in what a person is told where something goes wrong.
    """
    with structlog.contextvars.bound_contextvars(**{REFERENCE: _new_reference()}):
        yield reference()


def reference() -> str:
    """The code of the interaction that this belongs to; outside of one a new code."""
    return str(structlog.contextvars.get_contextvars().get(REFERENCE) or _new_reference())


def _is_of_use(record: logging.LogRecord) -> bool:
    return _IDLE_WARNING not in record.getMessage()


def _new_reference() -> str:
    return secrets.token_hex(4)


def _rendering(*, readable: bool) -> list[Processor]:
    if readable:
        # The usual formatter shows the variables of each frame, and some of them hold secrets.
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
