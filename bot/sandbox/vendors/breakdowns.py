"""What can go wrong in the street, by the identity that people know a charger by."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from random import Random

from bot.sandbox.vendors.entities import Charger, Connector, Fault, Site, Status, Vendor
from bot.sandbox.vendors.traffic import Traffic
from bot.sandbox.vendors.world import World

CAR_THERE = {Status.PREPARING, Status.CHARGING, Status.FINISHING}
"""How a connector is while a car stands at it."""


class Breakdowns:
    """Breaks and mends chargers at the clock's time. Unknown names raise KeyError."""

    def __init__(self, world: World, now: Callable[[], datetime]) -> None:
        self._world = world
        self._now = now
        self._traffic = Traffic(world)
        self._flapping: set[Charger] = set()

    def charger_offline(self, identity: str) -> None:
        """Its vendor hears nothing more; its last status stays, stale."""
        self._world.disconnect(self._charger(identity))

    def charger_online(self, identity: str) -> None:
        """It calls its vendor (again)."""
        self._world.connect(self._charger(identity))

    def connector_fault(
        self,
        identity: str,
        code: str,
        *,
        connector: int = 1,
        vendor_code: str | None = None,
        vendor_id: str | None = None,
        info: str | None = None,
    ) -> None:
        """A connector is Faulted with any OCPP code; `connector` is its OCPP number."""
        fault = Fault(code, Status.FAULTED, info, vendor_id, vendor_code)
        self._world.fault(self._connector(identity, connector), fault)

    def warning(
        self,
        identity: str,
        code: str,
        *,
        connector: int = 1,
        status: Status = Status.AVAILABLE,
        vendor_code: str | None = None,
        info: str | None = None,
    ) -> None:
        """A code beside a working status: it can still charge."""
        fault = Fault(code, status, info, None, vendor_code)
        self._world.fault(self._connector(identity, connector), fault)

    def charger_fault(self, identity: str, code: str, *, info: str | None = None) -> None:
        """The charger as a whole is Faulted (OCPP connector 0)."""
        self._world.fault_charger(self._charger(identity), Fault(code, info=info))

    def clear_faults(self, identity: str) -> None:
        """It reports NoError everywhere."""
        self._world.clear_faults(self._charger(identity))

    def flapping(
        self, identity: str, *, times: int = 6, every: timedelta = timedelta(minutes=4)
    ) -> None:
        """Off now, then on and off in turn, `times` changes in all, one each `every`."""
        charger = self._charger(identity)
        self._flapping.add(charger)
        for change in range(times):
            self._world.after(every * change, partial(self._flip, charger))
        self._world.advance(self._now())

    def _flip(self, charger: Charger) -> None:
        if charger not in self._flapping:
            return
        if charger.online:
            self._world.disconnect(charger)
        else:
            self._world.connect(charger)

    def power_cut(self, site: str) -> None:
        """A site, by its name, goes dark."""
        self._world.cut_power(self._site(site))

    def power_back(self, site: str) -> None:
        """The lights are on again."""
        self._world.restore_power(self._site(site))

    def never_connects(self, identity_glob: str) -> None:
        """Chargers registered from now on with such an identity never call their vendor."""
        self._world.never_connects(identity_glob)

    def refuses_commands(self, identity: str, *, refuses: bool = True) -> None:
        """It answers commands with Rejected."""
        self._charger(identity).obedient = not refuses

    def out_of_service(self, identity: str, *, out: bool = True) -> None:
        """Switched off on purpose (Unavailable), or on again."""
        charger = self._charger(identity)
        charger.inoperative = out
        for connector in charger.connectors:
            if connector.fault is None and connector.session is None and charger.seen:
                connector.status = Status.UNAVAILABLE if out else Status.AVAILABLE
        self._world.look_at(charger)

    def half_offline(self, vendor: Vendor) -> list[str]:
        """The vendor says that half of its chargers, and at least ten, are offline: which."""
        self._world.advance(self._now())
        fleet = self._world.shares[vendor].fleet
        online = [charger for charger in fleet if charger.online]
        count = min(len(online), max(10, (len(fleet) + 1) // 2))
        victims = Random(self._world.seed).sample(online, count)
        for charger in victims:
            self._world.disconnect(charger)
        return sorted(charger.identity for charger in victims)

    def start_session(self, identity: str, *, connector: int = 1) -> bool:
        """A car comes and charges 40 s later; False where the connector is not free."""
        return self._traffic.arrive(self._connector(identity, connector))

    def stop_session(self, identity: str, *, connector: int = 1) -> None:
        """The driver leaves; a minute later the connector is free."""
        self._traffic.leave(self._connector(identity, connector))

    def drive_off(self, identity: str) -> None:
        """Every car there is gone at once."""
        for connector in self._charger(identity).connectors:
            self._world.end_session(connector, "EVDisconnected")
            if connector.status in CAR_THERE:
                connector.status = Status.AVAILABLE

    def lose_access(self, site: str, *, lost: bool = True) -> None:
        """The site's owner no longer shares sensitive data with us (Plugchoice)."""
        self._site(site).data_access = not lost

    def mend(self) -> None:
        """Power everywhere, every known charger online and obedient, no faults."""
        self._world.advance(self._now())
        self._flapping.clear()
        self._world.all_connect()
        for share in self._world.shares.values():
            for site in share.sites.values():
                if not site.powered:
                    self._world.restore_power(site)
            for charger in share.fleet:
                self._mend(charger)

    def _mend(self, charger: Charger) -> None:
        charger.obedient = True
        if charger.seen and not charger.deleted_at:
            self._world.clear_faults(charger)
            self._world.connect(charger)

    def _charger(self, identity: str) -> Charger:
        self._world.advance(self._now())
        return self._world.charger(identity)

    def _connector(self, identity: str, number: int) -> Connector:
        for connector in self._charger(identity).connectors:
            if connector.plug.number == number:
                return connector
        raise KeyError(f"{identity} has no connector {number}")

    def _site(self, name: str) -> Site:
        self._world.advance(self._now())
        for share in self._world.shares.values():
            for site in share.sites.values():
                if site.name == name:
                    return site
        raise KeyError(name)
