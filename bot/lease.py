"""One instance at a time works on a database."""

import os
import secrets
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from bot.clock import Clock
from bot.store import Store
from bot.store.lease import Holder

LASTS: Final = timedelta(seconds=30)


class LeaseHeldError(Exception):
    """Another instance works on this database. The message is a whole sentence."""

    def __init__(self, holder: Holder, age: timedelta) -> None:
        super().__init__(
            f"Another instance ({holder.owner}) works on this database since"
            f" {holder.since:%Y-%m-%d %H:%M:%S} UTC and was alive {age.seconds} s ago."
            f" Stop it first; if it is dead, wait {LASTS.seconds} s and start again."
        )


class Lease:
    """The right to work on a database, which has to be renewed to last."""

    def __init__(self, store: Store, clock: Clock, *, owner: str | None = None) -> None:
        self._store = store
        self._clock = clock
        self.owner = owner or f"{_here()}{os.getpid()}, {secrets.token_hex(4)}"

    async def take(self) -> None:
        """Take the lease.

        Raises:
            LeaseHeldError: another instance has it and is alive.
            StoreError: the database cannot be used now.
        """
        now = self._clock.now()
        holder = await self._store.read(lambda tables: tables.lease.holder())
        dead = holder.owner if holder is not None and _has_ended(holder.owner) else None
        taken = await self._store.write(
            lambda tables: tables.lease.take(self.owner, now, LASTS, dead=dead)
        )
        if not taken and holder is not None:
            raise LeaseHeldError(holder, now - holder.renewed_at)

    async def keep(self, lost: Callable[[], None]) -> None:
        """Renew the lease for as long as it is ours; then call `lost`, which has to stop us."""
        while await self._renew():
            await self._clock.sleep(LASTS.total_seconds() / 3)
        lost()

    async def release(self) -> None:
        """Give the lease back, so that the next start need not wait."""
        await self._store.write(lambda tables: tables.lease.release(self.owner))

    async def _renew(self) -> bool:
        now = self._clock.now()
        return await self._store.write(lambda tables: tables.lease.renew(self.owner, now))


def _here() -> str:
    return f"{socket.gethostname()}, process "


def _has_ended(owner: str) -> bool:
    """Whether an owner was a process of this machine that is no more."""
    if not owner.startswith(_here()):
        return False
    process = int(owner.removeprefix(_here()).split(",")[0])
    if process == os.getpid():  # in a container every life has the same number
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
