"""The commands, as somebody at a terminal sees them."""

import asyncio
import csv
import io
import socket
import sqlite3

import pytest
from typer.testing import CliRunner

from bot import __version__
from bot.audit.chain import digest
from bot.audit.trail import Audit
from bot.cli import main
from bot.clock import SystemClock
from bot.store import Store

CONFIGURATION = """
[slack]
alerts_channel = "C0ALERTS"
[access]
approvers = ["S0LEADS"]
[[accounts]]
name = "dk"
vendor = "spirii"
token_env = "SPIRII_API_KEY"
"""


@pytest.fixture
def command(tmp_path, monkeypatch):
    """Run a command in a folder with a configuration and a database in it."""
    for name, text in {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
        "SPIRII_API_KEY": "key",
        "CHARGEHAND_CONFIG_TOML": CONFIGURATION,
        "DATABASE_URL": f"sqlite:///{tmp_path}/chargehand.db",
    }.items():
        monkeypatch.setenv(name, text)
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(main, arguments)


@pytest.fixture
def trail(tmp_path):
    """A database with two audited rows in it; gives its path."""
    path = tmp_path / "chargehand.db"

    async def fill() -> None:
        store = await Store.open(path, now=SystemClock().now())
        audit = Audit(store, SystemClock())
        await audit.note(
            actor="U0ADA", action="pincode.seen", subject="nl/1", facts={"why": "=1+1"}
        )
        await audit.note(actor="bot", action="bot.started", subject="configuration")
        await store.close()

    asyncio.run(fill())
    return path


def test_version_is_said(command):
    assert command("version").stdout == f"chargehand {__version__}\n"


@pytest.mark.parametrize("name", ["run", "migrate", "backup", "audit"])
def test_a_wrong_configuration_ends_with_2_and_a_line_for_each_mistake(command, monkeypatch, name):
    monkeypatch.setenv("CHARGEHAND_CONFIG_TOML", 'timezone = "Mars"\n[slack]\nmode = "smoke"')
    arguments = {"backup": ["copy.db"], "audit": ["verify"]}.get(name, [])

    result = command(name, *arguments)

    assert result.exit_code == 2
    assert "timezone is not a time zone" in result.stderr
    assert "slack.mode is 'smoke'" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("name", ["run", "check"])
def test_http_wants_its_secret_and_no_app_level_token(command, monkeypatch, name):
    """What is needed to run it that way is what is checked."""
    monkeypatch.delenv("SLACK_APP_TOKEN")

    result = command(name, "--http")

    assert result.exit_code == 2
    assert "SLACK_SIGNING_SECRET is missing" in result.stderr
    assert "SLACK_APP_TOKEN" not in result.stderr


def test_slack_that_cannot_be_reached_is_a_sentence(command, monkeypatch):
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:9/api/")
    monkeypatch.setenv("PORT", "0")
    monkeypatch.setenv("HOST", "127.0.0.1")

    result = command("run")

    assert result.exit_code == 1
    assert result.stderr == (
        "Cannot start: Slack cannot be reached (ClientConnectorError). Check the network,"
        " and SLACK_API_URL if it is set.\n"
    )


def test_a_port_that_is_taken_is_a_sentence(command, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("PORT", str(taken.getsockname()[1]))
        monkeypatch.setenv("HOST", "127.0.0.1")

        result = command("run")

    assert result.exit_code == 1
    assert "Cannot start: another program listens there" in result.stderr
    assert "set PORT" in result.stderr


def test_a_database_is_brought_up_to_date(command, tmp_path):
    result = command("migrate")

    assert result.exit_code == 0
    assert "is up to date" in result.stdout
    assert (tmp_path / "chargehand.db").exists()


def test_a_backup_is_a_database_like_the_first(command, trail, tmp_path):
    assert command("backup", "copy.db").exit_code == 0

    async def rows() -> int:
        store = await Store.open(tmp_path / "copy.db", now=SystemClock().now())
        verified = await Audit(store, SystemClock()).verify()
        await store.close()
        return verified.rows

    assert asyncio.run(rows()) == 2


def test_an_untouched_trail_is_verified(command, trail):
    result = command("audit", "verify")

    assert result.exit_code == 0
    assert "All 2 rows are as they were written" in result.stdout


def test_a_trail_that_was_edited_is_found_out(command, trail, rewrite):
    """Whoever can write to the file must not be able to rewrite who did what."""
    rewrite(trail, "update audit set actor = 'U0EVE' where number = 1")

    result = command("audit", "verify")

    assert result.exit_code == 1
    assert "Row 1 was tampered with" in result.stderr


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        pytest.param("delete from audit where number = 1", 2, id="deleted"),
        pytest.param("update audit set number = 7 where number = 2", 7, id="moved"),
        pytest.param(
            "insert into audit select 3, at, actor, action, subject, facts, previous, hash"
            " from audit where number = 2",
            3,
            id="inserted",
        ),
    ],
)
def test_a_row_taken_out_or_put_in_is_found_out(command, trail, rewrite, statement, row):
    rewrite(trail, statement)

    result = command("audit", "verify")

    assert result.exit_code == 1
    assert f"Row {row} was tampered with" in result.stderr


def test_a_trail_that_was_cut_short_has_lost_the_noted_hash(command, trail, rewrite):
    """The rows that are left are a whole chain: only what was noted elsewhere gives it away."""
    noted = command("audit", "verify").stdout.split()[-1].rstrip(".")
    assert "Row 2 of 2 has the noted hash" in command("audit", "verify", "--noted", noted).stdout

    rewrite(trail, "delete from audit where number = 2")

    assert command("audit", "verify").exit_code == 0
    result = command("audit", "verify", "--noted", noted)
    assert result.exit_code == 1
    assert "rows were cut off" in result.stderr


def test_the_trail_is_exported_as_it_was_written(command, trail):
    """Or nobody could compute its hashes anew."""

    async def write() -> None:
        store = await Store.open(trail, now=SystemClock().now())
        facts = {"reason": ":fire: [bold] \U0001f525\t\r\n" + "long " * 100}
        await Audit(store, SystemClock()).note(actor="U0ADA", action="x", subject="y", facts=facts)
        await store.close()

    asyncio.run(write())

    *_, row = csv.DictReader(io.StringIO(command("audit", "export").stdout))

    assert (
        digest(
            int(row["number"]),
            *(row[name] for name in ("at", "actor", "action", "subject", "facts", "previous")),
        )
        == row["hash"]
    )


def test_the_trail_as_csv_starts_no_formula(command, trail):
    """It is opened in a spreadsheet, which would run what begins with an equals sign."""
    result = command("audit", "export", "--csv")

    rows = list(csv.reader(io.StringIO(result.stdout)))
    assert len(rows) == 3
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_the_newest_rows_are_listed(command, trail):
    result = command("audit", "show")
    lines = result.stdout.splitlines()

    assert "bot.started" in lines[0]
    assert "pincode.seen" in lines[1]


def test_the_rows_about_one_thing_are_told_whole(command, trail):
    """With what was said, yet without what would move the cursor of who reads it."""

    async def write() -> None:
        store = await Store.open(trail, now=SystemClock().now())
        facts = {"reason": "\x1b[31m\x9b31m :fire: gone"}
        await Audit(store, SystemClock()).note(
            actor="U0ADA", action="request.opened", subject="request:7", facts=facts
        )
        await store.close()

    asyncio.run(write())

    (line,) = command("audit", "show", "request:7").stdout.splitlines()

    assert "request.opened" in line
    assert ":fire: gone" in line
    assert line.isprintable()


@pytest.fixture
def rewrite():
    def run(path, statement):
        connection = sqlite3.connect(path)
        with connection:
            connection.execute("drop trigger if exists audit_is_append_only")
            for (name,) in connection.execute(
                "select name from sqlite_master where type = 'trigger' and tbl_name = 'audit'"
            ).fetchall():
                connection.execute(f"drop trigger {name}")
            connection.execute(statement)
        connection.close()

    return run
