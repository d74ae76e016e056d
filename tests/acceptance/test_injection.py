"""Texts that mean something to whoever reads them next: Slack, a spreadsheet, a search, a log."""

import csv
import io
import json
import logging

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.logs import configure_logs
from bot.spreadsheet import FORMULA_STARTS, to_csv
from handlers.blocks import kit
from tests.handlers.house import open_house

NASTY = st.text(
    st.one_of(st.sampled_from("<>&!@#|*_~`\"'=+-\t\r\n()^:{}[]\\"), st.characters()), max_size=60
)
NASTY_EXAMPLES = [f"{a}{b}{c}" for a in "\"'*(^:" for b in ("NL", "", " ") for c in ")-%_\\"]
MANY = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)


@MANY
@given(NASTY)
def test_nobody_is_woken_by_a_name(text):
    """`<!channel>` from a vendor is five characters and a word."""
    for shown in (kit.escape(text), kit.inline(text), kit.strong(text), kit.code(text)):
        assert "<" not in shown
        assert ">" not in shown
    assert all(line.startswith(">") for line in kit.quote(text or "-").splitlines())


@MANY
@given(st.lists(st.lists(NASTY, min_size=3, max_size=3), max_size=4))
def test_no_cell_becomes_a_formula_or_another_row(rows):
    written = to_csv(("a", "b", "c"), rows)

    read = list(csv.reader(io.StringIO(written, newline="")))[1:]

    assert len(read) == len(rows)
    for cells, given_ in zip(read, rows, strict=True):
        assert not [cell for cell in cells if cell.startswith(FORMULA_STARTS)]
        assert [cell.removeprefix("'") for cell in cells] == [c.removeprefix("'") for c in given_]


async def test_no_search_is_a_query_of_its_own(tmp_path):
    """Full-text search has a language; nobody speaks it by accident or on purpose."""
    tricks = ['"', "a OR b", "NEAR(a b)", "a*", "^a", "id:a", "-a", "a AND", "(", "%", "_", "';--"]
    async with open_house(tmp_path) as house:
        await house.sweep()
        inventory = house.services.inventory
        everything = (await inventory.chargers(limit=1)).total

        async def tried(text: str) -> int:
            page = await inventory.search(text, limit=100)
            await inventory.sites(text, limit=100)
            return page.total

        totals = {text: await tried(text) for text in tricks}
        for number in range(300):
            await tried(NASTY_EXAMPLES[number % len(NASTY_EXAMPLES)] * (1 + number % 3))

    assert max(totals.values()) < everything
    assert totals["a OR b"] == totals["';--"] == 0


@MANY
@given(NASTY)
def test_no_text_forges_a_log_line(text):
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    try:
        configure_logs(stream)
        logging.getLogger("bot.somewhere").error("Said", extra={"text": text})
        logging.getLogger("bot.somewhere").error("Said: %s", text)
    finally:
        root.handlers, root.level = handlers, level

    lines = stream.getvalue().split("\n")
    assert len(lines) == 3
    assert json.loads(lines[0])["text"] == text
