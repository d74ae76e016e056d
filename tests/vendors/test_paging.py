"""A listing is whole or it raises."""

import asyncio
import itertools
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendors.errors import UnexpectedReplyError, VendorUnreachableError
from vendors.paging import Page, by_cursor, by_last_id, numbered

ME = {"vendor": "acme", "key": lambda row: row}


async def collected(pages: AsyncIterator[list[int]]) -> list[int]:
    return [row async for page in pages for row in page]


class Numbered:
    """Pages by number; `says_more` is whether they tell that there is a next one."""

    def __init__(self, *pages: list[int], says_more: bool = False) -> None:
        self.pages = pages
        self.says_more = says_more
        self.asked: list[int] = []
        self.open_now = self.most_open = 0

    async def __call__(self, number: int) -> Page[int]:
        """Give the page of this number."""
        self.asked.append(number)
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        await asyncio.sleep(0)
        self.open_now -= 1
        rows = self.pages[number - 1] if number <= len(self.pages) else []
        return Page(rows, more=number < len(self.pages) if self.says_more else None)


@given(
    pages=st.lists(st.lists(st.integers(), min_size=1), max_size=9),
    says_more=st.booleans(),
    window=st.integers(1, 5),
)
async def test_every_row_comes_once_and_in_order(pages, says_more, window):
    known: set[int] = set()
    rows = [[row for row in page if not (row in known or known.add(row))] for page in pages]
    source = Numbered(*[page for page in rows if page], says_more=says_more)

    got = await collected(numbered(source, window=window, **ME))

    assert got == list(itertools.chain(*rows))
    assert source.most_open <= window


async def test_a_short_listing_costs_one_request():
    source = Numbered([1, 2], says_more=True)

    assert await collected(numbered(source, **ME)) == [1, 2]
    assert source.asked == [1]


async def test_a_long_listing_is_read_several_pages_at_a_time():
    source = Numbered(*[[n] for n in range(40)], says_more=True)

    assert await collected(numbered(source, **ME)) == list(range(40))
    assert source.most_open == 4
    assert max(source.asked) <= 40 + 4


async def test_no_more_pages_are_held_than_the_window():
    """Memory must not grow with the listing when the reader is slow."""
    source = Numbered(*[[n] for n in range(400)])
    pages = numbered(source, **ME)
    for _ in range(10):
        await anext(pages)
    await asyncio.sleep(0)

    assert len(source.asked) <= 10 + 4
    await pages.aclose()


async def test_a_row_that_slipped_to_the_next_page_comes_once():
    """A charger was added while we read."""
    assert await collected(numbered(Numbered([1, 2], [2, 3], [4]), **ME)) == [1, 2, 3, 4]


async def test_a_vendor_that_ignores_the_page_number_ends_its_listing():
    """Whoever says nothing of more and repeats himself has said all."""

    async def read(_number: int) -> Page[int]:
        return Page([1, 2])

    assert await collected(numbered(read, **ME)) == [1, 2]


async def test_the_same_page_with_a_promise_of_more_is_no_end():
    """A part taken for the whole would make chargers look removed."""

    async def read(_number: int) -> Page[int]:
        return Page([1, 2], more=True)

    with pytest.raises(UnexpectedReplyError) as raised:
        await collected(numbered(read, **ME))

    assert raised.value.field == "page"


async def test_a_page_that_fails_fails_the_listing():
    async def read(number: int) -> Page[int]:
        if number == 3:
            raise VendorUnreachableError("acme")
        return Page([number])

    pages = numbered(read, **ME)

    assert [await anext(pages), await anext(pages)] == [[1], [2]]
    with pytest.raises(VendorUnreachableError):
        await anext(pages)


async def test_a_failure_past_the_end_is_nobodys_concern():
    async def read(number: int) -> Page[int]:
        if number > 3:
            raise VendorUnreachableError("acme")
        await asyncio.sleep(0)
        return Page([number], more=number < 3)

    assert await collected(numbered(read, **ME)) == [1, 2, 3]


async def test_pages_still_on_their_way_are_called_off():
    before = asyncio.all_tasks()
    pages = numbered(Numbered(*[[n] for n in range(40)]), **ME)
    for _ in range(8):
        await anext(pages)

    await pages.aclose()

    assert asyncio.all_tasks() == before


async def test_a_listing_without_an_end_raises():
    async def read(cursor: str | None) -> Page[int]:
        number = int(cursor or 0)
        return Page([number], cursor=str(number + 1))

    with pytest.raises(UnexpectedReplyError):
        await collected(by_cursor(read, **ME))


class Cursors:
    """Pages by cursor."""

    def __init__(self, **pages: Page[int]) -> None:
        self.pages = pages
        self.asked: list[str | None] = []

    async def __call__(self, cursor: str | None) -> Page[int]:
        """Give the page behind this cursor."""
        self.asked.append(cursor)
        return self.pages[cursor or "first"]


@pytest.mark.parametrize(
    "last", [Page([3]), Page([], cursor="d"), Page([3], more=False, cursor="d"), Page([1, 2])]
)
async def test_cursors_are_followed_to_the_end(last):
    source = Cursors(first=Page([1], cursor="b"), b=Page([2], cursor="c"), c=last)

    got = await collected(by_cursor(source, **ME))

    assert got == list(dict.fromkeys([1, 2, *last.rows]))
    assert source.asked == [None, "b", "c"]


async def test_the_same_cursor_again_is_no_end():
    source = Cursors(first=Page([1], cursor="b"), b=Page([2], cursor="b"))

    with pytest.raises(UnexpectedReplyError) as raised:
        await collected(by_cursor(source, **ME))

    assert raised.value.field == "cursor"


async def test_the_last_id_leads_to_the_next_page():
    source = Cursors(first=Page(["a", "b"], more=True), b=Page(["c"], more=False))

    assert await collected(by_last_id(source, **ME)) == ["a", "b", "c"]
    assert source.asked == [None, "b"]


async def test_no_rows_end_a_listing_by_last_id_whatever_is_promised():
    assert await collected(by_last_id(Cursors(first=Page([], more=True)), **ME)) == []
