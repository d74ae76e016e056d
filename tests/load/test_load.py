"""The short versions of `make test-load`; the whole ones take minutes."""

from tests.load.day import day
from tests.load.minute import SHORT, minute


async def test_a_crowd_is_acknowledged_and_answered_while_alerts_fire(tmp_path, monkeypatch):
    """How fast is measured where nothing else runs; here nothing may be lost."""
    monkeypatch.setattr("tests.bench.slack.LONGEST_ACK_S", 60.0)
    outcome = await minute(SHORT, tmp_path)

    assert list(outcome.troubles) == []
    assert len(outcome.acknowledged_s) == SHORT.seconds * SHORT.per_second


async def test_half_an_hour_leaves_nothing_behind(tmp_path):
    assert not (await day(0.5, 200, tmp_path, warm_up=10)).grows
