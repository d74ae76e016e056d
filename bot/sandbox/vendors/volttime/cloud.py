"""VoltTime v2: every path stands below a team; ids are numbers, later also UUIDs."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import ClassVar

from bot.sandbox.vendors.entities import Charger, Connector, Session, Site, Tenant, Vendor
from bot.sandbox.vendors.exchange import Answer, Endpoint, Incoming, Refusal, Row
from bot.sandbox.vendors.identifiers import number_of, uuid_of
from bot.sandbox.vendors.laravel import (
    Form,
    LaravelCloud,
    attachable,
    smart_charging_from,
    stamp,
)
from bot.sandbox.vendors.laravel_rows import (
    group_row,
    meter_row,
    power_usage_row,
    site_connector_row,
    smart_charging_row,
)
from bot.sandbox.vendors.products import unknown_product
from bot.sandbox.vendors.volttime import rows
from bot.sandbox.vendors.world import World

TEAM_NUMBER = 12
NOT_FOUND = "No query results for the given id."


class VoltTimeCloud(LaravelCloud):
    """Paths below `/api/v2`. Only four of the fourteen site pages survive; the rest is inferred."""

    vendor: ClassVar[Vendor] = Vendor.VOLTTIME
    prefix: ClassVar[str] = "/api/v2"

    def __init__(
        self,
        world: World,
        now: Callable[[], datetime],
        *,
        token: str,
        sleep: Callable[[float], Awaitable[None]],
        requests_per_minute: int | None = 500,
    ) -> None:
        super().__init__(
            world, now, token=token, sleep=sleep, requests_per_minute=requests_per_minute
        )
        self.deprecation = True

    def endpoints(self) -> Sequence[Endpoint]:
        """The fourteen site pages first, in the order of the vendor's menu."""
        sites = "/teams/{team}/sites"
        site = sites + "/{site}"
        return (
            Endpoint("GET", site + "/transactions", self.transactions_of_site),
            Endpoint("GET", sites, self.sites),
            Endpoint("POST", sites, self.create_site),
            Endpoint("GET", site, self.site),
            Endpoint("GET", site + "/chargers", self.chargers_of_site),
            Endpoint("POST", site + "/chargers", self.create_charger_at_site),
            Endpoint("DELETE", site + "/chargers/{charger}", self.detach),
            Endpoint("GET", site + "/connectors", self.connectors_of_site),
            Endpoint("GET", site + "/smart-charging", self.smart_charging),
            Endpoint("PUT", site + "/smart-charging", self.update_smart_charging),
            Endpoint("POST", site + "/attach-charger", self.attach),
            Endpoint("GET", site + "/connectors/{connector}/power-usage", self.power_usage),
            Endpoint("GET", site + "/groups", self.groups),
            Endpoint("GET", site + "/groups/{group}/meter", self.group_meter),
            Endpoint("GET", "/user", self.user),
            Endpoint("GET", "/teams", self.teams),
            Endpoint("GET", "/teams/{team}/chargers", self.chargers_of_team),
            Endpoint("POST", "/teams/{team}/chargers", self.create_charger_of_team),
            Endpoint("GET", "/teams/{team}/chargers/{charger}", self.charger),
        )

    def user(self, _: Incoming) -> Answer:
        """Bare."""
        return Answer(
            {"id": 7, "name": "Chargehand Sandbox", "email": "chargehand@sandbox.invalid"}
        )

    def teams(self, _: Incoming) -> Answer:
        """The one team; no paging shown."""
        since = stamp(self.world.now.replace(month=1, day=2, microsecond=0))
        team = {
            "id": TEAM_NUMBER,
            "uuid": uuid_of("team", TEAM_NUMBER),
            "is_personal_team": False,
            "name": "Laadstraat Zuid",
            "type": "Company",
            "email": "chargehand@sandbox.invalid",
            "created_at": since,
            "updated_at": since,
        }
        return Answer({"data": [team]})

    # Chargers

    def chargers_of_team(self, incoming: Incoming) -> Answer:
        """All of them at once: the documents show no paging."""
        self._team(incoming)
        return Answer({"data": [self._row(charger) for charger in self.share.fleet]})

    def chargers_of_site(self, incoming: Incoming) -> Answer:
        """Shape A, as the site's transactions have it (inferred)."""
        return self.page(incoming, self._site(incoming).chargers, self._row)

    def charger(self, incoming: Incoming) -> Answer:
        """One charger with its product and connectors."""
        self._team(incoming)
        charger = self._charger(incoming)
        return self.one(rows.full_charger_row(charger, deprecation=self.deprecation))

    def create_charger_at_site(self, incoming: Incoming) -> Answer:
        """Body: the identity, at most 45 characters."""
        return self._create_charger(incoming, self._site(incoming))

    def create_charger_of_team(self, incoming: Incoming) -> Answer:
        """The same without a site."""
        self._team(incoming)
        return self._create_charger(incoming, None)

    def _create_charger(self, incoming: Incoming, site: Site | None) -> Answer:
        form = Form(incoming)
        identity = form.text("identity", longest=45)
        if identity in self.share.by_identity:
            form.complain("identity", "The identity has already been taken.")
        form.refuse()
        charger = self.world.register(
            self.vendor, str(identity), unknown_product(self.world), site=site
        )
        return self.created(self._row(charger))

    def attach(self, incoming: Incoming) -> Answer:
        """Pincode, and identity or serial number; answers an empty object."""
        site = self._site(incoming)
        form = Form(incoming)
        form.required("pincode")
        if form.given("identity") is None and form.given("serial_number") is None:
            form.required("identity")
            form.required("serial_number")
        form.refuse()
        named = "serial_number" if form.given("identity") is None else "identity"
        known = self._known_as(form.given("identity"), form.given("serial_number"))
        charger = attachable(form, known, named)
        self.world.attach(charger, site)
        return Answer({})

    def detach(self, incoming: Incoming) -> Answer:
        """Inferred path and status; the charger survives without a site."""
        site, charger = self._site(incoming), self._charger(incoming)
        if charger.site is not site:
            raise Refusal(404, NOT_FOUND)
        self.world.detach(charger)
        return Answer(status=204)

    # Sites

    def sites(self, incoming: Incoming) -> Answer:
        """Shape A (inferred)."""
        self._team(incoming)
        return self.page(incoming, list(self.share.sites.values()), rows.site_row)

    def site(self, incoming: Incoming) -> Answer:
        """One site."""
        return self.one(rows.site_row(self._site(incoming)))

    def create_site(self, incoming: Incoming) -> Answer:
        """Body inferred from v3. Nothing has to be unique."""
        self._team(incoming)
        form = Form(incoming)
        name, street, postal_code, city = (
            form.text(field, longest=255) for field in ("name", "street", "postal_code", "city")
        )
        house_number = form.whole("house_number")
        addition = form.text("house_number_addition", longest=255, required=False)
        country = form.text("country", longest=2)
        form.refuse()
        now = self.world.now
        site = Site(
            number=self.world.free_site_number(self.vendor),
            vendor=self.vendor,
            name=str(name),
            street=str(street),
            house_number=house_number or 0,
            house_number_addition=addition,
            postal_code=str(postal_code),
            city=str(city),
            country=str(country),
            latitude=52.1,
            longitude=5.1,
            timezone="Europe/Amsterdam",
            created_at=now,
            updated_at=now,
        )
        return self.created(rows.site_row(self.world.add_site(site)))

    def connectors_of_site(self, incoming: Incoming) -> Answer:
        """Shape A; each with its charger (inferred from v3)."""
        return self.page(incoming, self._connectors(incoming), site_connector_row)

    def power_usage(self, incoming: Incoming) -> Answer:
        """Inferred: within a site only the connector's row id is unambiguous. Bare."""
        for connector in self._connectors(incoming):
            if str(connector.number) == incoming.params["connector"]:
                return Answer(power_usage_row(connector, self.world.now))
        raise Refusal(404, NOT_FOUND)

    def smart_charging(self, incoming: Incoming) -> Answer:
        """The time zone may be null."""
        return self.one(smart_charging_row(self._site(incoming).smart_charging))

    def update_smart_charging(self, incoming: Incoming) -> Answer:
        """Time zone and mode every time; manual wants a threshold, off-peak its times."""
        site = self._site(incoming)
        site.smart_charging = smart_charging_from(Form(incoming), site.smart_charging, v2=True)
        return self.one(smart_charging_row(site.smart_charging))

    def groups(self, incoming: Incoming) -> Answer:
        """As in v3 (inferred)."""
        site = self._site(incoming)
        return Answer({"data": [group_row(group, site) for group in site.groups]})

    def group_meter(self, incoming: Incoming) -> Answer:
        """404 is also what a group without a meter answers (inferred from v3)."""
        site = self._site(incoming)
        for group in site.groups:
            if str(group.number) == incoming.params["group"] and group.metered:
                return self.one(meter_row(group, site, self.world.now))
        raise Refusal(404, "This group has no meter.")

    def transactions_of_site(self, incoming: Incoming) -> Answer:
        """Shape A, latest first, with costs."""
        return self.page(incoming, self._site(incoming).sessions[::-1], self._transaction)

    # Rows at this moment, things behind ids

    def _row(self, charger: Charger) -> Row:
        return rows.charger_row(charger, deprecation=self.deprecation)

    def _transaction(self, session: Session) -> Row:
        return rows.transaction_row(session, self.world.now)

    def _team(self, incoming: Incoming) -> None:
        if incoming.params["team"] not in (str(TEAM_NUMBER), uuid_of("team", TEAM_NUMBER)):
            raise Refusal(404, NOT_FOUND)

    def _site(self, incoming: Incoming) -> Site:
        self._team(incoming)
        site = self.share.sites.get(_number("site", incoming.params["site"]))
        if site is None:
            raise Refusal(404, NOT_FOUND)
        return site

    def _charger(self, incoming: Incoming) -> Charger:
        charger = self.share.chargers.get(_number("charger", incoming.params["charger"]))
        if charger is None or charger.tenant is not Tenant.OURS:
            raise Refusal(404, NOT_FOUND)
        return charger

    def _connectors(self, incoming: Incoming) -> list[Connector]:
        site = self._site(incoming)
        return [connector for charger in site.chargers for connector in charger.connectors]

    def _known_as(self, identity: object, serial: object) -> Charger | None:
        if identity is not None:
            return self.share.by_identity.get(str(identity))
        for charger in self.share.chargers.values():
            if charger.serial == serial:
                return charger
        return None


def _number(kind: str, given: str) -> int:
    """A number given as such or as a UUID; -1 when it is neither."""
    number = int(given) if given.isdecimal() else number_of(kind, given)
    return -1 if number is None else number
