"""Cars that come and go: each minute some free connectors get a car, by the world's seed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bot.sandbox.vendors.entities import Connector, Session, Status
from bot.sandbox.vendors.world import World

MINUTE = timedelta(minutes=1)
CARS_A_MINUTE = 1 / 400
"""New cars per connector and minute, so that about a third of the connectors is in use."""
MOST_CARS_A_MINUTE = 40
LATE = timedelta(minutes=5)
"""How long to wait before looking again at what happens on an offline charger."""
CARD_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Stay:
    """One car at one connector: what it will take, and how long it stays."""

    id_tag: str
    power_w: int
    charging: timedelta
    idling: timedelta
    leaving: timedelta


class Traffic:
    """Brings cars to a world; the same seed brings the same cars."""

    def __init__(self, world: World) -> None:
        self._world = world

    def start(self) -> None:
        """From now on cars come."""
        self._world.after(MINUTE, self._minute)

    def _minute(self) -> None:
        world = self._world
        world.after(MINUTE, self._minute)
        chance = Random(world.seed * 1_000_000_007 + int(world.now.timestamp()))
        expected = min(len(world.connectors) * CARS_A_MINUTE, MOST_CARS_A_MINUTE)
        for _ in range(int(expected) + (chance.random() < expected % 1)):
            connector = world.connectors[chance.randint(1, len(world.connectors))]
            self.arrive(connector, stay_at(connector, chance))

    def arrive(self, connector: Connector, stay: Stay | None = None) -> bool:
        """A car is plugged in and soon charges; False where it finds no working free connector."""
        charger = connector.charger
        if connector.status is not Status.AVAILABLE or not charger.online or charger.inoperative:
            return False
        stay = stay or stay_at(
            connector, Random(self._world.seed * 1_000_000_007 + connector.number)
        )
        connector.status = Status.PREPARING
        self._world.after(timedelta(seconds=40), lambda: self._begin(connector, stay))
        return True

    def _begin(self, connector: Connector, stay: Stay) -> None:
        if connector.status is not Status.PREPARING:
            return
        if not connector.charger.online:
            self._world.after(LATE, lambda: self._begin(connector, stay))
            return
        world = self._world
        session = Session(
            number=world.number("session"),
            connector=connector,
            id_tag=stay.id_tag,
            started_at=world.now,
            full_at=world.now + stay.charging,
            power_w=stay.power_w,
            meter_start_wh=connector.meter_wh,
        )
        world.begin_session(connector, session)
        world.after(stay.charging, lambda: self._full(connector, session, stay))

    def _full(self, connector: Connector, session: Session, stay: Stay) -> None:
        if connector.session is not session:
            return
        if not connector.charger.online:
            self._world.after(LATE, lambda: self._full(connector, session, stay))
            return
        connector.status = Status.SUSPENDED_EV
        self._world.after(stay.idling, lambda: self._stop(connector, session, stay))

    def _stop(self, connector: Connector, session: Session, stay: Stay) -> None:
        if connector.session is not session:
            return
        if not connector.charger.online:
            self._world.after(LATE, lambda: self._stop(connector, session, stay))
            return
        self.leave(connector, stay.leaving)

    def leave(self, connector: Connector, leaving: timedelta = MINUTE) -> None:
        """The driver ends the session and drives off after `leaving`."""
        self._world.end_session(connector, "EVDisconnected")
        self._world.after(leaving, lambda: self._free(connector))

    def _free(self, connector: Connector) -> None:
        if connector.status is not Status.FINISHING:
            return
        if connector.charger.online:
            connector.status = Status.AVAILABLE
        else:
            self._world.after(LATE, lambda: self._free(connector))


def stay_at(connector: Connector, chance: Random) -> Stay:
    """What a car does at this connector: hours at AC, half an hour at DC."""
    fast = connector.charger.model.is_dc
    share = chance.uniform(0.35, 0.8) if fast else chance.choice([0.33, 0.5, 0.66, 1.0])
    return Stay(
        id_tag="".join(chance.choices(CARD_LETTERS, k=4)) + f"{chance.randint(0, 9999):04}",
        power_w=int(connector.plug.max_power_w * share),
        charging=timedelta(minutes=chance.randint(12, 45) if fast else chance.randint(60, 300)),
        idling=timedelta(minutes=chance.randint(0, 6) if fast else chance.randint(0, 90)),
        leaving=timedelta(minutes=chance.randint(1, 4)),
    )


def amperes(connector: Connector, now: datetime) -> tuple[float, float, float]:
    """What flows now in each phase, in amperes."""
    watts = connector.power_w(now)
    if connector.plug.power_type == "AC_1_PHASE":
        return (watts / 230, 0.0, 0.0)
    phase = watts / 690
    return (phase, phase, phase)
