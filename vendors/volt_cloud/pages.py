"""The numbered pages of Plugchoice and VoltTime."""

from collections.abc import AsyncGenerator, Callable, Hashable, Mapping
from contextlib import aclosing
from typing import Annotated, Generic, TypeVar

from vendors.http import ApiClient
from vendors.paging import Page, numbered
from vendors.wire_model import Listing, Part, Text, WireModel

RowT = TypeVar("RowT")
OursT = TypeVar("OursT")


PAGE_SIZE = 25
"""Rows of a page, where no `limit` is asked for (Plugchoice docs, guides/pagination)."""


class Links(WireModel):
    """Where the neighbours of a page are; `null` where there is none."""

    next: Text = None


class Rows(Listing[RowT], Generic[RowT]):
    """One page, in any of the paginators that the documents show (none tells a total).

    `links.next` (sites, chargers, connectors), `next_page_url` (the team's listings), or nothing
    at all (v2's team chargers; a site's transactions in some documents).
    """

    links: Annotated[Links | None, Part] = None
    next_page_url: Text = None

    @property
    def more(self) -> bool | None:
        """Whether there is a next page; `None` where the page does not say."""
        if self.links is not None and "next" in self.links.model_fields_set:
            return self.links.next is not None
        if "next_page_url" in self.model_fields_set:
            return self.next_page_url is not None
        return None


def more_than(reply: Rows[RowT], limit: int | None) -> bool | None:
    """Whether there is more where a `limit` was asked for and the reply itself does not say.

    A reply longer than a page has honoured the limit, so only one that fills it may be cut short.
    """
    if limit is None or reply.more is not None or len(reply.data) <= PAGE_SIZE:
        return reply.more
    return len(reply.data) >= limit


async def walk(
    api: ApiClient,
    path: str,
    rows: type[Rows[RowT]],
    to_ours: Callable[[RowT], OursT],
    *,
    key: Callable[[OursT], Hashable],
    params: Mapping[str, str | int] | None = None,
    limit: int | None = None,
) -> AsyncGenerator[list[OursT], None]:
    """All pages of a listing in our words, streamed.

    `limit` is for listings whose documents promise a `limit` here and pages there: both are asked
    for, and whichever the vendor honours leads to the end.
    """
    asked = {**(params or {}), **({} if limit is None else {"limit": limit})}

    async def page(number: int) -> Page[OursT]:
        reply = await api.read(path, rows, {**asked, "page": number})
        return Page([to_ours(row) for row in reply.data], more_than(reply, limit))

    async with aclosing(numbered(page, vendor=api.vendor, key=key)) as pages:
        async for ours in pages:
            yield ours
