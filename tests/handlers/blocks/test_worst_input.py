"""Every builder with its worst input, held to Slack's limits."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from bot.alerts.availability import Figures
from bot.alerts.groups import Group, Line
from bot.alerts.model import Alert, Condition, Phase, Subject
from bot.alerts.reasons import Reason, Stage
from bot.alerts.records import (
    BaselineRecord,
    Explanation,
    GroupRecord,
    GroupState,
    LineRecord,
    MemberRecord,
    Preview,
    Reach,
    Why,
)
from bot.alerts.reports import Digest, Durations, Offender, Report, SiteReport
from bot.alerts.routes import Escalation, Route
from bot.alerts.rules import BUILT_IN
from bot.alerts.service import Answer, Result
from bot.alerts.silences import Silence
from bot.alerts.words import words_of
from bot.approvals.request import Policy
from bot.inventory import AccountOverview, Found, KnownCharger
from bot.message import Message
from bot.operations.restart_charger import RestartCharger
from bot.operations.sheets import Sheet, SheetRow
from bot.severity import Severity
from bot.store.chargers import Counts
from bot.store.messages import Depth
from bot.store.verdicts import Verdict
from bot.store.watches import Watch
from handlers import catalog
from handlers.blocks import (
    alerts,
    charger,
    charger_forms,
    facts,
    forms,
    home,
    import_form,
    kit,
    lists,
    model_form,
    notices,
    register,
    reports,
    silences,
    site,
    site_forms,
    station_model,
    status,
)
from handlers.blocks import (
    help as help_blocks,
)
from handlers.blocks.charger import Offer, Surroundings
from handlers.blocks.forms import Filled
from handlers.blocks.lists import Query
from handlers.text import Misread
from tests.handlers.blocks.slack_check import LONG, assert_slack_takes
from vendors.models import (
    Charger,
    Connectivity,
    Connector,
    Evse,
    Fault,
    GroupMeter,
    ModelConnector,
    ModelRef,
    Need,
    NewCharger,
    PowerType,
    PowerUsage,
    Ref,
    Registration,
    Reset,
    Site,
    SmartCharging,
    SmartChargingMode,
    StationModel,
    Status,
    Transaction,
    Vendor,
)
from vendors.models import (
    Group as LoadGroup,
)

NOW = datetime(2026, 1, 10, 8, 0, tzinfo=UTC)
FAULT = Fault(code=LONG, info=LONG, vendor_id=LONG, vendor_code=LONG)
POLICY = Policy(reason_required=True)


def a_connector(number):
    return Connector(
        number=number,
        evse=Evse(uid=LONG, evse_id=LONG),
        status=Status.FAULTED,
        fault=FAULT,
        standard=LONG,
        format=LONG,
        max_power_w=22_000,
        max_current_a=32,
        tariff_ids=(LONG,) * 20,
    )


def a_charger(**changes):
    known = {
        "account": "nl",
        "vendor": Vendor.SPIRII,
        "id": LONG,
        "observed_at": NOW,
        "identity": LONG,
        "serial_number": LONG,
        "reference": LONG,
        "name": LONG,
        "connectivity": Connectivity.OFFLINE,
        "status": Status.AVAILABLE,
        "raw_status": LONG,
        "fault": FAULT,
        "connectors": tuple(a_connector(n) for n in range(40)),
        "site_id": LONG,
        "site_name": LONG,
        "station_model": ModelRef(make=LONG, name=LONG, description=LONG, is_dc=True),
        "firmware_version": LONG,
        "last_heartbeat_at": NOW - timedelta(days=400),
        "blocked": True,
        "setup_pending": True,
        "deleted_at": NOW,
        "pincode": "1234-secret",
        **changes,
    }
    return Charger(**known)


BARE = Charger(account="nl", vendor=Vendor.LYNKWELL, id="1", observed_at=NOW)


def known(one):
    return KnownCharger(one, NOW, NOW, vanished_at=NOW, trouble=LONG)


@pytest.mark.parametrize("one", [a_charger(), BARE], ids=["worst", "bare"])
def test_a_charger(one):
    around = Surroundings(
        alerts=[kit.inline(LONG)] * 40,
        silences=[kit.inline(LONG)] * 40,
        offers=[Offer(LONG, f"action_{n}", LONG) for n in range(40)],
        shared_by="U0SUPPORT",
    )
    shown = known(one)

    assert_slack_takes(charger.card(shown, NOW, around))
    assert_slack_takes(charger.card(shown, NOW))
    assert_slack_takes(charger.all_facts(shown, NOW))
    assert_slack_takes(charger.several([shown] * 10, [LONG] * 10, NOW, [kit.inline(LONG)] * 11))
    assert_slack_takes(
        charger.found(Query("found", {"text": LONG}), Found((shown,) * 10, 200), NOW)
    )
    nothing = Found((), 0, nearest=(shown,) * 5, asked=True, unanswered=(LONG,) * 5)
    assert_slack_takes(charger.found(Query("found", {"text": LONG}), nothing, NOW))
    query = Query("chargers", {"state": "offline", "site": LONG}, 10)
    assert_slack_takes(charger.listed(query, [shown] * 10, 100_000, NOW))
    restart = RestartCharger(account="nl", charger_id="1", label=LONG)
    form = charger_forms.form(shown, restart, POLICY, NOW, resets=tuple(Reset))
    assert_slack_takes(form)


def test_the_pincode_is_on_no_card():
    shown = known(a_charger())

    for payload in (charger.card(shown, NOW), charger.all_facts(shown, NOW)):
        assert "1234-secret" not in str(payload)
        assert "**" not in str(facts.of(shown.charger))


@pytest.mark.parametrize("connectivity", Connectivity)
def test_the_old_status_of_an_offline_charger_is_never_shown_as_available(connectivity):
    shown = charger.card(known(a_charger(connectivity=connectivity)), NOW)

    says_available = "*Available*" in str(shown)
    assert says_available is (connectivity in (Connectivity.ONLINE, Connectivity.UNKNOWN))


def a_model(**changes):
    plugs = tuple(
        ModelConnector(
            number=n,
            connection_type=LONG,
            format=LONG,
            max_current_a=300,
            max_voltage_v=1000,
            max_power_w=120_000,
        )
        for n in range(40)
    )
    known_facts = {
        "account": "us",
        "vendor": Vendor.LYNKWELL,
        "id": LONG,
        "observed_at": NOW,
        "make": LONG,
        "name": LONG,
        "friendly_name": LONG,
        "description": LONG * 5,
        "connectors": plugs,
        "ocpp_url": LONG,
        "image_url": f"https://example.net/{'x' * 480}",
        **changes,
    }
    return StationModel(**known_facts)


def test_a_station_model():
    model = a_model()
    offers = [kit.button(LONG, f"a{n}") for n in range(40)]

    assert_slack_takes(station_model.card(model, 100_000, offers))
    assert_slack_takes(station_model.card(a_model(connectors=(), is_archived=True), 0))
    assert_slack_takes(station_model.archive_form(model, 1, POLICY, "C0"))
    assert_slack_takes(station_model.rename_form(model, POLICY, "C0"))
    again = Filled({"friendly_name": LONG}, complaints={"friendly_name": LONG}, trouble=LONG)
    assert_slack_takes(station_model.rename_form(model, POLICY, "C0", again))
    query = Query("station_models", {"archived": "yes", "vendor": LONG})
    assert_slack_takes(station_model.listed(query, [model] * 10, 23))
    typed = {"make": LONG, "reason": LONG}
    filled = Filled(typed, complaints={"make": LONG}, trouble=LONG)
    worst = model_form.form(["us", "ca"], "us", range(1, 9), POLICY, filled=filled)
    assert_slack_takes(worst)


def a_site():
    return Site(
        account="nl",
        vendor=Vendor.VOLTTIME,
        id=LONG,
        observed_at=NOW,
        name=LONG,
        street=LONG,
        house_number="1",
        city=LONG,
        address=LONG,
        timezone=LONG,
        smart_charging=SmartChargingMode.UNKNOWN,
        chargers_count=100_000,
    )


def test_a_site_and_what_is_in_it():
    one, box = a_site(), a_charger()
    reading = PowerUsage(connector=1, at=NOW, power_w=11_000)
    session = Transaction(id=LONG, charger_identity=LONG, started_at=NOW, stop_reason=LONG)
    group = LoadGroup(id=LONG, method=LONG, net_type=LONG)

    assert_slack_takes(site.card(one, [kit.button(LONG, f"a{n}") for n in range(30)]))
    assert_slack_takes({"text": "x", "blocks": [site.line(one)] * 10})
    assert_slack_takes(site.connectors(one, [(box, a_connector(1))] * 300))
    assert_slack_takes(site.groups(one, [group] * 25))
    assert_slack_takes(site.meter(group, GroupMeter(id=LONG, type=LONG)))
    assert_slack_takes(site.meter(group, None))
    assert_slack_takes(site.usage(box, [reading, PowerUsage(connector=2)], NOW))
    assert_slack_takes(site.transactions(one, [session] * 300, {LONG: LONG}, NOW))
    assert_slack_takes(site.transactions(one, [], {}, NOW))
    settings = SmartCharging(
        mode=SmartChargingMode.OFF_PEAK, timezone=LONG, off_peak_start="23:00", threshold=4
    )
    assert_slack_takes(site_forms.smart_charging_form(one, settings, POLICY, "C0"))
    chosen = {"site": kit.option(LONG, "1")}
    again = Filled({"identity": LONG, "reason": LONG}, chosen, trouble=LONG)
    assert_slack_takes(site_forms.attach_form(["nl", "legacy"], "nl", POLICY, again))
    typed = {name: LONG for name, *_ in site_forms.FIELDS}
    filled = Filled(typed, complaints=typed, trouble=LONG)
    assert_slack_takes(site_forms.create_form(["nl", "de"], "nl", POLICY, filled))
    assert_slack_takes({"text": "x", "blocks": [site.group_choice(one, group)] * 10})
    assert_slack_takes({"text": "x", "blocks": kit.fields(site.smart_charging(settings))})


def an_alert(number=1, **changes):
    alert = {
        "id": str(number),
        "fingerprint": str(number),
        "condition": Condition.FAULT,
        "phase": Phase.FIRING,
        "subject": Subject("nl", "plugchoice", LONG, LONG, f"{number}", LONG),
        "severity": Severity.CRITICAL,
        "rule": LONG,
        "hold": timedelta(minutes=5),
        "since": NOW - timedelta(days=3),
        "counting_from": NOW,
        "seen_at": NOW,
        "connector": LONG,
        "code": LONG,
        "vendor_code": LONG,
        "info": LONG,
        "is_safety": True,
        "vendor_time": NOW,
        "fired_at": NOW,
        "acknowledged_by": "U0ONCALL",
        "acknowledged_at": NOW,
        **changes,
    }
    return Alert(**alert)


def a_record(state, alerts_in, **changes):
    members = tuple(
        MemberRecord(
            one,
            words_of(one),
            a_charger(),
            NOW,
            is_attached=True,
            silence_ends_at=NOW,
            reach=Reach(999_999, 999_999),
        )
        for one in alerts_in
    )
    record = {
        "group": Group("g1", "default", "C0ALERTS", "key", NOW, account="nl"),
        "state": state,
        "severity": Severity.CRITICAL,
        "members": members,
        "hidden_children": 12,
        "mention": ("S0ONCALL", "U0LEAD"),
        "audience": frozenset(),
        "lines": tuple(Line(n, "g1", NOW, Reason.ESCALATED, "U0LEAD", (), {}) for n in range(40)),
        "next_at": NOW,
        "next_reason": Reason.REPEATED,
        **changes,
    }
    return GroupRecord(**record)


@pytest.mark.parametrize("state", GroupState)
@pytest.mark.parametrize("condition", Condition)
def test_a_group_of_alerts(state, condition):
    open_ones = [an_alert(n, condition=condition) for n in range(40)]
    over = [an_alert(n, condition=condition, phase=Phase.RESOLVED, ended_at=NOW) for n in range(40)]
    record = a_record(state, [*open_ones, *over])

    assert_slack_takes(alerts.group(record))
    assert_slack_takes(alerts.details(record, NOW))
    assert_slack_takes(alerts.why_of_account(record))


def test_what_else_is_said_of_alerts():
    many = tuple(an_alert(n) for n in range(40))
    group = Group("g1", "default", "C0ALERTS", "key", NOW, account="nl")
    verdicts = tuple(Verdict("1", Stage.HOLD, Reason.HOLDING, LONG, NOW, {}) for _ in range(40))
    silence = Silence(1, {"charger": (LONG,)}, "U0LEAD", LONG, NOW, NOW, NOW)
    explanation = Explanation(an_alert(phase=Phase.PENDING), verdicts, (group,), NOW, Reason.FIRED)
    why = Why(Ref("nl", LONG), a_charger(), NOW, many, (silence,) * 40, (explanation,) * 40, NOW)

    for reason in Reason:
        line = Line(1, "g1", NOW, reason, "U0LEAD", ("S0ONCALL",), {})
        assert_slack_takes(alerts.line(LineRecord(line, group, many)))
    assert_slack_takes(alerts.baseline(BaselineRecord(LONG, many)))
    assert_slack_takes(alerts.why(why, NOW))
    route = Route(LONG, "C0", {"site": (LONG,)}, ("S0",), (Escalation(timedelta(1), ("U0",)),))
    assert_slack_takes(alerts.rules(BUILT_IN * 10, [route] * 40))
    for result in Result:
        for acknowledges in (True, False):
            said = Answer(result, ("U0LEAD",), NOW)
            assert_slack_takes(alerts.answer(said, acknowledges=acknowledges))
    entries = [alerts.entry(one) for one in many[:10]]
    assert_slack_takes(lists.page(Query("x"), "Alerts", entries, total=40))
    option = kit.option(LONG, LONG[:150])
    filled = Filled({"reason": LONG, "length": "4h"}, {"charger": option, "silenced_site": option})
    form = silences.form([LONG[:75], "nl"], "{}", filled, Preview(many, 40, 400))
    assert_slack_takes(form)
    assert_slack_takes(silences.listed(Query("silences"), [silence] * 100, NOW))
    assert_slack_takes(silences.listed(Query("silences"), [], NOW))


def test_reports():
    figures = Figures(10, 5, 1)
    lengths = Durations(3, timedelta(minutes=4), timedelta(hours=2))
    report = Report(
        start=NOW - timedelta(days=7),
        end=NOW,
        figures=figures,
        sites=tuple(SiteReport(Ref("nl", LONG), LONG, figures, {}) for _ in range(200)),
        alerts=12_000,
        mtta=lengths,
        mttr=Durations(0, None, None),
        offenders=tuple(Offender(Ref("nl", "1"), LONG, 9) for _ in range(40)),
        outages=(),
    )

    assert_slack_takes(reports.report(report))
    assert "The 15 least available sites are shown, 185 more are not." in str(
        reports.report(report)
    )
    nowhere = dataclasses.replace(report, sites=(SiteReport(Ref("nl", ""), "", figures, {}),))
    assert reports.NO_SITE in str(reports.report(nowhere)["blocks"])
    digest = Digest(report, tuple(an_alert(n) for n in range(40)), 3)
    assert_slack_takes(reports.digest(digest))


def test_home_status_and_notices():
    overview = AccountOverview("nl", Counts(1, 2, 3, 4, 5), None, LONG)
    firing = a_record(GroupState.FIRING, [an_alert()])
    starters = (*home.LOOKING, *home.ASKING)
    sight = home.Sight([overview] * 20, [firing] * 40, (), (), starters, untold=5_000)
    waiting = Message(
        id="msg_1",
        key="k",
        destination="C0",
        topic="trouble",
        subject="x",
        trouble=LONG,
        created_at=NOW,
        waiting_since=NOW,
    )
    queue = status.Queue(Depth(5, NOW, 3), [waiting] * 40)

    assert_slack_takes(home.home(sight, NOW))
    assert_slack_takes(home.home(home.Sight((), (), (), ()), NOW))
    assert_slack_takes(home.closed(kit.inline(LONG)))
    assert_slack_takes(status.status([overview] * 40, queue, "1.0", NOW))
    assert_slack_takes(status.status([], status.Queue(Depth(0, None, 0), []), "1.0", NOW))
    silence = Silence(1, {"charger": (LONG,)}, "U0LEAD", LONG, NOW, NOW, NOW)
    assert_slack_takes(notices.silence_warning(silence))
    watch = Watch(1, Ref("nl", LONG), "U0", NOW, NOW, None, None)
    assert_slack_takes(notices.first_connection(watch, known(a_charger())))
    assert_slack_takes(notices.first_connection(watch._replace(connected_at=NOW), None))
    assert_slack_takes(notices.trouble(LONG, {"destination": LONG, "about": LONG}))
    assert_slack_takes(notices.marked_as_repeat(notices.silence_warning(silence)))


@pytest.mark.parametrize("command", catalog.COMMANDS, ids=lambda command: command.name)
def test_help_fits_on_one_screen(command):
    message = help_blocks.command(command)

    assert_slack_takes(message)
    assert_slack_takes(help_blocks.misread(command, Misread(LONG, ("list", "show"))))
    for known_one in command.subcommands:
        assert f"{command.name} {known_one.name}" in str(message)


def test_the_forms_of_registration_and_import():
    everything = Registration(
        identity=Need.REQUIRED,
        identity_max=45,
        serial_number=Need.OPTIONAL,
        site=Need.REQUIRED,
        station_model=Need.REQUIRED,
    )
    target = register.Target(["nl", "dk"], "dk", Vendor.SPIRII, everything, POLICY)
    option = kit.option(LONG, "1")
    inputs = list(register.INPUTS.values())
    filled = register.Filled(
        entered=dict.fromkeys(inputs, LONG),
        chosen=dict.fromkeys(inputs, option),
        complaints=dict.fromkeys(inputs, LONG),
    )

    assert_slack_takes(register.form(target, filled, "C0"))
    assert_slack_takes(register.form(target))
    assert_slack_takes({"text": "x", "blocks": [register.next_steps(LONG)]})
    assert_slack_takes(import_form.form(["nl", "dk"], "nl", ["identity"], rows=LONG * 20))
    rows = tuple(SheetRow(n, NewCharger(identity=LONG), (LONG,) * (n % 2)) for n in range(900))
    shown = import_form.preview("nl", Sheet(rows), POLICY, draft="view:V1:abc")
    assert_slack_takes(shown)
    bad = import_form.preview("nl", Sheet(complaint=LONG), POLICY, draft="view:V1:abc")
    assert_slack_takes(bad)
    assert_slack_takes(forms.working("Register", "e"))
    assert_slack_takes(forms.reading("Look", "e"))


def test_the_policy_decides_whether_a_reason_is_asked_for():
    at_once = Policy(approvals_needed=0, reason_required=False)

    assert forms.reason(at_once) == []
    assert forms.reason(Policy(reason_required=False))[0]["optional"] is True


def test_the_power_type_is_in_words():
    assert "AC, 3 phases" in str(station_model.line(a_model(power_type=PowerType.AC_3_PHASE)))
