"""Questions to everybody: one account's failure never hides the others."""

import asyncio

import pytest

from vendors import errors
from vendors.fleet import Fleet, UnknownAccountError
from vendors.models import Vendor
from vendors.ports import FindsChargers, RestartsChargers


class Account:
    """An account that finds what it is told to, or fails."""

    vendor = Vendor.SPIRII
    rate_limit_left = None

    def __init__(self, name: str, answer) -> None:
        self.account = name
        self.answer = answer
        self.closed = False
        self.asked: list[str] = []

    async def find_chargers(self, text: str):
        """Answer or fail."""
        self.asked.append(text)
        await asyncio.sleep(0)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def aclose(self) -> None:
        """Note that it was closed."""
        self.closed = True


class Blind:
    """An account that cannot be asked."""

    async def aclose(self) -> None:
        """Nothing to close."""


async def test_all_are_asked_and_those_that_fail_are_named():
    trouble = errors.VendorUnreachableError("spirii")
    accounts = {"a": Account("a", ["x"]), "b": Account("b", trouble), "c": Account("c", [])}

    said = await Fleet({**accounts, "d": Blind()}).find("text")

    assert said.results == {"a": ["x"], "c": []}
    assert said.failed == {"b": trouble}
    assert all(account.asked == ["text"] for account in accounts.values())


async def test_all_are_asked_at_the_same_time():
    waiting = asyncio.Barrier(3)
    fleet = Fleet({name: Account(name, []) for name in "abc"})

    async with asyncio.timeout(5):
        said = await fleet.gather(FindsChargers, lambda _: waiting.wait())

    assert sorted(said.results.values()) == [0, 1, 2]


async def test_a_mistake_of_ours_is_not_taken_for_a_vendors_failure():
    with pytest.raises(ZeroDivisionError):
        await Fleet({"a": Account("a", ZeroDivisionError())}).find("x")


def test_a_capability_that_a_client_lacks_is_absent():
    fleet = Fleet({"a": Account("a", []), "d": Blind()})

    assert list(fleet.able(FindsChargers)) == ["a"]
    assert fleet.able(RestartsChargers) == {}


async def test_accounts_go_by_their_names():
    account = Account("a", [])
    fleet = Fleet({"a": account})

    assert fleet.accounts == ("a",)
    assert fleet.client("a") is account
    with pytest.raises(UnknownAccountError):
        fleet.client("b")
    await fleet.aclose()
    assert account.closed
