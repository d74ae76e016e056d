"""Who may do what."""

import asyncio

import pytest

from bot.access import Access, Allowed, Because, DirectoryUnavailableError, Person, Refused
from bot.config.settings import AccessSettings
from tests.bot.clouds import Book
from tests.clock import VirtualClock

GROUPS = {"S0SUPPORT": {"U0ANN"}, "S0LEADS": {"U0LEA"}}


@pytest.fixture
def book() -> Book:
    return Book(groups={name: set(members) for name, members in GROUPS.items()})


def access(book: Book, clock: VirtualClock, **settings: object) -> Access:
    named = {"support": ("S0SUPPORT",), "approvers": ("S0LEADS", "U0BOSS"), **settings}
    return Access(book, AccessSettings.model_validate(named), clock)


@pytest.mark.parametrize(
    ("person", "because"),
    [
        pytest.param(Person("U0X", is_bot=True), Because.BOT, id="bot"),
        pytest.param(Person("U0X", is_deactivated=True), Because.DEACTIVATED, id="deactivated"),
        pytest.param(Person("U0X", is_foreign=True), Because.FOREIGN, id="foreign"),
        pytest.param(Person("U0X", is_guest=True), Because.GUEST, id="guest"),
    ],
)
async def test_who_is_no_full_member_may_not_even_look(
    book: Book, clock: VirtualClock, person: Person, because: Because
):
    """Being named, or in a group that is, changes nothing."""
    book.people["U0X"] = person
    book.groups["S0SUPPORT"].add("U0X")

    right = await access(book, clock, support=("S0SUPPORT", "U0X")).may_look_up("U0X")

    assert right == Refused(because, ("S0SUPPORT", "U0X"))


async def test_guests_and_other_workspaces_are_let_in_where_the_settings_say_so(
    book: Book, clock: VirtualClock
):
    book.people["U0G"] = Person("U0G", is_guest=True)
    book.people["U0F"] = Person("U0F", is_foreign=True)
    open_door = access(book, clock, support=(), guests=True, external=True)

    assert await open_door.may_look_up("U0G") == Allowed()
    assert await open_door.may_look_up("U0F") == Allowed()


async def test_without_a_support_group_every_full_member_may_look_and_ask(
    book: Book, clock: VirtualClock
):
    everyone = access(book, clock, support=())

    assert await everyone.may_look_up("U0ANY") == Allowed()
    assert await everyone.may_ask("U0ANY") == Allowed()


async def test_without_approvers_nobody_decides(book: Book, clock: VirtualClock):
    """An empty list of approvers is not everybody."""
    nobody = access(book, clock, approvers=())

    assert isinstance(await nobody.may_decide("U0LEA"), Refused)


async def test_a_user_or_a_member_of_a_named_group_decides(book: Book, clock: VirtualClock):
    desk = access(book, clock)

    assert await desk.may_decide("U0LEA") == Allowed()
    assert await desk.may_decide("U0BOSS") == Allowed()
    assert await desk.may_decide("U0ANN") == Refused(Because.NOT_NAMED, ("S0LEADS", "U0BOSS"))
    assert await desk.may_decide("U0ANN", ("U0ANN",)) == Allowed()


async def test_looking_up_may_be_a_minute_behind(book: Book, clock: VirtualClock):
    desk = access(book, clock)
    assert await desk.may_look_up("U0ANN") == Allowed()
    book.groups["S0SUPPORT"].clear()

    await clock.advance(59)
    assert await desk.may_look_up("U0ANN") == Allowed()
    await clock.advance(2)
    assert isinstance(await desk.may_look_up("U0ANN"), Refused)


async def test_deciding_is_never_behind(book: Book, clock: VirtualClock):
    desk = access(book, clock)
    assert await desk.may_decide("U0LEA") == Allowed()

    book.groups["S0LEADS"].clear()

    assert isinstance(await desk.may_decide("U0LEA"), Refused)


async def test_clicks_at_the_same_moment_share_one_read(book: Book, clock: VirtualClock):
    """Fifty clicks would be over Slack's limit for reading a group."""
    book.gate = asyncio.Event()
    desk = access(book, clock)
    clicks = [asyncio.create_task(desk.may_decide(f"U{number}")) for number in range(50)]
    await clock.settle()
    book.gate.set()
    await asyncio.gather(*clicks)

    assert book.reads.count("S0LEADS") == 1


async def test_who_somebody_is_and_who_is_in_the_group_is_asked_at_once(
    book: Book, clock: VirtualClock
):
    """One after the other, two slow answers take longer than Slack waits for a click."""
    book.gate = book.door = asyncio.Event()
    click = asyncio.create_task(access(book, clock).may_decide("U0LEA"))
    await clock.settle()

    assert sorted(book.reads) == ["S0LEADS", "U0LEA"]
    book.gate.set()
    assert await click == Allowed()


async def test_who_stops_waiting_does_not_stop_the_others(book: Book, clock: VirtualClock):
    book.gate = asyncio.Event()
    desk = access(book, clock)
    first = asyncio.create_task(desk.may_decide("U0LEA"))
    second = asyncio.create_task(desk.may_decide("U0LEA"))
    await clock.settle()
    first.cancel()
    await clock.settle()
    book.gate.set()

    assert await second == Allowed()


async def test_a_silent_directory_lets_nobody_in(book: Book, clock: VirtualClock):
    desk = access(book, clock)
    assert await desk.may_decide("U0LEA") == Allowed()
    book.is_silent = True

    with pytest.raises(DirectoryUnavailableError):
        await desk.may_decide("U0LEA")


async def test_whom_a_route_names_may_tend_its_alerts(book: Book, clock: VirtualClock):
    desk = access(book, clock)

    assert isinstance(await desk.may_tend_alerts("U0LEA"), Refused)
    assert await desk.may_tend_alerts("U0LEA", also=("S0LEADS",)) == Allowed()


async def test_pincodes_are_for_approvers_where_nobody_else_is_named(
    book: Book, clock: VirtualClock
):
    assert await access(book, clock).may_see_pincodes("U0LEA") == Allowed()
    assert isinstance(await access(book, clock).may_see_pincodes("U0ANN"), Refused)
    named = access(book, clock, pincodes=("U0ANN",))
    assert await named.may_see_pincodes("U0ANN") == Allowed()


class SlowBook(Book):
    """A directory that takes its time with each question."""

    clock: VirtualClock

    async def person(self, user_id: str) -> Person:
        """After a second and a half."""
        await self.clock.sleep(1.5)
        return await super().person(user_id)

    async def members(self, group_id: str) -> frozenset[str]:
        """After a second and a half."""
        await self.clock.sleep(1.5)
        return await super().members(group_id)


async def test_all_that_a_right_rests_on_is_asked_at_the_same_time(clock: VirtualClock):
    """Whoever clicked has three seconds, and each question may take two."""
    slow = SlowBook(groups={name: set(members) for name, members in GROUPS.items()})
    slow.clock = clock
    right = asyncio.create_task(access(slow, clock).may_decide("U0LEA", ("S0SUPPORT", "S0LEADS")))

    await clock.advance(1.6)

    assert right.done()
    assert right.result() == Allowed()
