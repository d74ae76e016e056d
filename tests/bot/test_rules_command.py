"""`rules replay`, as somebody at a terminal sees it."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import main
from bot.clock import SystemClock
from bot.store import Store
from tests.bot.tower import Cloud, Tower
from tests.clock import VirtualClock

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
PATIENT = """
[[alerts.rules]]
condition = "offline"
for = "2h"
severity = "low"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration, a changed one, and a database that saw a bad half hour today."""
    for name, text in {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
        "SPIRII_API_KEY": "key",
        "CHARGEHAND_CONFIG_TOML": CONFIGURATION,
        "DATABASE_URL": f"sqlite:///{tmp_path}/chargehand.db",
    }.items():
        monkeypatch.setenv(name, text)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "changed.toml").write_text(CONFIGURATION + PATIENT, encoding="utf-8")
    asyncio.run(_bad_half_hour(tmp_path / "chargehand.db"))
    return tmp_path


async def _bad_half_hour(database: Path) -> None:
    clock = VirtualClock(SystemClock().now() - timedelta(hours=1))
    store = await Store.open(database, now=clock.now())
    clock.wait_for(lambda: store.is_busy)
    tower = Tower(store, clock, Cloud("dk", clock))
    tower.add_many(5)
    await tower.sweep()
    tower.offline("ch00000")
    await tower.run(30)
    tower.online("ch00000")
    await tower.run(5)
    await store.close()


def test_running_and_changed_rules_stand_side_by_side(folder: Path):
    answer = CliRunner().invoke(
        main, ["rules", "replay", "--days", "2", "--config", "changed.toml"]
    )

    lines = [line.split() for line in answer.output.splitlines()]
    assert answer.exit_code == 0, answer.output
    assert " ".join(lines[0]) == "Day Alerts now Pages now Alerts changed Pages changed"
    assert lines[1][1:] == ["1", "1", "0", "0"]
    assert lines[-1] == ["In", "all", "1", "1", "0", "0"]


def test_without_a_changed_file_the_running_rules_stand_alone(folder: Path):
    answer = CliRunner().invoke(main, ["rules", "replay"])

    assert "changed" not in answer.output
    assert answer.output.splitlines()[-1].split() == ["In", "all", "1", "1"]


def test_a_wrong_changed_file_is_answered_with_its_mistakes(folder: Path):
    (folder / "changed.toml").write_text(CONFIGURATION + "[alerts]\nrules = 7\n", encoding="utf-8")

    answer = CliRunner().invoke(main, ["rules", "replay", "--config", "changed.toml"])

    assert answer.exit_code == 2
    assert "alerts.rules" in answer.output
