"""Holds the database against what must always be true, and pings only while all of it is."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from bot import topics
from bot.clock import Clock
from bot.store import Store, StoreError, Tables
from bot.store.invariants import INVARIANTS, Invariant, Violation

log = logging.getLogger(__name__)

Beat = Callable[[], Awaitable[object]]
Observer = Callable[[Sequence[Violation]], None]
SUBJECT: Final = "invariant"
"""The subject of the messages of `topics.TROUBLE` that come from here."""


async def no_heartbeat() -> None:
    """Where nobody outside watches."""


def nobody(_: Sequence[Violation]) -> None:
    """Where nobody counts."""


class Auditor:
    """Looks each minute; what it finds is a bug of ours, or shows that nobody hears us."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        fallback_channel: str,
        beat: Beat = no_heartbeat,
        observe: Observer = nobody,
    ) -> None:
        """`beat` tells a watchdog outside; `observe` is shown the violations of each audit."""
        self._store = store
        self._clock = clock
        self._fallback_channel = fallback_channel
        self._beat = beat
        self._observe = observe
        self._seen: frozenset[str] = frozenset()

    async def run(self) -> Sequence[Violation]:
        """Audit once; gives what does not hold.

        The heartbeat stops at once. People are told what two audits in a row have seen, once a
        day: after a machine has slept, much is due in the moment before it is done.
        """
        now = self._clock.now()
        try:
            violations = await self._violations(now)
        except StoreError as error:
            log.error("No audit: %s", error)  # noqa: TRY400 - the error is a whole sentence
            return ()
        self._observe(violations)
        if violations:
            await self._report(violations, now)
        else:
            await self._beat()
        self._seen = frozenset(each.invariant.name for each in violations)
        return violations

    async def _violations(self, now: datetime) -> list[Violation]:
        """One look each, so that others get their turn at the store in between."""
        looks = [
            await self._store.read(partial(_look, invariant=invariant, now=now))
            for invariant in INVARIANTS
        ]
        return [violation for violation in looks if violation is not None]

    async def _report(self, violations: Sequence[Violation], now: datetime) -> None:
        lasting = [each for each in violations if each.invariant.name in self._seen]
        for each in violations:
            facts = {"invariant": each.invariant.name, "subjects": each.subjects}
            log.error(each.invariant.sentence, extra=facts)
        if lasting:
            await self._store.write(lambda tables: self._tell(tables, lasting, now))

    def _tell(self, tables: Tables, violations: Sequence[Violation], now: datetime) -> None:
        for invariant, subjects in violations:
            tables.messages.say(
                key=f"trouble:{SUBJECT}:{invariant.name}:{now.date()}",
                destination=self._fallback_channel,
                topic=topics.TROUBLE,
                subject=SUBJECT,
                details={
                    "name": invariant.name,
                    "sentence": invariant.sentence,
                    "subjects": subjects,
                },
                now=now,
            )


def _look(tables: Tables, invariant: Invariant, now: datetime) -> Violation | None:
    return tables.invariants.violation(invariant, now)
