"""Rich text, tables and Markdown as HTML."""

from datetime import UTC, datetime

import pytest

from bot.sandbox.page.rich_text import markdown, rich_text, table
from bot.sandbox.page.words import Words
from bot.sandbox.slack.workspace import Workspace
from tests.sandbox.page.every_block import RICH_TEXT, TABLE, WORST, piece, rich

NOW = datetime(2026, 1, 10, 1, 14, 32, tzinfo=UTC)


@pytest.fixture
def words(workspace: Workspace) -> Words:
    return Words(workspace, "U0ADA", UTC, lambda: NOW)


def test_every_part_and_piece_is_shown(words):
    html = rich_text(words, RICH_TEXT)

    for part in (
        "<strong>Bold</strong>",
        "<code>code</code>",
        "@Ada Larsen",
        "@leads",
        "#orders",
        "⚡",
        'href="https://example.com/docs"',
        "2026-01-01",
        "<ul",
        '<ol class="indent-1" start="3">',
        "<blockquote>",
        "<pre>raw &lt;b&gt;text&lt;/b&gt;<br>second line</pre>",
    ):
        assert part in html


def test_rich_text_is_never_parsed(words):
    block = rich("rich_text", rich("rich_text_section", piece("text", text=f"*a* {WORST}")))

    assert "<img" not in rich_text(words, block)
    assert "*a*" in rich_text(words, block)


def test_a_link_to_a_script_stays_text(words):
    bad = piece("link", url="javascript:alert(1)", text="click")

    assert "href" not in rich_text(words, rich("rich_text", rich("rich_text_section", bad)))


def test_a_colour_is_a_colour_and_no_style(words):
    bad = piece("color", value="red;background:url(https://example.com)")

    assert "style" not in rich_text(words, rich("rich_text", rich("rich_text_section", bad)))


def test_a_table_has_a_head_and_aligned_numbers(words):
    html = table(words, TABLE)

    assert html.count("<th ") == 2
    assert '<td class="right">12</td>' in html
    assert "<strong>pear</strong>" in html


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("# Title", "<h3>Title</h3>"),
        ("**a** *b* ~~c~~ `d`", "<strong>a</strong> <em>b</em> <s>c</s> <code>d</code>"),
        ("[docs](https://example.com)", 'href="https://example.com"'),
        ("- item", "<ul><li>item</li></ul>"),
        ("3. step", '<ol start="3"><li>step</li></ol>'),
        ("> said", "<blockquote>said</blockquote>"),
        ("```py\na < b\n```", "<pre>a &lt; b</pre>"),
    ],
)
def test_markdown_is_shown(words, text, part):
    assert part in markdown(words, text)


@pytest.mark.parametrize("text", [WORST, "[x](javascript:alert(1))", "`<img>`", "# <img>"])
def test_markdown_brings_no_html(words, text):
    html = markdown(words, text)

    assert "<img" not in html
    assert "<script" not in html
    assert "href" not in html
