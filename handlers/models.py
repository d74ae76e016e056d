"""Look after station models: list, show, archive, rename."""

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.approvals.request import Request
from bot.approvals.service import Approvals
from bot.clock import Clock
from bot.inventory import Inventory
from bot.operations.archive_station_model import ArchiveStationModel
from bot.operations.rename_station_model import RenameStationModel
from handlers import ids, payloads, text
from handlers.abilities import able
from handlers.blocks import kit, lists
from handlers.blocks import station_model as blocks
from handlers.blocks.forms import Filled
from handlers.blocks.kit import Element, Message, View
from handlers.blocks.lists import Query
from handlers.clicks import answer_clicks
from handlers.conversation import Asked
from handlers.errors import NothingCalledSoError, RefusedError
from handlers.gate import Gate
from handlers.listeners import Listeners
from handlers.payloads import Payload
from handlers.submissions import Submissions, Submitted, at_fields, trouble
from handlers.text import Order
from handlers.work import Work
from vendors.fleet import Fleet
from vendors.models import Ref, StationModel
from vendors.ports import ArchivesStationModels, RenamesStationModels

MODELS = "station_models"
WHICH = "Say which station model: a name, an id, or `ACCOUNT/ID`. `/model list` shows all."
ARCHIVED_ALREADY = "{name} is archived already."
SEVERAL = "Several station models are called {name}. Which one do you mean?"
ALMOST = "No station model is called exactly {name}. Is it one of these?"
NONE = "I find no station model called {name}. `/model list` shows all."


class ModelHandlers:
    """Slack's side of station models."""

    def __init__(
        self,
        inventory: Inventory,
        fleet: Fleet,
        approvals: Approvals,
        submissions: Submissions,
        gate: Gate,
        work: Work,
        clock: Clock,
    ) -> None:
        self._inventory = inventory
        self._fleet = fleet
        self._approvals = approvals
        self._submissions = submissions
        self._gate = gate
        self._work = work
        self._clock = clock

    def register(self, app: Listeners) -> None:
        """Attach the listeners."""
        clicks = {
            ids.MODEL_SHOW: self.show_clicked,
            ids.MODEL_ARCHIVE: self.open_archive,
            ids.MODEL_RENAME: self.open_rename,
            ids.START_MODELS: self._begin,
        }
        answer_clicks(app, self._work, clicks)
        app.view(ids.ARCHIVE_FORM)(self.submit_archive)
        app.view(ids.RENAME_FORM)(self.submit_rename)

    # Reading

    async def list_models(self, asked: Asked, order: Order) -> Message:
        """`/model list`."""
        words = [word for word in order.words if word.lower() != "archived"]
        filters = dict(order.filters)
        if len(words) < len(order.words):
            filters["archived"] = "yes"
        if words:
            filters["model"] = " ".join(words)
        return await self.list_page(Query(MODELS, filters), asked.user_id)

    async def _begin(self, asked: Asked, _value: str) -> None:
        await self._gate.look_up(asked.user_id)
        await asked.say(await self.list_models(asked, Order("list")))

    async def list_page(self, query: Query, _user_id: str) -> Message:
        """One page of station models by name."""
        page = await self._inventory.station_models(
            account=query.filters.get("account"),
            archived="archived" in query.filters,
            make=query.filters.get("vendor", ""),
            name=query.filters.get("model", ""),
            offset=query.offset,
            limit=lists.SIZE,
        )
        listed_at = await self._inventory.listed_at({model.account for model in page.items})
        return blocks.listed(query, page.items, page.total, lists.age(listed_at, self._clock.now()))

    async def show(self, _asked: Asked, order: Order) -> Message:
        """`/model show ID`."""
        return await self._card((await self._meant(order.text, ids.MODEL_SHOW)).ref)

    async def _card(self, ref: Ref) -> Message:
        model = await self._fresh(ref)
        chargers = await self._inventory.chargers_of_model(model.make, model.name)
        return blocks.card(model, chargers, self._offers(model))

    async def _fresh(self, ref: Ref) -> StationModel:
        model = await self._inventory.station_model(ref)
        if model is None:
            raise RefusedError(f"Nobody has this station model any more. {WHICH}")
        return model

    async def _meant(self, typed: str, then: str) -> StationModel:
        """The one that a person names; asks where several are called so, as for chargers."""
        if not (wanted := text.cleaned(typed)):
            raise RefusedError(WHICH)
        candidates = await self._inventory.resolve_model(wanted)
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            sentence = SEVERAL
        else:
            near = await self._inventory.station_models(text=wanted, limit=lists.SIZE)
            candidates, sentence = near.items, ALMOST
        if not candidates:
            raise NothingCalledSoError(NONE.format(name=kit.code(wanted)))
        choices = [blocks.line(one, then) for one in candidates[: lists.SIZE]]
        raise RefusedError(sentence.format(name=kit.code(wanted)), choices)

    def _offers(self, model: StationModel) -> list[Element]:
        client, value = self._fleet.client(model.account), str(model.ref)
        offers = []
        if isinstance(client, RenamesStationModels):
            offers.append(kit.button("Rename…", ids.MODEL_RENAME, value))
        if isinstance(client, ArchivesStationModels) and not model.is_archived:
            offers.append(kit.button("Archive…", ids.MODEL_ARCHIVE, value, style="danger"))
        return offers

    async def show_clicked(self, asked: Asked, value: str) -> None:
        """The card, from a list."""
        await self._gate.look_up(asked.user_id)
        await asked.say(await self._card(Ref.parse(value)))

    # Forms

    async def archive(self, asked: Asked, order: Order) -> Message | None:
        """`/model archive ID`."""
        await self._gate.ask(asked.user_id)
        model = await self._meant(order.text, ids.MODEL_ARCHIVE)
        await self.open_archive(asked, str(model.ref))
        return None

    async def rename(self, asked: Asked, order: Order) -> Message | None:
        """`/model rename ID`."""
        await self._gate.ask(asked.user_id)
        model = await self._meant(order.text, ids.MODEL_RENAME)
        await self.open_rename(asked, str(model.ref))
        return None

    async def open_archive(self, asked: Asked, value: str) -> None:
        """The form that asks to archive."""
        await self._gate.ask(asked.user_id)
        ref = Ref.parse(value)
        able(self._fleet, ref.account, ArchivesStationModels)
        page = await asked.open_page(blocks.ARCHIVE)
        await page.fill(self._archive_form(ref, asked.channel))

    async def _archive_form(
        self, ref: Ref, channel: str | None, filled: Filled | None = None
    ) -> View:
        model = await self._fresh(ref)
        if model.is_archived:
            raise RefusedError(ARCHIVED_ALREADY.format(name=kit.inline(model.label)))
        chargers = await self._inventory.chargers_of_model(model.make, model.name)
        policy = self._approvals.policy(_archive(ref, model.label))
        return blocks.archive_form(model, chargers, policy, channel, filled)

    async def open_rename(self, asked: Asked, value: str) -> None:
        """The form with the friendly name."""
        await self._gate.ask(asked.user_id)
        ref = Ref.parse(value)
        able(self._fleet, ref.account, RenamesStationModels)
        page = await asked.open_page(blocks.RENAME)
        await page.fill(self._rename_form(ref, asked.channel))

    async def _rename_form(
        self, ref: Ref, channel: str | None, filled: Filled | None = None
    ) -> View:
        model = await self._fresh(ref)
        policy = self._approvals.policy(_rename(ref, model.label, "x"))
        return blocks.rename_form(model, policy, channel, filled)

    async def submit_archive(
        self, ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient
    ) -> None:
        """Ask for it."""
        kept, typed = payloads.kept(view), payloads.entered(view)
        ref = Ref.parse(kept["ref"])

        async def again(request: Request) -> View | None:
            filled = Filled(typed, trouble=trouble(request))
            if not filled.trouble or ids.REASON not in typed:
                return None
            return await self._archive_form(ref, kept.get("channel"), filled)

        form = Submitted(
            title=blocks.ARCHIVE,
            operation=_archive(ref, kept["label"]),
            reason=typed.get(ids.REASON, ""),
            again=again,
        )
        await self._submissions.take(ack, body, client, form)

    async def submit_rename(
        self, ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient
    ) -> None:
        """Ask for it."""
        kept, typed = payloads.kept(view), payloads.entered(view)
        ref = Ref.parse(kept["ref"])

        async def again(request: Request) -> View | None:
            filled = Filled(typed, complaints=at_fields(request), trouble=trouble(request))
            if not (filled.complaints or filled.trouble):
                return None
            return await self._rename_form(ref, kept.get("channel"), filled)

        form = Submitted(
            title=blocks.RENAME,
            operation=_rename(ref, kept["label"], typed[ids.FRIENDLY_NAME]),
            reason=typed.get(ids.REASON, ""),
            again=again,
        )
        await self._submissions.take(ack, body, client, form)


def _archive(ref: Ref, label: str) -> ArchiveStationModel:
    return ArchiveStationModel(account=ref.account, model_id=ref.id, label=label)


def _rename(ref: Ref, label: str, name: str) -> RenameStationModel:
    return RenameStationModel(account=ref.account, model_id=ref.id, label=label, friendly_name=name)
