"""The whole bot over a sandbox workspace and sandbox clouds, for the tests of the listeners."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from slack_bolt.async_app import AsyncApp

import handlers
from bot.access import Access
from bot.alerts.routes import routes_from
from bot.alerts.rules import rules_from
from bot.alerts.service import Alerts
from bot.approvals.ledger import Ledger
from bot.approvals.opening import Opening
from bot.approvals.service import Approvals
from bot.background import Background
from bot.clock import SystemClock
from bot.config import Settings
from bot.inventory import Inventory
from bot.mirror import Mirror
from bot.operations.base import World
from bot.operations.runner import Runner
from bot.outbox import Outbox, Pace
from bot.sandbox import installation
from bot.sandbox.people import Person
from bot.sandbox.slack.server import SlackServer
from bot.sandbox.vendors.clouds import VendorClouds
from bot.sandbox.vendors.seed import seeded_world
from bot.store import Store
from bot.sweeps import Sweeper
from handlers.connection import SocketConnection
from handlers.directory import SlackDirectory
from handlers.notifier import SlackNotifier, posting_client, session
from handlers.rendering import Rendering
from handlers.services import Services
from vendors.connect import AccountSpec, connect
from vendors.fleet import Fleet

NO_ACCOUNT_FIELDS = {"poll", "monitor"}


@dataclass
class House:
    """What a test touches."""

    slack: SlackServer
    clouds: VendorClouds
    store: Store
    services: Services
    sweeper: Sweeper
    outbox: Outbox

    def person(self, name: str) -> Person:
        """Somebody at the screen."""
        return Person(self.slack, name, patience=5)

    async def sweep(self) -> None:
        """Look at every account once."""
        for account in self.services.fleet.accounts:
            await self.sweeper.full(account)


@asynccontextmanager
async def open_house(folder: Path, *, extra: str = "") -> AsyncIterator[House]:
    """Everything, running."""
    clock = SystemClock()
    slack = SlackServer(installation.workspace())
    await slack.start()
    async with VendorClouds(seeded_world(clock.now()), clock.now, limited=False) as clouds:
        settings = installation.settings(
            slack.workspace,
            slack.api_url,
            clouds.accounts,
            database=folder / "bot.db",
            extra=extra,
        )
        async with _bot(settings, slack, clouds, clock) as house:
            yield house
    await slack.stop()


def _fleet(settings: Settings) -> Fleet:
    specs = [AccountSpec(**one.model_dump(exclude=NO_ACCOUNT_FIELDS)) for one in settings.accounts]
    return Fleet({spec.name: connect(spec) for spec in specs})


@asynccontextmanager
async def _bot(
    settings: Settings, slack: SlackServer, clouds: VendorClouds, clock: SystemClock
) -> AsyncIterator[House]:
    store = await Store.open(settings.environment.database_path, now=clock.now())
    background = Background(clock)
    fleet, mirror = _fleet(settings), Mirror()
    polls = {one.name: one.poll for one in settings.accounts}
    alerts = Alerts(
        store,
        clock,
        rules=rules_from(settings.alerts.rules),
        routes=routes_from(
            settings.alerts.routes,
            alerts_channel=settings.slack.alerts_channel,
            oncall=(settings.oncall.group,) if settings.oncall.group else (),
            timezone=settings.timezone,
        ),
        polls=polls,
        vendors={one.name: one.vendor for one in settings.accounts},
    )
    inventory = Inventory(store, fleet, clock, mirror)
    web_session = session()
    client = posting_client(
        settings.environment.slack_bot_token, settings.environment.slack_api_url, web_session
    )
    access = Access(SlackDirectory(client), settings.access, clock)
    ledger = Ledger(settings.slack.approvals_channel)
    world = World(fleet, inventory, clock.now)
    opening = Opening(store, clock, ledger, settings.approvals.policies, settings.access.approvers)
    runner = Runner(
        store,
        world,
        clock,
        opening,
        ledger,
        background.start,
        begin_watch=alerts.begin_watch,
        settling=timedelta(),
    )
    approvals = Approvals(store, clock, access, opening, runner, ledger, world)
    services = Services(clock, store, background, fleet, inventory, alerts, approvals, access)
    notifier = SlackNotifier(client, Rendering(alerts, approvals, inventory, clock))
    outbox = Outbox(
        store,
        notifier,
        clock,
        background,
        fallback_channel=settings.slack.fallback_channel,
        pace=Pace.unlimited(),
    )
    app = AsyncApp(client=client, process_before_response=True)
    handlers.register(app, services)
    connection = SocketConnection(app, settings.environment.slack_app_token, clock)
    await connection.open()
    background.supervise(outbox.run, "outbox")
    sweeper = Sweeper(store, fleet, alerts, clock, mirror, polls)
    yield House(slack, clouds, store, services, sweeper, outbox)
    await connection.close()
    await background.drain(2)
    await web_session.close()
    await fleet.aclose()
    await store.close()
