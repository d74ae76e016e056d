"""Spirii v2: charge boxes, models, EVSEs and locations, with cursors and two error bodies."""

import base64
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal, TypeVar

from bot.sandbox.vendors.cloud import VendorCloud
from bot.sandbox.vendors.entities import Charger, Site, StationModel, Vendor
from bot.sandbox.vendors.exchange import Answer, Endpoint, Incoming, Refusal, Row, bearer
from bot.sandbox.vendors.rate_limit import Quota, RateLimit
from bot.sandbox.vendors.spirii import rows
from bot.sandbox.vendors.world import World

NOT_CONNECTED = "Charge box is not connected"
REASONS = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}
CODES = {
    400: ("invalid_request", "invalid_parameter"),
    401: ("authentication_error", "invalid_api_key"),
    403: ("permission_error", "forbidden"),
    404: ("invalid_request", "resource_not_found"),
    409: ("invalid_request", "duplicate"),
    429: ("rate_limit_error", "rate_limited"),
}

ThingT = TypeVar("ThingT")


@dataclass
class SpiriiReading:
    """Where the documents contradict each other or are silent.

    `last_cursor` is what the last page says: "absent", or a value to print (null, "", "null").
    """

    errors: Literal["nest", "envelope"] = "nest"
    bad_key_status: int = 401
    duplicate_status: int = 409
    rejected_status: int = 200
    deleted_status: int = 204
    lists_deleted: bool = True
    last_cursor: str | None = "absent"
    bare_models: bool = False


class SpiriiCloud(VendorCloud):
    """Paths below `/v2`; a charge box goes by its number, never by its identity."""

    vendor: ClassVar[Vendor] = Vendor.SPIRII
    prefix: ClassVar[str] = "/v2"

    def __init__(
        self,
        world: World,
        now: Callable[[], datetime],
        *,
        api_key: str,
        sleep: Callable[[float], Awaitable[None]],
        requests_per_minute: int | None = 120,
        commands_per_minute: int | None = 30,
    ) -> None:
        super().__init__(world, now, sleep=sleep, requests_per_minute=requests_per_minute)
        self.command_limit = RateLimit(commands_per_minute) if commands_per_minute else None
        self.api_key = api_key
        self.reading = SpiriiReading()

    def endpoints(self) -> Sequence[Endpoint]:
        """Models before a single charge box, since `models` is no id."""
        return (
            Endpoint("GET", "/chargeboxes", self.charge_boxes),
            Endpoint("POST", "/chargeboxes", self.create),
            Endpoint("GET", "/chargeboxes/models", self.models),
            Endpoint("GET", "/chargeboxes/{id}", self.charge_box),
            Endpoint("DELETE", "/chargeboxes/{id}", self.delete),
            Endpoint("POST", "/chargeboxes/{id}/reset", self.reset),
            Endpoint("POST", "/chargeboxes/{id}/reboot", self.reboot),
            Endpoint("GET", "/evses", self.evses),
            Endpoint("GET", "/evses/{uid}", self.evse),
            Endpoint("GET", "/locations", self.locations),
        )

    def credential(self, incoming: Incoming) -> str:
        """Only the one key is known."""
        if bearer(incoming) != self.api_key:
            raise Refusal(self.reading.bad_key_status, "Unauthorized")
        return f"key of {self.vendor}"

    def admit(self, key: str, incoming: Incoming) -> Mapping[str, str]:
        """120 a minute for everything, 30 of them commands."""
        headers = self.counted(self.rate_limit, key)
        if incoming.path.endswith(("/reset", "/reboot")):
            headers = self.counted(self.command_limit, key) or headers
        return headers

    def quota_headers(self, quota: Quota) -> dict[str, str]:
        """Also when the window ends, in unix seconds."""
        resets = {"X-RateLimit-Reset": str(int(quota.resets_at.timestamp()))}
        return super().quota_headers(quota) | resets

    def complaint(self, refusal: Refusal) -> Any:
        """NestJS's body, or the envelope of the concept pages."""
        messages = [text for texts in refusal.fields.values() for text in texts]
        if self.reading.errors == "nest":
            body: Row = {"statusCode": refusal.status, "message": messages or refusal.message}
            if refusal.status in REASONS:
                body["error"] = REASONS[refusal.status]
            return body
        kind, code = CODES.get(refusal.status, ("api_error", "internal_error"))
        return {
            "error": {
                "type": kind,
                "code": code,
                "message": "; ".join(messages) or refusal.message,
                "param": next(iter(refusal.fields), None),
                "request_id": f"req_{self._arrivals:012}",
            }
        }

    def emptied(self, body: Any) -> Any:
        """A list without rows and without a next page."""
        if isinstance(body, dict) and isinstance(body.get("data"), list):
            return {"data": []}
        return body

    # Charge boxes

    def charge_boxes(self, incoming: Incoming) -> Answer:
        """By cursor; deleted ones included where `lists_deleted` says so."""
        boxes: Sequence[Charger] = self.share.fleet
        if not self.reading.lists_deleted:
            boxes = [box for box in boxes if not box.deleted_at]
        return self._listed(incoming, boxes, rows.charge_box_row)

    def charge_box(self, incoming: Incoming) -> Answer:
        """Bare."""
        return Answer(rows.charge_box_row(self._box(incoming)))

    def create(self, incoming: Incoming) -> Answer:
        """201 and bare; an identity is made up where none is sent."""
        fields = incoming.fields
        _check_shape(fields)
        site, model = self._place_and_model(fields)
        identity = fields.get("chargeBoxIdentity") or self._free_identity()
        serials = {box.serial for box in self.share.fleet if not box.deleted_at}
        if identity in self.share.by_identity or fields["serialNumber"] in serials:
            raise Refusal(self.reading.duplicate_status, "Charge box already exists")
        charger = self.world.register(
            self.vendor, identity, model, serial=fields["serialNumber"], site=site
        )
        return Answer(rows.charge_box_row(charger), 201)

    def _place_and_model(self, fields: Mapping[str, Any]) -> tuple[Site, StationModel]:
        """Both must exist; that it is a 400 otherwise is inferred."""
        site = self.share.sites.get(fields["locationId"])
        if site is None:
            raise Refusal(400, "Bad Request", {"locationId": ["locationId does not exist"]})
        model = self.world.models.get(fields["modelId"])
        if model is None or not rows.is_supported(model):
            raise Refusal(400, "Bad Request", {"modelId": ["modelId is not supported"]})
        return site, model

    def _free_identity(self) -> str:
        number = 900_000 + len(self.share.chargers)
        while f"DK.SPI.{number:06}" in self.share.by_identity:
            number += 1
        return f"DK.SPI.{number:06}"

    def delete(self, incoming: Incoming) -> Answer:
        """Soft: it gets a `deletedAt`; no undo is documented."""
        box = self._box(incoming)
        if box.deleted_at:
            raise Refusal(404, "Charge box not found")
        self.world.delete(box)
        status = self.reading.deleted_status
        return Answer(None if status == 204 else rows.charge_box_row(box), status)

    def reset(self, incoming: Incoming) -> Answer:
        """Hard or Soft; a refusal of the charger is no HTTP error."""
        kind = incoming.fields.get("type")
        if kind not in ("Hard", "Soft"):
            wrong = {"type": ["type must be one of the following values: Hard, Soft"]}
            raise Refusal(400, "Bad Request", wrong)
        return self._reset(self._box(incoming), f"{kind}Reset")

    def reboot(self, incoming: Incoming) -> Answer:
        """Another name of a soft reset."""
        return self._reset(self._box(incoming), "SoftReset")

    def _reset(self, box: Charger, reason: str) -> Answer:
        if not box.online:
            return self._rejected(NOT_CONNECTED)
        if not box.obedient:
            return self._rejected("Charge box rejected the command")
        self.world.restart(box, reason)
        return Answer({"status": "Accepted"})

    def _rejected(self, message: str) -> Answer:
        body = {"status": "Rejected", "error": {"message": message}}
        return Answer(body, self.reading.rejected_status)

    # Lists beside them

    def models(self, incoming: Incoming) -> Answer:
        """What a charge box may be; envelope and paging are inferred."""
        models = [model for model in self.world.models.values() if rows.is_supported(model)]
        if self.reading.bare_models:
            return Answer([rows.model_row(model) for model in models])
        return self._listed(incoming, models, rows.model_row)

    def evses(self, incoming: Incoming) -> Answer:
        """With `uids` and `chargeboxIds`, repeated or comma-separated."""
        uids, boxes = _numbers(incoming, "uids"), _numbers(incoming, "chargeboxIds")
        found = [
            row
            for charger in self.share.fleet
            if not charger.deleted_at and (not boxes or charger.number in boxes)
            for row in rows.evse_rows(charger)
            if not uids or row["uid"] in uids
        ]
        return self._listed(incoming, found, lambda row: row)

    def evse(self, incoming: Incoming) -> Answer:
        """Bare."""
        uid = incoming.params["uid"]
        connector = self.world.connectors.get(int(uid)) if uid.isdecimal() else None
        if connector is None or connector.charger.vendor is not self.vendor:
            raise Refusal(404, "EVSE not found")
        for row in rows.evse_rows(connector.charger):
            if row["uid"] == connector.number:
                return Answer(row)
        raise Refusal(404, "EVSE not found")

    def locations(self, incoming: Incoming) -> Answer:
        """With `ids`."""
        ids = _numbers(incoming, "ids")
        found = [site for number, site in self.share.sites.items() if not ids or number in ids]
        return self._listed(incoming, found, rows.location_row)

    def _listed(
        self, incoming: Incoming, things: Sequence[ThingT], to_row: Callable[[ThingT], Row]
    ) -> Answer:
        limit = incoming.query.get("limit", "25")
        if not limit.isdecimal() or not 1 <= int(limit) <= 100:
            raise Refusal(400, "Bad Request", {"limit": ["limit must be between 1 and 100"]})
        start = _start(incoming, int(limit))
        end = start + int(limit)
        body: Row = {"data": [to_row(thing) for thing in things[start:end]]}
        if end < len(things):
            body["nextPageCursor"] = _cursor(end)
        elif self.reading.last_cursor != "absent":
            body["nextPageCursor"] = self.reading.last_cursor
        if start:
            body["previousPageCursor"] = _cursor(start)
        return Answer(body)

    def _box(self, incoming: Incoming) -> Charger:
        given = incoming.params["id"]
        box = self.share.chargers.get(int(given)) if given.isdecimal() else None
        if box is None:
            raise Refusal(404, "Charge box not found")
        return box


def _cursor(place: int) -> str:
    """Opaque to callers: base64 of a place in the list."""
    return base64.b64encode(f"3-{place}".encode()).decode().rstrip("=")


def _start(incoming: Incoming, limit: int) -> int:
    onward = incoming.query.get("nextPageCursor")
    back = incoming.query.get("previousPageCursor")
    if onward and back:
        raise Refusal(400, "Send nextPageCursor or previousPageCursor, not both")
    if back:
        return max(0, _place(back) - limit)
    return _place(onward) if onward else 0


def _place(cursor: str) -> int:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), validate=True).decode()
        return int(text.removeprefix("3-"))
    except ValueError:
        wrong = {"nextPageCursor": ["nextPageCursor is not a valid cursor"]}
        raise Refusal(400, "Bad Request", wrong) from None


def _numbers(incoming: Incoming, name: str) -> frozenset[int]:
    given = [*incoming.query.getall(name, []), *incoming.query.getall(f"{name}[]", [])]
    words = [word for value in given for word in value.split(",")]
    return frozenset(int(word) for word in words if word.isdecimal())


def _check_shape(fields: Mapping[str, Any]) -> None:
    """Types as documented; an empty identity is refused, since leaving it out is what is meant."""
    wrong: dict[str, list[str]] = {}
    if not isinstance(fields.get("serialNumber"), str) or not fields["serialNumber"]:
        wrong["serialNumber"] = ["serialNumber must be a string"]
    for name in ("locationId", "modelId"):
        if not isinstance(fields.get(name), int):
            wrong[name] = [f"{name} must be a number"]
    identity = fields.get("chargeBoxIdentity")
    if identity is not None and (not isinstance(identity, str) or not identity):
        wrong["chargeBoxIdentity"] = ["chargeBoxIdentity should not be empty"]
    if wrong:
        raise Refusal(400, "Bad Request", wrong)
