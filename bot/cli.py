"""The commands: run, check, sandbox, migrate, audit, rules, backup, version."""

import asyncio
import errno
import signal
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import aiohttp
import typer
from rich.console import Console
from rich.table import Table
from slack_sdk.errors import SlackApiError

from bot import __version__, app
from bot.alerts.replay import Day
from bot.alerts.reports import Reports
from bot.alerts.rules import rules_from
from bot.audit.trail import Audit
from bot.checks import channels_of, findings, report, user_groups_of, users_of
from bot.clock import SystemClock
from bot.config import ConfigurationError, Settings, load
from bot.config.loading import Mode
from bot.lease import LeaseHeldError
from bot.logs import configure_logs
from bot.store import Store, StoreError
from bot.store.file import backup as back_up
from handlers.doctor import SlackDoctor
from handlers.notifier import posting_client, session
from handlers.slack_codes import code_of

WRONG_CONFIGURATION = 2
CANNOT_START = 1

AnswerT = TypeVar("AnswerT")

main = typer.Typer(
    name="chargehand",
    help="A Slack bot that looks after EV chargers over four vendor clouds.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # locals may hold secrets
)
audit = typer.Typer(help="The audit trail: who did what, and how it ended.", no_args_is_help=True)
main.add_typer(audit, name="audit")
rules = typer.Typer(help="The alert rules: when people are called.")
main.add_typer(rules, name="rules", no_args_is_help=True)

out = Console(soft_wrap=True, markup=False, highlight=False)
complaints = Console(stderr=True, soft_wrap=True, markup=False, highlight=False)


@main.command()
def run(
    http: Annotated[
        bool, typer.Option("--http", help="Take Slack's requests at POST /slack/events.")
    ] = False,
) -> None:
    """Run the bot until it is told to stop."""
    configure_logs()
    settings = _settings("http" if http else None)
    try:
        asyncio.run(_until_signal(settings))
    except (StoreError, LeaseHeldError, OSError) as error:
        _fail(f"Cannot start: {_why_not(error)}")
    except SlackApiError as error:
        why = code_of(error) or "it gave no clear answer"
        _fail(f"Slack does not take us: {why}; `python -m bot check` says more")


@main.command()
def check(
    http: Annotated[bool, typer.Option("--http", help="As for `run --http`.")] = False,
) -> None:
    """Look at everything that has to be right, and say what to do about what is not."""
    raise typer.Exit(asyncio.run(_checked(_settings("http" if http else None))))


@main.command()
def sandbox(
    chargers: Annotated[
        int | None,
        typer.Option(min=1, max=100_000, help="A generated fleet of this size, without scenarios."),
    ] = None,
    scenario: Annotated[
        str | None, typer.Option(help="Begin with this situation; a wrong name lists them.")
    ] = None,
    keep: Annotated[
        Path | None, typer.Option(help="Keep the database in this folder after the end.")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Of the page; 0: any free one.")] = 0,
) -> None:
    """Try it: a Slack and four vendor clouds on this machine, with a page to use them."""
    if chargers and scenario:
        _fail("Scenarios are about the forty chargers by hand; give no --chargers with them.")
    try:
        from bot.sandbox import command  # noqa: PLC0415 - needs the extra `sandbox`
    except ModuleNotFoundError as error:
        _fail(f"The sandbox needs {error.name}; install it: pip install 'chargehand[sandbox]'")
    try:
        asyncio.run(command.run_sandbox(chargers=chargers, scenario=scenario, keep=keep, port=port))
    except (command.CannotStartError, StoreError, LeaseHeldError) as error:
        _fail(str(error))


@main.command()
def migrate() -> None:
    """Bring the database to the form of this version."""
    settings = _settings()
    _with_store(settings, lambda _store: _nothing())
    out.print(f"{settings.environment.database_path} is up to date.")


@main.command()
def backup(target: Annotated[Path, typer.Argument(help="The file to write.")]) -> None:
    """Copy the database, consistent, while the bot runs."""
    try:
        back_up(_settings().environment.database_path, target)
    except (StoreError, OSError) as error:
        _fail(str(error))
    out.print(f"Copied to {target}.")


@main.command()
def version() -> None:
    """Say which version this is."""
    out.print(f"chargehand {__version__}")


@audit.command()
def verify(
    noted: Annotated[
        str | None,
        typer.Option(help="The last hash of an earlier time, kept elsewhere: was it cut off?"),
    ] = None,
) -> None:
    """Check that no row was changed, taken out or put in."""
    found = _with_store(_settings(), lambda store: Audit(store, SystemClock()).verify(noted))
    if found.broken:
        _fail(f"Row {found.broken.number} was tampered with: {found.broken.because}.")
    if noted is not None and found.noted_at is None:
        _fail("No row has the noted hash: rows were cut off at the end, or all was written anew.")
    if noted is not None:
        out.print(f"Row {found.noted_at} of {found.rows} has the noted hash.")
    out.print(f"All {found.rows} rows are as they were written; the last hash is {found.head}.")


@audit.command()
def export(
    csv: Annotated[bool, typer.Option("--csv", help="As CSV, the only form there is.")] = True,  # noqa: ARG001 - the form is named so that another may join it
) -> None:
    """Write the whole trail as CSV."""
    text = _with_store(_settings(), lambda store: Audit(store, SystemClock()).export())
    typer.echo(text, nl=False)  # as it is: a console would make pictures of what people typed


@audit.command()
def show(
    subject: Annotated[str | None, typer.Argument(help="Only about this, e.g. request:7.")] = None,
) -> None:
    """List the newest rows, or all about one thing with what is kept of it."""

    async def rows(store: Store) -> list[Any]:
        trail = Audit(store, SystemClock())
        return list(await (trail.of(subject) if subject else trail.newest()))

    for entry in _with_store(_settings(), rows):
        at = entry.at[:19].replace("T", " ")
        facts = f"  {entry.facts}" if subject and entry.facts != "{}" else ""
        typer.echo(_harmless(f"{at}  {entry.actor}  {entry.action}  {entry.subject}{facts}"))


def _harmless(text: str) -> str:
    """Without what moves a terminal's cursor: people have typed some of it."""
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


@rules.command()
def replay(
    days: Annotated[int, typer.Option(min=1, max=400, help="How far back.")] = 14,
    config: Annotated[
        Path | None, typer.Option(help="A changed configuration file, to set beside this one.")
    ] = None,
) -> None:
    """Say what the rules would have done over the stored history, without telling anybody."""
    running = _settings()
    columns = {"now": running}
    if config is not None:
        columns["changed"] = _settings(config=config)

    async def work(store: Store) -> list[list[Day]]:
        polls = app.polls_of(running)
        reports = Reports(store, SystemClock(), polls=polls, zone=running.timezone)
        return [
            await reports.replay(days, rules_from(one.alerts.rules), app.routes_of(one))
            for one in columns.values()
        ]

    out.print(_replayed(dict(zip(columns, _with_store(running, work), strict=True))))


def _replayed(columns: Mapping[str, Sequence[Day]]) -> Table:
    """Alerts and pages for each day on which there were any, and their sums."""
    table = Table("Day", box=None)
    for name in columns:
        table.add_column(f"Alerts {name}", justify="right")
        table.add_column(f"Pages {name}", justify="right")
    by_day = [{day.day: day for day in days} for days in columns.values()]
    for date in sorted(set().union(*by_day)):
        found = [days.get(date, Day(date, 0, 0)) for days in by_day]
        table.add_row(str(date), *(str(n) for day in found for n in (day.alerts, day.pages)))
    sums = [(sum(d.alerts for d in days), sum(d.pages for d in days)) for days in columns.values()]
    table.add_row("In all", *(str(n) for pair in sums for n in pair))
    return table


def _settings(mode: Mode | None = None, config: Path | None = None) -> Settings:
    try:
        return load(mode=mode, config=config)
    except ConfigurationError as error:
        for mistake in error.mistakes:
            complaints.print(mistake)
        raise typer.Exit(WRONG_CONFIGURATION) from None


async def _until_signal(settings: Settings) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stopped.set)
    await app.run(settings, stopped)


async def _checked(settings: Settings) -> int:
    clock, environment = SystemClock(), settings.environment
    async with session() as shared, aclosing(app.fleet_of(settings.accounts, clock)) as fleet:
        doctor = SlackDoctor(
            posting_client(environment.slack_bot_token, environment.slack_api_url, shared),
            clock,
            app_token=environment.slack_app_token if settings.slack.mode == "socket" else None,
            channels=channels_of(settings),
            groups=user_groups_of(settings),
            users=users_of(settings),
        )
        return await report(findings(settings, fleet, doctor, clock), Console(soft_wrap=True))


def _with_store(
    settings: Settings, work: Callable[[Store], Coroutine[Any, Any, AnswerT]]
) -> AnswerT:
    async def opened() -> AnswerT:
        store = await Store.open(settings.environment.database_path, now=SystemClock().now())
        try:
            return await work(store)
        finally:
            await store.close()

    try:
        return asyncio.run(opened())
    except StoreError as error:
        _fail(str(error))


async def _nothing() -> None:
    """Opening the store was all."""


def _why_not(error: Exception) -> str:
    """Why the bot does not start, and what to do; what is ours is a whole sentence already."""
    if isinstance(error, aiohttp.ClientError | TimeoutError):
        what = f"Slack cannot be reached ({type(error).__name__})."
        return f"{what} Check the network, and SLACK_API_URL if it is set."
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"another program listens there ({error.strerror}). Stop it, or set PORT to another."
    return str(error)


def _fail(sentence: str) -> NoReturn:
    complaints.print(sentence)
    raise typer.Exit(CANNOT_START)
