"""What somebody tries who is not Slack, or who is a person of ours and means no good."""

import ast
import asyncio
import hashlib
import hmac
import logging
import os
import ssl
import stat
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import httpx
import pytest

from bot.outbox import Pace
from bot.sandbox import installation
from bot.sandbox.installation import PEOPLE
from bot.sandbox.sandbox import opened
from bot.sandbox.slack.workspace import Workspace
from handlers.notifier import session
from tests.acceptance.marked import MARK
from tests.clock import VirtualClock
from tests.handlers.house import House, open_house
from vendors.connect import AccountSpec, connect
from vendors.tls import authorities, direct_transport

ROOT = Path(__file__).parents[2]


# Requests over HTTP


class Outside:
    """The bot's web server, as anybody reaches it."""

    def __init__(self, house: House, http: httpx.AsyncClient) -> None:
        self.house = house
        self._http = http

    async def get(self, path: str) -> httpx.Response:
        """One of its pages."""
        return await self._http.get(path)

    async def sends(self, body: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
        """A request to Slack's address, signed as Slack would unless `headers` say otherwise."""
        raw = [
            (name, value.encode())
            for name, value in {**self.signed(body), **(headers or {})}.items()
        ]
        return await self._http.post("/slack/events", content=body, headers=raw)

    def signed(self, body: bytes, *, at: float | None = None) -> dict[str, str]:
        """Slack's headers."""
        stamp = str(int(time.time() if at is None else at))
        secret = self.house.slack.workspace.app.signing_secret.encode()
        digest = hmac.new(secret, f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        return {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest}",
        }

    async def refused(self) -> float:
        """How many requests were refused, by the metrics."""
        (line,) = [
            line
            for line in (await self.get("/metrics")).text.splitlines()
            if line.startswith("chargehand_refused_requests_total")
        ]
        return float(line.split()[1])


@pytest.fixture
async def outside(tmp_path) -> AsyncIterator[Outside]:
    async with (
        open_house(tmp_path, over_http=True) as house,
        httpx.AsyncClient(base_url=house.parts.server.address) as http,
    ):
        yield Outside(house, http)


def a_command(text: str = "help") -> bytes:
    fields = {
        "command": "/charger",
        "text": text,
        "user_id": "U0SUPPORT",
        "channel_id": "C0SUPPORT",
        "team_id": "T0SANDBOX",
        "trigger_id": "1.2",
        "response_url": "http://127.0.0.1:9/nobody",
    }
    return urlencode(fields).encode()


OTHER_DIGITS = "\N{FULLWIDTH DIGIT ONE}\N{FULLWIDTH DIGIT SEVEN}\N{FULLWIDTH DIGIT SIX}"
"""Python reads them as a number."""
FORGERIES = {
    "wrong-signature": {"X-Slack-Signature": "v0=" + "0" * 64},
    "no-signature": {"X-Slack-Signature": ""},
    "signature-in-other-letters": {"X-Slack-Signature": "v0=é"},
    "no-timestamp": {"X-Slack-Request-Timestamp": ""},
    "timestamp-in-words": {"X-Slack-Request-Timestamp": "soon"},
    "timestamp-in-other-digits": {"X-Slack-Request-Timestamp": OTHER_DIGITS},
    "timestamp-without-end": {"X-Slack-Request-Timestamp": "9" * 400},
    "timestamp-with-a-point": {"X-Slack-Request-Timestamp": "1768000000.5"},
}


@pytest.mark.parametrize("forged", FORGERIES)
async def test_what_slack_did_not_sign_is_refused_and_counted(outside, forged):
    answer = await outside.sends(a_command(), FORGERIES[forged])

    assert answer.status_code == 401
    assert answer.content == b""
    assert await outside.refused() == 1


@pytest.mark.parametrize("minutes", [-6, 6, -60 * 24 * 365])
async def test_a_request_of_another_time_is_refused_though_well_signed(outside, minutes):
    body = a_command()
    signed = outside.signed(body, at=time.time() + minutes * 60)

    assert (await outside.sends(body, signed)).status_code == 401
    assert await outside.refused() == 1


async def test_a_signature_of_another_body_is_refused(outside):
    signed = outside.signed(a_command("find NL-AMS-0001"))

    assert (await outside.sends(a_command("register"), signed)).status_code == 401


async def test_a_body_that_is_no_text_is_refused(outside):
    assert (await outside.sends(b"\xff\xfe\x00")).status_code == 401


async def test_a_request_that_is_sent_again_is_refused_and_counted(outside):
    """Whoever has overheard one cannot have it done twice."""
    body = a_command()
    signed = outside.signed(body)

    answers = [(await outside.sends(body, signed)).status_code for _ in range(3)]

    assert answers == [200, 401, 401]
    assert await outside.refused() == 2


async def test_large_bodies_and_headers_are_refused(outside):
    assert (await outside.sends(b"x" * 2_000_000)).status_code == 413
    assert (await outside.sends(a_command(), {"X-Long": "x" * 20_000})).status_code == 400


async def test_there_is_no_other_address(outside):
    """What is not there needs no protection."""
    routes = outside.house.parts.server.application.router.resources()

    paths = {resource.canonical for resource in routes}

    assert paths == {"/healthz", "/readyz", "/metrics", "/slack/events"}


async def test_in_socket_mode_there_is_no_way_in(tmp_path):
    async with open_house(tmp_path) as house:
        routes = house.parts.server.application.router.resources()

        assert {route.canonical for route in routes} == {"/healthz", "/readyz", "/metrics"}


async def test_open_pages_name_nobody_and_nothing(outside):
    """They may be open to anybody: no people, no chargers, no sites, no secrets."""
    await outside.house.sweep()
    world = outside.house.clouds.world
    things = [
        thing
        for share in world.shares.values()
        for thing in (
            *(charger.identity for charger in share.chargers.values()),
            *(site.name for site in share.sites.values()),
        )
    ]
    app = outside.house.slack.workspace.app
    secrets = [app.bot_token, app.app_token, app.signing_secret]

    pages = [(await outside.get(page)).text for page in ("/metrics", "/healthz", "/readyz")]

    shown = "\n".join(pages)
    assert 'chargehand_chargers{account="nl"' in shown
    assert [name for name in (*things, *PEOPLE.values(), *secrets, "U0") if name in shown] == []


# What stands in the code and on the disk

WAYS_TO_SWITCH_IT_OFF = {"verify", "ssl", "verify_ssl", "check_hostname"}


def switches(path: Path) -> list[str]:
    """Where a file switches the verification of TLS off."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    given = [
        word.arg
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for word in node.keywords
        if word.arg in WAYS_TO_SWITCH_IT_OFF and ast.unparse(word.value) != "authorities()"
    ]
    return [*given, *(names & {"CERT_NONE", "_create_unverified_context"})]


def test_nothing_ever_touches_the_verification_of_tls():
    files = [
        path for layer in ("bot", "handlers", "vendors") for path in (ROOT / layer).rglob("*.py")
    ]

    assert len(files) > 100
    assert {path: found for path in files if (found := switches(path))} == {}


async def test_the_clients_verify_whom_they_speak_to():
    """As they are built, whatever their libraries' defaults may become."""
    clients = [
        connect(AccountSpec(name=name, vendor="plugchoice", token=name, team="1")) for name in "ab"
    ]
    shared = session()
    apis = [client._api for client in clients]
    transports = [http._transport._inner for api in apis for http in (api._reads, api._writes)]
    transports.append(direct_transport())  # as tokens are fetched

    contexts = {transport._pool._ssl_context for transport in transports}

    assert contexts == {authorities()}  # and read from the disk once: it takes 20 ms
    assert authorities().verify_mode is ssl.CERT_REQUIRED
    assert authorities().check_hostname
    assert len(authorities().get_ca_certs()) > 50
    assert shared.connector._ssl is True
    for client in clients:
        await client.aclose()
    await shared.close()


async def test_the_database_is_its_owners_alone(tmp_path):
    """Also where everything else is made readable for all."""
    before = os.umask(0)
    try:
        async with open_house(tmp_path) as house:
            await house.sweep()
            files = sorted(tmp_path.iterdir())
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in files}
    finally:
        os.umask(before)

    assert {"bot.db", "bot.db-wal", "bot.db-shm"} <= set(modes)
    assert set(modes.values()) == {0o600}


# How much one person may ask


@pytest.fixture
async def paced(tmp_path) -> AsyncIterator:
    """Time stands still, so that nobody gets a new turn by being slow."""
    async with opened(
        tmp_path / "bot.db",
        clock=VirtualClock(),
        rate_limits=False,
        pace=Pace(asks_per_minute=10),
        scheduled=False,
        settling=timedelta(0),
    ) as sandbox:
        yield sandbox


async def test_a_person_who_asks_too_much_is_told_and_others_are_served(paced):
    eager, other = paced.person("support", patience=20), paced.person("approver", patience=20)

    await asyncio.gather(*(eager.command("support", "/charger help") for _ in range(12)))

    told = await eager.sees("support", "more than I can do for one person", "try again in")
    assert told.is_ephemeral
    refusals = [m for m in eager.messages("support") if "more than I can do" in eager.text_of(m)]
    assert len(refusals) == 2
    assert eager.notices == []
    await other.command("support", "/charger help")
    assert not [m for m in other.messages("support") if "more than I can do" in other.text_of(m)]


async def test_a_form_that_comes_too_fast_keeps_what_was_typed(paced):
    person = paced.person("support", patience=20)
    await person.command("support", "/site create")
    await person.modal(title="Create a site")
    await asyncio.gather(*(person.command("support", "/charger help") for _ in range(12)))

    await person.fill("Name", "Harbour")
    form = await person.modal(title="Create a site")

    assert "Harbour" in str(form.values)


# Slack's own secrets; the vendors' are searched for in test_secrets.py


UNMARKED = installation.workspace


def marked_workspace(**settings: object) -> Workspace:
    """One whose app has marked credentials."""
    place = UNMARKED(**settings)
    place.app.bot_token = f"xoxb-{MARK}"
    place.app.app_token = f"xapp-1-{MARK}"
    place.app.signing_secret = MARK
    return place


async def test_slacks_tokens_are_written_nowhere(tmp_path, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    for name in ("slack_bolt", "slack_sdk", "aiohttp", "bot", "handlers"):
        caplog.set_level(logging.INFO, logger=name)
    monkeypatch.setattr(installation, "workspace", marked_workspace)
    async with open_house(tmp_path) as house:
        app = house.slack.workspace.app
        support = house.person("support")
        await house.sweep()
        await support.command("support", "/charger NL-AMS-0001")
        await support.sees("support", "NL-AMS-0001")
        app.bot_token += "-gone"  # and in errors
        other = house.person("approver")
        await other.command("support", "/charger NL-AMS-0001")
        await other.sees("support", "Slack does not tell me your rights")
        async with (
            aiohttp.ClientSession() as http,
            http.get(house.parts.server.address + "/metrics") as page,
        ):
            shown = await page.text()
        shown += repr(house.parts.settings) + str(house.parts.settings.model_dump(mode="json"))

    assert MARK not in shown
    assert MARK not in "\n".join(record.getMessage() for record in caplog.records)
    assert MARK.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
