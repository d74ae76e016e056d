"""Which builder makes the text of which message: the record is read anew each time."""

from collections.abc import Awaitable, Callable, Mapping

from bot import auditor, topics
from bot.alerts.reports import Reports
from bot.alerts.service import Alerts
from bot.approvals.request import Request
from bot.approvals.service import Approvals
from bot.inventory import Inventory
from bot.message import Message
from bot.outbox import RefusedError
from handlers.blocks import alerts as alert_blocks
from handlers.blocks import approvals as approval_blocks
from handlers.blocks import kit, notices
from handlers.blocks import reports as report_blocks

NO_RECORD = "no_record"
"""Why a message is refused that nothing is kept about any more."""


class Rendering:
    """Implements `handlers.notifier.Renderer`."""

    def __init__(
        self,
        alerts: Alerts,
        approvals: Approvals,
        inventory: Inventory,
        reports: Reports,
    ) -> None:
        self._alerts = alerts
        self._reports = reports
        self._approvals = approvals
        self._inventory = inventory
        self._by_topic: Mapping[str, Callable[[Message], Awaitable[kit.Message]]] = {
            topics.ALERT_GROUP: self._alert_group,
            topics.ALERT_LINE: self._alert_line,
            topics.BASELINE: self._baseline,
            topics.REQUEST_CARD: self._request_card,
            topics.REQUEST_LINE: self._request_line,
            topics.REQUEST_OUTCOME: self._request_outcome,
            topics.SILENCE_WARNING: self._silence_warning,
            topics.DIGEST: self._digest,
            topics.FIRST_CONNECTION: self._first_connection,
            topics.TROUBLE: self._trouble,
        }

    async def render(self, message: Message) -> kit.Message:
        """As the record is now; raises `RefusedError` where there is none."""
        if message.topic not in self._by_topic:
            raise RefusedError(f"unknown_topic_{message.topic}")
        shown = await self._by_topic[message.topic](message)
        if message.may_be_repeat:
            return notices.marked_as_repeat(shown)
        return shown

    async def _alert_group(self, message: Message) -> kit.Message:
        record = await self._alerts.group(message.subject)
        if record is None:
            raise RefusedError(NO_RECORD)
        return alert_blocks.group(record)

    async def _alert_line(self, message: Message) -> kit.Message:
        record = await self._alerts.line(int(message.subject))
        if record is None:
            raise RefusedError(NO_RECORD)
        return alert_blocks.line(record)

    async def _baseline(self, message: Message) -> kit.Message:
        return alert_blocks.baseline(await self._alerts.baseline(message.subject))

    async def _request(self, message: Message) -> Request:
        request = await self._approvals.request(int(message.subject))
        if request is None:
            raise RefusedError(NO_RECORD)
        return request

    async def _request_card(self, message: Message) -> kit.Message:
        request = await self._request(message)
        return approval_blocks.card(request, await self._approvals.progress(request))

    async def _request_line(self, message: Message) -> kit.Message:
        request = await self._request(message)
        return approval_blocks.line(request, str(message.details.get("what", "")))

    async def _request_outcome(self, message: Message) -> kit.Message:
        request = await self._request(message)
        if message.details.get("what") == "pincode":
            return approval_blocks.pincode_wanted(request)
        return approval_blocks.outcome(request)

    async def _silence_warning(self, message: Message) -> kit.Message:
        silence = await self._alerts.silence_by_id(int(message.subject))
        if silence is None:
            raise RefusedError(NO_RECORD)
        return notices.silence_warning(silence)

    async def _digest(self, _message: Message) -> kit.Message:
        return report_blocks.digest(await self._reports.digest())

    async def _first_connection(self, message: Message) -> kit.Message:
        watch = await self._alerts.watch_by_id(int(message.subject))
        if watch is None:
            raise RefusedError(NO_RECORD)
        known = await self._inventory.known(watch.ref)
        return notices.first_connection(watch, known)

    async def _trouble(self, message: Message) -> kit.Message:
        if message.subject == auditor.SUBJECT:
            return notices.broken_invariant(message.details)
        return notices.trouble(message.subject, message.details)
