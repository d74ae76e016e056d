"""The composition root: settings in, a running bot out. The only place that knows all parts."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import time, timedelta
from functools import partial
from typing import Any, Final, NamedTuple

import aiohttp
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

import handlers
from bot import __version__, topics
from bot.access import Access
from bot.alerts.reports import Reports
from bot.alerts.routes import Route, routes_from
from bot.alerts.rules import rules_from
from bot.alerts.service import Alerts
from bot.alerts.webhook_sender import WebhookSender
from bot.alerts.words import words_of
from bot.approvals.ledger import Ledger
from bot.approvals.opening import Opening
from bot.approvals.service import Approvals
from bot.audit.trail import Audit
from bot.auditor import Auditor, no_heartbeat
from bot.background import Background
from bot.clock import Clock, SystemClock
from bot.config import AccountSettings, Settings
from bot.health import health_routes, store_is_writable
from bot.heartbeat import Heartbeat
from bot.inventory import Inventory
from bot.jobs import Run, clock_jobs, sweep_jobs
from bot.lease import Lease
from bot.metrics import Counters, metrics_route
from bot.mirror import Mirror
from bot.observed_sweeps import ObservedSweeps
from bot.operations.base import World
from bot.operations.runner import Runner
from bot.outbox import Outbox, Pace
from bot.pace_of_people import PaceOfPeople
from bot.retention import Retention
from bot.scheduler import Job, Scheduler
from bot.store import Store
from bot.sweeps import Sweeper
from bot.web_server import WebServer
from handlers.connection import HttpConnection, SocketConnection
from handlers.directory import SlackDirectory
from handlers.home import HomeHandlers
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

OAUTH: Final = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")
"""Where Bolt finds both in the environment, it forgets our token and asks for an installation."""

Connection = SocketConnection | HttpConnection


@dataclass(frozen=True)
class Ground:
    """What every part stands on."""

    settings: Settings
    clock: Clock
    store: Store
    background: Background
    fleet: Fleet
    web_session: aiohttp.ClientSession
    counters: Counters

    @property
    def polls(self) -> dict[str, timedelta]:
        """The accounts that are watched, and how often."""
        return polls_of(self.settings)


class Monitoring(NamedTuple):
    """What looks at the chargers and decides who is told."""

    inventory: Inventory
    alerts: Alerts
    reports: Reports
    sweeper: Sweeper


class Operations(NamedTuple):
    """What changes the vendors' world, and who may ask for it."""

    access: Access
    approvals: Approvals
    runner: Runner


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
        OSError: Slack cannot be reached, or the port is taken.
    """
    async with AsyncExitStack() as ending:
        ground, lease = await _ground(settings, clock or SystemClock(), ending)
        parts = assembled(ground, pace or Pace(), settling)
        await _started(parts, lease, stop, ending, scheduled=scheduled)
        log.info("Running", extra={"accounts": list(ground.fleet.accounts)})
        yield parts
        log.info("Stopping")


async def _ground(settings: Settings, clock: Clock, ending: AsyncExitStack) -> tuple[Ground, Lease]:
    """Open what has to be closed at the end, the store first and last."""
    store = await Store.open(settings.environment.database_path, now=clock.now())
    ending.push_async_callback(store.close)
    lease = Lease(store, clock)
    await lease.take()
    ending.push_async_callback(lease.release)
    web_session = session()
    ending.push_async_callback(web_session.close)
    counters = Counters()
    ending.enter_context(counters.log_lines())
    fleet = fleet_of(settings.accounts, clock, counters)
    ending.push_async_callback(fleet.aclose)
    background = Background(clock)
    ending.push_async_callback(background.drain, LAST_WORDS_S)
    return Ground(settings, clock, store, background, fleet, web_session, counters), lease


def fleet_of(
    accounts: Sequence[AccountSettings], clock: Clock, counters: Counters | None = None
) -> Fleet:
    """A client for each account; those with one credential share its limit."""
    buckets = Buckets(clock=clock.monotonic)
    counters = counters or Counters()
    specs = [AccountSpec(**account.model_dump(exclude=NO_VENDOR_FIELDS)) for account in accounts]
    return Fleet(
        {
            spec.name: connect(
                spec,
                buckets=buckets,
                sleep=clock.sleep,
                clock=clock.monotonic,
                now=clock.now,
                observe=counters.requests_of(spec.name),
            )
            for spec in specs
        }
    )


def assembled(ground: Ground, pace: Pace, settling: timedelta) -> Parts:
    """Join the parts; nothing runs yet."""
    settings, clock = ground.settings, ground.clock
    environment = settings.environment
    client = posting_client(
        environment.slack_bot_token, environment.slack_api_url, ground.web_session
    )
    monitoring = _monitoring(ground)
    operations = _operations(ground, client, monitoring, settling)
    services = _services(ground, monitoring, operations, pace)
    for name in OAUTH:
        os.environ.pop(name, None)
    bolt = AsyncApp(
        client=client, signing_secret=_signing_secret(settings), process_before_response=True
    )
    home = handlers.register(bolt, services)
    server = WebServer(environment.host, environment.port)
    connection = _connection(ground, bolt, server.application)
    server.application.add_routes(_routes(ground, connection))
    jobs = [*_jobs(ground, monitoring, operations, home)]
    return Parts(
        settings=settings,
        services=services,
        sweeper=monitoring.sweeper,
        runner=operations.runner,
        outbox=_outbox(ground, client, monitoring, operations, pace),
        scheduler=Scheduler(jobs, ground.background, clock),
        jobs=jobs,
        connection=connection,
        server=server,
    )


def _monitoring(ground: Ground) -> Monitoring:
    store, clock, fleet = ground.store, ground.clock, ground.fleet
    mirror = Mirror()
    alerts = _alerts(ground)
    return Monitoring(
        inventory=Inventory(store, fleet, clock, mirror),
        alerts=alerts,
        reports=Reports(store, clock, polls=ground.polls, zone=ground.settings.timezone),
        sweeper=Sweeper(store, fleet, alerts, clock, mirror, ground.polls),
    )


def routes_of(settings: Settings) -> tuple[Route, ...]:
    """The routes of a configuration, with everybody named that "oncall" stands for."""
    oncall = settings.oncall.group
    return routes_from(
        settings.alerts.routes,
        alerts_channel=settings.slack.alerts_channel,
        oncall=(oncall,) if oncall else (),
        timezone=settings.timezone,
    )


def polls_of(settings: Settings) -> dict[str, timedelta]:
    """The watched accounts, and how often each is looked at."""
    return {account.name: account.poll for account in settings.accounts if account.monitor}


def _alerts(ground: Ground) -> Alerts:
    settings = ground.settings
    return Alerts(
        ground.store,
        ground.clock,
        rules=rules_from(settings.alerts.rules),
        routes=routes_of(settings),
        polls=ground.polls,
        vendors={account.name: account.vendor for account in settings.accounts},
    )


def _operations(
    ground: Ground, client: AsyncWebClient, monitoring: Monitoring, settling: timedelta
) -> Operations:
    settings, store, clock = ground.settings, ground.store, ground.clock
    access = Access(SlackDirectory(client), settings.access, clock)
    ledger = Ledger(settings.slack.approvals_channel)
    world = World(ground.fleet, monitoring.inventory, clock.now, _safety_alert(monitoring.alerts))
    opening = Opening(store, clock, ledger, settings.approvals.policies, settings.access.approvers)
    runner = Runner(
        store,
        world,
        clock,
        opening,
        ledger,
        ground.background.start,
        begin_watch=monitoring.alerts.begin_watch,
        is_ending=lambda: ground.background.is_draining,
        settling=settling,
    )
    approvals = Approvals(store, clock, access, opening, runner, ledger, world)
    return Operations(access, approvals, runner)


def _safety_alert(alerts: Alerts) -> Callable[[Ref], Coroutine[Any, Any, str | None]]:
    async def open_safety_alert(ref: Ref) -> str | None:
        alert = await alerts.endangers(ref)
        return words_of(alert).meaning if alert else None

    return open_safety_alert


def _services(
    ground: Ground, monitoring: Monitoring, operations: Operations, pace: Pace
) -> Services:
    oncall = ground.settings.oncall.group
    return Services(
        ground.clock,
        ground.store,
        ground.background,
        ground.fleet,
        monitoring.inventory,
        monitoring.alerts,
        operations.approvals,
        operations.access,
        monitoring.reports,
        PaceOfPeople(ground.clock, pace.asks_per_minute),
        (oncall,) if oncall else (),
    )


def _outbox(
    ground: Ground,
    client: AsyncWebClient,
    monitoring: Monitoring,
    operations: Operations,
    pace: Pace,
) -> Outbox:
    alerts, approvals = monitoring.alerts, operations.approvals
    rendering = Rendering(alerts, approvals, monitoring.inventory, monitoring.reports)
    return Outbox(
        ground.store,
        SlackNotifier(client, rendering),
        ground.clock,
        ground.background,
        fallback_channel=ground.settings.slack.fallback_channel,
        others={topics.WEBHOOK: WebhookSender(alerts.group, alerts.routes, ground.web_session)},
        pace=pace,
    )


def _connection(ground: Ground, bolt: AsyncApp, application: web.Application) -> Connection:
    token = ground.settings.environment.slack_app_token
    acknowledged = ground.counters.acknowledged
    if ground.settings.slack.mode == "http" or token is None:
        return HttpConnection(
            bolt,
            application,
            clock=ground.clock,
            acknowledged=acknowledged,
            refused=ground.counters.refused,
        )
    return SocketConnection(bolt, token, ground.clock, acknowledged=acknowledged)


def _signing_secret(settings: Settings) -> str | None:
    secret = settings.environment.slack_signing_secret
    return secret.get_secret_value() if secret and settings.slack.mode == "http" else None


def _routes(ground: Ground, connection: Connection) -> list[web.RouteDef]:
    checks = {
        "slack": connection.is_up,
        "store": store_is_writable(ground.store, ground.clock),
    }
    page = metrics_route(
        ground.counters,
        ground.store,
        ground.clock,
        ground.background,
        ground.polls,
        connection.is_up,
    )
    return [*health_routes(checks), page]


def _jobs(
    ground: Ground, monitoring: Monitoring, operations: Operations, home: HomeHandlers
) -> Iterator[Job]:
    now, settings = ground.clock.now(), ground.settings
    sweeps = ObservedSweeps(monitoring.sweeper, ground.counters.sweep_ended, ground.clock)
    yield from sweep_jobs(settings.accounts, ground.fleet, sweeps, now)
    yield from clock_jobs(
        now,
        settings.timezone,
        rule_clock=[
            ("alerts", monitoring.alerts.tick),
            ("approvals", operations.approvals.tick),
            ("home", home.refresh),
        ],
        each_minute=[("recovery", operations.runner.recover), ("audit", _auditor(ground).run)],
        forget=Retention(ground.store, ground.clock).forget,
        digest=_digest(settings, monitoring.reports),
    )


def _auditor(ground: Ground) -> Auditor:
    url = ground.settings.heartbeat_url
    return Auditor(
        ground.store,
        ground.clock,
        fallback_channel=ground.settings.slack.fallback_channel,
        beat=Heartbeat(url, ground.web_session).beat if url else no_heartbeat,
        observe=ground.counters.audited,
    )


def _digest(settings: Settings, reports: Reports) -> tuple[time, Run] | None:
    at = settings.alerts.digest
    if at is None:
        return None
    return at, partial(reports.post_digest, settings.slack.alerts_channel)


async def _started(
    parts: Parts,
    lease: Lease,
    stop: Callable[[], None],
    ending: AsyncExitStack,
    *,
    scheduled: bool,
) -> None:
    """Begin in the order in which each thing can rely on what it needs; end the other way round."""
    background = parts.services.background
    ending.push_async_callback(parts.server.stop)
    await parts.server.start()
    await parts.runner.recover()
    await parts.services.inventory.forget_other_accounts()
    await _note_the_start(parts)
    await _make_up_the_digest(parts)
    background.supervise(lambda: lease.keep(stop), "lease")
    background.supervise(parts.outbox.run, "outbox")
    if scheduled:
        parts.scheduler.start()
        ending.callback(parts.scheduler.stop)
    ending.push_async_callback(parts.connection.close)
    await parts.connection.open()
    background.supervise(parts.connection.watch, "connection")


async def _make_up_the_digest(parts: Parts) -> None:
    """A restart at eight must not cost the digest of eight."""
    at = parts.settings.alerts.digest
    if at is not None:
        await parts.services.reports.make_up_digest(parts.settings.slack.alerts_channel, at)


async def _note_the_start(parts: Parts) -> None:
    """Which version began with which configuration; pydantic masks the secrets in it."""
    facts = {"version": __version__, "configuration": parts.settings.model_dump(mode="json")}
    trail = Audit(parts.services.store, parts.services.clock)
    row = await trail.note(actor="bot", action="bot.started", subject="configuration", facts=facts)
    # In the log, which is kept elsewhere, the hash proves later that no row was cut off.
    log.info("Audit trail goes on", extra={"row": row.number, "hash": row.hash})


async def run(settings: Settings, stopped: asyncio.Event) -> None:
    """Run until `stopped` is set; raises as `running` does."""
    async with running(settings, stop=stopped.set):
        await stopped.wait()
