"""All accounts at once: who can do what, and questions that go to everyone."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar, cast

from vendors.errors import VendorError
from vendors.models import Charger
from vendors.ports import Client, FindsChargers

CapabilityT = TypeVar("CapabilityT")
AnswerT = TypeVar("AnswerT")


class UnknownAccountError(LookupError):
    """No account of this name is configured."""

    def __init__(self, account: str) -> None:
        super().__init__(f"no account is called {account!r}")
        self.account = account


@dataclass(frozen=True)
class Answers(Generic[AnswerT]):
    """What the accounts said; those that did not answer are named with the reason."""

    results: Mapping[str, AnswerT]
    failed: Mapping[str, VendorError] = field(default_factory=dict)


class Fleet:
    """Every account that is configured, by its name."""

    def __init__(self, clients: Mapping[str, Client]) -> None:
        self._clients = dict(clients)

    @property
    def accounts(self) -> Sequence[str]:
        """Their names, in the order of the configuration."""
        return tuple(self._clients)

    def client(self, account: str) -> Client:
        """One account's client; raises UnknownAccountError."""
        try:
            return self._clients[account]
        except KeyError as exc:
            raise UnknownAccountError(account) from exc

    def able(self, capability: Callable[..., CapabilityT]) -> dict[str, CapabilityT]:
        """The clients that have a capability, a protocol of `vendors.ports`.

        Typed as a callable, since mypy takes no protocol for a `type[...]`.
        """
        return {
            name: client
            for name, client in self._clients.items()
            if isinstance(client, _as_type(capability))
        }

    async def gather(
        self,
        capability: Callable[..., CapabilityT],
        call: Callable[[CapabilityT], Awaitable[AnswerT]],
    ) -> Answers[AnswerT]:
        """Ask every account that has the capability, at the same time.

        One account's failure never hides the others.
        """
        able = self.able(capability)
        said = await asyncio.gather(*(_said(call, client) for client in able.values()))
        named = dict(zip(able, said, strict=True))
        return Answers(
            {name: answer[0] for name, answer in named.items() if isinstance(answer, tuple)},
            {name: answer for name, answer in named.items() if isinstance(answer, VendorError)},
        )

    async def find(self, text: str) -> Answers[Sequence[Charger]]:
        """Look a charger up at every vendor that can be asked."""
        return await self.gather(FindsChargers, lambda client: client.find_chargers(text))

    async def aclose(self) -> None:
        """Close all connections."""
        for client in self._clients.values():
            await client.aclose()


async def _said(
    call: Callable[[CapabilityT], Awaitable[AnswerT]], client: CapabilityT
) -> tuple[AnswerT] | VendorError:
    try:
        return (await call(client),)
    except VendorError as exc:
        return exc


def _as_type(capability: Callable[..., CapabilityT]) -> type[CapabilityT]:
    return cast("type[CapabilityT]", capability)
