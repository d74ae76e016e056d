"""Plugchoice's own JSON, and what it means in our words."""

from typing import Annotated, Any, Self

from vendors.models import Charger, Connector, Licenses, ModelRef, Permissions, Site
from vendors.volt_cloud.wire import ChargerState, ConnectorRow, to_smart_charging_mode
from vendors.wire_model import Flag, Id, Number, Part, Secret, Text, UtcTime, Whole, WireModel

FIELD_NAMES = {"site_uuid": "site_id", "team_uuid": "team"}
"""Their names of fields that our forms call otherwise."""


class LicensesWire(WireModel):
    """What a charger is licensed for."""

    smart: Flag = None
    pro: Flag = None

    def to_licenses(self) -> Licenses:
        """In our words."""
        return Licenses(smart=bool(self.smart), pro=bool(self.pro))


class PermissionsWire(WireModel):
    """What our credential may do with an object."""

    basic: Flag = None
    sensitive: Flag = None
    full: Flag = None

    def to_permissions(self) -> Permissions:
        """In our words."""
        return Permissions(
            basic=bool(self.basic), sensitive=bool(self.sensitive), full=bool(self.full)
        )


class ModelWire(WireModel):
    """A charger's model: `model` in most replies, `internal_model` in the team's listing."""

    vendor: Text = None
    name: Text = None
    is_dc: Flag = None
    sku: Text = None

    def to_fields(self) -> dict[str, Any]:
        """The fields of our ModelRef, for those that the answer carried."""
        return self.carried(make="vendor", name="name", is_dc="is_dc", sku="sku")


class SiteOfCharger(WireModel):
    """The site in a row of the team's listing."""

    uuid: Id
    name: Text = None


class ChargerWire(ChargerState):
    """A charger (Plugchoice docs, chargers/get-charger; seeds of create and get).

    `pincode` comes with a direct read only, and only with the right to see it.
    """

    uuid: Id
    pincode: Secret = None
    firmware_version: Text = None
    parsed_firmware_version: Text = None
    server: Text = None
    last_connection_at: UtcTime = None
    last_disconnection_at: UtcTime = None
    last_heartbeat_at: UtcTime = None
    setup_pending: Flag = None
    setup_completed: Flag = None
    blocked: Flag = None
    max_current: Number = None
    licenses: Annotated[LicensesWire | None, Part] = None
    permissions: Annotated[PermissionsWire | None, Part] = None
    model_id: Text = None
    model: Annotated[ModelWire | None, Part] = None
    internal_model: Annotated[ModelWire | None, Part] = None
    site: Annotated[SiteOfCharger | None, Part] = None

    def to_charger(self, seen: dict[str, Any], **known: Any) -> Charger:
        """In our words; `known` is what the question says, such as the site that was asked."""
        carried = self.carried(
            pincode="pincode",
            firmware_version="firmware_version",
            parsed_firmware_version="parsed_firmware_version",
            server="server",
            last_connection_at="last_connection_at",
            last_disconnection_at="last_disconnection_at",
            last_heartbeat_at="last_heartbeat_at",
            setup_pending="setup_pending",
            setup_completed="setup_completed",
            blocked="blocked",
            max_current_a="max_current",
        )
        if self.licenses:
            carried["licenses"] = self.licenses.to_licenses()
        if self.permissions:
            carried["permissions"] = self.permissions.to_permissions()
        fields = {**self._state(), **carried, **self._model(), **self._site(), **known}
        return Charger(**seen, id=self.uuid, **fields)

    def _model(self) -> dict[str, Any]:
        """A row of the team's listing without an `internal_model` says nothing of `model`."""
        fields = self.carried(id="model_id")
        for model in (self.internal_model, self.model):
            fields |= model.to_fields() if model else {}
        if any(value is not None for value in fields.values()):
            return {"station_model": ModelRef(**fields)}
        return {"station_model": None} if "model" in self.model_fields_set else {}

    def _site(self) -> dict[str, Any]:
        if "site" not in self.model_fields_set:
            return {}
        if self.site is None:
            return {"site_id": None, "site_name": None}
        return {"site_id": self.site.uuid, "site_name": self.site.name}


class Attached(WireModel):
    """`POST /sites/{site}/chargers`: the charger, where the answer carries it."""

    charger: ChargerWire | None = None

    @classmethod
    def from_body(cls, body: object) -> Self:
        """Accept a charger in an envelope or bare, or an answer without one."""
        inner = body.get("data", body) if isinstance(body, dict) else None
        has_charger = isinstance(inner, dict) and "uuid" in inner
        return cls(charger=ChargerWire.model_validate(inner) if has_charger else None)

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """Accept no body at all (204) too."""
        return super().from_json(content) if content.strip() else cls()


class ConnectorOfCharger(WireModel):
    """The charger in a row of a site's connectors."""

    uuid: Id
    id: Whole = None
    identity: Id
    connection_status: Text = None
    status: Text = None

    def to_charger(self, seen: dict[str, Any], **known: Any) -> Charger:
        """In our words."""
        row = ChargerWire.model_validate(self.model_dump(include=self.model_fields_set))
        return row.to_charger(seen, **known)


class ConnectorOfSite(ConnectorRow):
    """A row of `GET /sites/{site}/connectors` (Plugchoice docs, site-connectors)."""

    charger: ConnectorOfCharger

    def to_pair(self, seen: dict[str, Any], **known: Any) -> tuple[Charger, Connector]:
        """In our words."""
        return self.charger.to_charger(seen, **known), self.to_connector()


class LoadManagement(WireModel):
    """`capabilities.load_management` of a site."""

    dynamic: Flag = None


class Capabilities(WireModel):
    """`capabilities` of a site."""

    smart_charging: Flag = None
    load_management: Annotated[LoadManagement | None, Part] = None


class SiteWire(WireModel):
    """A site (Plugchoice docs, sites/get-site); the team's listing carries less."""

    uuid: Id
    name: Id
    id: Whole = None
    address: Text = None
    street: Text = None
    house_number: Text = None
    house_number_addition: Text = None
    postal_code: Text = None
    city: Text = None
    country: Text = None
    latitude: Number = None
    longitude: Number = None
    smart_charging: Text = None
    """One of three words; some pages of the documents call it a boolean, and are wrong."""
    chargers_count: Whole = None
    capabilities: Annotated[Capabilities | None, Part] = None
    permissions: Annotated[PermissionsWire | None, Part] = None
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
            latitude="latitude",
            longitude="longitude",
            raw_smart_charging="smart_charging",
            chargers_count="chargers_count",
            created_at="created_at",
            updated_at="updated_at",
        )
        if self.smart_charging:
            carried["smart_charging"] = to_smart_charging_mode(self.smart_charging)
        if self.permissions:
            carried["permissions"] = self.permissions.to_permissions()
        if self.capabilities:
            carried["can_smart_charge"] = self.capabilities.smart_charging
            if self.capabilities.load_management:
                carried["can_balance_load"] = self.capabilities.load_management.dynamic
        return Site(**seen, id=self.uuid, name=self.name, **carried)
