"""Lynkwell: tokens that expire, station models with their one-way archive, assets and groups."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any, ClassVar, TypeVar

from bot.sandbox.vendors.cloud import VendorCloud
from bot.sandbox.vendors.entities import Plug, StationModel, Vendor
from bot.sandbox.vendors.exchange import Answer, Endpoint, Incoming, Refusal, bearer
from bot.sandbox.vendors.identifiers import number_of_opaque
from bot.sandbox.vendors.lynkwell import rows
from bot.sandbox.vendors.world import World

AUDIENCE = "https://api.lynkwell.com"
SCOPE = "read:asset read:assetgroup"
MODELS = "/asset-management/v1/charging-station-models"
POWER_TYPES = ("AC_1_PHASE", "AC_3_PHASE", "DC")
CONNECTION_TYPES = (
    "CHADEMO",
    "IEC_62196_T1",
    "IEC_62196_T1_COMBO",
    "IEC_62196_T2",
    "IEC_62196_T2_COMBO",
    "TESLA_R",
    "TESLA_S",
    "SAE_J3400",
)
FORMATS = ("CABLE", "SOCKET")

ThingT = TypeVar("ThingT")


class LynkwellCloud(VendorCloud):
    """Full paths from the root; `/oauth/token` stands in for the vendor's token server.

    Error bodies, status codes and limits are not documented: a `message` is inferred, and
    nothing is limited unless `requests_per_minute` says so.
    """

    vendor: ClassVar[Vendor] = Vendor.LYNKWELL
    prefix: ClassVar[str] = ""

    def __init__(
        self,
        world: World,
        now: Callable[[], datetime],
        *,
        client_id: str,
        client_secret: str,
        sleep: Callable[[float], Awaitable[None]],
        requests_per_minute: int | None = None,
    ) -> None:
        super().__init__(world, now, sleep=sleep, requests_per_minute=requests_per_minute)
        self.client_id = client_id
        self.client_secret = client_secret
        self.token_lasts = timedelta(hours=1)
        self.is_admin = True
        self._tokens: dict[str, datetime] = {}

    @property
    def token_url(self) -> str:
        """Where a token is got."""
        return self.root + "/oauth/token"

    def expire_tokens(self) -> None:
        """Every token given out so far is worth nothing from now on."""
        self._tokens.clear()

    def endpoints(self) -> Sequence[Endpoint]:
        """Token server and asset management."""
        return (
            Endpoint("POST", "/oauth/token", self.token, open=True),
            Endpoint("GET", MODELS, self.models),
            Endpoint("POST", MODELS, self.create_model),
            Endpoint("GET", MODELS + "/{model}", self.model),
            Endpoint("PATCH", MODELS + "/{model}", self.rename_model),
            Endpoint("POST", MODELS + "/{model}/archive", self.archive_model),
            Endpoint("GET", "/asset-management/v1/assets", self.assets),
            Endpoint("GET", "/asset-management/v1/asset-groups", self.asset_groups),
        )

    def credential(self, incoming: Incoming) -> str:
        """A token that was given out and is still young."""
        expires = self._tokens.get(bearer(incoming) or "")
        if expires is None or expires <= self._now():
            raise Refusal(401, "Unauthorized")
        return f"token of {self.vendor}"

    def complaint(self, refusal: Refusal) -> Any:
        """Inferred."""
        return {"message": refusal.message}

    def emptied(self, body: Any) -> Any:
        """A list without items."""
        if (
            isinstance(body, dict)
            and isinstance(body.get("data"), dict)
            and "items" in body["data"]
        ):
            return {"data": {"hasMore": False, "items": []}}
        return body

    def token(self, incoming: Incoming) -> Answer:
        """OAuth2 client credentials for the vendor's audience."""
        wanted = incoming.fields
        if wanted.get("grant_type") != "client_credentials":
            raise Refusal(403, "Grant type not allowed for the client.")
        known = (self.client_id, self.client_secret)
        if (wanted.get("client_id"), wanted.get("client_secret")) != known:
            raise Refusal(401, "Unauthorized")
        if wanted.get("audience") != AUDIENCE:
            raise Refusal(403, "Service not found.")
        token = token_urlsafe(24)
        self._tokens[token] = self._now() + self.token_lasts
        return Answer(
            {
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": int(self.token_lasts.total_seconds()),
                "scope": SCOPE,
            }
        )

    def models(self, incoming: Incoming) -> Answer:
        """Archived ones only when `isArchived=true` asks for them, and then no others."""
        archived = incoming.query.get("isArchived", "false").lower() == "true"
        maker, name = incoming.query.get("vendor"), incoming.query.get("model")
        found = [
            model
            for model in self.world.models.values()
            if model.archived is archived
            and maker in (None, model.maker)
            and name in (None, model.name)
        ]
        return _listed(incoming, found, rows.model_id, rows.model_row)

    def model(self, incoming: Incoming) -> Answer:
        """Bare, unlike the others."""
        return Answer(rows.model_row(self._model(incoming)))

    def create_model(self, incoming: Incoming) -> Answer:
        """Admins only; nothing has to be unique."""
        self._admins_only()
        fields = _checked(incoming)
        now = self.world.now
        model = StationModel(
            number=self.world.number("model"),
            maker=fields["vendor"],
            name=fields["model"],
            friendly_name=fields.get("friendlyName"),
            power_type=fields["powerType"],
            plugs=tuple(_plug(given, fields["powerType"]) for given in fields["connectors"]),
            ocpp_url=fields["configurationKeys"]["ocppUrl"],
            image_url=fields.get("imageUrl"),
            created_at=now,
            updated_at=now,
        )
        return Answer({"data": rows.model_row(self.world.add_model(model))}, 201)

    def rename_model(self, incoming: Incoming) -> Answer:
        """`friendlyName` and nothing else; that others are refused is inferred."""
        model = self._model(incoming)
        others = set(incoming.fields) - {"friendlyName"}
        if others:
            raise Refusal(400, f"{', '.join(sorted(others))} cannot be updated")
        _text(incoming.fields, "friendlyName", 200, required=False)
        if "friendlyName" in incoming.fields:
            model.friendly_name, model.updated_at = incoming.fields["friendlyName"], self.world.now
        return Answer({"data": rows.model_row(model)})

    def archive_model(self, incoming: Incoming) -> Answer:
        """Admins only, and one way; a second time changes nothing (inferred)."""
        self._admins_only()
        model = self._model(incoming)
        if not model.archived:
            model.archived, model.updated_at = True, self.world.now
        return Answer({"data": rows.model_row(model)})

    def assets(self, incoming: Incoming) -> Answer:
        """Chargers, with filters on make, model, firmware and groups."""
        query = incoming.query
        groups = [name for name in query.get("assetGroups", "").split(",") if name]
        found = [
            charger
            for charger in self.share.fleet
            if query.get("chargingStationMake") in (None, charger.model.maker)
            and query.get("chargingStationModel") in (None, charger.model.name)
            and query.get("firmwareVersion") in (None, charger.firmware)
            and (not groups or (charger.site and rows.group_id(charger.site) in groups))
        ]
        world = self.world
        return _listed(incoming, found, rows.asset_id, lambda one: rows.asset_row(one, world))

    def asset_groups(self, incoming: Incoming) -> Answer:
        """Sites."""
        ids = [name for name in incoming.query.get("ids", "").split(",") if name]
        sites = self.share.sites.values()
        found = [site for site in sites if not ids or rows.group_id(site) in ids]
        return _listed(incoming, found, rows.group_id, rows.group_row)

    def _admins_only(self) -> None:
        if not self.is_admin:
            raise Refusal(403, "Only admins are allowed to do this.")

    def _model(self, incoming: Incoming) -> StationModel:
        number = number_of_opaque("csm_", "model", incoming.params["model"])
        if number is None or number not in self.world.models:
            raise Refusal(404, "Charging station model not found.")
        return self.world.models[number]


def _listed(
    incoming: Incoming,
    things: Sequence[ThingT],
    to_id: Callable[[ThingT], str],
    to_row: Callable[[ThingT], Any],
) -> Answer:
    """A page of `limit` (20 by default, at most 100) after the item `startingAfter`."""
    limit = incoming.query.get("limit", "20")
    if not limit.isdecimal() or not 1 <= int(limit) <= 100:
        raise Refusal(400, "limit must be between 1 and 100")
    start = 0
    if after := incoming.query.get("startingAfter"):
        places = (place for place, thing in enumerate(things, start=1) if to_id(thing) == after)
        start = next(places, len(things))
    end = start + int(limit)
    items = [to_row(thing) for thing in things[start:end]]
    return Answer({"data": {"hasMore": end < len(things), "items": items}})


def _checked(incoming: Incoming) -> dict[str, Any]:
    """The body of a create. Raises Refusal (400); that the status is 400 is inferred."""
    fields = dict(incoming.fields)
    for name in ("vendor", "model"):
        _text(fields, name, 200)
    _text(fields, "friendlyName", 200, required=False)
    _text(fields, "imageUrl", 500, required=False)
    _choice(fields, "powerType", POWER_TYPES)
    keys = fields.get("configurationKeys")
    _text(keys if isinstance(keys, dict) else {}, "ocppUrl", 200)
    connectors = fields.get("connectors")
    if not isinstance(connectors, list) or not connectors:
        raise Refusal(400, "connectors must be a list of at least one")
    for connector in connectors:
        _check_connector(connector)
    return fields


def _check_connector(connector: Any) -> None:
    if not isinstance(connector, dict):
        raise Refusal(400, "connectors must be objects")
    _choice(connector, "connectionType", CONNECTION_TYPES)
    _choice(connector, "format", FORMATS)
    for name in ("id", "maxAmperage", "maxVoltage", "maxPowerWatts"):
        given = connector.get(name)
        if not isinstance(given, int | float) or isinstance(given, bool):
            raise Refusal(400, f"connectors.{name} must be a number")


def _text(fields: Any, name: str, longest: int, *, required: bool = True) -> None:
    given = fields.get(name)
    if given is None and not required:
        return
    if not isinstance(given, str) or (required and not given):
        raise Refusal(400, f"{name} must be a string")
    if len(given) > longest:
        raise Refusal(400, f"{name} must not be longer than {longest}")


def _choice(fields: Any, name: str, choices: Sequence[str]) -> None:
    if fields.get(name) not in choices:
        raise Refusal(400, f"{name} must be one of {', '.join(choices)}")


def _plug(given: dict[str, Any], power_type: str) -> Plug:
    return Plug(
        number=int(given["id"]),
        standard=given["connectionType"],
        format=given["format"],
        power_type=power_type,
        max_current_a=int(given["maxAmperage"]),
        max_voltage_v=int(given["maxVoltage"]),
        max_power_w=int(given["maxPowerWatts"]),
        evse=int(given["id"]),
    )
