"""One line of a check, and how a terminal shows it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final, Protocol

from rich.console import Console
from rich.text import Text

_MARKS: Final = {True: ("✔", "green"), False: ("✘", "bold red"), None: ("!", "yellow")}


@dataclass(frozen=True)
class Finding:
    """What was found of one thing."""

    subject: str
    """Such as `account nl`."""
    ok: bool | None
    """`None`: it works, and something about it is worth knowing."""
    sentence: str
    fix: str = ""
    """What to do where it is not well."""


class Chat(Protocol):
    """Looks at the chat's side; `handlers.doctor.SlackDoctor` does."""

    def findings(self) -> AsyncIterator[Finding]:
        """One after the other, as they are found."""


async def report(findings: AsyncIterator[Finding], console: Console) -> int:
    """Show findings as they come; the exit status, 1 where something does not work."""
    status = 0
    async for finding in findings:
        mark, style = _MARKS[finding.ok]
        console.print(
            Text.assemble((mark, style), " ", (f"{finding.subject}: ", "bold"), finding.sentence)
        )
        if finding.fix:
            console.print(Text(f"  → {finding.fix}"))
        if finding.ok is False:
            status = 1
    return status
