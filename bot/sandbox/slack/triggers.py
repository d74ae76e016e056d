"""What an interaction entitles the app to: a trigger for one modal, an address to answer at."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.sandbox.slack.errors import RefusedError
from bot.sandbox.slack.ids import Ids

RESPONSE_URL_POSTS = 5  # Slack docs, handling user interaction: 5 times within 30 minutes
RESPONSE_URL_LIFE = timedelta(minutes=30)


@dataclass
class Trigger:
    """The right to open one modal for one person; `from_modal` when pressed in a modal."""

    user: str
    issued: float
    from_modal: bool = False
    used: bool = False


class Triggers:
    """Issues trigger ids and takes them back once.

    Args:
        ids: where new ids come from.
        seconds: how long a trigger lives (Slack: 3).
        monotonic: the time that passes, in seconds.
    """

    def __init__(self, ids: Ids, seconds: float, monotonic: Callable[[], float]) -> None:
        self._ids = ids
        self._seconds = seconds
        self._monotonic = monotonic
        self._issued: dict[str, Trigger] = {}

    def issue(self, user_id: str, *, from_modal: bool = False) -> str:
        """A new trigger id."""
        trigger_id = f"{self._ids.ts()}.{self._ids.new('')}"
        self._issued[trigger_id] = Trigger(user_id, self._monotonic(), from_modal)
        return trigger_id

    def redeem(self, trigger_id: str) -> Trigger:
        """Use a trigger up.

        Raises:
            RefusedError: `invalid_trigger_id` (never issued), `exchanged_trigger_id` (used
                already) or `expired_trigger_id` (too old).
        """
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise RefusedError("invalid_trigger_id")
        if trigger.used:
            raise RefusedError("exchanged_trigger_id")
        if self._monotonic() - trigger.issued > self._seconds:
            raise RefusedError("expired_trigger_id")
        trigger.used = True
        return trigger


@dataclass
class ResponseUrl:
    """Where an app may answer an interaction; `ts` names the message that was interacted with."""

    id: str
    kind: str  # "commands" or "actions"
    channel: str
    user: str
    issued: datetime
    ts: str = ""
    posts: int = field(default=0)


class ResponseUrls:
    """Issues response URLs and counts what is posted to them."""

    def __init__(self, ids: Ids, clock: Clock) -> None:
        self._ids = ids
        self._clock = clock
        self._issued: dict[str, ResponseUrl] = {}

    def issue(self, kind: str, channel: str, user: str, ts: str = "") -> ResponseUrl:
        """A new response URL for a command, or for an action on the message `ts`."""
        url = ResponseUrl(self._ids.new("R"), kind, channel, user, self._clock.now(), ts)
        self._issued[url.id] = url
        return url

    def use(self, url_id: str) -> ResponseUrl:
        """Count one post.

        Raises:
            RefusedError: `expired_url` (unknown, or older than 30 minutes) or `used_url`
                (five posts already).
        """
        url = self._issued.get(url_id)
        if url is None or self._clock.now() - url.issued > RESPONSE_URL_LIFE:
            raise RefusedError("expired_url")
        if url.posts >= RESPONSE_URL_POSTS:
            raise RefusedError("used_url")
        url.posts += 1
        return url
