"""Walking a vendor's pages: by number, by cursor, by last id.

A listing is complete when the vendor says that there is no more, or when a page comes back empty.
A page that brings nothing new ends a listing too, but only where the vendor does not claim that
there is more: then we are walking in a circle, and what we hold may be a part. That raises, because
a partial listing taken for a whole one would make chargers look removed.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Hashable, Sequence
from contextlib import aclosing
from typing import Any, Generic, NamedTuple, TypeVar

from vendors.errors import UnexpectedReplyError

RowT = TypeVar("RowT")

MAX_PAGES = 20_000
"""No fleet is that large; a listing that goes on is a circle."""

_REMEMBERED_PAGES = 16  # rows shift only between neighbours; memory must not grow with the listing


class Page(NamedTuple, Generic[RowT]):
    """One page in our words."""

    rows: Sequence[RowT]
    more: bool | None = None
    """Whether the vendor says that there is more; `None` where it does not say."""
    cursor: str | None = None
    """What to ask for next, where the vendor pages by cursor."""


class _Seen(Generic[RowT]):
    """Recognises rows that recent pages had already."""

    def __init__(self, vendor: str, key: Callable[[RowT], Hashable]) -> None:
        self._vendor = vendor
        self._key = key
        self._recent: deque[set[Hashable]] = deque(maxlen=_REMEMBERED_PAGES)
        self._pages = 0

    def fresh(self, page: Page[RowT]) -> list[RowT]:
        """The rows that are new; empty at the end. Raises where the end cannot be believed."""
        self._pages += 1
        if self._pages > MAX_PAGES:
            raise UnexpectedReplyError(self._vendor, "a listing without an end", field="page")
        keys: set[Hashable] = set()
        rows = [row for row in page.rows if not self._is_known(self._key(row), keys)]
        self._recent.append(keys)
        if page.rows and not rows and page.more:
            raise UnexpectedReplyError(self._vendor, "the same page again", field="page")
        return rows

    def _is_known(self, key: Hashable, keys: set[Hashable]) -> bool:
        known = key in keys or any(key in page for page in self._recent)
        keys.add(key)
        return known


async def numbered(
    read: Callable[[int], Coroutine[Any, Any, Page[RowT]]],
    *,
    vendor: str,
    key: Callable[[RowT], Hashable],
    window: int = 4,
) -> AsyncGenerator[list[RowT], None]:
    """Pages 1, 2, 3, …, several at a time once a listing has shown itself to be long.

    The number of pages is not known beforehand, so pages past the end may be asked for; what
    becomes of those is nobody's concern.
    """
    seen = _Seen(vendor, key)
    ahead: deque[asyncio.Task[Page[RowT]]] = deque()
    asked = 0
    taken = 0
    try:
        while True:
            while len(ahead) < min(window, max(1, taken)):
                asked += 1
                ahead.append(asyncio.ensure_future(read(asked)))
            page = await ahead.popleft()
            taken += 1
            rows = seen.fresh(page)
            if rows:
                yield rows
            if not rows or page.more is False:
                return
    finally:
        await _cancelled(ahead)


async def _cancelled(tasks: Sequence[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def by_cursor(
    read: Callable[[str | None], Awaitable[Page[RowT]]],
    *,
    vendor: str,
    key: Callable[[RowT], Hashable],
) -> AsyncGenerator[list[RowT], None]:
    """Page after page, each asked for by the cursor of the one before; the first by `None`."""
    seen = _Seen(vendor, key)
    cursor: str | None = None
    while True:
        page = await read(cursor)
        rows = seen.fresh(page)
        if rows:
            yield rows
        if not rows or page.cursor is None or page.more is False:
            return
        if page.cursor == cursor:
            raise UnexpectedReplyError(vendor, "the same cursor again", field="cursor")
        cursor = page.cursor


async def by_last_id(
    read: Callable[[str | None], Awaitable[Page[RowT]]],
    *,
    vendor: str,
    key: Callable[[RowT], str],
) -> AsyncGenerator[list[RowT], None]:
    """Page after page, each asked for by the id of the last row so far; the first by `None`."""

    async def following(last: str | None) -> Page[RowT]:
        page = await read(last)
        return page._replace(cursor=key(page.rows[-1]) if page.rows else None)

    async with aclosing(by_cursor(following, vendor=vendor, key=key)) as pages:
        async for rows in pages:
            yield rows
