"""Create a site, attach a charger to one, and change when a site charges."""

import re
from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from slack_bolt.async_app import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.approvals.request import Request
from bot.approvals.service import Approvals
from bot.operations.attach_charger import AttachCharger
from bot.operations.create_site import CreateSite
from bot.operations.update_smart_charging import UpdateSmartCharging
from handlers import ids, payloads, text
from handlers.abilities import able, first_able
from handlers.blocks import site_forms as blocks
from handlers.blocks.forms import Filled
from handlers.blocks.kit import Message, View
from handlers.clicks import answer_clicks, redraw
from handlers.conversation import Asked, asked_by_click
from handlers.gate import Gate
from handlers.listeners import Listeners
from handlers.payloads import Payload
from handlers.sites import SiteHandlers
from handlers.submissions import Submissions, Submitted, at_fields, refused, trouble
from handlers.text import Order
from handlers.work import Work
from vendors.fleet import Fleet
from vendors.models import NewSite, Ref, SmartCharging, SmartChargingMode
from vendors.ports import AttachesChargers, CreatesSites, ReadsSmartCharging, UpdatesSmartCharging

DRAFT: Final = NewSite(
    name="-", street="-", house_number=1, postal_code="-", city="-", country="NL"
)
"""Stands for any site where only the policy is asked for."""


class SiteOperationHandlers:
    """Slack's side of what changes sites."""

    def __init__(
        self,
        fleet: Fleet,
        approvals: Approvals,
        sites: SiteHandlers,
        submissions: Submissions,
        gate: Gate,
        work: Work,
    ) -> None:
        self._fleet = fleet
        self._approvals = approvals
        self._sites = sites
        self._submissions = submissions
        self._gate = gate
        self._work = work

    def register(self, app: Listeners) -> None:
        """Attach the listeners."""
        app.action(ids.SITE_ACCOUNT)(self.choose_account)
        app.action(ids.ATTACH_ACCOUNT)(self.choose_account)
        app.view(ids.SITE_FORM)(self.submit_site)
        app.view(ids.ATTACH_FORM)(self.submit_attach)
        app.view(ids.SMART_CHARGING_FORM)(self.submit_smart_charging)
        clicks = {
            ids.SITE_SMART_CHARGING: self.smart_charging_clicked,
            ids.START_ATTACH: self._begin_attach,
            ids.START_SITE: self._begin_site,
        }
        answer_clicks(app, self._work, clicks)

    async def _begin_attach(self, asked: Asked, _value: str) -> None:
        await self.attach(asked, Order("attach"))

    async def _begin_site(self, asked: Asked, _value: str) -> None:
        await self.create(asked, Order("create"))

    async def create(self, asked: Asked, order: Order) -> Message | None:
        """`/site create`."""
        await self._gate.ask(asked.user_id)
        account = first_able(self._fleet, CreatesSites, order.filters.get("account"))
        filled = Filled({"name": order.text} if order.text else {})
        await asked.open(self._create_form(account, filled, asked.channel))
        return None

    async def attach(self, asked: Asked, order: Order) -> Message | None:
        """`/charger attach`."""
        await self._gate.ask(asked.user_id)
        account = first_able(self._fleet, AttachesChargers, order.filters.get("account"))
        filled = Filled({ids.IDENTITY: text.cleaned(order.text)} if order.words else {})
        await asked.open(self._attach_form(account, filled, asked.channel))
        return None

    def _create_form(self, account: str, filled: Filled, channel: str | None) -> View:
        policy = self._approvals.policy(CreateSite(account=account, site=DRAFT))
        accounts = list(self._fleet.able(CreatesSites))
        return blocks.create_form(accounts, account, policy, filled, channel)

    def _attach_form(self, account: str, filled: Filled, channel: str | None) -> View:
        policy = self._approvals.policy(AttachCharger(account=account, site_id="-"))
        accounts = list(self._fleet.able(AttachesChargers))
        return blocks.attach_form(accounts, account, policy, filled, channel)

    async def choose_account(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        """The same form for another account."""
        await ack()
        view, account = body["view"], payloads.clicked(body)
        is_new_site = view["callback_id"] == ids.SITE_FORM
        make = self._create_form if is_new_site else self._attach_form
        form = make(account, Filled(payloads.entered(view)), payloads.kept(view).get("channel"))
        say = asked_by_click(body, client, respond).say
        self._work.start(redraw(self._gate, body, client, form), "another account", say=say)

    async def submit_site(
        self, ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient
    ) -> None:
        """Check what can be checked here, then ask for the site."""
        typed, kept = payloads.entered(view), payloads.kept(view)
        if wrong := _site_complaints(typed):
            await refused(ack, wrong)
            return

        async def again(request: Request) -> View | None:
            said = at_fields(request)
            why = None if said else trouble(request)
            filled = Filled(typed, complaints=said, trouble=why)
            form = self._create_form(kept["account"], filled, kept.get("channel"))
            return form if said or why else None

        facts: dict[str, Any] = {name: typed.get(name) for name, *_ in blocks.FIELDS}
        facts |= {"house_number": int(typed["house_number"]), "country": _country(typed)}
        site = NewSite(**facts)
        form = Submitted(
            title=blocks.CREATE,
            operation=CreateSite(account=kept["account"], site=site),
            reason=typed.get(ids.REASON, ""),
            again=again,
        )
        await self._submissions.take(ack, body, client, form)

    async def submit_attach(
        self, ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient
    ) -> None:
        """Ask for it; the pincode goes along in memory and nowhere else."""
        typed, kept = payloads.entered(view), payloads.kept(view)
        identity = text.pasted(typed.get(ids.IDENTITY))
        serial_number = text.pasted(typed.get(ids.SERIAL_NUMBER))
        if not (identity or serial_number):
            await refused(ack, {ids.IDENTITY: "Give the identity or the serial number."})
            return

        async def again(request: Request) -> View | None:
            chosen, said = payloads.chosen_options(view), at_fields(request)
            why = None if said else trouble(request)
            filled = Filled(typed, chosen, complaints=said, trouble=why)
            form = self._attach_form(kept["account"], filled, kept.get("channel"))
            return form if said or why else None

        pincode = typed.get(ids.PINCODE)
        form = Submitted(
            title=blocks.ATTACH,
            operation=AttachCharger(
                account=kept["account"],
                site_id=typed[ids.SITE],
                site_name=payloads.chosen_options(view)[ids.SITE]["text"]["text"],
                identity=identity,
                serial_number=serial_number,
            ),
            reason=typed.get(ids.REASON, ""),
            pincode=SecretStr(pincode) if pincode else None,
            again=again,
        )
        await self._submissions.take(ack, body, client, form)

    # Smart charging

    async def smart_charging(self, asked: Asked, order: Order) -> Message | None:
        """`/site smart-charging ID`."""
        await self._gate.ask(asked.user_id)
        ref = await self._sites.ref_of(order.text, ids.SITE_SMART_CHARGING)
        await self.smart_charging_clicked(asked, str(ref))
        return None

    async def smart_charging_clicked(self, asked: Asked, value: str) -> None:
        """The settings as the vendor has them now, to be changed."""
        await self._gate.ask(asked.user_id)
        ref = Ref.parse(value)
        able(self._fleet, ref.account, UpdatesSmartCharging)
        page = await asked.open_page(blocks.SMART_CHARGING)
        await page.fill(self._smart_charging_form(ref, asked.channel))

    async def _smart_charging_form(
        self, ref: Ref, channel: str | None, filled: Filled | None = None
    ) -> View:
        site = await self._sites.fresh(ref)
        if filled is None:
            client = able(self._fleet, ref.account, ReadsSmartCharging)
            settings = await client.smart_charging(ref.id)
        else:
            settings = _settings(filled.entered)
        policy = self._approvals.policy(_smart_charging(ref, site.name, settings))
        return blocks.smart_charging_form(site, settings, policy, channel, filled)

    async def submit_smart_charging(
        self, ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient
    ) -> None:
        """Check the rules between the fields, then ask for the change."""
        typed, kept = payloads.entered(view), payloads.kept(view)
        if wrong := _smart_charging_complaints(typed):
            await refused(ack, wrong)
            return
        ref = Ref.parse(kept["ref"])

        async def again(request: Request) -> View | None:
            filled = Filled(typed, trouble=trouble(request))
            if not filled.trouble:
                return None
            return await self._smart_charging_form(ref, kept.get("channel"), filled)

        form = Submitted(
            title=blocks.SMART_CHARGING,
            operation=_smart_charging(ref, kept["name"], _settings(typed)),
            reason=typed.get(ids.REASON, ""),
            again=again,
        )
        await self._submissions.take(ack, body, client, form)


def _site_complaints(typed: Mapping[str, str]) -> dict[str, str]:
    wrong = {}
    if (text.whole_number(typed.get("house_number", "")) or 0) < 1:
        wrong["house_number"] = "A whole number; letters go into the addition."
    if not re.fullmatch("[A-Z]{2}", _country(typed)):
        wrong["country"] = blocks.COUNTRY_HINT
    return wrong


def _country(typed: Mapping[str, str]) -> str:
    return typed.get("country", "").upper()


def _smart_charging_complaints(typed: Mapping[str, str]) -> dict[str, str]:
    """Plugchoice docs, update smart charging: which field is needed when."""
    wrong = {}
    if not _is_timezone(typed.get(ids.TIMEZONE, "")):
        wrong[ids.TIMEZONE] = "I know no such time zone; write Europe/Amsterdam, for example."
    if typed[ids.MODE] == SmartChargingMode.OFF_PEAK:
        for name in (ids.OFF_PEAK_START, ids.OFF_PEAK_END):
            if name not in typed:
                wrong[name] = "Needed for off-peak hours."
    threshold = typed.get(ids.THRESHOLD)
    if threshold and text.whole_number(threshold) is None:
        wrong[ids.THRESHOLD] = "A whole number."
    elif _is_manual(typed) and not threshold:
        wrong[ids.THRESHOLD] = "Needed where the strategy is manual."
    return wrong


def _is_manual(typed: Mapping[str, str]) -> bool:
    prices = typed[ids.MODE] == SmartChargingMode.DAY_AHEAD_PRICING
    return prices and typed.get(ids.STRATEGY) == "manual"


def _is_timezone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return False
    return True


def _settings(typed: Mapping[str, str]) -> SmartCharging:
    threshold = typed.get(ids.THRESHOLD)
    return SmartCharging(
        mode=SmartChargingMode(typed[ids.MODE]),
        timezone=typed[ids.TIMEZONE],
        strategy=typed.get(ids.STRATEGY),
        threshold=int(threshold) if threshold else None,
        off_peak_start=typed.get(ids.OFF_PEAK_START),
        off_peak_end=typed.get(ids.OFF_PEAK_END),
    )


def _smart_charging(ref: Ref, name: str, settings: SmartCharging) -> UpdateSmartCharging:
    return UpdateSmartCharging(
        account=ref.account, site_id=ref.id, site_name=name, settings=settings
    )
