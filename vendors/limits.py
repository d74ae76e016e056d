"""How fast we may call: a token bucket and a number of slots, both with a lane for people.

A request goes out when every bucket it counts against has a token *and* a slot is free, so that a
token is always taken at the moment of sending. Whoever waits holds neither, which is why a person
who comes later can still go first.
"""

import asyncio
import hashlib
import itertools
import time
from bisect import bisect_left, insort
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]

WINDOW_S = 60.0
PATIENCE_S = 20.0
"""Longest wait that a coroutine sleeps through; a longer one is raised with its length."""

PLANNED_SHARE = 0.8
BURST_SHARE = 0.2
# A refill of 80 % and a burst of 20 % add up to the limit in any window of 60 s.

_ROUNDING = 1e-9  # a sleep of exactly the missing time may leave a token short by float rounding


class Lane(StrEnum):
    """Who is waiting: a person always goes before a background sweep."""

    PERSON = "person"
    BACKGROUND = "background"


_RANK = {Lane.PERSON: 0, Lane.BACKGROUND: 1}


class HeldError(Exception):
    """The vendor asked for a pause that is longer than our patience; `wait_s` says how long."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"held for {wait_s:.0f} s")
        self.wait_s = wait_s


class TokenBucket:
    """At most `per_minute` requests in any 60 seconds, planned with 80 % of them."""

    def __init__(self, per_minute: int, *, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._allow(per_minute)
        self._tokens = float(self._burst)
        self._filled_at = clock()
        self._held_until = 0.0
        self._waiting: list[tuple[int, int]] = []
        self._numbers = itertools.count()
        self._in_flight = 0
        self._last_remaining: int | None = None
        self._window_began = 0.0

    def _allow(self, per_minute: int) -> None:
        if per_minute < 1:
            raise ValueError("a limit must allow one request a minute")
        self.per_minute = per_minute
        self._burst = max(1, int(per_minute * BURST_SHARE))
        self._rate = per_minute * PLANNED_SHARE / WINDOW_S

    def tighten(self, per_minute: int) -> None:
        """Allow so many, if that is less than before."""
        if per_minute < self.per_minute:
            self._refill()
            self._allow(per_minute)
            self._tokens = min(self._tokens, float(self._burst))

    @property
    def held_s(self) -> float:
        """For how long the vendor has asked us to send nothing."""
        return max(0.0, self._held_until - self._clock())

    def ticket(self, lane: Lane) -> "Ticket":
        """Stand in line."""
        place = (_RANK[lane], next(self._numbers))
        insort(self._waiting, place)
        return Ticket(self, place)

    def hold(self, seconds: float) -> None:
        """Send nothing for so long, whoever asks (`Retry-After` of a 429)."""
        self._held_until = max(self._held_until, self._clock() + seconds)

    def obey(self, remaining: int, reset_s: float | None = None) -> None:
        """Believe `X-RateLimit-Remaining`, which also counts what others did on our credential.

        Where the reply does not say when the vendor's window ends, it is taken to have begun
        when the number last rose, and to last a minute.
        """
        now = self._clock()
        last = self._last_remaining
        if last is None or remaining > last + self._in_flight:
            self._window_began = now
        self._last_remaining = remaining
        self._refill()
        self._tokens = min(self._tokens, float(max(0, remaining - self._in_flight)))
        if remaining <= 0:
            left = self._window_began + WINDOW_S - now if reset_s is None else reset_s
            self.hold(min(max(left, 0.0), WINDOW_S))

    def wait_s(self, place: tuple[int, int]) -> float:
        """How long until this place in the line may go; 0 is now."""
        self._refill()
        needed = bisect_left(self._waiting, place) + 1
        missing = needed - self._tokens
        wait = missing / self._rate if missing > _ROUNDING else 0.0
        return max(wait, self.held_s)

    def take(self, place: tuple[int, int]) -> None:
        """Go: the place leaves the line with a token."""
        self._waiting.remove(place)
        self._tokens -= 1
        self._in_flight += 1

    def back(self) -> None:
        """Say that a request which took a token has ended."""
        self._in_flight -= 1

    def forget(self, place: tuple[int, int]) -> None:
        """Leave the line without a token."""
        self._waiting.remove(place)

    def _refill(self) -> None:
        now = self._clock()
        gained = (now - self._filled_at) * self._rate
        self._tokens = min(float(self._burst), self._tokens + gained)
        self._filled_at = now


class Ticket:
    """A place in a bucket's line, until it has gone or given up."""

    def __init__(self, bucket: TokenBucket, place: tuple[int, int]) -> None:
        self.bucket = bucket
        self._place = place
        self._is_waiting = True

    @property
    def wait_s(self) -> float:
        """How long until it may go."""
        return self.bucket.wait_s(self._place)

    def take(self) -> None:
        """Go."""
        self._is_waiting = False
        self.bucket.take(self._place)

    def close(self) -> None:
        """Give the place up, or say that the request has ended."""
        if self._is_waiting:
            self._is_waiting = False
            self.bucket.forget(self._place)
        else:
            self.bucket.back()


class Slots:
    """So many requests at once; a freed slot goes to a person first.

    Sweeps leave one to people: a vendor that hangs would else make whoever asks about one charger
    wait until the reads of a sweep have timed out.
    """

    def __init__(self, size: int) -> None:
        self._free = {Lane.PERSON: size, Lane.BACKGROUND: max(1, size - 1)}
        self._waiting: dict[Lane, deque[asyncio.Future[None]]] = {lane: deque() for lane in Lane}

    @asynccontextmanager
    async def one(self, lane: Lane) -> AsyncIterator[None]:
        """Hold a slot."""
        await self._enter(lane)
        try:
            yield
        finally:
            self._leave(lane)

    async def _enter(self, lane: Lane) -> None:
        if self._is_free(lane):
            self._take(lane, 1)
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[lane].append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # the slot was ours already when the cancellation came
                self._leave(lane)
            raise

    def _leave(self, lane: Lane) -> None:
        self._take(lane, -1)
        for waiting_lane in (Lane.PERSON, Lane.BACKGROUND):
            waiting = self._waiting[waiting_lane]
            while waiting and self._is_free(waiting_lane):
                turn = waiting.popleft()
                if not turn.done():
                    self._take(waiting_lane, 1)
                    turn.set_result(None)

    def _is_free(self, lane: Lane) -> bool:
        return self._free[Lane.PERSON] > 0 and self._free[lane] > 0

    def _take(self, lane: Lane, number: int) -> None:
        """What a sweep takes is taken from people too."""
        self._free[Lane.PERSON] -= number
        if lane is Lane.BACKGROUND:
            self._free[lane] -= number


@asynccontextmanager
async def turn(
    buckets: Sequence[TokenBucket], slots: Slots, lane: Lane, sleep: Sleep = asyncio.sleep
) -> AsyncIterator[None]:
    """Wait for a token of each bucket and a slot; hold the slot meanwhile.

    Raises HeldError where a vendor's own pause is longer than `PATIENCE_S`.
    """
    tickets = [bucket.ticket(lane) for bucket in buckets]
    try:
        while True:
            await _tokens(tickets, sleep)
            async with slots.one(lane):
                if all(ticket.wait_s == 0 for ticket in tickets):
                    for ticket in tickets:
                        ticket.take()
                    yield
                    return
    finally:
        for ticket in tickets:
            ticket.close()


async def _tokens(tickets: Sequence[Ticket], sleep: Sleep) -> None:
    """Wait until each ticket could go; takes nothing."""
    while (wait := max(ticket.wait_s for ticket in tickets)) > 0:
        held = max(ticket.bucket.held_s for ticket in tickets)
        if held > PATIENCE_S:
            raise HeldError(held)
        await sleep(wait)


class Buckets:
    """One bucket per base address and credential: accounts on one token share its limit."""

    def __init__(self, *, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._by_key: dict[tuple[str, str, str], TokenBucket] = {}

    def bucket(
        self, base_url: str, credential: str, per_minute: int, *, purpose: str = ""
    ) -> TokenBucket:
        """The bucket of this credential; of several limits for it the lowest counts."""
        digest = hashlib.sha256(credential.encode()).hexdigest()
        key = (base_url.rstrip("/"), digest, purpose)
        if key not in self._by_key:
            self._by_key[key] = TokenBucket(per_minute, clock=self._clock)
        self._by_key[key].tighten(per_minute)
        return self._by_key[key]
