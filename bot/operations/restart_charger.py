"""Restart a charger; ends any session on it."""

from datetime import datetime
from typing import ClassVar, Literal

from bot.operations.base import (
    Description,
    Finding,
    Line,
    Precheck,
    Result,
    Verdict,
    World,
    capability,
)
from bot.operations.chargers import (
    ChargerOperation,
    charging_now,
    last_connection,
    paused_sessions,
)
from vendors.models import Reset
from vendors.ports import RestartsChargers

LAST_CONNECTION = "last_connection"


class RestartCharger(ChargerOperation):
    """Plugchoice `POST …/actions/restart`, Spirii `POST /chargeboxes/{id}/reset`."""

    noun: ClassVar[str] = "restart a charger"
    interrupts_charging: ClassVar[bool] = True

    kind: Literal["restart_charger"] = "restart_charger"
    reset: Reset = Reset.SOFT

    def describe(self, precheck: Precheck | None) -> Description:
        """How it is restarted."""
        return Description(
            title=f"Restart charger {self.label} at {self.account}",
            lines=(Line(name="Reset", after=self.reset),),
            warnings=("A restart ends any session.", *(precheck.warnings if precheck else ())),
        )

    async def precheck(self, world: World) -> Precheck:
        """See whether a car is charging; an open safety alert forbids it, whoever approves."""
        charger = await self.now_or_gone(world)
        if isinstance(charger, Precheck):
            return charger
        problems = await self._problems(world)
        moment = last_connection(charger)
        return Precheck(
            checked_at=world.now(),
            state={"exists": True},
            evidence={LAST_CONNECTION: moment.isoformat() if moment else None},
            problems=problems,
            warnings=paused_sessions(charger),
            charging=await charging_now(world, charger),
        )

    async def _problems(self, world: World) -> tuple[str, ...]:
        danger = await world.open_safety_alert(self.ref)
        if danger:
            return (f"A safety alert is open: {danger}.",)
        resets = capability(world, self.account, RestartsChargers).resets
        return () if self.reset in resets else (f"{self.account} knows no {self.reset} reset.",)

    async def execute(self, world: World) -> Result:
        """Write once; the receipt says that the command was taken, not that it happened."""
        client = capability(world, self.account, RestartsChargers)
        receipt = await client.restart_charger(self.charger_id, self.reset)
        return Result(f"{self.account} took the restart of {self.label}: {receipt.status}.")

    async def reconcile(self, world: World, asked_on: Precheck) -> Finding:
        """Only a connection since then proves a restart; nothing proves that there was none."""
        charger = await self.now(world)
        moment = last_connection(charger)
        before = asked_on.evidence.get(LAST_CONNECTION)
        known = datetime.fromisoformat(before) if before else asked_on.checked_at
        if moment is not None and moment > known:
            return Finding(Verdict.DONE, f"{self.label} connected anew since then.", seen=charger)
        return Finding(
            Verdict.CANNOT_TELL, "A restart cannot be read back, and it has not reconnected."
        )
