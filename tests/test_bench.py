"""The measuring itself works; what it finds is in docs/performance.md."""

import asyncio
import json

import pytest

from tests.bench.__main__ import SECTIONS, main, measured
from tests.bench.measures import Measure, percentile, slope
from tests.bench.scale import QUICK

LONGEST = ("acknowledgement", "growth")
"""They start several processes one after the other."""


@pytest.mark.parametrize(
    "section",
    [
        pytest.param(section, marks=[pytest.mark.slow] if section in LONGEST else [])
        for section in SECTIONS
    ],
)
def test_each_section_measures_something(section):
    """A benchmark that has rotted shows only on the day when somebody needs its figures."""
    found = asyncio.run(measured([section], QUICK))

    assert found
    assert all(one.value > 0 for one in found if one.unit)


def test_everything_can_be_had_as_json(tmp_path, capsys):
    target = tmp_path / "figures.json"

    main(["outbox", "--quick", "--json", str(target)])

    saved = json.loads(target.read_text(encoding="utf-8"))
    assert saved["machine"]["python"]
    assert [one["section"] for one in saved["measures"]] == ["outbox"]
    assert "messages in" in capsys.readouterr().out


def test_an_unknown_section_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["weather"])

    assert "weather" in capsys.readouterr().err


def test_a_ratio_is_of_medians():
    """One slow round on a busy machine must not decide."""
    one = Measure("s", "what", "ms", [1.0, 2.0, 90.0], [1.0, 1.0, 50.0], most_ratio=2.0)

    assert one.ratio == 2.0
    assert one.holds
    assert not Measure("s", "what", "ms", [3.0], most=2.0).holds
    assert Measure("s", "what", "ms", [3.0]).holds is None


def test_a_percentile_is_a_value_that_was_measured():
    assert percentile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.0
    assert percentile([4.0, 1.0, 3.0, 2.0], 0.99) == 4.0


def test_the_slope_of_what_grows_with_size_is_one():
    assert slope((10, 2.0), (1000, 200.0)) == pytest.approx(1.0)
    assert slope((10, 2.0), (1000, 2.0)) == pytest.approx(0.0)
