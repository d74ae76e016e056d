"""The documentation keeps its promises."""

import re
from pathlib import Path

import pytest

from bot.config import reference
from tests.generated_docs import PARTS, ROOT, pages, renewed


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_generated_parts_are_current(page):
    """`make docs` renews them."""
    text = page.read_text(encoding="utf-8")

    assert renewed(text) == text


def test_every_generated_part_stands_on_a_page():
    written = "".join(page.read_text(encoding="utf-8") for page in pages())

    assert [part for part in PARTS if f"<!-- generated: {part} -->" not in written] == []


def test_every_setting_is_described():
    """A key without a description is left out of the tables, so nobody could find it."""
    undescribed = [
        f"{model.__name__}.{name}"
        for _, model in reference._TABLES
        for name, field in model.model_fields.items()
        if not field.description
    ]

    tables = {"slack", "access", "accounts", "alerts", "oncall", "approvals", "environment"}
    assert {entry for entry in undescribed if entry.partition(".")[2] != "vendor"} == {
        f"Settings.{name}" for name in tables
    }


def anchors(page: Path) -> set[str]:
    """What GitHub and its like make of the headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    """Only those within the repository can be checked here."""
    links = re.findall(r"\]\(([^)#\s]*)(?:#([\w-]+))?\)", page.read_text(encoding="utf-8"))
    local = [
        (page.parent / target if target else page, at)
        for target, at in links
        if "://" not in target
    ]

    assert [target for target, _ in local if not target.exists()] == []
    assert [(target.name, at) for target, at in local if at and at not in anchors(target)] == []


def test_no_page_names_a_file_of_ours_that_is_not_there():
    """A page that speaks of a renamed file sends its reader nowhere."""
    named = {
        (page.name, path)
        for page in pages()
        for path in re.findall(
            r"`((?:bot|handlers|vendors|tests|docs)/[\w./-]+)`", page.read_text()
        )
    }

    assert {(page, path) for page, path in named if not (ROOT / Path(path)).exists()} == set()
