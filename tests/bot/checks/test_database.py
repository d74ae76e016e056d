"""The database's state is told in a line, and room on its disk in another."""

from pathlib import Path

import pytest

from bot.checks import database
from bot.checks.database import database_findings
from bot.store import Store
from bot.store.inspection import Inspection

GOOD = Inspection(exists=True, size=2_500_000, free=10_000_000_000, steps_left=())


def told(monkeypatch: pytest.MonkeyPatch, found: Inspection) -> list[tuple[bool | None, str]]:
    monkeypatch.setattr(database, "inspect", lambda _: found)
    findings = database_findings(Path("bot.db"))
    return [(finding.ok, finding.sentence) for finding in findings]


async def test_a_database_in_use_is_well(store: Store, tmp_path: Path):
    found = list(database_findings(tmp_path / "chargehand.db"))

    assert found[0].ok is True
    assert "is of this version" in found[0].sentence


def test_none_yet_is_well(tmp_path: Path):
    found = next(database_findings(tmp_path / "new.db"))

    assert (found.ok, found.sentence.endswith("will be made at the first start.")) == (True, True)


def test_what_cannot_be_used_is_told_alone(tmp_path: Path):
    (finding,) = database_findings(tmp_path / "nowhere" / "new.db")

    assert finding.ok is False
    assert "has to exist" in finding.sentence


def test_an_older_form_is_worth_a_backup(monkeypatch: pytest.MonkeyPatch):
    (ok, sentence), _ = told(monkeypatch, GOOD._replace(steps_left=("monitoring/m007",)))

    assert ok is None
    assert "2.5 MB" in sentence


@pytest.mark.parametrize(
    ("free_mb", "ok"), [(10_000, True), (500, True), (499, None), (50, None), (49, False)]
)
def test_a_full_disk_is_foreseen(free_mb: int, ok: bool | None, monkeypatch: pytest.MonkeyPatch):
    _, (found, sentence) = told(monkeypatch, GOOD._replace(free=free_mb * 1_000_000))

    assert (found, sentence) == (ok, f"{free_mb} MB are free on its disk.")
