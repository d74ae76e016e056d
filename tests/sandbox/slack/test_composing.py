"""What somebody types becomes the block that Slack's composer makes of it."""

from bot.sandbox.slack import mrkdwn
from bot.sandbox.slack.composing import rich_text


def test_typed_text_becomes_rich_text(workspace):
    wire = mrkdwn.escaped(workspace, "hi @ada, see https://example.com & <b>")

    [block] = rich_text(wire)

    assert block["elements"][0]["elements"] == [
        {"type": "text", "text": "hi "},
        {"type": "user", "user_id": "U0ADA"},
        {"type": "text", "text": ", see "},
        {"type": "link", "url": "https://example.com"},
        {"type": "text", "text": " & <b>"},
    ]


def test_signs_around_words_become_styles():
    [block] = rich_text("*big _very_* ~old~ `a *b* <@U0ADA>` :wave: 10:30:45 2*3*4")

    assert block["elements"][0]["elements"] == [
        {"type": "text", "text": "big ", "style": {"bold": True}},
        {"type": "text", "text": "very", "style": {"bold": True, "italic": True}},
        {"type": "text", "text": " "},
        {"type": "text", "text": "old", "style": {"strike": True}},
        {"type": "text", "text": " "},
        {"type": "text", "text": "a *b* ", "style": {"code": True}},
        {"type": "user", "user_id": "U0ADA", "style": {"code": True}},
        {"type": "text", "text": " "},
        {"type": "emoji", "name": "wave"},
        {"type": "text", "text": " 10:30:45 2*3*4"},
    ]


def test_quotes_and_fences_stand_by_themselves():
    [block] = rich_text("before\n&gt; quoted\n&gt; more\nafter ```*raw*\nline```")

    assert block["elements"] == [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": "before"}]},
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "quoted\nmore"}]},
        {"type": "rich_text_section", "elements": [{"type": "text", "text": "after "}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "*raw*\nline"}]},
    ]
