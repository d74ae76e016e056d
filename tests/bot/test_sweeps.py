"""Sweeps: what is mirrored, what is proven, and how often a vendor is asked."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.alerts.model import Condition
from bot.store import Store
from bot.store.sweeps import SweepKind
from tests.bot.tower import Cloud, PickyCloud, Tower
from tests.clock import VirtualClock
from vendors.connect import AccountSpec, connect
from vendors.errors import (
    ForbiddenError,
    NotFoundError,
    RejectedError,
    UnexpectedReplyError,
    VendorAuthError,
    VendorError,
    VendorUnreachableError,
)
from vendors.models import Connectivity, Fault, Ref, Site, StationModel, Status, Vendor


@pytest.fixture
async def store(clock: VirtualClock) -> AsyncIterator[Store]:
    store = await Store.open(":memory:", now=clock.now())
    clock.wait_for(lambda: store.is_busy)
    yield store
    await store.close()


@pytest.fixture
def tower(store: Store, clock: VirtualClock) -> Tower:
    return Tower(store, clock, Cloud("dk", clock))


@pytest.fixture
def picky(store: Store, clock: VirtualClock) -> Tower:
    return Tower(store, clock, PickyCloud("nl", clock))


async def test_a_full_sweep_mirrors_every_page(tower: Tower):
    tower.add_many(60)

    result = await tower.sweep()

    assert (result.is_complete, result.chargers, result.changed) == (True, 60, 60)
    assert (await tower.inventory.chargers(limit=5)).total == 60


async def test_an_unchanged_fleet_is_seen_and_not_written(tower: Tower):
    """Cost follows what changes, not how often we look."""
    tower.add_many(60)
    await tower.sweep()
    await tower.clock.advance(60)

    result = await tower.sweep()

    known = await tower.inventory.known(Ref("dk", "ch00000"))
    assert result.changed == 0
    assert known is not None
    assert known.seen_at == tower.clock.now()
    assert known.charger.observed_at < known.seen_at


async def test_after_a_restart_an_unchanged_fleet_is_not_written_either(tower: Tower):
    """The short memory is gone then; the mirror itself is compared."""
    tower.add_many(3)
    await tower.sweep()
    tower.start()

    assert (await tower.sweep()).changed == 0


async def test_a_charger_vanishes_after_two_complete_listings_without_it(tower: Tower):
    tower.add_many(3)
    await tower.sweep()
    del tower.cloud.rows["ch00001"]

    await tower.sweep()
    after_one = await tower.inventory.known(Ref("dk", "ch00001"))
    await tower.sweep()
    after_two = await tower.inventory.known(Ref("dk", "ch00001"))

    assert after_one is not None
    assert after_one.vanished_at is None
    assert after_two is not None
    assert after_two.vanished_at == tower.clock.now()
    assert (await tower.inventory.find("CH00001")).hits == ()


async def test_a_fleet_that_is_listed_as_empty_is_not_believed(tower: Tower):
    """Else every alert of the account would be closed as removed, by a vendor's mistake."""
    tower.add_many(3)
    await tower.sweep()
    rows, tower.cloud.rows = tower.cloud.rows, {}

    results = [await tower.sweep() for _ in range(3)]

    assert {result.is_complete for result in results} == {False}
    assert "an empty list of chargers, though 3 were there" in (results[0].trouble or "")
    assert (await tower.inventory.chargers(limit=1)).total == 3
    tower.cloud.rows = rows
    assert (await tower.sweep()).is_complete


async def test_an_empty_list_is_not_believed_where_the_troubled_are_still_listed(picky: Tower):
    picky.add_many(30)
    picky.offline("ch00003")
    await picky.sweep()
    picky.cloud.lists_nobody = True

    results = [await picky.sweeper.full("nl") for _ in range(3)]

    assert {result.is_complete for result in results} == {False}
    assert (await picky.inventory.chargers(limit=1)).total == 30


async def test_the_only_charger_may_go(tower: Tower):
    """Whoever tries the bot with one charger may take it away again."""
    tower.add_many(1)
    await tower.sweep()
    tower.cloud.rows = {}

    results = [await tower.sweep() for _ in range(3)]

    assert {result.is_complete for result in results} == {True}
    assert (await tower.inventory.chargers(limit=1)).total == 0


async def test_a_failed_page_makes_nothing_vanish(tower: Tower):
    """What was not read keeps its last value and its age."""
    tower.add_many(60)
    await tower.sweep()
    first = tower.clock.now()
    await tower.clock.advance(60)
    tower.cloud.failure = VendorUnreachableError(Vendor.SPIRII, "timed out")
    tower.cloud.fails_after_pages = 1

    results = [await tower.sweep() for _ in range(3)]

    read = await tower.inventory.known(Ref("dk", "ch00000"))
    unread = await tower.inventory.known(Ref("dk", "ch00059"))
    assert [result.is_complete for result in results] == [False] * 3
    assert read is not None
    assert read.seen_at == tower.clock.now()
    assert unread is not None
    assert (unread.seen_at, unread.vanished_at) == (first, None)


async def test_who_was_away_and_is_back_is_no_longer_vanished(tower: Tower):
    tower.add_many(2)
    await tower.sweep()
    row = tower.cloud.rows.pop("ch00001")
    await tower.sweep()
    await tower.sweep()
    tower.cloud.rows["ch00001"] = row

    await tower.sweep()

    assert len((await tower.inventory.find("CH00001")).hits) == 1


async def test_history_gets_a_row_only_where_something_changed(tower: Tower):
    tower.add("a")
    for _ in range(3):
        await tower.sweep()
        await tower.clock.advance(60)
    tower.offline("a")
    await tower.sweep()

    spans = await tower.store.read(lambda tables: tables.history.of(Ref("dk", "a")))

    whole = [span for span in spans if span.connector == ""]
    assert [span.state.connectivity for span in whole] == ["offline", "online"]
    assert whole[1].ended == whole[0].began == tower.clock.now()
    assert len(spans) == 4


async def test_every_sweep_leaves_proof(tower: Tower):
    """Between two complete sweeps nothing changed that is not in the history."""
    tower.add("a")
    await tower.sweep()
    tower.cloud.failure = VendorUnreachableError(Vendor.SPIRII, "timed out")
    await tower.sweep()

    newest = await tower.store.read(lambda tables: tables.sweeps.newest("dk", complete=False))
    whole = await tower.store.read(lambda tables: tables.sweeps.newest("dk"))

    assert newest is not None
    assert newest.trouble == "spirii: timed out"
    assert whole is not None
    assert whole.is_complete


async def test_sites_are_mirrored_and_vanish_like_chargers(tower: Tower):
    now = tower.clock.now()
    facts = {"account": "dk", "vendor": Vendor.SPIRII, "observed_at": now}
    tower.cloud.site_rows = [
        Site(id="S1", name="Harbour", **facts),
        Site(id="S2", name="Hill", **facts),
    ]
    await tower.sweep()
    del tower.cloud.site_rows[1]
    await tower.sweep()
    still = await tower.inventory.sites("hill")
    await tower.sweep()
    await tower.sweep()

    assert [site.name for site in still] == ["Hill"]
    assert [site.name for site in await tower.inventory.sites()] == ["Harbour"]


async def test_a_list_row_does_not_erase_what_a_direct_read_told(picky: Tower):
    """Rows of the listing carry no codes and no connectors."""
    picky.add("a", serial_number="SN1")
    await picky.sweep()
    await picky.inventory.refreshed(Ref("nl", "a"))
    await picky.sweeper.full("nl")

    known = await picky.inventory.known(Ref("nl", "a"))

    assert known is not None
    assert len(known.charger.connectors) == 1


async def test_a_newly_troubled_charger_is_read_in_the_same_sweep(picky: Tower):
    picky.add_many(5)
    await picky.sweep()
    picky.fault("ch00003", "HighTemperature")

    await picky.sweep()

    assert picky.cloud.reads == ["ch00003"]
    assert [alert.code for alert in await picky.of("ch00003")] == ["HighTemperature"]


async def test_a_danger_at_the_very_start_is_known_by_its_code(picky: Tower):
    """Listings tell no codes: who is faulted is read directly before anything is decided."""
    picky.add_many(300)
    picky.offline(*(f"ch{n:05}" for n in range(100, 300)))
    for n in range(120):
        picky.fault(f"ch{n:05}", "GroundFailure" if n == 119 else "HighTemperature")
    picky.online(*(f"ch{n:05}" for n in range(100, 120)))

    await picky.sweep()

    listed = (await picky.alerts.baseline("nl")).alerts
    assert sorted(picky.cloud.reads) == [f"ch{n:05}" for n in range(120)]
    assert {alert.code for alert in listed if alert.condition is Condition.FAULT} == {
        "HighTemperature"
    }
    assert [alert.code for alert in await picky.of("ch00119")] == ["GroundFailure"]
    assert len(await picky.messages()) == 1


async def test_a_fault_whose_read_failed_is_read_again_until_its_code_is_known(picky: Tower):
    """One charger that cannot be read says nothing about its account."""
    picky.add_many(5)
    await picky.sweep()
    picky.fault("ch00003", "GroundFailure")
    picky.set("ch00003", status=Status.FAULTED)
    picky.cloud.read_failure = VendorUnreachableError(Vendor.PLUGCHOICE, "timed out")
    result = await picky.sweep()
    unnamed = [alert.code for alert in await picky.of("ch00003")]
    picky.cloud.read_failure = None
    for _ in range(4):
        await picky.clock.advance(60)
        await picky.sweep()

    assert result.is_complete
    assert unnamed == [""]
    assert [alert.code for alert in await picky.of("ch00003")] == ["GroundFailure"]


async def test_a_connector_whose_charger_could_not_be_read_is_not_forgotten(picky: Tower):
    """These rows do not show the connector, so nothing else would bring the charger up again."""
    picky.add_many(5)
    await picky.sweep()
    picky.fault("ch00003", "GroundFailure")
    picky.cloud.read_failure = VendorUnreachableError(Vendor.PLUGCHOICE, "timed out")
    await picky.sweep()
    picky.cloud.read_failure = None

    await picky.sweep()

    assert [alert.code for alert in await picky.of("ch00003")] == ["GroundFailure"]


async def test_a_vendor_without_single_reads_is_not_asked_for_more(picky: Tower):
    picky.add_many(30)
    await picky.sweep()
    for n in range(9):
        picky.fault(f"ch{n:05}", "HighTemperature")
    picky.cloud.read_failure = VendorUnreachableError(Vendor.PLUGCHOICE, "HTTP 504")

    result = await picky.sweep()

    assert result.trouble == "plugchoice: HTTP 504"
    assert len(picky.cloud.reads) <= 4


async def test_what_the_listing_told_counts_though_no_charger_can_be_read(picky: Tower):
    """Else an outage would go unseen for as long as the vendor is too slow for single reads."""
    picky.add_many(300)
    await picky.sweep()
    picky.offline(*(f"ch{n:05}" for n in range(9)))
    picky.cloud.read_failure = VendorUnreachableError(Vendor.PLUGCHOICE, "HTTP 504")

    await picky.run(7)

    assert (await picky.inventory.chargers(state="offline")).total == 9
    assert [alert.condition for alert in await picky.open_alerts()] == [Condition.OFFLINE] * 9


async def test_chargers_that_cannot_be_read_do_not_keep_the_watch_from_beginning(picky: Tower):
    """Before the baseline nobody is paged."""
    picky.add_many(30)
    for n in range(9):
        picky.fault(f"ch{n:05}", "HighTemperature")
    picky.cloud.read_failure = VendorUnreachableError(Vendor.PLUGCHOICE, "HTTP 500")

    assert (await picky.sweep()).kind is SweepKind.FULL
    assert (await picky.sweep()).kind is SweepKind.TROUBLED


async def test_single_reads_that_fail_do_not_rest_the_account(store: Store, clock: VirtualClock):
    """With the real client, which gives an account that keeps failing some peace."""
    rows = [{"uuid": f"u{n}", "identity": f"N{n}", "status": "Faulted"} for n in range(9)]
    listings = {"/api/v3/teams/T/chargers": rows, "/api/v3/teams/T/sites": []}

    def cloud(request: httpx.Request) -> httpx.Response:
        if (found := listings.get(request.url.path)) is None:
            return httpx.Response(500)
        return httpx.Response(200, json={"data": found, "next_page_url": None})

    spec = AccountSpec(name="nl", vendor="plugchoice", token="t", team="T")
    client = connect(spec, transport=httpx.MockTransport(cloud), clock=clock.monotonic)
    tower = Tower(store, clock, client)

    results = [await tower.sweep() for _ in range(2)]

    assert [(r.kind, r.is_complete) for r in results] == [
        (SweepKind.FULL, True),
        (SweepKind.TROUBLED, True),
    ]
    await client.aclose()


async def test_a_credential_that_is_refused_for_single_reads_is_refused(picky: Tower):
    picky.add_many(30)
    await picky.sweep()
    picky.fault("ch00003", "HighTemperature")
    picky.cloud.read_failure = VendorAuthError(Vendor.PLUGCHOICE, "Unauthenticated.")

    await picky.run(2)

    assert [alert.condition for alert in await picky.open_alerts()] == [Condition.ACCOUNT_REJECTED]


async def test_what_was_read_before_the_reading_failed_counts(picky: Tower):
    picky.add_many(30)
    await picky.sweep()
    for n in range(9):
        picky.fault(f"ch{n:05}", "GroundFailure")
    picky.cloud.gone_dark_after = 4
    picky.cloud.read_failure = VendorUnreachableError(Vendor.PLUGCHOICE, "HTTP 504")

    await picky.sweep()

    codes = [[alert.code for alert in await picky.of(f"ch{n:05}")] for n in range(9)]
    assert codes == [["GroundFailure"]] * 4 + [[]] * 5


async def test_after_a_restart_those_whose_code_is_known_wait_for_their_turn(picky: Tower):
    """Else a restart of the bot would cost a read of everybody in trouble."""
    picky.add_many(100)
    for n in range(60):
        picky.fault(f"ch{n:05}", "HighTemperature")
        picky.set(f"ch{n:05}", status=Status.FAULTED)
    await picky.sweep()
    picky.cloud.reads.clear()
    picky.start()

    await picky.sweep()

    assert picky.cloud.reads == [f"ch{n:05}" for n in range(20)]


async def test_leaving_the_list_is_no_recovery_until_a_direct_read_says_so(picky: Tower):
    """The filter may lag; only the charger itself tells that it is well."""
    picky.add_many(5)
    await picky.sweep()
    picky.fault("ch00003", "HighTemperature")
    await picky.sweep()
    picky.mend("ch00003")
    picky.cloud.direct["ch00003"] = {
        "status": Status.FAULTED,
        "fault": Fault(code="HighTemperature"),
    }
    for _ in range(3):
        await picky.clock.advance(60)
        await picky.sweep()
    still = await picky.of("ch00003")
    del picky.cloud.direct["ch00003"]
    for _ in range(3):
        await picky.clock.advance(60)
        await picky.sweep()

    assert still != []
    assert await picky.of("ch00003") == []


@pytest.mark.parametrize("fleet", [100, 1000])
async def test_a_troubled_sweep_costs_what_the_trouble_costs(picky: Tower, fleet: int):
    picky.add_many(fleet)
    await picky.sweep()
    picky.cloud.pages_read = 0
    for n in range(30):
        picky.fault(f"ch{n:05}", "HighTemperature")

    await picky.sweep()

    assert (picky.cloud.pages_read, len(picky.cloud.reads)) == (3, 30)


async def test_many_that_never_connected_do_not_cost_the_whole_listing_each_time(picky: Tower):
    """No filter shows them, and they are no news: a few are read by turns."""
    picky.add_many(300)
    for n in range(150):
        picky.set(f"ch{n:05}", connectivity=Connectivity.NEVER_SEEN)
    await picky.sweep()
    picky.cloud.pages_read = 0

    kinds = {(await picky.sweep()).kind for _ in range(8)}

    assert (kinds, picky.cloud.pages_read) == ({SweepKind.TROUBLED}, 8 * 3)
    assert len(picky.cloud.reads) == 8 * 20
    assert set(picky.cloud.reads) == {f"ch{n:05}" for n in range(150)}


async def test_many_warnings_do_not_cost_the_whole_listing_each_time(picky: Tower):
    """A weak signal may be reported by half a fleet, for weeks; a few are read by turns."""
    picky.add_many(300)
    picky.offline(*(f"ch{n:05}" for n in range(90)))
    await picky.sweep()
    for n in range(90):
        picky.fault(f"ch{n:05}", "WeakSignal", status=Status.AVAILABLE)
    picky.online(*(f"ch{n:05}" for n in range(90)))
    await picky.run(2)
    picky.cloud.reads.clear()

    kinds = {(await picky.sweep()).kind for _ in range(9)}

    assert (kinds, len(picky.cloud.reads)) == ({SweepKind.TROUBLED}, 9 * 20)
    assert {alert.is_warning for alert in await picky.of("ch00089")} == {True}


async def test_a_warning_that_ends_is_noticed(picky: Tower):
    picky.add_many(30)
    picky.offline("ch00007")
    await picky.sweep()
    picky.online("ch00007")
    picky.fault("ch00007", "WeakSignal", status=Status.AVAILABLE)
    await picky.run(5)
    warned = [alert.is_warning for alert in await picky.of("ch00007")]
    picky.mend("ch00007")

    await picky.run(5)

    assert warned == [True]
    assert await picky.of("ch00007") == []


async def test_a_warned_charger_that_fails_is_read_anew(picky: Tower):
    """What was a weak signal may be a danger now."""
    picky.add_many(30)
    picky.offline("ch00007")
    await picky.sweep()
    picky.online("ch00007")
    picky.fault("ch00007", "WeakSignal", status=Status.AVAILABLE)
    await picky.run(5)
    picky.fault("ch00007", "GroundFailure")

    await picky.sweep()

    assert "GroundFailure" in [alert.code for alert in await picky.of("ch00007")]


async def test_a_fault_that_turns_into_a_danger_is_noticed(picky: Tower):
    """The listing goes on saying "Faulted", and the second code may mean an electric shock."""
    picky.add_many(30)
    await picky.sweep()
    picky.fault("ch00007", "HighTemperature")
    await picky.run(3)
    picky.fault("ch00007", "GroundFailure")

    await picky.sweep()

    assert "GroundFailure" in [alert.code for alert in await picky.of("ch00007")]


async def test_who_connects_for_the_first_time_is_noticed_without_the_whole_listing(picky: Tower):
    picky.add_many(30)
    picky.set("ch00007", connectivity=Connectivity.NEVER_SEEN)
    await picky.sweep()
    picky.online("ch00007")
    picky.cloud.pages_read = 0

    for _ in range(2):
        await picky.clock.advance(60)
        await picky.sweep()

    assert picky.cloud.pages_read == 2 * 3
    assert await picky.of("ch00007") == []


async def test_a_charger_that_somebody_waits_for_is_read_each_time(picky: Tower):
    """Registered a minute ago, it is in no listing that we have read."""
    picky.add_many(300)
    for n in range(150):
        picky.set(f"ch{n:05}", connectivity=Connectivity.NEVER_SEEN)
    await picky.sweep()
    picky.add("new", connectivity=Connectivity.NEVER_SEEN)
    watch = await picky.alerts.watch(Ref("nl", "new"), by="U1")
    await picky.sweep()
    picky.online("new")

    await picky.sweep()

    assert picky.cloud.reads.count("new") == 2
    told = await picky.alerts.watch_by_id(watch.id)
    assert told is not None
    assert told.connected_at == picky.clock.now()


async def test_a_404_in_a_confirming_read_is_vanished_not_offline(tower: Tower):
    tower.add_many(5)
    await tower.sweep()
    tower.offline("ch00002")
    await tower.sweep()
    await tower.clock.advance(60)
    tower.cloud.gone = {"ch00002"}

    await tower.sweep()

    known = await tower.inventory.known(Ref("dk", "ch00002"))
    assert known is not None
    assert known.vanished_at == tower.clock.now()
    assert await tower.of("ch00002") == []


async def test_a_direct_read_that_says_online_clears_the_suspicion(tower: Tower):
    tower.add_many(5)
    await tower.sweep()
    tower.offline("ch00002")
    tower.cloud.direct["ch00002"] = {"connectivity": Connectivity.ONLINE}

    await tower.run(2)

    assert tower.cloud.reads[:1] == ["ch00002"]
    assert all(alert.bad_polls < 2 for alert in await tower.of("ch00002"))


async def test_lapsed_access_to_one_charger_is_unknown_not_offline(tower: Tower):
    tower.add_many(5)
    await tower.sweep()
    tower.offline("ch00002")
    tower.cloud.read_failure = ForbiddenError(Vendor.SPIRII)

    await tower.run(20)

    assert await tower.open_alerts() == []


async def test_at_most_twenty_suspects_are_read_and_the_rest_is_believed(tower: Tower):
    tower.add_many(100)
    await tower.sweep()
    tower.offline(*(f"ch{n:05}" for n in range(30)))

    await tower.sweep()
    await tower.clock.advance(60)
    await tower.sweep()

    assert len(tower.cloud.reads) == 20
    suspects = [await tower.of(f"ch{n:05}") for n in range(30)]
    assert all(alert.confirmed for (alert,) in suspects)


async def test_an_account_that_cannot_filter_is_swept_whole(tower: Tower):
    tower.add("a")
    await tower.sweep()

    assert (await tower.sweep()).kind is SweepKind.FULL


async def test_when_most_of_the_troubled_recover_at_once_pages_are_read_instead(picky: Tower):
    """Two hundred direct reads would cost more than the whole listing."""
    picky.add_many(300)
    await picky.sweep()
    picky.offline(*(f"ch{n:05}" for n in range(140)))
    await picky.sweep()
    picky.cloud.reads.clear()
    picky.online(*(f"ch{n:05}" for n in range(140)))

    result = await picky.sweep()

    assert (result.kind, picky.cloud.reads) == (SweepKind.FULL, [])


async def test_two_sweeps_of_one_account_never_overlap(tower: Tower):
    tower.add_many(60)

    first, second = await asyncio.gather(tower.sweeper.full("dk"), tower.sweeper.troubled("dk"))

    assert (first.changed, second.changed) == (60, 0)


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (ForbiddenError(Vendor.SPIRII, "no scope for sites"), "spirii: no scope for sites"),
        (NotFoundError(Vendor.SPIRII, "no such path"), "spirii: no such path"),
        (RejectedError(Vendor.SPIRII, "HTTP 410"), "spirii: HTTP 410"),
        (UnexpectedReplyError(Vendor.SPIRII, "data: missing"), "spirii: data: missing"),
    ],
)
async def test_sites_that_cannot_be_listed_do_not_make_us_blind(
    failure: VendorError, told: str, tower: Tower
):
    """A credential may see chargers and no sites, or an inferred path may be wrong."""
    tower.add_many(3)
    tower.cloud.sites_failure = failure
    model = StationModel(
        account="dk",
        vendor=Vendor.SPIRII,
        id="7",
        observed_at=tower.clock.now(),
        make="Acme",
        name="Two",
    )
    tower.cloud.models = [model]

    results = [await tower.sweep() for _ in range(3)]

    assert all(result.is_complete for result in results)
    assert results[0].trouble == told
    assert await tower.open_alerts() == []
    assert (await tower.inventory.station_models()).total == 1


async def test_a_vendor_that_falls_silent_among_its_sites_leaves_the_sweep_incomplete(tower: Tower):
    tower.add_many(3)
    tower.cloud.sites_failure = VendorUnreachableError(Vendor.SPIRII, "timed out")

    assert not (await tower.sweep()).is_complete
