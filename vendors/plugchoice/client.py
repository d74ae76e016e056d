"""Plugchoice v3: one method per endpoint."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime
from uuid import UUID

from pydantic import SecretStr

from vendors.client import Now, VendorClient, utc_now
from vendors.errors import NotFoundError, RejectedError, VendorError
from vendors.find import goes_by
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
    Receipt,
    Registration,
    Reset,
    Site,
    SmartCharging,
    Transaction,
    Vendor,
)
from vendors.plugchoice import wire
from vendors.volt_cloud import wire as common
from vendors.volt_cloud.pages import Rows, walk
from vendors.wire_model import Empty, Listing

CHARGERS = "/chargers"
CHARGER = "/chargers/{charger}"
RESTART = "/chargers/{charger}/actions/restart"
POWER_USAGE = "/chargers/{charger}/connectors/{connector}/power-usage"
TEAM_CHARGERS = "/teams/{team}/chargers"
TEAM_SITES = "/teams/{team}/sites"
SITES = "/sites"
SITE = "/sites/{site}"
SITE_CHARGERS = "/sites/{site}/chargers"
# Inferred from the portal's "unlink" and from VoltTime's "Detach a charger"; no page shows it.
SITE_CHARGER = "/sites/{site}/chargers/{charger}"
CONNECTORS = "/sites/{site}/connectors"
SMART_CHARGING = "/sites/{site}/smart-charging"
GROUPS = "/sites/{site}/groups"
GROUP_METER = "/sites/{site}/groups/{group}/meter"
TRANSACTIONS = "/sites/{site}/transactions"

TROUBLE = (
    {"filter[connection_status]": "offline"},
    {"filter[status]": "Faulted"},
    {"filter[connector_status]": "Faulted"},
)
"""Filters of the team's listing that find what is wrong (Plugchoice docs, team-chargers)."""

FIND_PAGES = 40
"""How much of the team's listing is searched for an identity: the newest 1,000 chargers."""

MAX_TRANSACTIONS = 10_000
"""Largest documented `limit`; some pages of the documents say that the listing has pages too."""

IDENTITY_MAX = 45


class PlugchoiceClient(VendorClient):
    """One team of one Plugchoice credential."""

    vendor = Vendor.PLUGCHOICE
    registration = Registration(
        identity=Need.REQUIRED, identity_max=IDENTITY_MAX, site=Need.OPTIONAL
    )
    resets: Sequence[Reset] = (Reset.HARD,)
    """The vendor offers no choice; its portal calls what it does a hard reset."""

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
        if sites:
            self.registration = self.registration.model_copy(update={"site": Need.REQUIRED})

    async def ping(self) -> datetime | None:
        """Read the newest page of the team's chargers, which also proves the right to the team."""
        await self._api.read(self._api.path(TEAM_CHARGERS, team=self._team), Empty)
        return self._api.server_date

    async def charger(self, charger_id: str) -> Charger:
        """With model, connectors, fault codes and, where we may see it, the pincode."""
        path = self._api.path(CHARGER, charger=charger_id)
        reply = await self._api.read(path, wire.ChargerWire)
        return reply.to_charger(self._seen())

    async def chargers(self) -> AsyncIterator[Sequence[Charger]]:
        """Those of the team; `/chargers` would show every team of the credential."""
        for site_filter in self._site_filters():
            # By identity, which is unique: an order without ties is one that pages do not tear.
            async for page in self._team_chargers({"sort": "identity", **site_filter}):
                yield page

    async def troubled_chargers(self) -> AsyncIterator[Sequence[Charger]]:
        """Offline, faulted, or with a faulted connector; rows carry no fault codes and no times."""
        for site_filter in self._site_filters():
            for trouble in TROUBLE:
                async for page in self._team_chargers(
                    {"sort": "identity", **trouble, **site_filter}
                ):
                    yield page

    async def find_chargers(self, text: str) -> Sequence[Charger]:
        """By uuid, else by identity among the newest chargers of the team.

        The documents have lost the name of the listing's text filter, so its pages are searched.
        Raises VendorError where the fleet is larger than what is searched and nothing was found.
        """
        if _is_uuid(text) and (hits := await self._found_by_id(text)):
            return hits
        pages = 0
        async with aclosing(self._team_chargers({"sort": "-created_at"})) as listing:
            async for page in listing:
                if hits := [row for row in page if goes_by(row, text)]:
                    return hits
                pages += 1
                if pages == FIND_PAGES:
                    raise VendorError(self.vendor, "not among the newest 1,000 chargers")
        return []

    def site_chargers(self, site_id: str) -> AsyncIterator[Sequence[Charger]]:
        """With connectors."""
        return walk(
            self._api,
            self._api.path(SITE_CHARGERS, site=site_id),
            Rows[wire.ChargerWire],
            lambda row: row.to_charger(self._seen(), site_id=site_id),
            key=_id,
        )

    async def register_charger(self, charger: NewCharger) -> Charger:
        """Identities are unique over all of Plugchoice's customers: a 422 may mean another's.

        The team is always named: without it the vendor takes the first, or makes a new one.
        """
        self._demand_covered(charger.site_id)
        body = {
            "identity": charger.identity,
            "team_uuid": self._team,
            "site_uuid": charger.site_id,
        }
        reply = await self._api.write("POST", CHARGERS, wire.ChargerWire, _filled(body))
        known = {"site_id": charger.site_id} if charger.site_id else {}
        return reply.to_charger(self._seen(), **known)

    async def attach_charger(
        self,
        site_id: str,
        *,
        pincode: SecretStr,
        identity: str | None = None,
        serial_number: str | None = None,  # noqa: ARG002 - other vendors attach by it
    ) -> Charger | None:
        """By identity only; the pincode goes out as it came in, so that leading zeros survive."""
        if identity is None:
            raise RejectedError(
                self.vendor, "attaching takes an identity", fields={"identity": ["is required"]}
            )
        body = {"identity": identity, "pincode": pincode}
        path = self._api.path(SITE_CHARGERS, site=site_id)
        reply = await self._api.write("POST", path, wire.Attached, body)
        if reply.charger is None:
            return None
        return reply.charger.to_charger(self._seen(), site_id=site_id)

    async def detach_charger(self, site_id: str, charger_id: str) -> None:
        """The charger stays in the team, without a site."""
        path = self._api.path(SITE_CHARGER, site=site_id, charger=charger_id)
        await self._api.write("DELETE", path, Empty)

    async def set_reference(self, charger_id: str, reference: str | None) -> Charger:
        """The one field of a charger that can be changed; at most 255 characters."""
        path = self._api.path(CHARGER, charger=charger_id)
        reply = await self._api.write("PUT", path, wire.ChargerWire, {"reference": reference})
        return reply.to_charger(self._seen())

    async def restart_charger(self, charger_id: str, reset: Reset) -> Receipt:
        """Ends any session; a 504 means that the charger did not answer, and may yet restart."""
        if reset not in self.resets:
            raise ValueError(f"Plugchoice offers no {reset} reset")
        path = self._api.path(RESTART, charger=charger_id)
        reply = await self._api.write("POST", path, common.ActionReply)
        return reply.to_receipt(self.vendor)

    async def power_usage(self, charger: Charger, connector: int) -> PowerUsage:
        """Live; the path takes the OCPP number."""
        path = self._api.path(POWER_USAGE, charger=charger.id, connector=str(connector))
        reply = await self._api.read(path, common.PowerUsageReply)
        return reply.to_power_usage(connector)

    async def sites(self) -> AsyncIterator[Sequence[Site]]:
        """Those of the team, or those that the account is restricted to."""
        if self._sites:
            yield [await self.site(site_id) for site_id in self._sites]
            return
        async for page in walk(
            self._api,
            self._api.path(TEAM_SITES, team=self._team),
            Rows[wire.SiteWire],
            lambda row: row.to_site(self._seen()),
            key=_id,
        ):
            yield page

    async def site(self, site_id: str) -> Site:
        """With rights and capabilities."""
        reply = await self._api.read(self._api.path(SITE, site=site_id), wire.SiteWire)
        return reply.to_site(self._seen())

    async def create_site(self, site: NewSite) -> Site:
        """In our team; two sites of one name are two sites."""
        self._demand_covered(None)
        body = {**common.site_body(site), "team_uuid": self._team}
        reply = await self._api.write("POST", SITES, wire.SiteWire, body)
        return reply.to_site(self._seen())

    def site_connectors(self, site_id: str) -> AsyncIterator[Sequence[tuple[Charger, Connector]]]:
        """Each with what the row tells of its charger."""
        return walk(
            self._api,
            self._api.path(CONNECTORS, site=site_id),
            Rows[wire.ConnectorOfSite],
            lambda row: row.to_pair(self._seen(), site_id=site_id),
            key=_plug,
        )

    async def smart_charging(self, site_id: str) -> SmartCharging:
        """As they are now; the timezone may be missing."""
        path = self._api.path(SMART_CHARGING, site=site_id)
        reply = await self._api.read(path, common.SmartChargingReply)
        return reply.to_smart_charging()

    async def update_smart_charging(self, site_id: str, settings: SmartCharging) -> SmartCharging:
        """All of them at once; the vendor demands a timezone every time."""
        path = self._api.path(SMART_CHARGING, site=site_id)
        body = common.smart_charging_body(settings)
        reply = await self._api.write("PUT", path, common.SmartChargingUpdated, body)
        return reply.or_else(settings)

    async def groups(self, site_id: str) -> Sequence[Group]:
        """At most 25; no paging is documented."""
        path = self._api.path(GROUPS, site=site_id)
        reply = await self._api.read(path, Listing[common.GroupRow])
        return [row.to_group(site_id) for row in reply.data]

    async def group_meter(self, site_id: str, group_id: str) -> GroupMeter | None:
        """The vendor answers 404 where a group has no meter (Plugchoice docs, guides/errors)."""
        path = self._api.path(GROUP_METER, site=site_id, group=group_id)
        try:
            reply = await self._api.read(path, common.MeterReply)
        except NotFoundError:
            return None
        return reply.to_group_meter()

    async def transactions(
        self, site_id: str, *, active: bool = False
    ) -> AsyncIterator[Sequence[Transaction]]:
        """Newest first, as far as the vendor sorts."""
        path = self._api.path(TRANSACTIONS, site=site_id)
        params = {"filter[status]": "active"} if active else None
        async for page in walk(
            self._api,
            path,
            Rows[common.TransactionRow],
            common.TransactionRow.to_transaction,
            key=lambda transaction: transaction.id,
            params=params,
            limit=MAX_TRANSACTIONS,
        ):
            yield [row for row in page if not active or row.stopped_at is None]

    async def _found_by_id(self, charger_id: str) -> Sequence[Charger]:
        try:
            return [await self.charger(charger_id)]
        except NotFoundError:
            return []

    async def _team_chargers(
        self, params: Mapping[str, str]
    ) -> AsyncGenerator[list[Charger], None]:
        async for page in walk(
            self._api,
            self._api.path(TEAM_CHARGERS, team=self._team),
            Rows[wire.ChargerWire],
            lambda row: row.to_charger(self._seen()),
            key=_id,
            params=params,
        ):
            yield [row for row in page if self._covers(row.site_id)]

    def _site_filters(self) -> Sequence[Mapping[str, str]]:
        return [{"filter[site_uuid]": site} for site in self._sites] or [{}]


def _id(row: Charger | Site) -> str:
    return row.id


def _plug(row: tuple[Charger, Connector]) -> tuple[str, str]:
    charger, connector = row
    return charger.id, connector.key


def _filled(body: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in body.items() if value is not None}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
