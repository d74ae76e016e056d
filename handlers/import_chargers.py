"""Import many chargers: paste or upload, look at each row, ask, and get the results as a file."""

import codecs
from typing import Final

import aiohttp
from slack_bolt.async_app import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.approvals.service import Approvals
from bot.inventory import Inventory
from bot.operations.drafts import ImportDrafts
from bot.operations.import_chargers import ImportChargers
from bot.operations.new_charger import NAMES
from bot.operations.sheets import Names, columns, read_sheet
from handlers import ids, payloads
from handlers.blocks import forms, kit
from handlers.blocks import import_form as blocks
from handlers.blocks.kit import Message, View
from handlers.clicks import answer_clicks, redraw
from handlers.conversation import Asked, asked_by_click
from handlers.errors import RefusedError
from handlers.files import send_file
from handlers.gate import Gate
from handlers.listeners import Listeners
from handlers.pages import CLOSED, Page
from handlers.payloads import Payload
from handlers.slack_codes import called, code_of
from handlers.submissions import Submissions, Submitted, refused
from handlers.text import Order
from handlers.work import Work
from vendors.fleet import Fleet
from vendors.models import NewCharger, Registration
from vendors.ports import RegistersChargers

NOBODY_CAN: Final = "None of the accounts can register chargers."
FORGOTTEN: Final = "That was too long ago. Please paste or upload the rows again."
UNREADABLE: Final = "I cannot read this file. Save it as CSV with UTF-8 text."
NOT_GIVEN: Final = (
    "Slack does not give me this file just now. Try again in a minute, or paste the rows."
)
ASKED: Final = [kit.section("These rows have been asked for. `/charger import` begins anew.")]
NOT_AN_IMPORT: Final = "This request is no import."
LARGEST_FILE: Final = 1_000_000
DOWNLOAD_TIMEOUT_S: Final = 15.0
UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""How a spreadsheet's "Unicode text" begins."""
OK: Final = 200


class ImportHandlers:
    """Slack's side of `import_chargers`."""

    def __init__(
        self,
        *,
        fleet: Fleet,
        inventory: Inventory,
        approvals: Approvals,
        drafts: ImportDrafts,
        submissions: Submissions,
        gate: Gate,
        work: Work,
    ) -> None:
        self._able = fleet.able(RegistersChargers)
        self._inventory = inventory
        self._approvals = approvals
        self._drafts = drafts
        self._submissions = submissions
        self._gate = gate
        self._work = work

    def register(self, app: Listeners) -> None:
        """Attach the listeners."""
        clicks = {ids.START_IMPORT: self.begin, ids.IMPORT_RESULTS: self.send_results}
        answer_clicks(app, self._work, clicks)
        app.action(ids.IMPORT_ACCOUNT)(self.choose_account)
        app.view(ids.IMPORT_FORM)(self.look)
        app.view(ids.IMPORT_PREVIEW)(self.submit)

    async def open(self, asked: Asked, _order: Order) -> Message | None:
        """`/charger import`."""
        await self.begin(asked, "")
        return None

    async def begin(self, asked: Asked, _value: str) -> None:
        """The form, from a command or a button."""
        await self._gate.ask(asked.user_id)
        if not self._able:
            raise RefusedError(NOBODY_CAN)
        await asked.open(self._form(next(iter(self._able)), channel=asked.channel))

    def _form(self, account: str, rows: str | None = None, channel: str | None = None) -> View:
        named = [NAMES[field] for field in columns(self._wanted(account))]
        return blocks.form(list(self._able), account, named, rows=rows, channel=channel)

    def _wanted(self, account: str) -> Registration:
        return self._able[account].registration

    async def choose_account(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        """The columns that another account's vendor wants."""
        await ack()
        view = body["view"]
        form = self._form(
            payloads.clicked(body),
            payloads.entered(view).get(ids.ROWS),
            payloads.kept(view).get("channel"),
        )
        say = asked_by_click(body, client, respond).say
        self._work.start(redraw(self._gate, body, client, form), "import form", say=say)

    # Looking at the rows

    async def look(
        self, ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient
    ) -> None:
        """Read the rows and show what each would do; nothing runs yet."""
        await self._gate.ask(payloads.user_id(body))
        typed, file = payloads.entered(view).get(ids.ROWS), payloads.uploaded(view, ids.FILE)
        if bool(typed) is bool(file):
            await refused(ack, {ids.ROWS: blocks.BOTH_GIVEN if typed else blocks.NOTHING_GIVEN})
            return
        page = Page(client, blocks.TITLE)
        await ack(response_action="push", view=page.loading)  # going back finds the rows again
        preview = self._preview(typed, file, body, client)
        self._work.start(page.fill(preview), "import preview", say=page.say)

    async def _preview(
        self, typed: str | None, file: Payload | None, body: Payload, client: AsyncWebClient
    ) -> View:
        kept, draft = payloads.kept(body["view"]), payloads.delivery_key(body)
        account, text = kept["account"], typed or await _downloaded(file or {}, client)
        sheet = read_sheet(text, self._wanted(account), await self._names(account))
        sheet = sheet.without(await self._inventory.registered(account, sheet.names))
        operation = ImportChargers(
            account=account,
            rows=sheet.good or (NewCharger(),),
            site_names=sheet.site_names or None,
        )
        if sheet.good:
            await self._drafts.keep(draft, operation)
        policy, channel = self._approvals.policy(operation), kept.get("channel")
        return blocks.preview(account, sheet, policy, draft=draft, channel=channel)

    async def _names(self, account: str) -> Names:
        """So that rows may name sites and station models as people do."""
        sites = await self._inventory.sites(account=account, limit=10_000)
        models = await self._inventory.station_models(account=account, limit=10_000)
        return Names.of(
            sites=((site.id, site.name) for site in sites),
            station_models=((model.id, model.label) for model in models.items),
        )

    async def submit(
        self, ack: AsyncAck, body: Payload, view: Payload, client: AsyncWebClient
    ) -> None:
        """Ask for the import of the rows that were looked at."""
        kept = payloads.kept(view)
        operation = await self._drafts.kept(kept["draft"])
        if operation is None:
            raise RefusedError(FORGOTTEN)
        form = Submitted(
            title=blocks.TITLE,
            operation=operation,
            reason=payloads.entered(view).get(ids.REASON, ""),
        )
        await self._submissions.take(ack, body, client, form)
        self._work.start(_put_away(view, client), "import form", say=ignored)

    # Results

    async def send_results(self, asked: Asked, value: str) -> None:
        """What came of every row, as a CSV file in a direct message."""
        await self._gate.look_up(asked.user_id)
        request = await self._approvals.request(int(value))
        sheet = await self._approvals.results(request) if request else None
        if sheet is None:
            raise RefusedError(NOT_AN_IMPORT)
        await send_file(asked, name=f"import-{value}.csv", title=f"Import #{value}", content=sheet)


async def _downloaded(file: Payload, client: AsyncWebClient) -> str:
    """The text of an uploaded file; Slack gives it to the bot's token only."""
    address = file.get("url_private")
    if not address:  # Slack Connect hides what belongs to another workspace
        raise RefusedError(NOT_GIVEN)
    try:
        content = await _content(str(address), client.token or "")
    except (aiohttp.ClientError, TimeoutError) as error:
        raise RefusedError(NOT_GIVEN) from error
    if len(content) > LARGEST_FILE:
        raise RefusedError(f"The file is larger than {LARGEST_FILE // 1_000} kB.")
    try:
        return content.decode("utf-16" if content.startswith(UTF_16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedError(UNREADABLE) from error


async def _content(address: str, token: str) -> bytes:
    """At most a little more than we take. Slack sends whoever may not to its sign-in page."""
    headers = {"Authorization": f"Bearer {token}"}
    timeout = aiohttp.ClientTimeout(total=DOWNLOAD_TIMEOUT_S)
    async with (
        aiohttp.ClientSession(timeout=timeout, raise_for_status=True) as session,
        session.get(address, headers=headers, allow_redirects=False) as answer,
    ):
        if answer.status != OK or answer.content_type == "text/html":
            raise RefusedError(NOT_GIVEN)
        content = bytearray()
        async for piece in answer.content.iter_any():
            content += piece
            if len(content) > LARGEST_FILE:
                break
        return bytes(content)


async def _put_away(preview: Payload, client: AsyncWebClient) -> None:
    """The form under the preview: whoever closes the page on top must not send it twice."""
    asked = forms.page(blocks.TITLE, ASKED)
    try:
        await called(client.views_update, view_id=preview["root_view_id"], view=asked)
    except SlackApiError as error:
        if code_of(error) not in CLOSED:
            raise


async def ignored(_message: Message) -> None:
    """Nobody waits for it."""
