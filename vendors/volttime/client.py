"""VoltTime v2: one method per endpoint, most of them of a site.

Only four of the fourteen pages on sites survive in the documents; where a path is inferred, from
the list of pages and from Plugchoice v3, a comment says so.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from pydantic import SecretStr

from vendors.client import Now, VendorClient, utc_now
from vendors.errors import NotFoundError, RejectedError
from vendors.find import find_in
from vendors.http import ApiClient
from vendors.models import (
    Charger,
    Connector,
    Group,
    GroupMeter,
    Need,
    NewCharger,
    NewSite,
    PowerUsage,
    Registration,
    Site,
    SmartCharging,
    Transaction,
    Vendor,
)
from vendors.volt_cloud import wire as common
from vendors.volt_cloud.pages import Rows, walk
from vendors.volttime import wire
from vendors.wire_model import Empty, Listing

TEAM_CHARGERS = "/teams/{team}/chargers"  # documented, without any paging
TEAM_CHARGER = "/teams/{team}/chargers/{charger}"  # seen in live clients, not in the documents
SITES = "/teams/{team}/sites"  # GET seen in live clients; POST inferred from it
SITE = "/teams/{team}/sites/{site}"  # inferred
SITE_CHARGERS = "/teams/{team}/sites/{site}/chargers"  # POST documented; GET inferred from it
SITE_CHARGER = "/teams/{team}/sites/{site}/chargers/{charger}"  # inferred
ATTACH = "/teams/{team}/sites/{site}/attach-charger"
CONNECTORS = "/teams/{team}/sites/{site}/connectors"  # inferred
SMART_CHARGING = "/teams/{team}/sites/{site}/smart-charging"  # PUT documented; GET inferred from it
# Inferred. Within a site only the connector's row id is unambiguous, so that is what it takes.
POWER_USAGE = "/teams/{team}/sites/{site}/connectors/{connector}/power-usage"
GROUPS = "/teams/{team}/sites/{site}/groups"  # inferred
GROUP_METER = "/teams/{team}/sites/{site}/groups/{group}/meter"  # inferred
TRANSACTIONS = "/teams/{team}/sites/{site}/transactions"

IDENTITY_MAX = 45


class VoltTimeClient(VendorClient):
    """One team of one VoltTime credential."""

    vendor = Vendor.VOLTTIME
    registration = Registration(
        identity=Need.REQUIRED, identity_max=IDENTITY_MAX, site=Need.REQUIRED
    )

    def __init__(
        self,
        account: str,
        api: ApiClient,
        *,
        team: str,
        sites: Sequence[str] = (),
        now: Now = utc_now,
    ) -> None:
        super().__init__(account, api, sites=sites, now=now)
        self._team = team

    async def ping(self) -> datetime | None:
        """List the team's first sites, which also proves the right to the team."""
        await self._api.read(self._path(SITES), Empty)
        return self._api.server_date

    async def charger(self, charger_id: str) -> Charger:
        """With model and connectors."""
        reply = await self._api.read(self._path(TEAM_CHARGER, charger=charger_id), wire.ChargerWire)
        return reply.to_charger(self._seen())

    async def chargers(self) -> AsyncIterator[Sequence[Charger]]:
        """Site by site, since no row tells its site; then those of the team that are on none."""
        placed: set[str] = set()
        async for sites in self.sites():
            for site in sites:
                async for page in self._chargers_of(site.id, site_name=site.name):
                    placed.update(row.id for row in page)
                    yield page
        if self._sites:
            return
        async for page in self._team_chargers():
            yield [row for row in page if row.id not in placed]

    async def find_chargers(self, text: str) -> Sequence[Charger]:
        """By uuid or identity among all chargers: no text filter is documented."""
        return await find_in(self.chargers(), text, vendor=self.vendor)

    def site_chargers(self, site_id: str) -> AsyncIterator[Sequence[Charger]]:
        """Without connectors."""
        return self._chargers_of(site_id)

    async def register_charger(self, charger: NewCharger) -> Charger:
        """At a site, always."""
        if charger.site_id is None:
            raise RejectedError(
                self.vendor,
                "a charger is registered at a site",
                fields={"site_id": ["is required"]},
            )
        self._demand_covered(charger.site_id)
        path = self._path(SITE_CHARGERS, site=charger.site_id)
        body = {"identity": charger.identity}
        reply = await self._api.write("POST", path, wire.ChargerWire, body)
        return reply.to_charger(self._seen(), site_id=charger.site_id)

    async def attach_charger(
        self,
        site_id: str,
        *,
        pincode: SecretStr,
        identity: str | None = None,
        serial_number: str | None = None,
    ) -> Charger | None:
        """By identity or serial number; the answer tells nothing of the charger."""
        named = {"identity": identity, "serial_number": serial_number}
        body = {name: text for name, text in named.items() if text is not None}
        path = self._path(ATTACH, site=site_id)
        await self._api.write("POST", path, Empty, {**body, "pincode": pincode})
        return None

    async def detach_charger(self, site_id: str, charger_id: str) -> None:
        """The charger stays in the team, without a site."""
        path = self._path(SITE_CHARGER, site=site_id, charger=charger_id)
        await self._api.write("DELETE", path, Empty)

    async def sites(self) -> AsyncIterator[Sequence[Site]]:
        """Those of the team, or those that the account is restricted to."""
        if self._sites:
            yield [await self.site(site_id) for site_id in self._sites]
            return
        async for page in walk(
            self._api,
            self._path(SITES),
            Rows[wire.SiteWire],
            lambda row: row.to_site(self._seen()),
            key=_id,
        ):
            yield page

    async def site(self, site_id: str) -> Site:
        """One site."""
        reply = await self._api.read(self._path(SITE, site=site_id), wire.SiteWire)
        return reply.to_site(self._seen())

    async def create_site(self, site: NewSite) -> Site:
        """The body is inferred from v3; two sites of one name are two sites."""
        self._demand_covered(None)
        reply = await self._api.write(
            "POST", self._path(SITES), wire.SiteWire, common.site_body(site)
        )
        return reply.to_site(self._seen())

    def site_connectors(self, site_id: str) -> AsyncIterator[Sequence[tuple[Charger, Connector]]]:
        """Each with what the row tells of its charger."""
        return walk(
            self._api,
            self._path(CONNECTORS, site=site_id),
            Rows[wire.ConnectorOfSite],
            lambda row: row.to_pair(self._seen(), site_id=site_id),
            key=_plug,
        )

    async def smart_charging(self, site_id: str) -> SmartCharging:
        """As they are now; the timezone may be missing."""
        path = self._path(SMART_CHARGING, site=site_id)
        reply = await self._api.read(path, common.SmartChargingReply)
        return reply.to_smart_charging()

    async def update_smart_charging(self, site_id: str, settings: SmartCharging) -> SmartCharging:
        """All of them at once; the vendor demands a timezone every time."""
        path = self._path(SMART_CHARGING, site=site_id)
        body = common.smart_charging_body(settings)
        reply = await self._api.write("PUT", path, common.SmartChargingUpdated, body)
        return reply.or_else(settings)

    async def power_usage(self, charger: Charger, connector: int) -> PowerUsage:
        """Live; looks site and row id up where the charger does not tell them."""
        site_id = charger.site_id or await self._site_of(charger.id)
        row_id = _row_id(charger, connector) or await self._listed_row_id(
            site_id, charger.id, connector
        )
        path = self._path(POWER_USAGE, site=site_id, connector=row_id)
        reply = await self._api.read(path, common.PowerUsageReply)
        return reply.to_power_usage(connector)

    async def groups(self, site_id: str) -> Sequence[Group]:
        """As in v3: no paging is documented there."""
        reply = await self._api.read(self._path(GROUPS, site=site_id), Listing[common.GroupRow])
        return [row.to_group(site_id) for row in reply.data]

    async def group_meter(self, site_id: str, group_id: str) -> GroupMeter | None:
        """404 is what a group without a meter answers (inferred from v3)."""
        path = self._path(GROUP_METER, site=site_id, group=group_id)
        try:
            reply = await self._api.read(path, common.MeterReply)
        except NotFoundError:
            return None
        return reply.to_group_meter()

    async def transactions(
        self, site_id: str, *, active: bool = False
    ) -> AsyncIterator[Sequence[Transaction]]:
        """All of the site; `active` is filtered here, since the vendor has no filter for it."""
        async for page in walk(
            self._api,
            self._path(TRANSACTIONS, site=site_id),
            Rows[common.TransactionRow],
            common.TransactionRow.to_transaction,
            key=lambda transaction: transaction.id,
        ):
            yield [row for row in page if not active or row.stopped_at is None]

    def _chargers_of(self, site_id: str, **known: str) -> AsyncIterator[Sequence[Charger]]:
        return walk(
            self._api,
            self._path(SITE_CHARGERS, site=site_id),
            Rows[wire.ChargerWire],
            lambda row: row.to_charger(self._seen(), site_id=site_id, **known),
            key=_id,
        )

    def _team_chargers(self) -> AsyncIterator[Sequence[Charger]]:
        return walk(
            self._api,
            self._path(TEAM_CHARGERS),
            Rows[wire.ChargerWire],
            lambda row: row.to_charger(self._seen(), site_id=None, site_name=None),
            key=_id,
        )

    async def _site_of(self, charger_id: str) -> str:
        async for page in self.chargers():
            for row in page:
                if row.id == charger_id and row.site_id is not None:
                    return row.site_id
        raise NotFoundError(self.vendor, "the charger is on no site")

    async def _listed_row_id(self, site_id: str, charger_id: str, connector: int) -> str:
        async for page in self.site_connectors(site_id):
            for charger, plug in page:
                if charger.id == charger_id and plug.number == connector and plug.row_id:
                    return plug.row_id
        raise NotFoundError(self.vendor, f"the charger has no connector {connector}")

    def _path(self, template: str, **ids: str) -> str:
        return self._api.path(template, team=self._team, **ids)


def _id(row: Charger | Site) -> str:
    return row.id


def _plug(row: tuple[Charger, Connector]) -> tuple[str, str]:
    charger, connector = row
    return charger.id, connector.key


def _row_id(charger: Charger, connector: int) -> str | None:
    return next((plug.row_id for plug in charger.connectors if plug.number == connector), None)
