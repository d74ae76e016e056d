"""Look after station models: list, show, archive, rename."""

from collections.abc import Callable

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.approvals.service import Approvals
from bot.inventory import Inventory
from bot.operations.archive_station_model import ArchiveStationModel
from bot.operations.rename_station_model import RenameStationModel
from handlers import ids, payloads, text
from handlers.blocks import kit, lists
from handlers.blocks import station_model as blocks
from handlers.blocks.kit import Element, Message
from handlers.blocks.lists import Query
from handlers.clicks import answer_clicks
from handlers.conversation import Asked
from handlers.errors import RefusedError
from handlers.gate import Gate
from handlers.payloads import Payload
from handlers.submissions import Submissions, Submitted
from handlers.text import Order
from handlers.work import Work
from vendors.fleet import Fleet
from vendors.models import Ref, StationModel
from vendors.ports import ArchivesStationModels, RenamesStationModels

MODELS = "station_models"
WHICH = "Say which station model: a name, an id, or `ACCOUNT/ID`. `/model list` shows all."
ARCHIVED_ALREADY = "{name} is archived already."
CANNOT = "{account} offers no way to do this."


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
    ) -> None:
        self._inventory = inventory
        self._fleet = fleet
        self._approvals = approvals
        self._submissions = submissions
        self._gate = gate
        self._work = work

    def register(self, app: AsyncApp) -> None:
        """Attach the listeners."""
        clicks = {
            ids.MODEL_SHOW: self.show_clicked,
            ids.MODEL_ARCHIVE: self.open_archive,
            ids.MODEL_RENAME: self.open_rename,
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
        return blocks.listed(query, page.items, page.total)

    async def show(self, _asked: Asked, order: Order) -> Message:
        """`/model show ID`."""
        return await self._card((await self._meant(order.text)).ref)

    async def _card(self, ref: Ref) -> Message:
        model = await self._fresh(ref)
        chargers = await self._inventory.chargers_of_model(model.make, model.name)
        return blocks.card(model, chargers, self._offers(model))

    async def _fresh(self, ref: Ref) -> StationModel:
        model = await self._inventory.station_model(ref)
        if model is None:
            raise RefusedError(f"Nobody has this station model any more. {WHICH}")
        return model

    async def _meant(self, typed: str) -> StationModel:
        if not (wanted := text.cleaned(typed)):
            raise RefusedError(WHICH)
        candidates = await self._inventory.resolve_model(wanted)
        if not candidates:
            raise RefusedError(f"I find no station model called {kit.code(wanted)}. {WHICH}")
        if len(candidates) > 1:
            names = ", ".join(kit.code(str(one.ref)) for one in candidates[:10])
            raise RefusedError(f"Several station models are called so. Say which one: {names}")
        return candidates[0]

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
        model = await self._meant(order.text)
        await self.open_archive(asked, str(model.ref))
        return None

    async def rename(self, asked: Asked, order: Order) -> Message | None:
        """`/model rename ID`."""
        model = await self._meant(order.text)
        await self.open_rename(asked, str(model.ref))
        return None

    async def open_archive(self, asked: Asked, value: str) -> None:
        """The form that asks to archive."""
        ref = Ref.parse(value)
        model = await self._askable(asked, ref, ArchivesStationModels)
        if model.is_archived:
            raise RefusedError(ARCHIVED_ALREADY.format(name=kit.inline(model.label)))
        chargers = await self._inventory.chargers_of_model(model.make, model.name)
        policy = self._approvals.policy(_archive(ref, model.label))
        await asked.open(blocks.archive_form(model, chargers, policy, asked.channel))

    async def open_rename(self, asked: Asked, value: str) -> None:
        """The form with the friendly name."""
        ref = Ref.parse(value)
        model = await self._askable(asked, ref, RenamesStationModels)
        policy = self._approvals.policy(_rename(ref, model.label, "x"))
        await asked.open(blocks.rename_form(model, policy, asked.channel))

    async def _askable(
        self, asked: Asked, ref: Ref, capability: Callable[..., object]
    ) -> StationModel:
        await self._gate.ask(asked.user_id)
        if ref.account not in self._fleet.able(capability):
            raise RefusedError(CANNOT.format(account=kit.inline(ref.account)))
        return await self._fresh(ref)

    async def submit_archive(
        self, ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient
    ) -> None:
        """Ask for it."""
        kept = payloads.kept(view)
        form = Submitted(
            title=blocks.ARCHIVE,
            operation=_archive(Ref.parse(kept["ref"]), kept["label"]),
            reason=payloads.entered(view).get(ids.REASON, ""),
        )
        await self._submissions.take(ack, body, client, form)

    async def submit_rename(
        self, ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient
    ) -> None:
        """Ask for it."""
        kept, typed = payloads.kept(view), payloads.entered(view)
        form = Submitted(
            title=blocks.RENAME,
            operation=_rename(Ref.parse(kept["ref"]), kept["label"], typed[ids.FRIENDLY_NAME]),
            reason=typed.get(ids.REASON, ""),
        )
        await self._submissions.take(ack, body, client, form)


def _archive(ref: Ref, label: str) -> ArchiveStationModel:
    return ArchiveStationModel(account=ref.account, model_id=ref.id, label=label)


def _rename(ref: Ref, label: str, name: str) -> RenameStationModel:
    return RenameStationModel(account=ref.account, model_id=ref.id, label=label, friendly_name=name)
