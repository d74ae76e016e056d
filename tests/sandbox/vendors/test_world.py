"""The world behind the clouds: time moves it, and only time that was passed in."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.vendors.breakdowns import Breakdowns
from bot.sandbox.vendors.entities import Fault, Status, Vendor
from bot.sandbox.vendors.seed import generated_world, seeded_world

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def time():
    """A list of one moment, so that a test can move it."""
    return [NOON]


@pytest.fixture
def street():
    return seeded_world(NOON)


@pytest.fixture
def breakdowns(street, time):
    return Breakdowns(street, lambda: time[0])


def picture(world):
    """All that can be seen of the chargers."""
    plugs = world.connectors.values()
    return [
        [(plug.charger.online, plug.charger.disconnected_at) for plug in plugs],
        [(plug.status, plug.meter_wh, plug.fault) for plug in plugs],
        [plug.session and plug.session.started_at for plug in plugs],
    ]


def test_the_seeded_fleet_is_forty_chargers_over_eight_sites_and_sixteen_models(street):
    fleet = [charger for share in street.shares.values() for charger in share.fleet]

    assert len(fleet) == 40
    assert sum(len(share.sites) for share in street.shares.values()) == 8
    assert len(street.models) == 16
    assert len({charger.identity for charger in fleet}) == 40


def test_the_seeded_fleet_looks_alive(street):
    """Some offline, one faulted, one never seen, cars charging, sessions behind them."""
    fleet = [charger for share in street.shares.values() for charger in share.fleet]
    statuses = Counter(plug.status for charger in fleet for plug in charger.connectors)

    assert sum(charger.seen and not charger.online for charger in fleet) == 3
    assert sum(not charger.seen for charger in fleet) == 1
    assert statuses[Status.FAULTED] == 1
    assert statuses[Status.CHARGING] > 3
    for share in street.shares.values():
        assert any(site.sessions for site in share.sites.values())


def test_the_same_seed_makes_the_same_world():
    assert picture(seeded_world(NOON)) == picture(seeded_world(NOON))
    assert picture(seeded_world(NOON)) != picture(seeded_world(NOON, seed=2))


def test_the_size_of_the_steps_does_not_matter(street):
    other = seeded_world(NOON)

    street.advance(NOON + timedelta(hours=6))
    for minute in range(0, 361, 7):
        other.advance(NOON + timedelta(minutes=minute))
    other.advance(NOON + timedelta(hours=6))

    assert picture(street) == picture(other)


def test_staying_or_going_back_changes_nothing(street):
    before = picture(street)

    street.advance(NOON)
    street.advance(NOON - timedelta(days=1))

    assert picture(street) == before
    assert street.now == NOON


def test_meters_run_and_sessions_end(street):
    meters = sum(connector.meter_wh for connector in street.connectors.values())
    open_now = {s for c in street.connectors.values() if (s := c.session)}

    street.advance(NOON + timedelta(hours=12))

    assert sum(connector.meter_wh for connector in street.connectors.values()) > meters
    assert sum(session.stopped_at is not None for session in open_now) > len(open_now) / 2


def test_heartbeats_age_only_while_offline(street, breakdowns, time):
    charger = street.charger("NL-AMS-0008")
    breakdowns.charger_offline("NL-AMS-0008")

    time[0] = NOON + timedelta(hours=1)
    street.advance(time[0])

    silent = charger.heartbeat_at(street.now)
    assert NOON - timedelta(minutes=5) <= silent <= NOON
    breakdowns.charger_online("NL-AMS-0008")
    assert charger.heartbeat_at(street.now) == time[0]
    assert (charger.disconnected_at, charger.connected_at) == (NOON, time[0])


def test_nothing_is_known_of_an_offline_charger_until_it_is_back(street, breakdowns, time):
    """Its status stays as it was last heard, though the car is long gone."""
    free = next(c for c in street.connectors.values() if c.status is Status.AVAILABLE)
    name = free.charger.identity
    assert breakdowns.start_session(name, connector=free.plug.number)
    time[0] += timedelta(minutes=1)
    breakdowns.charger_offline(name)

    time[0] += timedelta(hours=20)
    street.advance(time[0])

    assert free.status is Status.CHARGING
    assert free.power_w(street.now) == 0
    breakdowns.charger_online(name)
    time[0] += timedelta(hours=3)
    street.advance(time[0])
    assert not free.session or free.session.started_at > NOON + timedelta(hours=1)


def test_a_fault_ends_the_session_and_stays_until_cleared(street, breakdowns, time):
    busy = next(c for c in street.connectors.values() if c.status is Status.CHARGING)
    session, name = busy.session, busy.charger.identity

    breakdowns.connector_fault(name, "OverCurrentFailure", connector=busy.plug.number)
    time[0] += timedelta(hours=2)
    street.advance(time[0])

    assert (busy.status, busy.fault.code) == (Status.FAULTED, "OverCurrentFailure")
    assert (session.stopped_at, session.stop_reason) == (NOON, "Other")
    assert busy.charger.number in street.shares[busy.charger.vendor].troubled
    breakdowns.clear_faults(name)
    assert (busy.status, busy.fault) == (Status.AVAILABLE, None)
    assert busy.charger.number not in street.shares[busy.charger.vendor].troubled


def test_a_warning_leaves_the_session_alone(street, breakdowns):
    busy = next(c for c in street.connectors.values() if c.status is Status.CHARGING)

    breakdowns.warning(busy.charger.identity, "HighTemperature", connector=busy.plug.number)

    assert busy.status is Status.CHARGING
    assert busy.session is not None
    assert busy.fault == Fault("HighTemperature", Status.AVAILABLE)


def test_a_charger_as_a_whole_may_be_faulted(street, breakdowns):
    breakdowns.charger_fault("NL-AMS-0001", "InternalError")

    assert street.charger("NL-AMS-0001").status is Status.FAULTED


def test_flapping_changes_as_often_as_asked(street, breakdowns, time):
    charger = street.charger("NL-UTR-0005")
    seen = []

    breakdowns.flapping("NL-UTR-0005", times=4, every=timedelta(minutes=3))
    for minute in range(0, 20, 3):
        street.advance(NOON + timedelta(minutes=minute))
        seen.append(charger.online)

    assert seen == [False, True, False, True, True, True, True]


def test_a_site_without_power_is_dark_as_a_whole_and_comes_back(street, breakdowns, time):
    site = street.shares[Vendor.SPIRII].sites[123]
    breakdowns.power_cut("Ørestad Syd")
    breakdowns.charger_online("DK.SPI.000001")

    assert not any(charger.online for charger in site.chargers)
    assert not any(one.session for charger in site.chargers for one in charger.connectors)

    time[0] += timedelta(hours=1)
    breakdowns.power_back("Ørestad Syd")
    assert all(charger.online for charger in site.chargers)
    assert {charger.connected_at for charger in site.chargers} == {time[0]}


def test_a_power_cut_does_not_bring_up_what_never_called(street, breakdowns):
    breakdowns.power_cut("Science Park, garage B")
    breakdowns.power_back("Science Park, garage B")

    assert not street.charger("NL-UTR-0003").seen


def test_a_new_charger_may_never_call(street, breakdowns, time):
    breakdowns.never_connects("DEAD-*")
    for identity in ("DEAD-1", "FINE-1"):
        street.register(Vendor.PLUGCHOICE, identity, street.models[1])

    time[0] += timedelta(days=1)
    street.advance(time[0])

    assert not street.charger("DEAD-1").seen
    assert street.charger("FINE-1").online


def test_half_of_a_vendor_is_at_least_ten_chargers(street, breakdowns):
    before = sum(charger.online for charger in street.shares[Vendor.PLUGCHOICE].fleet)

    gone = breakdowns.half_offline(Vendor.PLUGCHOICE)

    after = sum(charger.online for charger in street.shares[Vendor.PLUGCHOICE].fleet)
    assert len(gone) == before - after == 10
    assert all(not street.charger(identity).online for identity in gone)


def test_out_of_service_is_not_a_fault(street, breakdowns):
    breakdowns.out_of_service("NL-AMS-0003")
    charger = street.charger("NL-AMS-0003")
    assert charger.status is Status.UNAVAILABLE

    breakdowns.out_of_service("NL-AMS-0003", out=False)
    assert charger.status is Status.AVAILABLE


def test_mending_mends_everything_but_what_never_called(street, breakdowns, time):
    breakdowns.power_cut("P+R Sloterdijk")
    breakdowns.flapping("NL-UTR-0005")
    breakdowns.refuses_commands("NL-AMS-0004")
    breakdowns.warning("NL-RTM-0001", "WeakSignal")

    breakdowns.mend()
    time[0] += timedelta(hours=1)
    street.advance(time[0])

    fleet = [charger for share in street.shares.values() for charger in share.fleet]
    assert [charger.identity for charger in fleet if not charger.online] == ["NL-UTR-0003"]
    assert not any(plug.fault for charger in fleet for plug in charger.connectors)
    assert all(charger.obedient for charger in fleet)


def test_a_driver_who_leaves_frees_the_connector_a_minute_later(street, breakdowns):
    busy = next(c for c in street.connectors.values() if c.status is Status.CHARGING)
    session = busy.session

    breakdowns.stop_session(busy.charger.identity, connector=busy.plug.number)
    at_once = busy.status
    street.advance(NOON + timedelta(minutes=1))

    assert (at_once, busy.status) == (Status.FINISHING, Status.AVAILABLE)
    assert session.stop_reason == "EVDisconnected"


def test_a_car_needs_a_free_connector_that_works(breakdowns):
    """NL-AMS-0002 has a fault on its second connector, NL-AMS-0006 is offline."""
    assert not breakdowns.start_session("NL-AMS-0002", connector=2)
    assert not breakdowns.start_session("NL-AMS-0006")


@pytest.mark.parametrize("act", ["charger_offline", "power_cut"])
def test_a_name_that_nobody_has_is_an_error(breakdowns, act):
    with pytest.raises(KeyError):
        getattr(breakdowns, act)("nobody")


def test_a_generated_fleet_has_the_size_and_the_trouble_that_were_asked_for():
    world = generated_world(NOON, 1003, troubled=30)

    sizes = {vendor: len(share.fleet) for vendor, share in world.shares.items()}
    assert sum(sizes.values()) == 1003
    assert sizes[Vendor.PLUGCHOICE] > sizes[Vendor.SPIRII] > sizes[Vendor.LYNKWELL] > 0
    assert sum(len(share.attention()) for share in world.shares.values()) == 30


def test_a_generated_fleet_may_belong_to_one_vendor():
    world = generated_world(NOON, 100, shares={Vendor.SPIRII: 1.0}, troubled=0)

    assert len(world.shares[Vendor.SPIRII].fleet) == 100
    assert world.shares[Vendor.SPIRII].attention() == []


def test_a_generated_fleet_has_no_identity_twice():
    """A second one would hide the first from everybody."""
    world = generated_world(NOON, 3000, traffic=False)

    for share in world.shares.values():
        assert len(share.by_identity) == len(share.fleet) > 100


def test_a_car_that_drives_off_leaves_the_connector_free(street, breakdowns):
    charger = street.charger("NL-AMS-0004")
    breakdowns.start_session("NL-AMS-0004")
    street.advance(NOON + timedelta(minutes=2))
    assert any(connector.session for connector in charger.connectors)

    breakdowns.drive_off("NL-AMS-0004")

    assert [connector.status for connector in charger.connectors] == [Status.AVAILABLE]
    assert not any(connector.session for connector in charger.connectors)


def test_a_car_that_drives_off_does_not_begin_to_charge_later(street, breakdowns):
    charger = street.charger("NL-AMS-0004")
    breakdowns.drive_off("NL-AMS-0004")
    assert breakdowns.start_session("NL-AMS-0004")

    breakdowns.drive_off("NL-AMS-0004")
    street.advance(NOON + timedelta(seconds=45))

    assert not any(connector.session for connector in charger.connectors)
