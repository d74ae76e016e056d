"""Lynkwell asset management v1: one method per endpoint, relative to `https://api.lynkwell.com`."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from operator import attrgetter

from vendors.client import VendorClient
from vendors.find import find_in
from vendors.lynkwell import wire
from vendors.models import Charger, NewStationModel, Site, StationModel, Vendor
from vendors.paging import Page, by_last_id
from vendors.wire_model import RowT

STATION_MODELS = "/asset-management/v1/charging-station-models"
# Inferred from the sibling /asset-templates/{assetTemplateId}: the page prints no path for one.
STATION_MODEL = "/asset-management/v1/charging-station-models/{model}"
ARCHIVE = "/asset-management/v1/charging-station-models/{model}/archive"
ASSETS = "/asset-management/v1/assets"
ASSET_GROUPS = "/asset-management/v1/asset-groups"

PAGE_SIZE = 100
"""The largest that is documented (for assets and groups; inferred for station models)."""


Params = dict[str, str | int]


class LynkwellClient(VendorClient):
    """One Lynkwell API client (their word for a credential)."""

    vendor = Vendor.LYNKWELL

    async def ping(self) -> datetime | None:
        """List one asset, which needs a good token and the scope `read:asset`."""
        await self._api.read(ASSETS, wire.Page[wire.Asset], {"limit": 1})
        return self._api.server_date

    async def chargers(self) -> AsyncIterator[Sequence[Charger]]:
        """GET /assets (docs: assetManagement/Assets). Connectivity is unknown, always."""
        async for page in self._chargers():
            yield [charger for charger in page if self._covers(charger.site_id)]

    async def site_chargers(self, site_id: str) -> AsyncIterator[Sequence[Charger]]:
        """GET /assets of one asset group; filtered here once more."""
        async for page in self._chargers({"assetGroups": site_id}):
            yield [charger for charger in page if charger.site_id == site_id]

    async def find_chargers(self, text: str) -> Sequence[Charger]:
        """GET /assets, searched here: no filter by serial number or name is documented."""
        return await find_in(self.chargers(), text, vendor=self.vendor)

    async def sites(self) -> AsyncIterator[Sequence[Site]]:
        """GET /asset-groups (docs: assetManagement/Asset-Groups), those that are locations."""
        async for rows in self._rows(ASSET_GROUPS, wire.Page[wire.AssetGroup]):
            seen = self._seen()
            places = [group for group in rows if group.is_site and self._covers(group.id)]
            yield [place.to_site(seen) for place in places]

    async def station_models(
        self, *, archived: bool = False, make: str | None = None, name: str | None = None
    ) -> AsyncIterator[Sequence[StationModel]]:
        """GET /charging-station-models (docs: assetManagement/Charging-Station-Models).

        A listing holds either the archived or the others, never both. What the vendor's own
        filters take for equal is not documented, so the rows are filtered here once more, without
        regard to case.
        """
        asked = {"isArchived": "true" if archived else "false"}
        asked |= {"vendor": make} if make else {}
        asked |= {"model": name} if name else {}
        async for rows in self._rows(STATION_MODELS, wire.Page[wire.Model], asked):
            seen = self._seen()
            found = [row for row in rows if row.is_called(make, name)]
            yield [
                row.to_station_model(seen) for row in found if row.is_archived in (archived, None)
            ]

    async def station_model(self, model_id: str) -> StationModel:
        """GET /charging-station-models/{id}."""
        path = self._api.path(STATION_MODEL, model=model_id)
        model = await self._api.read(path, wire.Model)
        return model.to_station_model(self._seen())

    async def create_station_model(self, model: NewStationModel) -> StationModel:
        """POST /charging-station-models; for admins only, ForbiddenError for others.

        Neither an idempotency key nor uniqueness is documented.
        """
        body = wire.new_station_model(model)
        made = await self._api.write("POST", STATION_MODELS, wire.Model, body)
        return made.to_station_model(self._seen())

    async def rename_station_model(self, model_id: str, friendly_name: str) -> StationModel:
        """PATCH /charging-station-models/{id}: the friendly name is all that can be changed."""
        path = self._api.path(STATION_MODEL, model=model_id)
        body = {"friendlyName": friendly_name}
        model = await self._api.write("PATCH", path, wire.Model, body)
        return model.to_station_model(self._seen())

    async def archive_station_model(self, model_id: str) -> StationModel:
        """POST /charging-station-models/{id}/archive; for admins only, and for good."""
        path = self._api.path(ARCHIVE, model=model_id)
        model = await self._api.write("POST", path, wire.Model)
        return model.to_station_model(self._seen())

    async def _chargers(
        self, params: Mapping[str, str] | None = None
    ) -> AsyncIterator[Sequence[Charger]]:
        async for rows in self._rows(ASSETS, wire.Page[wire.Asset], params):
            seen = self._seen()
            yield [asset.to_charger(seen) for asset in rows if asset.is_charger]

    def _rows(
        self, path: str, page: type[wire.Page[RowT]], params: Mapping[str, str] | None = None
    ) -> AsyncIterator[list[RowT]]:
        async def read(last: str | None) -> Page[RowT]:
            asked: Params = {"limit": PAGE_SIZE, **(params or {}), **_after(last)}
            reply = await self._api.read(path, page, asked)
            return Page(reply.items, more=reply.has_more is True)

        return by_last_id(read, vendor=self.vendor, key=attrgetter("id"))


def _after(last: str | None) -> dict[str, str]:
    """`startingAfter` is the id of the last row that was read, as the docs of assets put it."""
    return {"startingAfter": last} if last else {}
