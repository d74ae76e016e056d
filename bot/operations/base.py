"""What an operation is: a frozen value that can be described, prechecked, executed, reconciled.

The value holds everything that will be sent, except secrets; what a person approves is therefore
what runs. `describe` is pure; the other three speak to the vendor through the `World`.
"""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Protocol, TypeVar, cast

from pydantic import BaseModel, ConfigDict, SecretStr

from vendors.errors import RejectedError
from vendors.models import Charger, Ref, Site, StationModel, VendorObject

CapabilityT = TypeVar("CapabilityT")


class Value(BaseModel):
    """A frozen value of ours."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Fleet(Protocol):
    """Finds the client of an account."""

    def client(self, account: str) -> object:
        """Raise LookupError where no account has this name."""


class Mirror(Protocol):
    """Our mirror of the fleet, as far as operations need it."""

    async def remember(self, charger: Charger) -> object:
        """Mirror what a vendor just told of a charger."""

    async def remember_site(self, site: Site) -> None:
        """Mirror what a vendor just told of a site."""

    async def remember_model(self, model: StationModel) -> None:
        """Mirror what a vendor just told of a station model."""

    async def forget(self, ref: Ref) -> None:
        """A charger was deleted or detached."""

    async def chargers_of_model(self, make: str, name: str) -> int:
        """How many chargers of this make and model we know, over all accounts."""


async def no_safety_alert(_ref: Ref) -> str | None:
    """Where nothing watches for safety alerts, none is open."""
    return None


@dataclass(frozen=True)
class World:
    """What operations act on and look at."""

    fleet: Fleet
    mirror: Mirror
    now: Callable[[], datetime]
    open_safety_alert: Callable[[Ref], Awaitable[str | None]] = no_safety_alert
    """The open safety alert of a charger in plain words, if there is one."""
    pincode: SecretStr | None = None
    """Of the one write that is about to happen; it lives nowhere else."""


class Line(Value):
    """One thing that an operation sets; `before` is `None` where nothing was there to change."""

    name: str
    after: str
    before: str | None = None


class Description(Value):
    """Exactly what a person reads before deciding."""

    title: str
    lines: tuple[Line, ...] = ()
    warnings: tuple[str, ...] = ()


class Charging(Value):
    """A car charging on the target now."""

    connector: str
    power_w: float | None = None


class Precheck(Value):
    """How things stood at `checked_at`."""

    checked_at: datetime
    state: Mapping[str, Any] = {}
    """What the decision rests on, as JSON; where it differs later, the state has drifted."""
    evidence: Mapping[str, Any] = {}
    """Other facts, as JSON, that reconciling needs and that may change freely."""
    problems: tuple[str, ...] = ()
    """Why it cannot be done now, whoever approves."""
    warnings: tuple[str, ...] = ()
    charging: tuple[Charging, ...] = ()
    """Sessions that it would cut off."""
    chargers: int = 1
    """How many chargers it touches."""

    def drift_from(self, asked_on: "Precheck") -> tuple["Change", ...]:
        """What is different now from the state that the request was asked on."""
        names = sorted(asked_on.state.keys() | self.state.keys())
        pairs = ((name, asked_on.state.get(name), self.state.get(name)) for name in names)
        return tuple(
            Change(name=name, before=then, now=now) for name, then, now in pairs if then != now
        )


class Change(Value):
    """One fact that is not as it was when the request was made."""

    name: str
    before: Any
    now: Any


def facts_of(seen: VendorObject | None) -> dict[str, Any]:
    """What a vendor showed, as JSON without secrets."""
    if seen is None:
        return {}
    return seen.model_dump(mode="json", exclude_unset=True, exclude={"pincode"})


@dataclass(frozen=True)
class Result:
    """What a write did, as the vendor answered."""

    summary: str
    """One sentence for people."""
    seen: VendorObject | None = None
    """What the vendor showed of the thing that was made or changed."""
    gone: Ref | None = None
    """The charger that we look after no more."""

    @property
    def answer(self) -> dict[str, Any]:
        """The vendor's answer in our words as JSON, without secrets."""
        return facts_of(self.seen)


class Verdict(StrEnum):
    """What reading the vendor says about a write whose answer was lost."""

    DONE = "done"
    NOT_DONE = "not_done"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True)
class Finding:
    """The verdict, and what it rests on."""

    verdict: Verdict
    because: str
    """A sentence for people."""
    seen: VendorObject | None = None
    gone: Ref | None = None

    @property
    def answer(self) -> dict[str, Any]:
        """What was read, in our words as JSON, without secrets."""
        return facts_of(self.seen)


class CannotDoError(Exception):
    """The account cannot do this at all; the message is a sentence for people."""


class Operation(Value, ABC):
    """Something that changes the vendor's world. Every kind has a literal field `kind`."""

    noun: ClassVar[str]
    """What it does, in the infinitive: `register a charger`."""
    interrupts_charging: ClassVar[bool] = False
    """Whether it cuts off a car that is charging on its target."""
    brings_charger: ClassVar[bool] = False
    """Whether it brings a charger whose first connection the requester waits for."""
    needs_pincode: ClassVar[bool] = False
    """Whether the write takes a pincode, which is never part of the value."""

    kind: str
    account: str

    @property
    @abstractmethod
    def target(self) -> str:
        """What it is about, as people call it; for lists, never for lookups."""

    @abstractmethod
    def describe(self, precheck: Precheck | None) -> Description:
        """The exact lines a person reads; before → after where `precheck` knows the before."""

    @abstractmethod
    async def precheck(self, world: World) -> Precheck:
        """Read how things stand; raises VendorError where the vendor does not say."""

    @abstractmethod
    async def execute(self, world: World) -> Result:
        """Write once; raises VendorError, and OutcomeUnknownError where no answer came."""

    @abstractmethod
    async def reconcile(self, world: World, asked_on: Precheck) -> Finding:
        """After an unknown outcome: read the vendor; never writes."""

    async def explain(self, _world: World, error: RejectedError) -> str:
        """Why the vendor refused, in a sentence; kinds that know more say more."""
        return error.message or "the vendor refused"

    def steps(self) -> "tuple[Operation, ...]":
        """The single writes that it is made of, in order."""
        return (self,)

    def without(
        self, done: frozenset[int], _refused: frozenset[int] = frozenset()
    ) -> "Operation | None":
        """What is left to ask again when these steps are done; `None` where nothing is.

        Those that were refused come last: the first step decides about all others.
        """
        return None if done else self

    @property
    def size(self) -> int | None:
        """How many chargers it touches; `None` where only a look at the vendor tells."""
        return 1

    @property
    def facts(self) -> dict[str, Any]:
        """This value as JSON, without what it does not say."""
        return self.model_dump(mode="json", exclude_none=True)

    @property
    def canonical(self) -> str:
        """The one JSON text of this value: sorted keys, no spaces."""
        return canonical_json(self.facts)

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON, in hex."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces, so that equal values are equal texts."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def able(world: World, account: str, protocol: Callable[..., CapabilityT]) -> CapabilityT | None:
    """The account's client as this capability; `None` where it has not got it."""
    try:
        client = world.fleet.client(account)
    except LookupError as error:
        raise CannotDoError(f"No account is called {account} any more.") from error
    return cast("CapabilityT", client) if isinstance(client, cast("Any", protocol)) else None


def capability(world: World, account: str, protocol: Callable[..., CapabilityT]) -> CapabilityT:
    """The account's client as this capability; raises CannotDoError where it has not got it."""
    client = able(world, account, protocol)
    if client is None:
        raise CannotDoError(f"Account {account} cannot do this.")
    return client
