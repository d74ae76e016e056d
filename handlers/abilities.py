"""What each account can do, and what to say where one cannot."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from handlers.blocks import kit, words
from handlers.errors import RefusedError
from vendors import ports
from vendors.fleet import Fleet

DOING: Final[Mapping[Callable[..., Any], str]] = {
    ports.RegistersChargers: "register a charger",
    ports.AttachesChargers: "attach a charger to a site",
    ports.DetachesChargers: "take a charger off its site",
    ports.DeletesChargers: "delete a charger",
    ports.RestartsChargers: "restart a charger",
    ports.SetsReference: "give a charger a reference",
    ports.ReadsPowerUsage: "see what a charger draws",
    ports.CreatesSites: "create a site",
    ports.ListsConnectors: "list the connectors of a site",
    ports.ListsGroups: "list the load balancing groups of a site",
    ports.ReadsGroupMeter: "read the meter of a group",
    ports.ListsTransactions: "list charging sessions",
    ports.ReadsSmartCharging: "see when a site charges",
    ports.UpdatesSmartCharging: "change when a site charges",
    ports.CreatesStationModels: "create a station model",
    ports.RenamesStationModels: "rename a station model",
    ports.ArchivesStationModels: "archive a station model",
}
"""What a capability is for, as a person says it."""

CapabilityT = TypeVar("CapabilityT")


def able(fleet: Fleet, account: str, capability: Callable[..., CapabilityT]) -> CapabilityT:
    """The account's client, where it can do this; else `RefusedError`, naming those that can."""
    can = fleet.able(capability)
    if account in can:
        return can[account]
    vendor = words.VENDOR[fleet.client(account).vendor]
    others = f" Accounts that do: {_names(can)}." if can else ""
    raise RefusedError(
        f"{vendor}, the vendor of account {kit.code(account)}, offers no way to"
        f" {DOING[capability]}.{others}"
    )


def first_able(fleet: Fleet, capability: Callable[..., Any], wanted: str | None = None) -> str:
    """The account to begin a form with: the one that is wanted, else the first that can."""
    if wanted:
        able(fleet, wanted, capability)
        return wanted
    account = next(iter(fleet.able(capability)), None)
    if account is None:
        raise RefusedError(f"None of the accounts offers a way to {DOING[capability]}.")
    return account


def _names(accounts: Mapping[str, object]) -> str:
    return ", ".join(kit.code(name) for name in accounts)
