"""Slack's text becomes HTML, and nothing that people or vendors write becomes markup."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox.page.words import Words
from bot.sandbox.slack.workspace import Workspace

NOW = datetime(2026, 1, 10, 1, 14, 32, tzinfo=UTC)


@pytest.fixture
def words(workspace: Workspace) -> Words:
    return Words(workspace, "U0ADA", ZoneInfo("Europe/Amsterdam"), lambda: NOW)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* _it_ ~gone~", "<strong>bold</strong> <em>it</em> <s>gone</s>"),
        ("*_both_*", "<strong><em>both</em></strong>"),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
        ("* not bold *", "* not bold *"),
        ("`*code*`", "<code>*code*</code>"),
        ("```\na &lt;b&gt;\n```", "<pre>a &lt;b&gt;</pre>"),
        ("one\ntwo", "one<br>two"),
        ("&gt; said\nthen", "<blockquote>said</blockquote>then"),
        (
            ":red_circle: :nobody_knows:",
            '<span class="emoji" role="img" aria-label="red_circle">🔴</span> :nobody_knows:',
        ),
        ("a &amp; b &lt;i&gt;", "a &amp; b &lt;i&gt;"),
    ],
)
def test_slack_markup_becomes_html(words, text, html):
    assert words.mrkdwn(text) == html


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<@U0ADA>", '<span class="mention to-me">@Ada Larsen</span>'),
        ("<@U0BEN>", '<span class="mention">@Ben Okoro</span>'),
        ("<!subteam^S0LEADS>", '<span class="mention">@leads</span>'),
        ("<#C0ORDERS|orders>", '<span class="mention">#orders</span>'),
        ("<!here>", '<span class="mention to-me">@here</span>'),
        ("<@U0NOBODY>", '<span class="mention">@U0NOBODY</span>'),
    ],
)
def test_people_groups_and_channels_are_called_by_name(words, text, shown):
    assert words.mrkdwn(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "<https://example.com/a_b_c?x=1&amp;y=2|the *docs*>",
        "https://example.com/a_b_c?x=1&amp;y=2",
    ],
)
def test_links_keep_their_address(words, text):
    html = words.mrkdwn(text)

    assert 'href="https://example.com/a_b_c?x=1&amp;y=2"' in html
    assert 'rel="noopener noreferrer"' in html


@pytest.mark.parametrize(
    "text",
    [
        "<javascript:alert(1)|click>",
        "<JaVaScRiPt:alert(1)|click>",
        "<data:text/html,x|click>",
        "<//[bad|click>",
    ],
)
def test_only_harmless_addresses_become_links(words, text):
    assert words.mrkdwn(text) == "click"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "`<img src=x onerror=alert(1)>`",
        "```<img src=x onerror=alert(1)>```",
        '<https://example.com/"onmouseover="alert(1)|x>',
        "<https://example.com|<img src=x>>",
        "*<img src=x onerror=alert(1)>*",
        "&gt; <img src=x onerror=alert(1)>",
        '<!date^1767225600^{date}^https://e.com/"x|<b>>',
        "<!subteam^S9|<img src=x>>",
        "<#C9|<img src=x>>",
        ":<img src=x>:",
    ],
)
def test_no_text_becomes_markup(words, text):
    for html in (words.mrkdwn(text), words.plain(text)):
        assert "<img" not in html
        assert "<script" not in html
        assert '"onmouseover' not in html


def test_plain_text_is_not_parsed(words):
    assert words.plain("*a* <@U0ADA>\n:x:", emoji=False) == "*a* &lt;@U0ADA&gt;<br>:x:"


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("{date_num} {time}", "2026-01-10 02:04"),
        ("{date_pretty} at {time_secs}", "today at 02:04:32"),
        ("{date_long}", "Saturday, January 10th"),
        ("{ago}", "10 minutes ago"),
    ],
)
def test_dates_are_in_the_readers_time(words, form, shown):
    assert f">{shown}</time>" in words.mrkdwn(f"<!date^1768007072^{form}|then>")


@pytest.mark.parametrize("broken", ["x^{date}", "1768007072^{century}", "9" * 30 + "^{date}"])
def test_a_date_that_is_not_understood_shows_its_fallback(words, broken):
    assert ">then</time>" in words.mrkdwn(f"<!date^{broken}|then>")
