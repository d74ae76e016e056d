"""The panel to break things: chargers, sites, vendors' APIs, Slack, and whole scenarios."""

from collections.abc import Callable, Iterable
from functools import partial

from nicegui import events, ui
from nicegui.element import Element

from bot.sandbox.page.seat import Desk, Seat
from bot.sandbox.page.tags import Keyed, button, initially, shown, tag
from bot.sandbox.page.troubles import (
    API_TROUBLES,
    DOWN,
    SLACK_TROUBLES,
    WELL,
    api_trouble,
    set_api_trouble,
    set_slack_trouble,
    slack_trouble,
)
from bot.sandbox.vendors.entities import Charger, Site, Status, Tenant
from bot.sandbox.vendors.scenarios import SCENARIOS, Scenario

LOOK_SECONDS = 1.0
MOST_CHARGERS = 60  # rows at once; the rest is found by typing
VALUE = "(event) => emit(event.target.value)"
OCPP_CODES = (
    "ConnectorLockFailure",
    "EVCommunicationError",
    "GroundFailure",
    "HighTemperature",
    "InternalError",
    "OtherError",
    "OverCurrentFailure",
    "OverVoltage",
    "PowerMeterFailure",
    "PowerSwitchFailure",
    "ReaderFailure",
    "ResetFailure",
    "UnderVoltage",
    "WeakSignal",
)


class FaultsDrawer:
    """Looks at the world once a second while it is open."""

    def __init__(self, container: Element, desk: Desk) -> None:
        self._container = container
        self._desk = desk
        self._breakdowns = desk.clouds.breakdowns
        self._chargers: Keyed | None = None
        self._words = ""
        self._faulting = ""

    def redraw(self, seat: Seat) -> None:
        """Show the world as it is, while the drawer is open."""
        self._seat = seat
        if seat.drawer != "faults":
            if self._chargers:
                self._container.clear()
                self._chargers = None
        elif self._chargers is None:
            with self._container:
                self._draw()

    def _draw(self) -> None:
        with tag("div", "mend-all"):
            tag("span", text="Everything here is simulated. Break what you like.")
            button("Mend everything", self._mend, "kit-button primary")
        with _section("Chargers", is_open=True):
            words = tag("input", "field", type="search", aria_label="Find a charger to break")
            words.props["placeholder"] = "Identity or site"
            words.on("input", self._filter, js_handler=VALUE)
            self._chargers = Keyed(tag("div", "broken-chargers"))
        with _section("Vendors' APIs and Slack"):
            self._troubles = Keyed(tag("div"))
        with _section("Scenarios"):
            for scenario in SCENARIOS.values():
                if not scenario.is_from_before:
                    self._draw_scenario(scenario)
        self._look()
        ui.timer(LOOK_SECONDS, self._look)

    def _look(self) -> None:
        if self._chargers is None:
            return
        self._desk.clouds.advance()
        self._chargers.show(self._charger_rows())
        self._troubles.show(self._trouble_rows())

    # chargers

    def _filter(self, event: events.GenericEventArguments) -> None:
        self._words = str(event.args).casefold()
        self._look()

    def _charger_rows(self) -> Iterable[tuple[str, str, Callable[[], None]]]:
        drawn = 0
        for site, chargers in self._by_site():
            if drawn >= MOST_CHARGERS:
                return
            fitting = [charger for charger in chargers if self._fits(site, charger)]
            fitting = fitting[: MOST_CHARGERS - drawn]
            if not fitting:
                continue
            drawn += len(fitting)
            name = site.name if site else "No site"
            powered = site.powered if site else True
            yield name, shown(name, powered), partial(self._draw_site, name, site)
            for charger in fitting:
                faulting = charger.identity == self._faulting
                signature = shown(condition(charger), faulting)
                yield charger.identity, signature, partial(self._draw_charger, charger)

    def _by_site(self) -> Iterable[tuple[Site | None, list[Charger]]]:
        homeless: list[Charger] = []
        for share in self._desk.clouds.world.shares.values():
            for site in share.sites.values():
                yield site, [c for c in site.chargers if c.tenant is Tenant.OURS]
            homeless += [charger for charger in share.fleet if charger.site is None]
        yield None, homeless

    def _fits(self, site: Site | None, charger: Charger) -> bool:
        words = f"{charger.identity} {site.name if site else ''} {charger.vendor}".casefold()
        return all(part in words for part in self._words.split())

    def _draw_site(self, name: str, site: Site | None) -> None:
        with tag("div", "broken-site"):
            tag("span", "broken-name", name)
            if site:
                off = site.powered
                words = "Cut power" if off else "Power back"
                press = self._breakdowns.power_cut if off else self._breakdowns.power_back
                button(
                    words, self._doing(press, site.name), "mini", aria_label=f"{words}: {site.name}"
                )

    def _draw_charger(self, charger: Charger) -> None:
        identity, words = charger.identity, condition(charger)
        offline = not charger.online
        with tag("div", "broken-charger", role="group", aria_label=identity):
            tag("span", f"lamp {lamp(charger)}", aria_hidden="true")
            with tag("span", "broken-words"):
                tag("span", "broken-identity", identity)
                tag("span", "description", words, title=words)
            if offline:
                back = self._doing(self._breakdowns.charger_online, identity)
                call = "Bring back" if charger.seen else "Connect"
                button(call, back, "mini", aria_label=f"{call} {identity}")
            else:
                take = self._doing(self._breakdowns.charger_offline, identity)
                button("Take offline", take, "mini", aria_label=f"Take offline {identity}")
            button("Fault…", lambda: self._open_fault(identity), "mini")
        if identity == self._faulting:
            self._draw_fault_form(charger)

    def _open_fault(self, identity: str) -> None:
        self._faulting = "" if self._faulting == identity else identity
        self._look()

    def _draw_fault_form(self, charger: Charger) -> None:
        entered = {"code": "InternalError", "connector": "1"}
        with tag("div", "fault-form"):
            code = tag("input", "field", aria_label="OCPP code", list="ocpp-codes")
            initially(code, entered["code"])
            code.on("input", lambda event: entered.update(code=event.args), js_handler=VALUE)
            with tag("datalist", id="ocpp-codes"):
                for known in OCPP_CODES:
                    tag("option", value=known)
            where = tag("select", "field", aria_label="Where")
            with where:
                for connector in charger.connectors:
                    number = str(connector.plug.number)
                    tag("option", text=f"Connector {number}", value=number)
                tag("option", text="Whole charger", value="0")
            where.on("change", lambda event: entered.update(connector=event.args), js_handler=VALUE)
            report = partial(self._fault, charger.identity, entered)
            button("Report fault", report, "mini danger")
            clear = self._doing(self._breakdowns.clear_faults, charger.identity)
            button("Clear faults", clear, "mini")

    def _fault(self, identity: str, entered: dict[str, str]) -> None:
        if entered["connector"] == "0":
            self._breakdowns.charger_fault(identity, entered["code"])
        else:
            connector = int(entered["connector"])
            self._breakdowns.connector_fault(identity, entered["code"], connector=connector)
        self._look()

    def _doing(self, act: Callable[[str], None], name: str) -> Callable[[], None]:
        def do() -> None:
            act(name)
            self._look()

        return do

    # interfaces

    def _trouble_rows(self) -> Iterable[tuple[str, str, Callable[[], None]]]:
        for vendor, cloud in self._desk.clouds.by_vendor.items():
            now = api_trouble(cloud)
            choose = partial(set_api_trouble, cloud)
            names = [one.name for one in self._desk.clouds.accounts if one.vendor == vendor]
            draw = partial(_draw_trouble, vendor.title(), ", ".join(names), now, [*API_TROUBLES])
            yield vendor, now, partial(draw, choose)
        now = slack_trouble(self._desk.slack)
        choose = partial(set_slack_trouble, self._desk.slack)
        draw = partial(_draw_trouble, "Slack", "", now, [*SLACK_TROUBLES, DOWN])
        yield "Slack", now, partial(draw, choose)

    # scenarios

    def _draw_scenario(self, scenario: Scenario) -> None:
        with tag("div", "scenario"):
            with tag("div", "scenario-words"):
                tag("span", "broken-identity", scenario.title)
                tag("span", "description", scenario.expect)
            button(
                "Begin",
                partial(self._begin, scenario),
                "mini",
                aria_label=f"Begin {scenario.name}",
            )

    def _begin(self, scenario: Scenario) -> None:
        try:
            scenario.begin(self._desk.clouds)
        except KeyError:
            self._seat.say("This scenario is about a charger that this fleet does not have.")
            return
        self._seat.say(f"You should see: {scenario.expect}")
        self._look()

    def _mend(self) -> None:
        self._desk.clouds.mend()
        self._desk.slack.recover()
        self._faulting = ""
        self._seat.say("Everything is mended.")
        self._look()


def _section(title: str, *, is_open: bool = False) -> Element:
    section = tag("details", "faults-section", open=is_open)
    with section:
        tag("summary", text=title)
    return section


def _draw_trouble(
    name: str, account: str, now: str, names: list[str], choose: Callable[[str], None]
) -> None:
    with tag("label", "trouble-row"):
        with tag("span"):
            tag("span", text=name)
            tag("span", "description", account)
        field = tag("select", "field", aria_label=f"{name} API")
        with field:
            for each in (WELL, *names):
                tag("option", text=each, value=each, selected=each == now)
    field.on("change", lambda event: choose(event.args), js_handler=VALUE)


def condition(charger: Charger) -> str:
    """A charger in a few words: connectivity, and what its connectors say."""
    if not charger.seen:
        return "has never connected"
    faults = [charger.fault, *(connector.fault for connector in charger.connectors)]
    codes = [fault.code for fault in faults if fault]
    states = sorted({str(connector.status) for connector in charger.connectors})
    words = [", ".join(codes) if codes else ", ".join(states)]
    return " · ".join(["online" if charger.online else "offline", *words])


def lamp(charger: Charger) -> str:
    """The colour of a charger's lamp."""
    if not charger.online:
        return "off" if charger.seen else "never"
    faulted = charger.status is Status.FAULTED or any(
        connector.status is Status.FAULTED for connector in charger.connectors
    )
    return "faulted" if faulted else "well"
