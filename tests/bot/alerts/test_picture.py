"""The picture of a report, drawn by a real child process."""

import subprocess
import sys
from datetime import date

import pytest

from bot.alerts.availability import Figures
from bot.alerts.picture import PictureError, picture

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 30)
GOOD, BAD, NOT_KNOWN = Figures(up=99.0, down=1.0), Figures(down=10.0), Figures(unknown=10.0)
SITES = [
    ("Ørestad Syd (dk)", {FIRST: BAD, LAST: GOOD}),
    ("Kendall Square (us)", {FIRST: NOT_KNOWN}),
    *((f"Site {n} with $a_{{name}}$ that is {'very ' * 20} long (nl)", {}) for n in range(60)),
]


async def test_a_report_is_drawn_as_a_png():
    """Also for more sites than fit, days without evidence, and names that look like formulas."""
    png = await picture(SITES, FIRST, LAST)

    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert 10_000 < len(png) < 1_000_000


async def test_a_drawing_that_takes_too_long_is_ended():
    with pytest.raises(PictureError, match="longer than 0 s"):
        await picture(SITES, FIRST, LAST, within=0)


async def test_a_drawing_that_fails_says_why():
    with pytest.raises(PictureError, match="Error"):
        await picture([], LAST, FIRST)


async def test_whoever_draws_gets_no_credentials(tmp_path, monkeypatch):
    """Neither as an argument, which everybody on the machine may list, nor in its environment."""
    spy = tmp_path / "python"
    spy.write_text('#!/bin/sh\necho "$@"\nenv\n')
    spy.chmod(0o700)
    monkeypatch.setattr("bot.alerts.picture.sys.executable", str(spy))
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-marked")
    monkeypatch.setenv("NL_TOKEN", "marked")

    seen = (await picture(SITES, FIRST, LAST)).decode()

    assert "bot.alerts.drawing" in seen
    assert "PATH=" in seen
    assert "marked" not in seen


def test_the_bot_itself_never_loads_what_draws():
    """It costs tens of megabytes for a picture a week."""
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, bot.app; print('matplotlib' in sys.modules)"],
        check=True,
        capture_output=True,
        text=True,
    )

    assert loaded.stdout.strip() == "False"
