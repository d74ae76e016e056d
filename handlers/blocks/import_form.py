"""The forms of an import: where the rows come from, and what each of them would do."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.approvals.request import Policy
from bot.operations.sheets import Sheet, SheetRow
from handlers import ids, payloads
from handlers.blocks import forms, kit
from handlers.blocks.kit import Block, View

TITLE: Final = "Import chargers"
FILETYPES: Final = ("csv", "txt", "tsv")
MOST_SHOWN: Final = 40
NOTHING_GIVEN: Final = "Paste the rows, or upload a file."
BOTH_GIVEN: Final = "There is a file below as well; leave one of the two out."


def form(
    accounts: Sequence[str],
    account: str,
    columns: Sequence[str],
    *,
    rows: str | None = None,
    channel: str | None = None,
) -> View:
    """Rows to paste or a file to upload."""
    order = ", ".join(columns)
    blocks = [
        *forms.account_choice(ids.IMPORT_ACCOUNT, accounts, account),
        kit.section(
            f"One charger a row: *{kit.inline(order)}*, separated by commas, semicolons or tabs."
            " A first row with headings may change the order."
        ),
        kit.field(
            "Rows",
            kit.text_input(ids.ROWS, value=rows, multiline=True),
            block_id=ids.ROWS,
            optional=True,
        ),
        kit.field(
            "Or a CSV file", kit.file_input(ids.FILE, FILETYPES), block_id=ids.FILE, optional=True
        ),
    ]
    return kit.modal(
        TITLE,
        blocks,
        callback_id=ids.IMPORT_FORM,
        submit="Look at it first",
        close="Cancel",
        private_metadata=payloads.to_keep(account=account, channel=channel),
    )


def preview(
    account: str,
    sheet: Sheet,
    policy: Policy,
    *,
    draft: str,
    channel: str | None = None,
) -> View:
    """What every row would do, before anything runs; bad rows are left out."""
    if sheet.complaint or not sheet.good:
        why = sheet.complaint or "No row can be imported."
        return forms.page(TITLE, [kit.section(kit.inline(why, 300)), *_rows(sheet)])
    good, bad = len(sheet.good), len(sheet.rows) - len(sheet.good)
    left_out = f", {bad} left out" if bad else ""
    text = (
        f"*{kit.counted(good, 'charger')} would be registered at {kit.inline(account)}*{left_out}"
    )
    return kit.modal(
        TITLE,
        [
            kit.section(text),
            *_rows(sheet),
            kit.context("The first row runs alone; if it fails, the rest does not run."),
            *forms.reason(policy),
        ],
        callback_id=ids.IMPORT_PREVIEW,
        submit="Ask for approval" if policy.approvals_needed else "Import",
        close="Cancel",
        private_metadata=payloads.to_keep(account=account, draft=draft, channel=channel),
    )


def _rows(sheet: Sheet) -> list[Block]:
    ordered = sorted(sheet.rows, key=lambda row: not row.complaints)
    lines = [_row(row, sheet.site_names) for row in ordered]
    chunks = [lines[start : start + 10] for start in range(0, min(len(lines), MOST_SHOWN), 10)]
    more = len(lines) - MOST_SHOWN
    note = [kit.context(f"… and {more} more rows.")] if more > 0 else []
    return [*(kit.section("\n".join(chunk)) for chunk in chunks), *note, *_left_out(sheet)]


def _left_out(sheet: Sheet) -> list[Block]:
    """A misspelt heading would otherwise lose its column without a word."""
    if not sheet.ignored:
        return []
    names = kit.inline(", ".join(sheet.ignored), 300)
    return [kit.context(f"\N{WARNING SIGN} I know no such column, and leave it out: {names}")]


def _row(row: SheetRow, site_names: Mapping[str, str]) -> str:
    name = row.charger.identity or row.charger.serial_number or "?"
    if row.complaints:
        why = kit.inline(" ".join(row.complaints), 150)
        return f"\N{CROSS MARK} Row {row.line}: {kit.code(name, 50)}: {why}"
    named = row.charger.site_id and site_names.get(row.charger.site_id, row.charger.site_id)
    site = f", site {kit.inline(named, 40)}" if named else ""
    return f"\N{WHITE HEAVY CHECK MARK} Row {row.line}: {kit.code(name, 50)}{site}"
