"""Finding a charger by whatever a person has: the mirror first, then the vendors."""

from collections.abc import AsyncIterator

import pytest

from bot.store import Store
from tests.bot.tower import Cloud, Tower
from tests.clock import VirtualClock
from vendors.errors import VendorUnreachableError
from vendors.models import Connectivity, ModelRef, Ref, Site, StationModel, Status, Vendor


@pytest.fixture
async def store(clock: VirtualClock) -> AsyncIterator[Store]:
    store = await Store.open(":memory:", now=clock.now())
    clock.wait_for(lambda: store.is_busy)
    yield store
    await store.close()


@pytest.fixture
async def tower(store: Store, clock: VirtualClock) -> Tower:
    tower = Tower(store, clock, Cloud("dk", clock), Cloud("nl", clock))
    tower.add("a", identity="DK.SPI.000001", serial_number="SN-77", reference="Gate")
    tower.add("b", identity="DK.SPI.000010", serial_number="SN-78", name='The "big" one')
    tower.add("c", identity="SPI-9", serial_number="X1", site_id="S2", site_name="Hill")
    tower.add("d", tower.clouds[1], identity="DK.SPI.000001", serial_number="Z9")
    await tower.sweep("dk")
    await tower.sweep("nl")
    return tower


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("DK.SPI.000001", ["a", "d"], id="exact"),
        pytest.param("dk.spi.00001", ["b"], id="beginning-in-any-case"),
        pytest.param("SPI-", ["c"], id="beginning"),
        pytest.param("000010", ["b"], id="inside"),
        pytest.param("sn", ["a", "b"], id="two-letters-only-beginnings"),
        pytest.param("PI", [], id="two-letters-inside-find-nothing"),
        pytest.param("gate", ["a"], id="our-own-reference"),
        pytest.param("nl/d", ["d"], id="account-and-id"),
        pytest.param('"big"', ["b"], id="quotes-are-plain-text"),
        pytest.param("SPI OR SN", [], id="no-query-language"),
        pytest.param("  ", [], id="blank"),
    ],
)
async def test_a_search_finds_by_part_of_any_name(tower: Tower, text: str, expected: list[str]):
    found = await tower.inventory.find(text)

    assert sorted(hit.charger.id for hit in found.hits) == expected
    assert found.total == len(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("gerhoofd", ["c"], id="part-of-a-site"),
        pytest.param("antwerp", ["c"], id="town-of-a-site"),
        pytest.param("bolt seven", ["c"], id="make-and-model"),
        pytest.param("eve", ["c"], id="part-of-a-model"),
        pytest.param("NL", ["d"], id="account"),
        pytest.param("S9", [], id="no-part-of-an-id-of-a-site"),
        pytest.param("ol", [], id="two-letters-inside-find-nothing"),
    ],
)
async def test_a_search_finds_by_site_model_and_account(
    tower: Tower, text: str, expected: list[str]
):
    """People rarely know a charger's name, and always where it stands."""
    tower.set("c", site_id="S9xx", station_model=ModelRef(make="Bolt", name="Seven"))
    await tower.sweep("dk")
    await tower.inventory.remember_site(
        Site(
            account="dk",
            vendor=Vendor.SPIRII,
            id="S9xx",
            name="Steigerhoofd",
            city="Antwerp",
            observed_at=tower.clock.now(),
        )
    )

    found = await tower.inventory.find(text)

    assert [hit.charger.id for hit in found.hits] == expected


async def test_what_is_called_so_comes_before_what_stands_there(tower: Tower):
    tower.set("b", station_model=ModelRef(make="SPI-9", name="Two"))
    await tower.sweep("dk")

    found = await tower.inventory.find("SPI-9")

    assert [hit.charger.id for hit in found.hits] == ["c", "b"]
    assert (found.total, found.exact) == (2, 1)


async def test_the_exact_hit_comes_first(tower: Tower):
    tower.add("e", identity="SPI-9-extra")
    await tower.sweep("dk")

    found = await tower.inventory.find("SPI-9", limit=1)

    assert [hit.charger.id for hit in found.hits] == ["c"]
    assert found.total == 2


async def test_a_miss_asks_the_vendors_and_names_who_did_not_answer(tower: Tower):
    tower.add("new", identity="BRAND-NEW")
    tower.clouds[1].failure = VendorUnreachableError(Vendor.SPIRII)

    found = await tower.inventory.find("BRAND-NEW")

    assert [hit.charger.id for hit in found.hits] == ["new"]
    assert (found.asked, found.unanswered) == (True, ("nl",))
    assert await tower.inventory.known(Ref("dk", "new")) is not None


async def test_nobody_is_asked_about_several_words(tower: Tower):
    """Reading through whole lists for a "thank you" would keep the sweeps from their work."""
    tower.add("new", identity="thank you")

    found = await tower.inventory.find("thank you")
    meant = await tower.inventory.resolve("thank you")

    assert (found.hits, found.asked, meant) == ((), False, ())


async def test_a_miss_everywhere_offers_the_nearest(tower: Tower):
    found = await tower.inventory.find("DK.SPI.00O001")

    assert found.hits == ()
    assert "a" in [near.charger.id for near in found.nearest]


async def test_an_ambiguous_name_resolves_to_all_who_have_it(tower: Tower):
    both = await tower.inventory.resolve("dk.spi.000001")
    one = await tower.inventory.resolve("nl/d")

    assert sorted(str(known.ref) for known in both) == ["dk/a", "nl/d"]
    assert [str(known.ref) for known in one] == ["nl/d"]


async def test_a_live_read_is_mirrored_and_marked(tower: Tower):
    await tower.clock.advance(60)
    tower.set("a", status=Status.CHARGING)

    live = await tower.inventory.refreshed(Ref("dk", "a"))
    known = await tower.inventory.known(Ref("dk", "a"))

    assert live is not None
    assert (live.live, live.seen_at) == (True, tower.clock.now())
    assert known is not None
    assert known.charger.status is Status.CHARGING


async def test_a_failed_live_read_falls_back_to_the_mirror_with_its_age(tower: Tower):
    seen = tower.clock.now()
    await tower.clock.advance(60)
    tower.cloud.read_failure = VendorUnreachableError(Vendor.SPIRII, "timed out")

    known = await tower.inventory.refreshed(Ref("dk", "a"))

    assert known is not None
    assert (known.live, known.seen_at, known.trouble) == (False, seen, "spirii: timed out")


async def test_the_next_sweep_corrects_what_a_live_read_said(tower: Tower):
    """A read in between must not make the sweep believe that nothing has changed."""
    tower.cloud.direct["a"] = {"connectivity": Connectivity.OFFLINE}
    await tower.inventory.refreshed(Ref("dk", "a"))
    await tower.sweep("dk")

    known = await tower.inventory.known(Ref("dk", "a"))

    assert known is not None
    assert known.charger.connectivity is Connectivity.ONLINE


async def test_lists_are_paged_and_counted(tower: Tower):
    tower.offline("b")
    await tower.sweep("dk")

    first = await tower.inventory.chargers(account="dk", limit=2)
    rest = await tower.inventory.chargers(account="dk", offset=2, limit=2)
    offline = await tower.inventory.chargers(state="offline")
    hill = await tower.inventory.chargers(account="dk", site="S2")

    assert (len(first.items), len(rest.items), first.total) == (2, 1, 3)
    assert [known.charger.id for known in offline.items] == ["b"]
    assert [known.charger.id for known in hill.items] == ["c"]


async def test_the_overview_counts_each_account_with_the_age_of_its_data(tower: Tower):
    tower.offline("b")
    tower.set("c", connectivity=Connectivity.UNKNOWN, status=Status.FAULTED)
    await tower.sweep("dk")

    dk, nl = await tower.inventory.overview()

    assert (dk.counts.online, dk.counts.offline, dk.counts.unknown) == (1, 1, 1)
    assert (dk.counts.faulted, nl.counts.total) == (1, 1)
    assert dk.swept_at == tower.clock.now()


async def test_station_models_are_found_filtered_and_counted(tower: Tower):
    facts = {"account": "dk", "vendor": Vendor.SPIRII, "observed_at": tower.clock.now()}
    tower.cloud.models = [
        StationModel(id="m1", make="Acme", name="Two", friendly_name="Acme Duo", **facts),
        StationModel(id="m2", make="Bolt", name="One", **facts),
        StationModel(id="m3", make="Acme", name="Old", is_archived=True, **facts),
    ]
    tower.set("a", station_model=ModelRef(make="ACME", name="two"))
    await tower.sweep("dk")

    listed = await tower.inventory.station_models()
    archived = await tower.inventory.station_models(archived=True)
    typed = await tower.inventory.station_models(text="duo")
    named = await tower.inventory.resolve_model("acme duo")

    assert [model.id for model in listed.items] == ["m1", "m2"]
    assert [model.id for model in archived.items] == ["m3"]
    assert [model.id for model in typed.items] == ["m1"]
    assert [model.id for model in named] == ["m1"]
    assert await tower.inventory.chargers_of_model("Acme", "Two") == 4


async def test_an_archived_model_leaves_the_list_at_once(tower: Tower):
    facts = {"account": "dk", "vendor": Vendor.SPIRII, "observed_at": tower.clock.now()}
    model = StationModel(id="m1", make="Acme", name="Two", **facts)
    await tower.inventory.remember_model(model)

    await tower.inventory.remember_model(model.model_copy(update={"is_archived": True}))

    assert (await tower.inventory.station_models()).total == 0


async def test_what_belongs_to_an_account_that_is_no_longer_configured_is_found_no_more(
    store: Store, clock: VirtualClock, tower: Tower
):
    """An account that gets another name would else have all its chargers twice."""
    renamed = Tower(store, clock, Cloud("denmark", clock), Cloud("nl", clock))
    renamed.clouds[0].rows = tower.clouds[0].rows

    await renamed.inventory.forget_other_accounts()
    await renamed.sweep("denmark")

    assert [str(one.ref) for one in await renamed.inventory.resolve("SN-77")] == ["denmark/a"]
    assert (await renamed.inventory.chargers()).total == 4
    back = Tower(store, clock, Cloud("dk", clock))
    back.cloud.rows = tower.cloud.rows
    await back.sweep("dk")
    assert (await back.inventory.chargers(account="dk")).total == 3


async def test_a_pincode_never_reaches_the_store(tower: Tower):
    tower.set("a", pincode="4711-secret")

    live = await tower.inventory.refreshed(Ref("dk", "a"))
    known = await tower.inventory.known(Ref("dk", "a"))

    assert live is not None
    assert live.charger.pincode is not None
    assert known is not None
    assert known.charger.pincode is None


async def test_an_account_knows_its_own_chargers_by_identity_and_serial_number(tower: Tower):
    """Neither those of other accounts, nor those that are gone."""
    names = ["DK.SPI.000001", "sn-78", "Z9", "SPI-9", "AB1"]
    await tower.inventory.forget(Ref("dk", "c"))

    assert await tower.inventory.registered("dk", names) == {"DK.SPI.000001", "sn-78"}
