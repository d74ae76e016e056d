"""Whoever is woken by one of our figures or alerts finds what to do."""

from pathlib import Path

import pytest

from bot.alerts.model import Condition
from bot.store.invariants import INVARIANTS

ROOT = Path(__file__).parents[1]
RUNBOOK = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
ABOUT_CHARGERS = {"offline", "fault", "never_connected", "unstable"}
"""Their first action stands in the alert itself, and in docs/alerts.md."""


def metrics() -> list[str]:
    table = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    return [line.split("`")[1] for line in table.splitlines() if line.startswith("| `chargehand_")]


def test_there_are_metrics_to_explain():
    assert len(metrics()) > 10


@pytest.mark.parametrize("metric", metrics())
def test_every_metric_has_an_entry(metric):
    assert f"`{metric}`" in RUNBOOK


@pytest.mark.parametrize("condition", [c for c in Condition if c not in ABOUT_CHARGERS])
def test_every_alert_about_an_account_or_site_has_an_entry(condition):
    assert f"| `{condition}` |" in RUNBOOK


@pytest.mark.parametrize("invariant", [invariant.name for invariant in INVARIANTS])
def test_every_invariant_has_an_entry(invariant):
    assert f"| `{invariant}` |" in RUNBOOK
