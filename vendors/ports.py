"""What a vendor can do: one small protocol per capability.

A capability that a vendor lacks is absent from its client, not a method that raises, so
`isinstance(client, RestartsChargers)` is the whole question. The table in docs/vendors.md is made
from this file.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol, Self, runtime_checkable

from pydantic import SecretStr

from vendors.models import (
    Charger,
    Connector,
    Group,
    GroupMeter,
    NewCharger,
    NewSite,
    NewStationModel,
    PowerUsage,
    Receipt,
    Registration,
    Reset,
    Site,
    SmartCharging,
    StationModel,
    Transaction,
    Vendor,
)


class Client(Protocol):
    """What every vendor's client is, whatever it can do."""

    @property
    def account(self) -> str:
        """Our name of the credential."""

    @property
    def vendor(self) -> Vendor:
        """Whose cloud it calls."""

    @property
    def rate_limit_left(self) -> int | None:
        """How many requests the vendor would still take now; `None` where it does not say."""

    def in_background(self) -> Self:
        """The same client, whose requests wait behind those of people."""

    async def ping(self) -> datetime | None:
        """Call the vendor once, cheaply; answers with the vendor's clock where it sends one."""

    async def aclose(self) -> None:
        """Close the connections."""


@runtime_checkable
class ReadsChargers(Protocol):
    """Get one charger, with all that the vendor tells of it."""

    async def charger(self, charger_id: str) -> Charger:
        """Raise NotFoundError where the vendor does not know it."""


@runtime_checkable
class ListsChargers(Protocol):
    """List the chargers of the account."""

    def chargers(self) -> AsyncIterator[Sequence[Charger]]:
        """Yield page by page; the iterator ends only when the listing is complete."""


@runtime_checkable
class ListsTroubledChargers(Protocol):
    """List only chargers that are offline or faulted, by the vendor's own filters."""

    def troubled_chargers(self) -> AsyncIterator[Sequence[Charger]]:
        """Yield page by page; a charger may come twice; rows lack fault codes and times."""


@runtime_checkable
class FindsChargers(Protocol):
    """Look a charger up at the vendor by what a person types."""

    async def find_chargers(self, text: str) -> Sequence[Charger]:
        """Those whose identity, serial number or id is the text; empty where there is none."""


@runtime_checkable
class ListsSiteChargers(Protocol):
    """List the chargers of one site."""

    def site_chargers(self, site_id: str) -> AsyncIterator[Sequence[Charger]]:
        """Yield page by page."""


@runtime_checkable
class RegistersChargers(Protocol):
    """Register a charger that no account has yet."""

    @property
    def registration(self) -> Registration:
        """The fields that this vendor wants."""

    async def register_charger(self, charger: NewCharger) -> Charger:
        """Write once; raises RejectedError with fields named `identity`, `serial_number`, …."""


@runtime_checkable
class AttachesChargers(Protocol):
    """Put a charger that exists at the vendor onto one of our sites, proving access by pincode."""

    async def attach_charger(
        self,
        site_id: str,
        *,
        pincode: SecretStr,
        identity: str | None = None,
        serial_number: str | None = None,
    ) -> Charger | None:
        """Write once; the charger where the vendor's answer carries it."""


@runtime_checkable
class DetachesChargers(Protocol):
    """Take a charger off its site; the charger survives."""

    async def detach_charger(self, site_id: str, charger_id: str) -> None:
        """Write once."""


@runtime_checkable
class DeletesChargers(Protocol):
    """Delete a charger; no undo is documented."""

    async def delete_charger(self, charger_id: str) -> None:
        """Write once."""


@runtime_checkable
class SetsReference(Protocol):
    """Give a charger a name of our own."""

    async def set_reference(self, charger_id: str, reference: str | None) -> Charger:
        """Write once; `None` clears it."""


@runtime_checkable
class ListsSites(Protocol):
    """List the sites of the account."""

    def sites(self) -> AsyncIterator[Sequence[Site]]:
        """Yield page by page."""


@runtime_checkable
class ReadsSites(Protocol):
    """Get one site."""

    async def site(self, site_id: str) -> Site:
        """Raise NotFoundError where the vendor does not know it."""


@runtime_checkable
class CreatesSites(Protocol):
    """Create a site; the vendor takes two of the same name."""

    async def create_site(self, site: NewSite) -> Site:
        """Write once."""


@runtime_checkable
class ListsConnectors(Protocol):
    """List the connectors of a site."""

    def site_connectors(self, site_id: str) -> AsyncIterator[Sequence[tuple[Charger, Connector]]]:
        """Yield page by page, each connector with what the row tells of its charger."""


@runtime_checkable
class ReadsConnectors(Protocol):
    """Read the connectors of one charger, without the rest of it."""

    async def charger_connectors(self, charger_id: str) -> Sequence[Connector]:
        """As they are now; empty where the vendor does not know the charger."""


@runtime_checkable
class ReadsSmartCharging(Protocol):
    """Get the smart charging settings of a site."""

    async def smart_charging(self, site_id: str) -> SmartCharging:
        """As they are now."""


@runtime_checkable
class UpdatesSmartCharging(Protocol):
    """Change the smart charging settings of a site."""

    async def update_smart_charging(self, site_id: str, settings: SmartCharging) -> SmartCharging:
        """Write once; `settings.timezone` must be set."""


@runtime_checkable
class ReadsPowerUsage(Protocol):
    """Read what a connector draws now."""

    async def power_usage(self, charger: Charger, connector: int) -> PowerUsage:
        """`connector` is the OCPP number."""


@runtime_checkable
class ListsGroups(Protocol):
    """List the load balancing groups of a site."""

    async def groups(self, site_id: str) -> Sequence[Group]:
        """At most 25 (Plugchoice documents no paging)."""


@runtime_checkable
class ReadsGroupMeter(Protocol):
    """Read the meter of a group."""

    async def group_meter(self, site_id: str, group_id: str) -> GroupMeter | None:
        """`None` where the group has no meter."""


@runtime_checkable
class ListsTransactions(Protocol):
    """List the sessions of a site, newest first where the vendor sorts."""

    def transactions(
        self, site_id: str, *, active: bool = False
    ) -> AsyncIterator[Sequence[Transaction]]:
        """Yield page by page; `active` asks only for those that have not stopped."""


@runtime_checkable
class ListsStationModels(Protocol):
    """List the station models of the account."""

    def station_models(self, *, archived: bool = False) -> AsyncIterator[Sequence[StationModel]]:
        """Yield page by page; `archived` lists the archived ones instead."""


@runtime_checkable
class ReadsStationModels(Protocol):
    """Get one station model."""

    async def station_model(self, model_id: str) -> StationModel:
        """Raise NotFoundError where the vendor does not know it."""


@runtime_checkable
class CreatesStationModels(Protocol):
    """Create a station model; admins of the vendor only."""

    async def create_station_model(self, model: NewStationModel) -> StationModel:
        """Write once; nothing but the friendly name can be changed later."""


@runtime_checkable
class RenamesStationModels(Protocol):
    """Change the friendly name of a station model."""

    async def rename_station_model(self, model_id: str, friendly_name: str) -> StationModel:
        """Write once."""


@runtime_checkable
class ArchivesStationModels(Protocol):
    """Archive a station model; no un-archive is documented; admins of the vendor only."""

    async def archive_station_model(self, model_id: str) -> StationModel:
        """Write once."""


@runtime_checkable
class RestartsChargers(Protocol):
    """Restart a charger; ends any session on it."""

    @property
    def resets(self) -> Sequence[Reset]:
        """The kinds that this vendor offers; the first is the usual one."""

    async def restart_charger(self, charger_id: str, reset: Reset) -> Receipt:
        """Write once; the receipt says that the command was taken, not that it happened."""
