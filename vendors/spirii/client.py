"""Spirii v2: one method per endpoint. Paths are relative to `https://api.spirii.com/v2`."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from operator import attrgetter

from vendors.client import Now, VendorClient, utc_now
from vendors.errors import NotFoundError
from vendors.find import find_in
from vendors.http import ApiClient
from vendors.limits import TokenBucket
from vendors.models import (
    Charger,
    Connector,
    Need,
    NewCharger,
    Receipt,
    Registration,
    Reset,
    Site,
    StationModel,
    Vendor,
)
from vendors.paging import Page, by_cursor
from vendors.spirii import wire
from vendors.wire_model import Empty, RowT

CHARGE_BOXES = "/chargeboxes"
CHARGE_BOX = "/chargeboxes/{charger}"
RESET = "/chargeboxes/{charger}/reset"
MODELS = "/chargeboxes/models"
EVSES = "/evses"
LOCATIONS = "/locations"

PAGE_SIZE = 100
"""The largest that is documented (for /evses and /locations; inferred for /chargeboxes)."""
LARGE_PAGES: Mapping[str, str | int] = {"limit": PAGE_SIZE}


class SpiriiClient(VendorClient):
    """One Spirii account.

    `commands` is the second, lower limit that resets count against.
    """

    vendor = Vendor.SPIRII
    resets = (Reset.SOFT, Reset.HARD)
    registration = Registration(
        identity=Need.OPTIONAL,
        serial_number=Need.REQUIRED,
        site=Need.REQUIRED,
        station_model=Need.REQUIRED,
    )

    def __init__(
        self,
        account: str,
        api: ApiClient,
        *,
        commands: TokenBucket,
        sites: Sequence[str] = (),
        now: Now = utc_now,
    ) -> None:
        super().__init__(account, api, sites=sites, now=now)
        self._commands = commands

    async def ping(self) -> datetime | None:
        """List one charger, the cheapest call that needs a good key."""
        await self._api.read(CHARGE_BOXES, wire.CursorPage[wire.ChargeBox], {"limit": 1})
        return self._api.server_date

    async def charger(self, charger_id: str) -> Charger:
        """GET /chargeboxes/{id} (docs: chargeboxes-v2/fetches-a-single-charge-box)."""
        box = await self._api.read(self._path(CHARGE_BOX, charger=charger_id), wire.ChargeBox)
        return box.to_charger(self._seen())

    async def chargers(self) -> AsyncIterator[Sequence[Charger]]:
        """GET /chargeboxes (docs: chargeboxes-v2/fetches-a-list-of-charge-boxes).

        Whether deleted ones are listed is not documented; they are left out here.
        """
        async for rows in self._rows(CHARGE_BOXES, wire.CursorPage[wire.ChargeBox], LARGE_PAGES):
            seen = self._seen()
            found = [box.to_charger(seen) for box in rows if box.deleted_at is None]
            yield [charger for charger in found if self._covers(charger.site_id)]

    async def site_chargers(self, site_id: str) -> AsyncIterator[Sequence[Charger]]:
        """GET /chargeboxes, filtered here: no filter by location is documented."""
        async for page in self.chargers():
            yield [charger for charger in page if charger.site_id == site_id]

    async def find_chargers(self, text: str) -> Sequence[Charger]:
        """GET /chargeboxes, searched here: no lookup by identity or serial number is documented."""
        return await find_in(self.chargers(), text, vendor=self.vendor)

    async def charger_connectors(self, charger_id: str) -> Sequence[Connector]:
        """GET /evses of one charger (docs: evses-v2/fetches-a-list-of-evses).

        Filtered here once more, since how the filter is to be spelled is not documented.
        """
        asked = {**LARGE_PAGES, "chargeboxIds": charger_id}
        pages = self._rows(EVSES, wire.CursorPage[wire.EvseRow], asked, key="uid")
        evses = [evse async for rows in pages for evse in rows if evse.chargebox_id == charger_id]
        return [connector for evse in evses for connector in evse.to_connectors()]

    async def register_charger(self, charger: NewCharger) -> Charger:
        """POST /chargeboxes (docs: chargeboxes-v2/creates-a-new-charge-box).

        No idempotency key is documented; a charger that may exist is found by its serial number.
        """
        self._demand_covered(charger.site_id)
        body = wire.new_charge_box(charger)
        box = await self._api.write("POST", CHARGE_BOXES, wire.ChargeBox, body)
        return box.to_new_charger(self._seen())

    async def delete_charger(self, charger_id: str) -> None:
        """DELETE /chargeboxes/{id} (docs: charge-box-and-evse-management).

        Soft, yet no way back is documented; neither is the answer, so any success will do.
        """
        await self._api.write("DELETE", self._path(CHARGE_BOX, charger=charger_id), Empty)

    async def restart_charger(self, charger_id: str, reset: Reset) -> Receipt:
        """POST /chargeboxes/{id}/reset (docs: chargeboxes-v2/performs-a-hard-or-soft-reset).

        Ends any session. A refusal comes as a success with the status `Rejected`.
        """
        path = self._path(RESET, charger=charger_id)
        body = {"type": reset.value.capitalize()}
        reply = await self._api.write("POST", path, wire.CommandReply, body, also=self._commands)
        return reply.to_receipt()

    async def sites(self) -> AsyncIterator[Sequence[Site]]:
        """GET /locations (docs: locations-v2/fetches-a-list-of-locations)."""
        async for rows in self._rows(LOCATIONS, wire.CursorPage[wire.Location], LARGE_PAGES):
            seen = self._seen()
            yield [place.to_site(seen) for place in rows if self._covers(place.id)]

    async def station_models(
        self, *, archived: bool = False
    ) -> AsyncIterator[Sequence[StationModel]]:
        """GET /chargeboxes/models (docs: charge-box-and-evse-management).

        Neither envelope nor paging is documented: an array, `{"data": […]}` and a cursor are all
        understood. Spirii archives no models.
        """
        if archived:
            return
        async for rows in self._rows(MODELS, wire.CursorPage[wire.Model]):
            seen = self._seen()
            yield [model.to_station_model(seen) for model in rows]

    def _rows(
        self,
        path: str,
        page: type[wire.CursorPage[RowT]],
        params: Mapping[str, str | int] | None = None,
        *,
        key: str = "id",
    ) -> AsyncIterator[list[RowT]]:
        async def read(cursor: str | None) -> Page[RowT]:
            asked = {**(params or {}), **({"nextPageCursor": cursor} if cursor else {})}
            reply = await self._api.read(path, page, asked)
            return Page(reply.data, cursor=reply.next_cursor)

        return by_cursor(read, vendor=self.vendor, key=attrgetter(key))

    def _path(self, template: str, **ids: str) -> str:
        """Fill a path in; all ids at Spirii are numbers, and `models` is not a charger."""
        if not all(wire.is_number(text) for text in ids.values()):
            raise NotFoundError(self.vendor, "no such id: Spirii's ids are numbers")
        return self._api.path(template, **ids)
