"""Alerts: the buttons of a message, and what is wrong, why, and who is told."""

import re
from collections.abc import Mapping
from typing import Final

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts.model import Alert
from bot.alerts.records import GroupRecord
from bot.alerts.reports import Report, Reports, outages_csv
from bot.alerts.service import Alerts, Answer
from bot.clock import Clock
from handlers import ids, payloads, text
from handlers.audience import everybody_called
from handlers.blocks import alerts as blocks
from handlers.blocks import kit, lists
from handlers.blocks import reports as report_blocks
from handlers.blocks.kit import Message
from handlers.blocks.lists import Query
from handlers.clicks import answer_clicks
from handlers.conversation import Asked, asked_by_click
from handlers.errors import RefusedError
from handlers.find import FindHandlers
from handlers.gate import Gate
from handlers.listeners import Listeners
from handlers.payloads import Payload
from handlers.slack_codes import called
from handlers.text import Order
from handlers.work import Work
from vendors.models import Ref

FIRING: Final = "alerts_firing"
USUAL_DAYS: Final = 7
MOST_DAYS: Final = 400
"""As long as history is kept."""
PICTURE_SENT: Final = (
    "The picture, availability per site and day, and a table of each outage with what proves it"
    " are in your direct messages."
)
NO_SUCH_ALERT: Final = "I no longer keep this alert. `/alerts list` shows what is firing now."


class AlertHandlers:
    """Slack's side of alerts."""

    def __init__(
        self,
        alerts: Alerts,
        reports: Reports,
        chargers: FindHandlers,
        gate: Gate,
        work: Work,
        clock: Clock,
    ) -> None:
        self._alerts = alerts
        self._reports = reports
        self._chargers = chargers
        self._gate = gate
        self._work = work
        self._clock = clock

    def register(self, app: Listeners) -> None:
        """Attach the listeners."""
        app.action(ids.ACKNOWLEDGE)(self.acknowledge)
        app.action(ids.UNACKNOWLEDGE)(self.unacknowledge)
        clicks = {
            ids.ALERT_DETAILS: self.details,
            ids.ALERT_WHY: self.why_of_group,
            ids.CHARGER_WHY: self.why_of_charger,
            ids.START_REPORT: self._begin_report,
        }
        answer_clicks(app, self._work, clicks)

    # Buttons that change

    async def acknowledge(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        """I have it."""
        await self._click(ack, body, asked_by_click(body, client, respond), acknowledges=True)

    async def unacknowledge(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        """Nobody has it any more."""
        await self._click(ack, body, asked_by_click(body, client, respond), acknowledges=False)

    async def _click(
        self, ack: AsyncAck, body: Payload, asked: Asked, *, acknowledges: bool
    ) -> None:
        group_id = payloads.clicked(body)

        async def decide() -> Answer:
            await self._gate.tend_alerts(
                asked.user_id, tuple((await self._group(group_id)).audience)
            )
            change = self._alerts.acknowledge if acknowledges else self._alerts.unacknowledge
            return await change(group_id, by=asked.user_id)

        async def tell(answer: Answer) -> None:
            await asked.say(blocks.answer(answer, acknowledges=acknowledges))

        await self._work.decide(decide(), tell, "click on an alert", say=asked.say)
        await ack()

    async def _group(self, group_id: str) -> GroupRecord:
        record = await self._alerts.group(group_id)
        if record is None:
            raise RefusedError(NO_SUCH_ALERT)
        return record

    # Buttons and commands that read

    async def details(self, asked: Asked, group_id: str) -> None:
        """Everything about a group, in a page of its own."""
        record = await self._readable(asked, group_id)
        await asked.open(blocks.details(record, self._clock.now()))

    async def _readable(self, asked: Asked, group_id: str) -> GroupRecord:
        """A group, for support and for whom its route may call."""
        record = await self._group(group_id)
        await self._gate.tend_alerts(asked.user_id, tuple(record.audience))
        return record

    async def why_of_group(self, asked: Asked, group_id: str) -> None:
        """Why it was told: of each charger in it."""
        record = await self._readable(asked, group_id)
        refs = {member.alert.subject.ref for member in record.members}
        known = [ref for ref in refs if ref is not None]
        if not known:
            await asked.say(blocks.why_of_account(record))
        for ref in known[:3]:
            await asked.say(await self._why(ref))

    async def why_of_charger(self, asked: Asked, value: str) -> None:
        """Why a charger alerts, or not; from its card."""
        await self._gate.look_up(asked.user_id)
        await asked.say(await self._why(Ref.parse(value)))

    async def why(self, _asked: Asked, order: Order) -> Message:
        """`/alerts why CHARGER`."""
        typed = order.filters.get("charger") or order.text
        known = await self._chargers.meant(typed, ids.CHARGER_WHY)
        return await self._why(known.ref)

    async def _why(self, ref: Ref) -> Message:
        return blocks.why(await self._alerts.why(ref), self._clock.now())

    async def list_firing(self, asked: Asked, order: Order) -> Message:
        """`/alerts list`."""
        return await self.firing_page(Query(FIRING, order.filters), asked.user_id)

    async def firing_page(self, query: Query, _user_id: str) -> Message:
        """One page of what fires, the worst first."""
        wanted = [one for one in await self._alerts.firing() if _is_wanted(one, query.filters)]
        firing = sorted(wanted, key=lambda one: (one.severity.rank, one.since))
        where = lists.narrowed(query.filters)
        if not firing:
            return kit.message(f"{blocks.ALL_WELL.rstrip('.')}{where}.")
        shown = firing[query.offset : query.offset + lists.SIZE]
        entries = [blocks.entry(alert) for alert in shown]
        title = f"{kit.counted(len(firing), 'alert')} firing{where}"
        return lists.page(query, title, entries, total=len(firing))

    async def rules(self, _asked: Asked, _order: Order) -> Message:
        """`/alerts rules`."""
        return blocks.rules(self._alerts.rules, self._alerts.routes)

    async def report(self, asked: Asked, order: Order) -> Message:
        """`/alerts report [7d|30d]`."""
        typed = re.sub(r" ?d(ays?)?$", "", text.cleaned(order.text).lower())
        days = text.whole_number(typed) if typed else USUAL_DAYS
        if days is None or not 1 <= days <= MOST_DAYS:
            raise RefusedError(f"Say for how many days, from 1d to {MOST_DAYS}d.")
        found = await self._reports.report(days)
        if found.sites:
            self._work.start(self._send_picture(asked, found), "picture of a report", say=asked.say)
        return report_blocks.report(found)

    async def _begin_report(self, asked: Asked, _value: str) -> None:
        await self._gate.look_up(asked.user_id)
        await asked.say(await self.report(asked, Order("report")))

    async def _send_picture(self, asked: Asked, found: Report) -> None:
        """Availability per site and day, and each outage, to the direct messages of who asked."""
        picture = {
            "content": await self._reports.picture(found),
            "filename": "availability.png",
            "title": report_blocks.headline(found),
            "alt_txt": report_blocks.spoken(found),
        }
        table = {
            "content": outages_csv(found),
            "filename": "outages.csv",
            "title": "Each outage that was counted, and what proves it",
        }
        opened = await called(asked.client.conversations_open, users=asked.user_id)
        await called(
            asked.client.files_upload_v2,
            channel=opened["channel"]["id"],
            file_uploads=[picture, table],
        )
        await asked.say(kit.message(PICTURE_SENT))

    async def test(self, asked: Asked, _order: Order) -> Message:
        """`/alerts test`."""
        await self._gate.tend_alerts(asked.user_id, everybody_called(self._alerts))
        record = await self._alerts.test(by=asked.user_id)
        return kit.message(blocks.TEST_SENT.format(channel=f"<#{record.group.channel}>"))


def _is_wanted(alert: Alert, filters: Mapping[str, str]) -> bool:
    """Whether it is one of those that a list was narrowed to; names by a part of them."""
    about = alert.subject
    facts = {
        "account": about.account,
        "site": about.site_name,
        "charger": about.charger or about.charger_id,
        "condition": alert.condition,
        "severity": alert.severity,
    }
    return all(
        said.casefold() in (facts[name] or "").casefold()
        for name, said in filters.items()
        if name in facts
    )
