"""What all objects of ours have in common."""

from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, Self

from pydantic import BaseModel, ConfigDict


class Vendor(StrEnum):
    """A company whose cloud we call."""

    PLUGCHOICE = "plugchoice"
    VOLTTIME = "volttime"
    SPIRII = "spirii"
    LYNKWELL = "lynkwell"


class Ref(NamedTuple):
    """An object of ours by account and the vendor's own id; written `account/id`."""

    account: str
    id: str

    def __str__(self) -> str:
        """As a person types it."""
        return f"{self.account}/{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Ref":
        """Read `account/id`; raises ValueError where the slash is missing."""
        account, slash, object_id = text.partition("/")
        if not (account and slash and object_id):
            raise ValueError(f"not an account/id reference: {text!r}")
        return cls(account, object_id)


class Value(BaseModel):
    """A frozen value."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def updated_from(self, older: Self | None) -> Self:
        """This observation, with what it does not carry taken from an older one of the same."""
        if older is None:
            return self
        kept = {
            name: value
            for name in older.model_fields_set
            if (value := self._merged(name, getattr(older, name))) is not getattr(self, name)
        }
        return self.model_copy(update=kept)

    def _merged(self, name: str, old: Any) -> Any:
        """The value of one field: ours where we carry it, completed by the old one inside."""
        if name not in self.model_fields_set:
            return old
        new = getattr(self, name)
        if isinstance(new, Value) and isinstance(old, type(new)):
            return new.updated_from(old)
        return new


class VendorObject(Value):
    """Something at a vendor, as it was at `observed_at`."""

    account: str
    """Our name of the credential that saw it."""
    vendor: Vendor
    id: str
    """The vendor's own id, the one its paths take."""
    observed_at: datetime

    @property
    def ref(self) -> Ref:
        """Account and id."""
        return Ref(self.account, self.id)


class PowerType(StrEnum):
    """The kind of current."""

    AC_1_PHASE = "ac_1_phase"
    AC_2_PHASE = "ac_2_phase"
    AC_2_PHASE_SPLIT = "ac_2_phase_split"
    AC_3_PHASE = "ac_3_phase"
    DC = "dc"
    UNKNOWN = "unknown"


class Permissions(Value):
    """What our credential may see and do with an object (Plugchoice)."""

    basic: bool = False
    sensitive: bool = False
    full: bool = False
