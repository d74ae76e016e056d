"""The modal that a person has open, and the dialog that asks before something is sent."""

import asyncio

from nicegui.element import Element

from bot.sandbox.page.blocks import draw_block
from bot.sandbox.page.seat import Seat
from bot.sandbox.page.tags import Draw, Keyed, Tag, busily, button, markup, shown, tag
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.views import View


class Modal:
    """The top of the person's stack of modals."""

    def __init__(self, container: Element) -> None:
        self._container = container
        self._view: View | None = None

    @property
    def is_open(self) -> bool:
        """Whether the person has a modal before them."""
        return self._view is not None

    def redraw(self, seat: Seat) -> None:
        """Show the top modal as it is now."""
        self._seat = seat
        view = seat.workspace.views.top(seat.person.id)
        if view is not self._view:
            self._view = view
            self._container.clear()
            if view:
                with self._container:
                    self._draw_frame(view)
        if view:
            self._show(view)

    def _draw_frame(self, view: View) -> None:
        title_id = f"title-{view.id}"
        with tag("dialog", "modal", aria_labelledby=title_id):
            with tag("div", "modal-head"):
                tag("span", "avatar app", "⚡", aria_hidden="true")
                self._title = tag("h2", id=title_id)
                button("✕", self._close_all, "icon-button", aria_label="Close")
            self._trouble = tag("div", "trouble", role="alert")
            self._blocks = Keyed(tag("div", "modal-body"))
            self._foot = Keyed(tag("div", "modal-foot"))

    def _show(self, view: View) -> None:
        self._title.text = view.title
        self._trouble.text = view.trouble
        self._trouble.set_visibility(bool(view.trouble))
        entries: list[tuple[str, str, Draw]] = []
        for block in view.blocks:
            block_id = block["block_id"]
            entries.append((block_id, shown(block), self._block(view, block)))
            if block_id in view.errors:
                sentence = view.errors[block_id]
                entries.append((f"{block_id} error", sentence, self._error(sentence)))
        self._blocks.show(entries)
        ways = (view.content.get("submit"), view.content.get("close"))
        self._foot.show([("ways out", shown(ways), lambda: self._draw_foot(*ways))])

    def _block(self, view: View, block: Json) -> Draw:
        return lambda: draw_block(self._seat.canvas(view, self.submit), block)

    def _error(self, sentence: str) -> Draw:
        def draw() -> None:
            tag("div", "field-error", f"⚠ {sentence}", role="alert")

        return draw

    def _draw_foot(self, submit: Json | None, close: Json | None) -> None:
        words = close["text"] if close else "Cancel" if submit else "Close"
        button(words, self.cancel, "kit-button default")
        self._submit: Tag | None = None
        if submit:
            self._submit = button(submit["text"], self.submit, "kit-button primary")

    # closing and submitting

    async def submit(self) -> None:
        """Submit the form, busy until the app has answered."""
        view, pressed = self._view, self._submit
        if view is None or pressed is None or "busy" in pressed.classes:
            return
        await busily(pressed, self._seat.slack.interactions.submissions.submit(view))

    async def cancel(self) -> None:
        """Close this modal; the one below it is seen again."""
        if self._view:
            await self._seat.slack.interactions.submissions.close(self._view)

    async def _close_all(self) -> None:
        if self._view:
            await self._seat.slack.interactions.submissions.close(self._view, whole_stack=True)


class Confirmation:
    """Asks one question at a time."""

    def __init__(self, container: Element) -> None:
        self._container = container
        self._answer: asyncio.Future[bool] | None = None

    @property
    def is_open(self) -> bool:
        """Whether a question waits for its answer."""
        return self._answer is not None

    async def ask(self, seat: Seat, dialog: Json) -> bool:
        """Show a confirmation dialog object (Slack docs) and wait for the answer."""
        self.answer(yes=False)
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._answer = answer
        with self._container, tag("dialog", "modal confirm", aria_label=dialog["title"]["text"]):
            with tag("div", "modal-head"):
                markup(seat.words.text_object(dialog["title"]), name="h2")
            with tag("div", "modal-body"):
                markup(seat.words.text_object(dialog["text"]), "words")
            with tag("div", "modal-foot"):
                deny, confirm = dialog["deny"]["text"], dialog["confirm"]["text"]
                button(deny, lambda: self.answer(yes=False), "kit-button default")
                looks = f"kit-button {dialog.get('style', 'primary')}"
                button(confirm, lambda: self.answer(yes=True), looks)
        return await answer

    def answer(self, *, yes: bool) -> None:
        """Close the dialog with an answer, if one is open."""
        if self._answer and not self._answer.done():
            self._answer.set_result(yes)
        self._answer = None
        self._container.clear()
