"""What the four vendors' clients have in common."""

import copy
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, Self

from vendors.errors import RejectedError
from vendors.http import ApiClient
from vendors.limits import Lane
from vendors.models import Vendor

Now = Callable[[], datetime]


def utc_now() -> datetime:
    """The time, aware and in UTC."""
    return datetime.now(UTC)


class VendorClient:
    """One account at one vendor; a subclass adds a method per endpoint."""

    vendor: ClassVar[Vendor]

    def __init__(
        self, account: str, api: ApiClient, *, sites: Sequence[str] = (), now: Now = utc_now
    ) -> None:
        self.account = account
        self._api = api
        self._sites = tuple(sites)
        self._now = now

    @property
    def rate_limit_left(self) -> int | None:
        """How many requests the vendor would still take now; `None` where it does not say."""
        return self._api.remaining

    def in_background(self) -> Self:
        """The same client, whose requests wait behind those of people."""
        other = copy.copy(self)
        other._api = self._api.in_lane(Lane.BACKGROUND)  # noqa: SLF001 - our own copy
        return other

    async def aclose(self) -> None:
        """Close the connections."""
        await self._api.aclose()

    def _seen(self) -> dict[str, Any]:
        """The fields that every object of ours begins with, but its id."""
        return {"account": self.account, "vendor": self.vendor, "observed_at": self._now()}

    def _covers(self, site_id: str | None) -> bool:
        """Whether the account, which may be restricted to some sites, looks after this one."""
        return not self._sites or site_id in self._sites

    def _demand_covered(self, site_id: str | None) -> None:
        """Raise RejectedError where the account could not see afterwards what it wrote there."""
        if not self._covers(site_id):
            raise RejectedError(
                self.vendor,
                f"Our account {self.account} is restricted to other sites",
                fields={"site_id": ["This account is restricted to other sites."]},
            )
