"""What a log line looks like."""

import io
import json
import logging

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.background import Background
from bot.logs import configure_logs, interaction, reference
from tests.clock import VirtualClock


@pytest.fixture(autouse=True)
def _logging_as_it_was():
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level


def test_a_line_in_production_is_one_json_object():
    """Machines read it; an exception must not break it over lines."""
    stream = io.StringIO()
    configure_logs(stream)

    logging.getLogger("bot.somewhere").error(
        "broke", exc_info=ValueError("over\ntwo lines"), extra={"account": "nl"}
    )

    (line,) = stream.getvalue().splitlines()
    said = json.loads(line)
    assert (said["event"], said["account"], said["level"]) == ("broke", "nl", "error")
    assert "ValueError" in said["exception"]


async def test_the_reference_code_of_an_interaction_stands_in_its_lines():
    """It is how an error shown to a person is found again, also in the work that goes on after."""
    stream = io.StringIO()
    configure_logs(stream)
    log, background = logging.getLogger("bot.somewhere"), Background(VirtualClock())

    async def later() -> None:
        log.info("after")

    with interaction() as first:
        log.info("inside")
        background.start(later(), "what follows")
    with interaction() as second:
        log.info("inside")
    await background.drain(1)
    log.info("outside")

    said = [json.loads(line).get("reference") for line in stream.getvalue().splitlines()]
    assert said == [first, second, first, None]
    assert first != second


def test_outside_of_an_interaction_each_trouble_has_a_code_of_its_own():
    assert reference() != reference()


class Terminal(io.StringIO):
    """A stream on which somebody reads along."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def fail(token: str) -> None:
    signed = f"Bearer {token}"
    raise ValueError(f"no answer to {len(signed)} characters")


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()], ids=["production", "terminal"])
def test_a_traceback_shows_no_variables(stream: io.StringIO):
    """A token or a pincode may be one of them."""
    configure_logs(stream)

    try:
        fail("".join(["mar", "ked"]))
    except ValueError:
        logging.getLogger("bot.somewhere").exception("broke")

    assert "no answer to 13 characters" in stream.getvalue()
    assert "marked" not in stream.getvalue()


def test_libraries_are_heard_only_when_something_is_wrong():
    """The addresses of requests are of no use at every poll."""
    stream = io.StringIO()
    configure_logs(stream)

    logging.getLogger("httpx").info("HTTP Request: GET …")
    logging.getLogger("httpx").warning("odd")

    assert "odd" in stream.getvalue()
    assert "HTTP Request" not in stream.getvalue()


def test_a_token_in_the_environment_is_no_reason_for_a_warning(monkeypatch):
    """It is where everybody has it, and Bolt complains that it has one in its client already."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    stream = io.StringIO()
    configure_logs(stream)

    AsyncApp(client=AsyncWebClient(token="xoxb-1"), signing_secret="s")

    assert stream.getvalue() == ""
