"""Register many chargers, one write each: the first alone, then the rest while all goes well.

Plugchoice's own CSV import is not used: its partial successes cannot be told apart after a crash.
"""

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from bot.operations.base import (
    Description,
    Finding,
    Line,
    Operation,
    Precheck,
    Result,
    Verdict,
    World,
    capability,
)
from bot.operations.new_charger import complaints
from bot.operations.register_charger import RegisterCharger
from vendors.models import NewCharger
from vendors.ports import RegistersChargers

SHOWN = 10
"""So many rows are named before a decision; the rest is counted."""


class ImportChargers(Operation):
    """Each row is one `RegisterCharger`; an import itself writes nothing."""

    noun: ClassVar[str] = "import chargers"

    kind: Literal["import_chargers"] = "import_chargers"
    rows: tuple[NewCharger, ...] = Field(min_length=1)
    site_names: Mapping[str, str] | None = None
    """For people, by id; the ids are what is sent."""

    @property
    def target(self) -> str:
        """How many."""
        return "1 charger" if len(self.rows) == 1 else f"{len(self.rows)} chargers"

    @property
    def size(self) -> int:
        """One charger for each row."""
        return len(self.rows)

    def steps(self) -> tuple[Operation, ...]:
        """One registration for each row, in order."""
        return tuple(
            RegisterCharger(account=self.account, charger=row, site_name=self._site_name(row))
            for row in self.rows
        )

    def without(
        self, done: frozenset[int], refused: frozenset[int] = frozenset()
    ) -> "ImportChargers | None":
        """The rows that are not done, at the end those that would most likely be refused again."""
        numbers = [number for number in range(len(self.rows)) if number not in done]
        left = tuple(self.rows[number] for number in sorted(numbers, key=refused.__contains__))
        return self.model_copy(update={"rows": left}) if left else None

    def describe(self, precheck: Precheck | None) -> Description:
        """The first rows, and how many more there are."""
        lines = [
            Line(name=f"Row {number}", after=self._in_words(row))
            for number, row in enumerate(self.rows[:SHOWN], 1)
        ]
        if more := len(self.rows) - SHOWN:
            lines += [Line(name="And", after=f"{more} more")] if more > 0 else []
        return Description(
            title=f"Import {self.target} into {self.account}",
            lines=tuple(lines),
            warnings=precheck.warnings if precheck else (),
        )

    async def precheck(self, world: World) -> Precheck:
        """Check every row as the vendor wants it; what is there already, the vendor refuses."""
        wanted = capability(world, self.account, RegistersChargers).registration
        problems = [
            f"Row {number}: {complaint}"
            for number, row in enumerate(self.rows, 1)
            for complaint in complaints(row, wanted).values()
        ]
        return Precheck(
            checked_at=world.now(),
            problems=tuple(problems),
            warnings=("The first row runs alone; if it fails, the rest does not run.",),
            chargers=len(self.rows),
        )

    async def execute(self, world: World) -> Result:
        """Never called: only its steps write."""
        raise NotImplementedError("an import is run step by step")

    async def reconcile(self, world: World, asked_on: Precheck) -> Finding:
        """Reconcile every row; done only where every row is."""
        for step in self.steps():
            finding = await step.reconcile(world, asked_on)
            if finding.verdict is not Verdict.DONE:
                return finding
        return Finding(Verdict.DONE, f"{self.target} are at {self.account} now.")

    def _site_name(self, row: NewCharger) -> str | None:
        return (self.site_names or {}).get(row.site_id or "")

    def _in_words(self, row: NewCharger) -> str:
        site = self._site_name(row) or row.site_id
        fields = (row.identity, row.serial_number, site and f"site {site}")
        return ", ".join(field for field in fields if field)
