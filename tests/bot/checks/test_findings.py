"""Green and red lines for people, an exit status for scripts."""

import io
from collections.abc import AsyncIterator

import pytest
from rich.console import Console

from bot.checks import Finding, report

GOOD = Finding("Slack", True, "The bot is in #alerts.")
NOTE = Finding("account us", None, "Only faults are watched.")
BAD = Finding("account nl", False, "It cannot be reached.", "Check [base_url].")


async def shown(*findings: Finding, colour: bool = False) -> tuple[int, str]:
    async def each() -> AsyncIterator[Finding]:
        for finding in findings:
            yield finding

    screen = io.StringIO()
    console = Console(file=screen, force_terminal=colour, soft_wrap=True)
    status = await report(each(), console)
    return status, screen.getvalue()


@pytest.mark.parametrize(
    ("findings", "status"),
    [((), 0), ((GOOD,), 0), ((GOOD, NOTE), 0), ((GOOD, BAD, NOTE), 1)],
)
async def test_only_what_does_not_work_fails(findings: tuple[Finding, ...], status: int):
    assert (await shown(*findings))[0] == status


async def test_each_finding_is_a_line_and_its_fix_another():
    _, text = await shown(GOOD, BAD)

    assert text.splitlines() == [
        "✔ Slack: The bot is in #alerts.",
        "✘ account nl: It cannot be reached.",
        "  → Check [base_url].",
    ]


async def test_a_terminal_shows_colours():
    _, text = await shown(GOOD, BAD, colour=True)

    assert "\x1b[32m✔" in text
    assert "\x1b[1;31m✘" in text
