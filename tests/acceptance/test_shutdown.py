"""The bot is told to stop while people press, and Slack renews its connections while they do."""

import asyncio
import os
import signal
import sys
from contextlib import asynccontextmanager
from pathlib import Path

from bot.clock import SystemClock
from bot.sandbox.vendors.clouds import VendorClouds
from bot.sandbox.vendors.seed import seeded_world
from tests.bench.installation import configuration
from tests.bench.slack import LeanSlack
from tests.handlers.house import House, open_house

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0
FORMS = 30
ENVELOPES = 200
PEOPLE = 4


@asynccontextmanager
async def bot_process(wanted):
    """`python -m bot run`, with nothing but what the platform gives it."""
    environment = {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME")},
        **wanted["environment"],
        "CHARGEHAND_CONFIG_TOML": wanted["toml"],
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "run"),
        cwd=ROOT,
        env=environment,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def until(holds) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110 - other processes set no events
            await asyncio.sleep(0.05)


async def submitted(slack: LeanSlack) -> str | None:
    """Send a form; the identity in it, if Slack was told that it has arrived."""
    kind, payload = slack.submission("nl")
    ((typed,),) = [list(one.values()) for one in payload["view"]["state"]["values"].values()]
    try:
        await slack.acknowledged(kind, payload)
    except (TimeoutError, ConnectionError):
        return None
    return typed["value"]


def registered(clouds: VendorClouds) -> list[str]:
    """The identities that we have asked the vendor to register, with repetitions."""
    calls = clouds.plugchoice.calls.matching("POST", "/chargers")
    return [call.body["identity"] for call in calls]


async def test_a_signal_in_the_middle_of_many_forms_loses_none(tmp_path):
    """What was acknowledged is done, now or after the next start, and once."""
    clock = SystemClock()
    async with (
        VendorClouds(seeded_world(clock.now()), clock.now, limited=False) as clouds,
        LeanSlack().listening() as slack,
    ):
        account = vars(clouds.account("nl"))
        wanted = configuration(slack.workspace, slack.api_url, account, tmp_path / "bot.db")
        async with bot_process(wanted) as process:
            await until(lambda: len(slack._sockets) == 2)
            forms = [asyncio.create_task(submitted(slack)) for _ in range(FORMS)]
            await until(lambda: len(registered(clouds)) >= 3)
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(PATIENCE_S):
                assert await process.wait() == 0
        acknowledged = {identity for identity in await asyncio.gather(*forms) if identity}
        async with bot_process(wanted) as process:
            await until(lambda: len(slack._sockets) == 2)
            await until(lambda: acknowledged <= set(registered(clouds)))
            process.send_signal(signal.SIGTERM)  # it finishes what it is at, repeats included
            async with asyncio.timeout(PATIENCE_S):
                assert await process.wait() == 0

        assert len(acknowledged) >= 3
        assert len(registered(clouds)) == len(set(registered(clouds)))


async def commanded(house: House) -> bool:
    """Type a command; whether the bot has acknowledged it."""
    person = house.person("support")
    notices = len(person.notices)
    await person.command("support", "/charger help")
    return len(person.notices) == notices


async def renew_all(house: House) -> None:
    """One connection after the other."""
    sockets = house.slack.sockets
    for connection in list(sockets._connections):
        opened = sockets.opened
        await sockets._say_goodbye(connection, "refresh_requested")
        await until(lambda opened=opened: sockets.opened > opened and sockets.connections == 2)


async def test_no_command_is_lost_while_slack_renews_its_connections(tmp_path):
    """As Slack does it about each hour; people go on typing all the time.

    Of 200 that come over a single connection 112 are lost with it.
    """
    async with open_house(tmp_path) as house:
        arrived: list[bool] = []
        renewed = asyncio.Event()

        async def typing() -> None:
            while not renewed.is_set() or len(arrived) < ENVELOPES:
                arrived.append(await commanded(house))
                await asyncio.sleep(0)

        async with asyncio.TaskGroup() as people:
            for _ in range(PEOPLE):
                people.create_task(typing())
            await renew_all(house)
            renewed.set()

        assert len(arrived) >= ENVELOPES
        assert arrived.count(False) == 0
        assert house.slack.sockets.opened == 4  # not a second time, which would lose some
