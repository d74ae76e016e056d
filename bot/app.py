"""The composition root: settings in, a running bot out. The only place that knows all parts."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import time, timedelta
from functools import partial
from typing import Any, Final

import aiohttp
from aiohttp import web
from slack_bolt.async_app import AsyncApp

import handlers
from bot import __version__, topics
from bot.access import Access
from bot.alerts.reports import Reports
from bot.alerts.routes import routes_from
from bot.alerts.rules import rules_from
from bot.alerts.service import Alerts
from bot.alerts.webhook_sender import WebhookSender
from bot.alerts.words import words_of
from bot.approvals.ledger import Ledger
from bot.approvals.opening import Opening
from bot.approvals.service import Approvals
from bot.audit.trail import Audit
from bot.background import Background
from bot.clock import Clock, SystemClock
from bot.config import AccountSettings, Settings
from bot.health import health_routes, store_is_writable
from bot.inventory import Inventory
from bot.jobs import Run, clock_jobs, sweep_jobs
from bot.lease import Lease
from bot.mirror import Mirror
from bot.operations.base import World
from bot.operations.runner import Runner
from bot.outbox import Outbox, Pace
from bot.retention import Retention
from bot.scheduler import Job, Scheduler
from bot.store import Store
from bot.sweeps import Sweeper
from bot.web_server import WebServer
from handlers.connection import HttpConnection, SocketConnection
from handlers.directory import SlackDirectory
from handlers.notifier import SlackNotifier, posting_client, session
from handlers.rendering import Rendering
from handlers.services import Services
from vendors.connect import AccountSpec, connect
from vendors.fleet import Fleet
from vendors.limits import Buckets
from vendors.models import Ref

log = logging.getLogger(__name__)

LAST_WORDS_S: Final = 10.0
"""How long work under way may go on after the signal to stop; the rest stays in the store."""
SETTLING: Final = timedelta(seconds=5)
"""How long a vendor's "not done" has to hold after a lost answer before it is believed."""
NO_VENDOR_FIELDS: Final = {"poll", "monitor"}

Connection = SocketConnection | HttpConnection


@dataclass(frozen=True)
class Parts:
    """Everything that makes up the bot; tests and the sandbox look in here."""

    settings: Settings
    services: Services
    sweeper: Sweeper
    runner: Runner
    outbox: Outbox
    scheduler: Scheduler
    jobs: Sequence[Job]
    connection: Connection
    server: WebServer


@asynccontextmanager
async def running(
    settings: Settings,
    *,
    clock: Clock | None = None,
    pace: Pace | None = None,
    stop: Callable[[], None] = lambda: None,
    scheduled: bool = True,
    settling: timedelta = SETTLING,
) -> AsyncIterator[Parts]:
    """The bot, from its first look at the store until nothing of it is left.

    Args:
        settings: all there is to know.
        clock: the time; virtual in tests.
        pace: of messages; by default Slack's.
        stop: called where the bot has to end, since another instance took over its database.
        scheduled: whether the jobs run by themselves; stories in virtual time drive them.
        settling: how long "not done" has to hold after a lost answer.

    Raises:
        StoreError, LeaseHeldError: the database cannot be used.
        SlackApiError: Slack does not take the tokens.
    """
    clock = clock or SystemClock()
    async with AsyncExitStack() as ending:
        store = await Store.open(settings.environment.database_path, now=clock.now())
        ending.push_async_callback(store.close)
        lease = Lease(store, clock)
        await lease.take()
        ending.push_async_callback(lease.release)
        web_session = session()
        ending.push_async_callback(web_session.close)
        fleet = fleet_of(settings.accounts, clock)
        ending.push_async_callback(fleet.aclose)
        background = Background(clock)
        ending.push_async_callback(background.drain, LAST_WORDS_S)
        parts = assembled(
            settings, clock, store, fleet, background, web_session, pace or Pace(), settling
        )
        await _started(parts, background, lease, stop, ending, scheduled=scheduled)
        log.info("Running", extra={"accounts": list(fleet.accounts)})
        yield parts
        log.info("Stopping")


def fleet_of(accounts: Sequence[AccountSettings], clock: Clock) -> Fleet:
    """A client for each account; those with one credential share its limit."""
    buckets = Buckets(clock=clock.monotonic)
    specs = [AccountSpec(**account.model_dump(exclude=NO_VENDOR_FIELDS)) for account in accounts]
    return Fleet(
        {
            spec.name: connect(
                spec, buckets=buckets, sleep=clock.sleep, clock=clock.monotonic, now=clock.now
            )
            for spec in specs
        }
    )


def assembled(
    settings: Settings,
    clock: Clock,
    store: Store,
    fleet: Fleet,
    background: Background,
    web_session: aiohttp.ClientSession,
    pace: Pace,
    settling: timedelta,
) -> Parts:
    """Join the parts; nothing runs yet."""
    polls = {account.name: account.poll for account in settings.accounts if account.monitor}
    alerts = _alerts(settings, store, clock, polls)
    mirror = Mirror()
    inventory = Inventory(store, fleet, clock, mirror)
    client = posting_client(
        settings.environment.slack_bot_token, settings.environment.slack_api_url, web_session
    )
    access = Access(SlackDirectory(client), settings.access, clock)
    ledger = Ledger(settings.slack.approvals_channel)
    world = World(fleet, inventory, clock.now, _safety_alert(alerts))
    opening = Opening(store, clock, ledger, settings.approvals.policies, settings.access.approvers)
    runner = Runner(
        store,
        world,
        clock,
        opening,
        ledger,
        background.start,
        begin_watch=alerts.begin_watch,
        settling=settling,
    )
    approvals = Approvals(store, clock, access, opening, runner, ledger, world)
    reports = Reports(store, clock, polls=polls, zone=settings.timezone)
    services = Services(
        clock, store, background, fleet, inventory, alerts, approvals, access, reports
    )
    bolt = AsyncApp(
        client=client,
        signing_secret=_signing_secret(settings),
        process_before_response=True,
    )
    home = handlers.register(bolt, services)
    server = WebServer(settings.environment.host, settings.environment.port)
    connection = _connection(settings, bolt, server.application, clock)
    server.application.add_routes(
        health_routes({"slack": connection.is_up, "store": store_is_writable(store, clock)})
    )
    sweeper = Sweeper(store, fleet, alerts, clock, mirror, polls)
    jobs = [
        *sweep_jobs(settings.accounts, fleet, sweeper, clock.now()),
        *clock_jobs(
            clock.now(),
            settings.timezone,
            rule_clock=[
                ("alerts", alerts.tick),
                ("approvals", approvals.tick),
                ("home", home.refresh),
            ],
            recover=runner.recover,
            forget=Retention(store, clock).forget,
            digest=_digest(settings, reports),
        ),
    ]
    return Parts(
        settings,
        services,
        sweeper,
        runner,
        Outbox(
            store,
            SlackNotifier(client, Rendering(alerts, approvals, inventory, reports, clock)),
            clock,
            background,
            fallback_channel=settings.slack.fallback_channel,
            others={topics.WEBHOOK: WebhookSender(alerts.group, alerts.routes, web_session)},
            pace=pace,
        ),
        Scheduler(jobs, background, clock),
        jobs,
        connection,
        server,
    )


def _alerts(settings: Settings, store: Store, clock: Clock, polls: dict[str, timedelta]) -> Alerts:
    oncall = settings.oncall.group
    return Alerts(
        store,
        clock,
        rules=rules_from(settings.alerts.rules),
        routes=routes_from(
            settings.alerts.routes,
            alerts_channel=settings.slack.alerts_channel,
            oncall=(oncall,) if oncall else (),
            timezone=settings.timezone,
        ),
        polls=polls,
        vendors={account.name: account.vendor for account in settings.accounts},
    )


def _digest(settings: Settings, reports: Reports) -> tuple[time, Run] | None:
    at = settings.alerts.digest
    if at is None:
        return None
    return at, partial(reports.post_digest, settings.slack.alerts_channel)


def _safety_alert(alerts: Alerts) -> Callable[[Ref], Coroutine[Any, Any, str | None]]:
    async def open_safety_alert(ref: Ref) -> str | None:
        alert = await alerts.endangers(ref)
        return words_of(alert).meaning if alert else None

    return open_safety_alert


def _signing_secret(settings: Settings) -> str | None:
    secret = settings.environment.slack_signing_secret
    return secret.get_secret_value() if secret and settings.slack.mode == "http" else None


def _connection(
    settings: Settings, bolt: AsyncApp, server: web.Application, clock: Clock
) -> Connection:
    token = settings.environment.slack_app_token
    if settings.slack.mode == "http" or token is None:
        return HttpConnection(bolt, server)
    return SocketConnection(bolt, token, clock)


async def _started(
    parts: Parts,
    background: Background,
    lease: Lease,
    stop: Callable[[], None],
    ending: AsyncExitStack,
    *,
    scheduled: bool,
) -> None:
    """Begin in the order in which each thing can rely on what it needs; end the other way round."""
    ending.push_async_callback(parts.server.stop)
    await parts.server.start()
    await parts.runner.recover()
    await _note_the_start(parts)
    background.supervise(lambda: lease.keep(stop), "lease")
    background.supervise(parts.outbox.run, "outbox")
    if scheduled:
        parts.scheduler.start()
        ending.callback(parts.scheduler.stop)
    ending.push_async_callback(parts.connection.close)
    await parts.connection.open()
    background.supervise(parts.connection.watch, "connection")


async def _note_the_start(parts: Parts) -> None:
    """Which version began with which configuration; pydantic masks the secrets in it."""
    facts = {"version": __version__, "configuration": parts.settings.model_dump(mode="json")}
    trail = Audit(parts.services.store, parts.services.clock)
    await trail.note(actor="bot", action="bot.started", subject="configuration", facts=facts)


async def run(settings: Settings, stopped: asyncio.Event) -> None:
    """Run until `stopped` is set; raises as `running` does."""
    async with running(settings, stop=stopped.set):
        await stopped.wait()
