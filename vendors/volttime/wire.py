"""VoltTime's own JSON, and what it means in our words."""

from typing import Annotated, Any

from pydantic import BeforeValidator, model_validator

from vendors.models import Charger, Connector, ModelRef, Site
from vendors.volt_cloud.wire import ChargerState, ConnectorRow
from vendors.wire_model import Flag, Id, Part, Text, UtcTime, Whole, WireModel


def _with_uuid(body: Any) -> Any:
    """Older generations know numbers only, and their paths take those."""
    if isinstance(body, dict) and body.get("uuid") is None and body.get("id") is not None:
        return {**body, "uuid": body["id"]}
    return body


class Numbered(WireModel):
    """Something whose UUID came later than its number."""

    uuid: Id

    @model_validator(mode="before")
    @classmethod
    def _number_for_uuid(cls, body: Any) -> Any:
        return _with_uuid(body)

    @classmethod
    def _unwrapped(cls, body: object) -> object:
        """See that a bare object without a UUID is not taken for an envelope."""
        return super()._unwrapped(_with_uuid(body))


class ModelWire(WireModel):
    """A charger's model, in a direct read (seen in live clients)."""

    vendor: Text = None
    name: Text = None
    is_dc: Flag = None


class ChargerWire(Numbered, ChargerState):
    """A charger (VoltTime docs, sites/create-a-new-charger; seed of create)."""

    deprecation: Text = None
    model: Annotated[ModelWire | None, Part] = None

    def to_charger(self, seen: dict[str, Any], **known: Any) -> Charger:
        """In our words; `known` is what the question says, such as the site that was asked."""
        fields = {**self._state(), **self.carried(deprecation="deprecation"), **known}
        if "model" in self.model_fields_set:
            fields["station_model"] = self._model()
        return Charger(**seen, id=self.uuid, **fields)

    def _model(self) -> ModelRef | None:
        if self.model is None:
            return None
        return ModelRef(**self.model.carried(make="vendor", name="name", is_dc="is_dc"))


class ConnectorOfCharger(Numbered):
    """The charger in a row of a site's connectors (inferred from v3)."""

    id: Whole = None
    identity: Id
    connection_status: Text = None
    status: Text = None

    def to_charger(self, seen: dict[str, Any], **known: Any) -> Charger:
        """In our words."""
        row = ChargerWire.model_validate(self.model_dump(include=self.model_fields_set))
        return row.to_charger(seen, **known)


class ConnectorOfSite(ConnectorRow):
    """A row of a site's connectors (inferred from v3)."""

    charger: ConnectorOfCharger

    def to_pair(self, seen: dict[str, Any], **known: Any) -> tuple[Charger, Connector]:
        """In our words."""
        return self.charger.to_charger(seen, **known), self.to_connector()


def _whole_or_none(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _truth_or_none(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


class SiteWire(Numbered):
    """A site; its page was never captured: the fields are those that live clients read."""

    name: Id
    id: Whole = None
    address: Text = None
    street: Text = None
    house_number: Text = None
    house_number_addition: Text = None
    postal_code: Text = None
    city: Text = None
    country: Text = None
    phase: Annotated[int | None, BeforeValidator(_whole_or_none)] = None
    """Type and values inferred: read where it is a number."""
    main_fuse_amperage: Annotated[int | None, BeforeValidator(_whole_or_none)] = None
    load_management: Annotated[bool | None, BeforeValidator(_truth_or_none)] = None
    """Type inferred: read where it is true or false."""
    created_at: UtcTime = None
    updated_at: UtcTime = None

    def to_site(self, seen: dict[str, Any]) -> Site:
        """In our words."""
        carried = self.carried(
            numeric_id="id",
            address="address",
            street="street",
            house_number="house_number",
            house_number_addition="house_number_addition",
            postal_code="postal_code",
            city="city",
            country="country",
            phases="phase",
            main_fuse_a="main_fuse_amperage",
            can_balance_load="load_management",
            created_at="created_at",
            updated_at="updated_at",
        )
        return Site(**seen, id=self.uuid, name=self.name, **carried)
