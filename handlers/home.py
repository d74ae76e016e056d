"""The Home tab: shown when it is opened, renewed while its numbers change."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.access import DirectoryUnavailableError
from bot.alerts.service import Alerts
from bot.approvals.service import Approvals
from bot.clock import Clock
from bot.inventory import Inventory
from bot.outbox.pace import Budget
from bot.store import Store
from handlers import ids
from handlers.blocks import home as blocks
from handlers.blocks.home import Sight
from handlers.blocks.kit import Message, View
from handlers.errors import RefusedError
from handlers.gate import Gate
from handlers.listeners import Listeners
from handlers.payloads import Payload
from handlers.slack_codes import SlackSilentError, called, code_of
from handlers.work import Work
from vendors.fleet import Fleet
from vendors.ports import (
    AttachesChargers,
    CreatesSites,
    CreatesStationModels,
    ListsStationModels,
    RegistersChargers,
)

log = logging.getLogger(__name__)

NEEDS: Final[Mapping[str, Callable[..., Any]]] = {
    ids.START_MODELS: ListsStationModels,
    ids.START_REGISTER: RegistersChargers,
    ids.START_IMPORT: RegistersChargers,
    ids.START_ATTACH: AttachesChargers,
    ids.START_SITE: CreatesSites,
    ids.START_MODEL: CreatesStationModels,
}
"""What an account has to be able to do for a button to lead somewhere."""
WATCHED_FOR: Final = timedelta(days=1)
"""Whoever has not opened Home for so long is not kept up to date."""
OPENED: Final = "home_opened"
"""The name under which it is kept who looked when."""
NOT_OFTENER_THAN: Final = timedelta(seconds=30)
PUBLISHES_PER_MINUTE: Final = 30
"""Of all people; Slack API docs, "Rate limits": `views.publish` is of its second tier and takes
somewhat more."""


@dataclass
class _Shown:
    """What somebody sees."""

    opened_at: datetime
    published_at: datetime
    content: Sight | None
    """`None` where it was shown before the bot was started."""


class HomeHandlers:
    """Slack's side of the Home tab."""

    def __init__(
        self,
        client: AsyncWebClient,
        *,
        store: Store,
        fleet: Fleet,
        inventory: Inventory,
        alerts: Alerts,
        approvals: Approvals,
        gate: Gate,
        work: Work,
        clock: Clock,
    ) -> None:
        self._client = client
        self._store = store
        self._starters = tuple(_starters(fleet))
        self._inventory = inventory
        self._alerts = alerts
        self._approvals = approvals
        self._gate = gate
        self._work = work
        self._clock = clock
        self._shown: dict[str, _Shown] = {}
        self._is_recalled = False
        self._budget = Budget(PUBLISHES_PER_MINUTE, clock)

    def register(self, app: Listeners) -> None:
        """Attach the listener."""
        app.event("app_home_opened")(self.opened)

    async def opened(self, event: Payload) -> None:
        """Somebody looks at the app; only its Home tab is of interest."""
        if event.get("tab") != "home":
            return
        user_id = str(event["user"])

        async def say(message: Message) -> object:
            view = blocks.closed(message["text"])
            return await called(self._client.views_publish, user_id=user_id, view=view)

        self._work.start(self._open(user_id), "home", say=say)

    async def _open(self, user_id: str) -> None:
        await self._gate.look_up(user_id)
        now, sight = self._clock.now(), await self._sight(user_id)
        self._shown[user_id] = _Shown(now, now, sight)
        self._budget.spend()
        view = blocks.home(sight, now)
        await called(self._client.views_publish, user_id=user_id, view=view)
        await self._remember()

    async def _remember(self) -> None:
        """Who looked when: they go on looking when the bot is started anew."""
        await self._recall()
        opened = {user_id: one.opened_at.isoformat() for user_id, one in self._shown.items()}
        await self._store.write(lambda tables: tables.meta.remember(OPENED, json.dumps(opened)))

    async def _recall(self) -> None:
        """Those who looked before the bot was started."""
        if self._is_recalled:
            return
        kept = await self._store.read(lambda tables: tables.meta.value(OPENED))
        for user_id, opened_at in json.loads(kept or "{}").items():
            moment = datetime.fromisoformat(opened_at)
            self._shown.setdefault(user_id, _Shown(moment, moment, None))
        self._is_recalled = True

    async def refresh(self) -> None:
        """Renew the Home of everybody who looked lately and would see something else now.

        Slack takes a limited number of them a minute; whose is the oldest comes first.
        """
        await self._recall()
        now = self._clock.now()
        for user_id, shown in sorted(self._shown.items(), key=lambda one: one[1].published_at):
            if self._budget.wait(urgent=False):
                return
            if now - shown.opened_at > WATCHED_FOR:
                del self._shown[user_id]
            elif now - shown.published_at >= NOT_OFTENER_THAN:
                await self._renew(user_id, shown, now)

    async def _renew(self, user_id: str, shown: _Shown, now: datetime) -> None:
        try:
            await self._gate.look_up(user_id)
        except RefusedError:
            del self._shown[user_id]
            return
        except DirectoryUnavailableError:
            shown.published_at = now  # it is asked again as late as after a renewal
            return
        sight = await self._sight(user_id)
        if shown.content is None or _news(sight) != _news(shown.content):
            shown.published_at = now
            if await self._is_taken(user_id, blocks.home(sight, now)):
                shown.content = sight

    async def _is_taken(self, user_id: str, view: View) -> bool:
        """Show somebody their Home; where Slack does not take it now, the next renewal will do."""
        self._budget.spend()
        try:
            await called(self._client.views_publish, user_id=user_id, view=view)
        except SlackSilentError as error:
            log.warning("Home was not taken", extra={"why": str(error)})
            self._budget.pause(error.retry_after_s)
            return False
        except SlackApiError as error:
            log.warning("Home was not taken", extra={"why": code_of(error)})
            return False
        return True

    async def _sight(self, user_id: str) -> Sight:
        pending = await self._approvals.pending()
        mine = [request for request in await self._approvals.of(user_id) if request.is_open]
        return Sight(
            accounts=await self._inventory.overview(),
            groups=await self._alerts.groups(),
            untold=await self._alerts.untold(),
            mine=mine,
            waiting=[request for request in pending if request.requested_by != user_id],
            starters=self._starters,
        )


def _starters(fleet: Fleet) -> Iterator[str]:
    """The buttons that lead somewhere: what no account can do is not offered."""
    for action_id in (*blocks.LOOKING, *blocks.ASKING):
        if action_id not in NEEDS or fleet.able(NEEDS[action_id]):
            yield action_id


def _news(sight: Sight) -> View:
    """What is seen of it, the age of the data aside: that alone is no news."""
    accounts = [replace(one, swept_at=None) for one in sight.accounts]
    return blocks.home(sight._replace(accounts=accounts), _ANY_TIME)


_ANY_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)
