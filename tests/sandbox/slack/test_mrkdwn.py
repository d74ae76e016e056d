"""Slack's text, both ways."""

import pytest

from bot.sandbox.slack import mrkdwn
from tests.sandbox.slack.raw_app import actions, button, section


@pytest.mark.parametrize(
    ("wire", "read"),
    [
        ("<@U0ADA> in <#C0ORDERS>", "@ada in #orders"),
        ("<!subteam^S0LEADS> <!channel>", "@leads @channel"),
        ("<https://example.com|here>", "here"),
        ("<!date^1700000000^{date}|14 Nov 2023>", "14 Nov 2023"),
        ("a &lt;b&gt; &amp;amp;", "a <b> &amp;"),
    ],
)
def test_text_reads_as_people_see_it(workspace, wire, read):
    assert mrkdwn.readable(workspace, wire) == read


def test_escaped_text_of_others_wakes_nobody(workspace):
    assert mrkdwn.readable(workspace, "&lt;!channel&gt;") == "<!channel>"


def test_all_words_of_a_message_are_visible(workspace):
    blocks = [
        section("*Charger* <@U0ADA>"),
        {"type": "table", "rows": [[{"type": "raw_text", "text": "cell"}]]},
        actions(button("Go", "go", confirm={"title": {"type": "plain_text", "text": "Sure?"}})),
    ]

    assert mrkdwn.visible_text(workspace, blocks, "fallback") == "*Charger* @ada\ncell\nGo"
    assert mrkdwn.visible_text(workspace, [], "fallback") == "fallback"
