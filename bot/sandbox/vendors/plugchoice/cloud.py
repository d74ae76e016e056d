"""Plugchoice v3: every documented path that a charger desk needs."""

from collections.abc import Sequence
from typing import Any, ClassVar

from bot.sandbox.vendors.entities import Charger, Session, Site, Tenant, Vendor
from bot.sandbox.vendors.exchange import Answer, Endpoint, Incoming, Refusal, Row
from bot.sandbox.vendors.identifiers import number_of
from bot.sandbox.vendors.laravel import (
    Form,
    LaravelCloud,
    attachable,
    limited,
    smart_charging_from,
)
from bot.sandbox.vendors.laravel_rows import (
    group_row,
    meter_row,
    power_usage_row,
    site_connector_row,
    smart_charging_row,
)
from bot.sandbox.vendors.plugchoice import rows
from bot.sandbox.vendors.plugchoice.filters import (
    CHARGER_OPTIONS,
    TRANSACTION_OPTIONS,
    charger_transactions,
    team_chargers,
    team_sites,
    team_transactions,
)
from bot.sandbox.vendors.products import unknown_product

TEAM = "a4855dc5-0acb-33c3-b921-f4291f719ca0"
TEAM_NUMBER = 1
NOT_FOUND = "No query results for the given id."
TAKEN = "The identity has already been taken."


class PlugchoiceCloud(LaravelCloud):
    """Paths below `/api/v3`; ids in paths are UUIDs, connectors go by their OCPP number."""

    vendor: ClassVar[Vendor] = Vendor.PLUGCHOICE
    prefix: ClassVar[str] = "/api/v3"

    def endpoints(self) -> Sequence[Endpoint]:
        """In the order of the vendor's menu."""
        connector = "/chargers/{charger}/connectors/{connector}"
        return (
            Endpoint("GET", "/user", self.user),
            Endpoint("GET", "/teams", self.teams),
            Endpoint("GET", "/teams/{team}/chargers", self.chargers_of_team),
            Endpoint("GET", "/teams/{team}/sites", self.sites_of_team),
            Endpoint("GET", "/teams/{team}/transactions", self.transactions_of_team),
            Endpoint("GET", "/chargers", self.chargers),
            Endpoint("POST", "/chargers", self.create_charger),
            Endpoint("GET", "/chargers/{charger}", self.charger),
            Endpoint("PUT", "/chargers/{charger}", self.update_charger),
            Endpoint("GET", "/chargers/{charger}/transactions", self.transactions_of_charger),
            Endpoint("POST", "/chargers/{charger}/actions/restart", self.restart),
            Endpoint("GET", connector + "/power-usage", self.power_usage),
            Endpoint("GET", "/sites", self.sites),
            Endpoint("POST", "/sites", self.create_site),
            Endpoint("GET", "/sites/{site}", self.site),
            Endpoint("PUT", "/sites/{site}", self.update_site),
            Endpoint("GET", "/sites/{site}/chargers", self.chargers_of_site),
            Endpoint("POST", "/sites/{site}/chargers", self.attach),
            Endpoint("DELETE", "/sites/{site}/chargers/{charger}", self.detach),
            Endpoint("GET", "/sites/{site}/connectors", self.connectors_of_site),
            Endpoint("GET", "/sites/{site}/smart-charging", self.smart_charging),
            Endpoint("PUT", "/sites/{site}/smart-charging", self.update_smart_charging),
            Endpoint("GET", "/sites/{site}/groups", self.groups),
            Endpoint("GET", "/sites/{site}/groups/{group}/meter", self.group_meter),
            Endpoint("GET", "/sites/{site}/transactions", self.transactions_of_site),
        )

    # Whose token, which teams

    def user(self, _: Incoming) -> Answer:
        """Bare, as both document sets print it."""
        return Answer(rows.user_row(self.world.now))

    def teams(self, _: Incoming) -> Answer:
        """The one team."""
        user = rows.user_row(self.world.now)
        team = {
            "uuid": TEAM,
            "id": TEAM_NUMBER,
            "is_personal_team": False,
            "name": "Laadstraat Beheer",
            "type": "Company",
            "email": user["email"],
            "created_at": user["created_at"],
            "updated_at": user["updated_at"],
        }
        return Answer({"data": [team]})

    # Chargers

    def chargers(self, incoming: Incoming) -> Answer:
        """Shape A, without connectors."""
        return self.page(incoming, self.share.fleet, self._listed)

    def chargers_of_team(self, incoming: Incoming) -> Answer:
        """Shape B, with filters and a sort, newest first by default."""
        self._team(incoming)
        found = team_chargers(self.share, incoming.query)
        return self.flat_page(incoming, found, rows.team_charger_row, CHARGER_OPTIONS)

    def charger(self, incoming: Incoming) -> Answer:
        """One charger with its connectors."""
        return self.one(rows.full_charger_row(self._charger(incoming), self.world.now))

    def create_charger(self, incoming: Incoming) -> Answer:
        """The identity must be new among all tenants; an unknown team or site is a 422."""
        form = Form(incoming)
        identity = form.text("identity", longest=45)
        if identity in self.share.by_identity:
            form.complain("identity", TAKEN)
        if form.given("team_uuid") not in (None, TEAM):
            form.complain("team_uuid", "The selected team uuid is invalid.")
        site = self._site_by(form.given("site_uuid"))
        if site is None and form.given("site_uuid") is not None:
            form.complain("site_uuid", "The selected site uuid is invalid.")
        form.refuse()
        charger = self.world.register(
            self.vendor, str(identity), unknown_product(self.world), site=site
        )
        return self.created(rows.charger_row(charger, self.world.now))

    def update_charger(self, incoming: Incoming) -> Answer:
        """Only `reference` can be changed; null clears it."""
        charger = self._charger(incoming)
        form = Form(incoming)
        reference = form.text("reference", longest=255, required=False)
        form.refuse()
        if "reference" in incoming.fields:
            charger.reference, charger.updated_at = reference, self.world.now
        return self.one(rows.charger_row(charger, self.world.now))

    def restart(self, incoming: Incoming) -> Answer:
        """HTTP 200 also when the charger says no; 504 when it says nothing."""
        charger = self.reachable(self._charger(incoming))
        if not charger.obedient:
            return Answer({"status": "Rejected"})
        self.world.restart(charger, "HardReset")
        return Answer({"status": "Accepted"})

    def power_usage(self, incoming: Incoming) -> Answer:
        """Bare; live values as text."""
        charger = self._charger(incoming)
        for connector in charger.connectors:
            if str(connector.plug.number) == incoming.params["connector"]:
                return Answer(power_usage_row(connector, self.world.now))
        raise Refusal(404, NOT_FOUND)

    # Sites

    def sites(self, incoming: Incoming) -> Answer:
        """Shape A; `search` looks into name and address."""
        wanted = incoming.query.get("search", "").casefold()
        found = [
            site
            for site in self.share.sites.values()
            if wanted in f"{site.name} {site.street} {site.city}".casefold()
        ]
        return self.page(incoming, found, rows.site_row)

    def sites_of_team(self, incoming: Incoming) -> Answer:
        """Shape B, by name."""
        self._team(incoming)
        found = team_sites(self.share, incoming.query)
        options = {"countries": sorted({site.country for site in self.share.sites.values()})}
        return self.flat_page(incoming, found, rows.team_site_row, options)

    def site(self, incoming: Incoming) -> Answer:
        """One site."""
        return self.one(rows.site_row(self._site(incoming)))

    def create_site(self, incoming: Incoming) -> Answer:
        """Nothing has to be unique: the same request twice makes two sites."""
        fields = self._address(incoming, required=True)
        now = self.world.now
        site = Site(
            number=self.world.free_site_number(self.vendor),
            vendor=self.vendor,
            latitude=52.1,
            longitude=5.1,
            timezone="Europe/Amsterdam",
            created_at=now,
            updated_at=now,
            **fields,
        )
        return self.created(rows.site_row(self.world.add_site(site)))

    def update_site(self, incoming: Incoming) -> Answer:
        """A partial update, although it is a PUT."""
        site = self._site(incoming)
        for name, value in self._address(incoming, required=False).items():
            if name in incoming.fields:
                setattr(site, name, value)
        site.updated_at = self.world.now
        return self.one(rows.site_row(site))

    def _address(self, incoming: Incoming, *, required: bool) -> dict[str, Any]:
        form = Form(incoming)
        fields: dict[str, Any] = {
            name: form.text(name, longest=255, required=required)
            for name in ("name", "street", "postal_code", "city")
        }
        fields["house_number"] = form.whole("house_number", required=required)
        fields["house_number_addition"] = form.text(
            "house_number_addition", longest=255, required=False
        )
        fields["country"] = form.text("country", longest=2, required=required)
        if form.given("team_uuid") not in (None, TEAM):
            form.complain("team_uuid", "The selected team uuid is invalid.")
        form.refuse()
        return fields

    def chargers_of_site(self, incoming: Incoming) -> Answer:
        """Shape A, with connectors and without permissions."""
        return self.page(incoming, self._site(incoming).chargers, self._of_site)

    def attach(self, incoming: Incoming) -> Answer:
        """Identity and pincode; the complaints about them are inferred."""
        site = self._site(incoming)
        form = Form(incoming)
        identity = form.text("identity", longest=255)
        form.required("pincode")
        form.refuse()
        charger = attachable(form, self.share.by_identity.get(str(identity)), "identity")
        self.world.attach(charger, site)
        return self.one(rows.charger_row(charger, self.world.now))

    def detach(self, incoming: Incoming) -> Answer:
        """Inferred path and status; the charger survives without a site."""
        site, charger = self._site(incoming), self._charger(incoming)
        if charger.site is not site:
            raise Refusal(404, NOT_FOUND)
        self.world.detach(charger)
        return Answer(status=204)

    def connectors_of_site(self, incoming: Incoming) -> Answer:
        """Shape A; each with its charger."""
        connectors = [
            connector
            for charger in self._site(incoming).chargers
            for connector in charger.connectors
        ]
        return self.page(incoming, connectors, site_connector_row)

    def smart_charging(self, incoming: Incoming) -> Answer:
        """The time zone may be null."""
        return self.one(smart_charging_row(self._site(incoming).smart_charging))

    def update_smart_charging(self, incoming: Incoming) -> Answer:
        """The time zone is asked for every time."""
        site = self._site(incoming)
        site.smart_charging = smart_charging_from(Form(incoming), site.smart_charging, v2=False)
        return self.one(smart_charging_row(site.smart_charging))

    def groups(self, incoming: Incoming) -> Answer:
        """At most 25, no paging."""
        site = self._site(incoming)
        return Answer({"data": [group_row(group, site) for group in site.groups[:25]]})

    def group_meter(self, incoming: Incoming) -> Answer:
        """404 is also what a group without a meter answers."""
        site = self._site(incoming)
        for group in site.groups:
            if str(group.number) == incoming.params["group"] and group.metered:
                return self.one(meter_row(group, site, self.world.now))
        raise Refusal(404, "This group has no meter.")

    # Transactions

    def transactions_of_site(self, incoming: Incoming) -> Answer:
        """`limit` and filters; only `data`."""
        return self._transactions(incoming, self._site(incoming).sessions)

    def transactions_of_charger(self, incoming: Incoming) -> Answer:
        """`limit` and filters; only `data`."""
        charger = self._charger(incoming)
        sessions = charger.site.sessions if charger.site else []
        own = [session for session in sessions if session.connector.charger is charger]
        return self._transactions(incoming, own)

    def transactions_of_team(self, incoming: Incoming) -> Answer:
        """Shape B; only of chargers whose sensitive data we may see."""
        self._team(incoming)
        found = team_transactions(self.share, incoming.query, self.world.now)
        return self.flat_page(incoming, found, self._team_transaction, TRANSACTION_OPTIONS)

    def _transactions(self, incoming: Incoming, sessions: Sequence[Session]) -> Answer:
        found = charger_transactions(sessions, incoming.query)
        now = self.world.now
        return Answer(
            {"data": [rows.transaction_row(session, now) for session in limited(incoming, found)]}
        )

    # Rows at this moment, things behind ids

    def _listed(self, charger: Charger) -> Row:
        return rows.listed_charger_row(charger, self.world.now)

    def _of_site(self, charger: Charger) -> Row:
        return rows.site_charger_row(charger, self.world.now)

    def _team_transaction(self, session: Session) -> Row:
        return rows.team_transaction_row(session, self.world.now)

    def _team(self, incoming: Incoming) -> None:
        if incoming.params["team"] != TEAM:
            raise Refusal(404, NOT_FOUND)

    def _charger(self, incoming: Incoming) -> Charger:
        number = number_of("charger", incoming.params["charger"])
        charger = self.share.chargers.get(number) if number is not None else None
        if charger is None or charger.deleted_at:
            raise Refusal(404, NOT_FOUND)
        if charger.tenant is not Tenant.OURS:
            raise Refusal(403, "This action is unauthorized.")
        return charger

    def _site_by(self, uuid: object) -> Site | None:
        number = number_of("site", uuid) if isinstance(uuid, str) else None
        return self.share.sites.get(number) if number is not None else None

    def _site(self, incoming: Incoming) -> Site:
        site = self._site_by(incoming.params["site"])
        if site is None:
            raise Refusal(404, NOT_FOUND)
        return site
