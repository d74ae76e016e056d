"""The configuration: what it takes, and what it says when it is wrong."""

import contextlib
import copy
import functools
import json
import math
import operator
import tomllib
from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from typing import get_args

import pytest

from bot.config import ConfigurationError, LynkwellAccount, Settings, load, settings_from
from bot.config.settings import OperationKind

ROOT = Path(__file__).parents[3]
ENVIRON = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_APP_TOKEN": "xapp-1",
    "PLUGCHOICE_TOKEN": "plug-secret",
    "VOLTTIME_TOKEN": "volt-secret",
    "SPIRII_API_KEY": "spirii-secret",
    "LYNKWELL_CLIENT_ID": "lynk-id",
    "LYNKWELL_CLIENT_SECRET": "lynk-secret",
}
SMALLEST = """
[slack]
alerts_channel = "C0ALERTS"
[access]
approvers = ["S0LEADS"]
[[accounts]]
name = "dk"
vendor = "spirii"
token_env = "SPIRII_API_KEY"
"""


def mistakes(toml: str, **environ: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        settings_from(toml, ENVIRON | environ)
    return caught.value.mistakes


def test_the_example_is_a_valid_configuration():
    """It is what people copy."""
    example = (ROOT / "chargehand.example.toml").read_text()

    settings = settings_from(example, ENVIRON)

    assert [account.vendor for account in settings.accounts] == [
        "plugchoice",
        "volttime",
        "spirii",
        "lynkwell",
    ]
    assert settings.alerts.rules[0].hold == timedelta(minutes=5)
    assert settings.alerts.routes[0].match == {"severity": ("critical", "high")}


def test_every_name_in_the_environment_example_is_one_that_is_read():
    """A misspelt name there would be a riddle for whoever copies it."""
    example = (ROOT / "chargehand.example.toml").read_text()
    names = [
        line.lstrip("# ").partition("=")[0]
        for line in (ROOT / ".env.example").read_text().splitlines()
        if "=" in line
    ]

    read = {
        field.alias
        for field in Settings.model_fields["environment"].annotation.model_fields.values()
    }

    assert [name for name in names if name not in read and f'"{name}"' not in example] == []


def test_a_secret_from_a_file_may_end_with_a_line_break():
    """No header may hold one, and the error would show the whole token."""
    environ = {name: f"{text}\n" for name, text in ENVIRON.items()}

    settings = settings_from(SMALLEST, environ)

    assert settings.accounts[0].token.get_secret_value() == "spirii-secret"
    assert settings.environment.slack_bot_token.get_secret_value() == "xoxb-1"


@pytest.mark.parametrize("value", ["spirii secret", "spirii\nsecret", "spirii-“secret”"])
def test_a_credential_that_cannot_be_sent_is_a_mistake(value):
    (mistake,) = mistakes(SMALLEST, SPIRII_API_KEY=value)

    assert mistake.startswith("accounts[0].token_env: names the environment variable SPIRII_API")
    assert "copy it anew" in mistake
    assert value not in mistake


def test_what_is_left_out_has_the_documented_default():
    settings = settings_from(SMALLEST, ENVIRON)

    assert settings.slack.approvals_channel == settings.slack.fallback_channel == "C0ALERTS"
    assert settings.access.pincodes == ("S0LEADS",)
    assert settings.accounts[0].poll == timedelta(seconds=60)
    assert settings.accounts[0].base_url == "https://api.spirii.com/v2"
    assert settings.environment.database_path == Path("chargehand.db")
    assert settings.environment.host == "127.0.0.1"
    assert str(settings.timezone) == "UTC"
    archive, register = settings.approvals.policies
    assert (archive.approvals_needed, archive.reason) == (1, "required")
    assert (register.approvals_needed, register.reason) == (0, "optional")
    assert archive.approvers == ("S0LEADS",)


def test_a_platform_that_sets_the_port_is_listened_to_on_all_addresses():
    settings = settings_from(SMALLEST, ENVIRON | {"PORT": "8080"})

    assert (settings.environment.host, settings.environment.port) == ("0.0.0.0", 8080)


def test_the_audience_of_lynkwell_does_not_follow_the_base_url():
    """The token is for the real API's name even where a proxy stands before it."""
    toml = (
        SMALLEST
        + """
[[accounts]]
name = "us"
vendor = "lynkwell"
client_id_env = "LYNKWELL_CLIENT_ID"
client_secret_env = "LYNKWELL_CLIENT_SECRET"
base_url = "http://127.0.0.1:9/"
"""
    )

    account = settings_from(toml, ENVIRON).accounts[1]

    assert isinstance(account, LynkwellAccount)
    assert account.base_url == "http://127.0.0.1:9"
    assert account.audience == "https://api.lynkwell.com"


def test_every_mistake_is_reported_at_once_each_in_one_line():
    """Nobody should have to start the bot ten times to find ten mistakes."""
    toml = """
timezon = "UTC"
[slack]
mode = "smoke"
[[accounts]]
name = "nl"
vendor = "plugchoice"
token_env = "NOT_SET"
polll = "60s"
[[accounts]]
name = "nl"
vendor = "spirii"
token_env = "SPIRII_API_KEY"
team = "12"
[[accounts]]
name = "x"
vendor = "tesla"
[[alerts.rules]]
condition = "offlin"
for = "5 parsecs"
match = { powr = "dc" }
severity = "dire"
[[alerts.routes]]
channel = "#general"
hours = "always"
[[approvals.policies]]
operations = ["explode"]
[[approvals.policies]]
operations = ["delete_charger"]
approvals_needed = 2
approvers = ["U0ADMIN"]
"""

    said = mistakes(toml, SLACK_BOT_TOKEN="nope")

    for expected in (
        "timezon is not a setting; did you mean timezone?",
        "slack.mode is 'smoke'; it must be 'socket' or 'http'",
        'slack.alerts_channel is missing; write it such as alerts_channel = "C0ALERTS"',
        "accounts[1].name is 'nl' again; each account needs a name of its own",
        "accounts[0].token_env: names the environment variable NOT_SET, which is not set; "
        "set it or name another",
        "accounts[0].team is missing; write it such as "
        'team = "a4855dc5-0acb-33c3-b921-f4291f719ca0"',
        "accounts[0].polll is not a setting; did you mean poll?",
        "accounts[2].vendor: name one of plugchoice, volttime, spirii, lynkwell",
        "alerts.rules[0].for is not a duration; write one such as 30s, 5m, 4h or 2d",
        "alerts.routes[0].channel is not a channel; copy its id from Slack, such as C0ALERTS",
        "SLACK_BOT_TOKEN is not a token of the right kind; it begins with xoxb-",
    ):
        assert expected in said
    assert sum("accounts[1].team is not a setting" in line for line in said) == 1
    assert any(line.startswith("approvals.policies[0].operations[0] is 'explode'") for line in said)
    assert any("needs 2 approvals and names 1 approvers" in line for line in said)
    assert all("\n" not in line for line in said)


@pytest.mark.parametrize(
    ("toml", "environ", "expected"),
    [
        pytest.param("[[", {}, "the file is not TOML", id="no-toml"),
        pytest.param(
            SMALLEST.replace('["S0LEADS"]', "[]"),
            {},
            "approvers names nobody",
            id="nobody-to-approve",
        ),
        pytest.param(
            SMALLEST, {"SLACK_APP_TOKEN": ""}, "SLACK_APP_TOKEN is missing", id="app-token"
        ),
        pytest.param(
            SMALLEST.replace("[slack]", '[slack]\nmode = "http"'),
            {},
            "SLACK_SIGNING_SECRET is missing",
            id="signing-secret",
        ),
        pytest.param(
            SMALLEST, {"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN is missing", id="bot-token"
        ),
        pytest.param(SMALLEST, {"SLACK_BOT_TOKEN": "xoxb-"}, "is not filled in", id="placeholder"),
        pytest.param(SMALLEST, {"PORT": "high"}, "PORT must be a whole number", id="port"),
        pytest.param(SMALLEST, {"DATABASE_URL": "postgres://x"}, "sqlite:///path", id="database"),
        pytest.param(
            SMALLEST + '[[approvals.policies]]\noperations = ["set_reference"]\naccounts = ["fr"]',
            {},
            "approvals.policies[0].accounts: there is no account 'fr'; there are dk",
            id="policy-of-no-account",
        ),
        pytest.param(
            SMALLEST + '[[alerts.routes]]\nchannel = "C0NIGHT"\nmention = ["oncall"]',
            {},
            "oncall.group is missing",
            id="oncall-of-nobody",
        ),
        pytest.param(
            '[slack]\nalerts_channel = "C0ALERTS"', {}, "accounts: there are none", id="none"
        ),
    ],
)
def test_a_mistake_says_what_would_be_right(toml, environ, expected):
    assert any(expected in line for line in mistakes(toml, **environ))


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        pytest.param("[alerts]\ndigest = 8", "alerts.digest is not a time of day", id="digest"),
        pytest.param(
            '[[alerts.rules]]\ncondition = "offline"\nseverity = "low"\nmatch = "all"',
            "alerts.rules[0].match is not a table",
            id="match",
        ),
        pytest.param(
            '[[alerts.routes]]\nchannel = "C0NIGHT"\nhours = 8',
            "alerts.routes[0].hours is not a time of the week",
            id="hours",
        ),
        pytest.param(
            '[[alerts.routes]]\nchannel = "C0NIGHT"\nrepeat_interval = "0s"',
            "alerts.routes[0].repeat_interval is no time at all",
            id="repeated-for-ever",
        ),
        pytest.param(
            '[[alerts.routes]]\nchannel = "C0NIGHT"\ngroup_wait = "99999999999d"',
            "alerts.routes[0].group_wait is longer than ten years",
            id="ages",
        ),
        pytest.param(
            "[[approvals.policies]]\noperations = []",
            "approvals.policies[0].operations must name 1 or more",
            id="policy-of-nothing",
        ),
        pytest.param(
            '[[approvals.policies]]\noperations = "set_reference"',
            "approvals.policies[0].operations must be a list",
            id="no-list",
        ),
        pytest.param(
            '[environment]\nSLACK_BOT_TOKEN = "xoxb-2"',
            "environment is not a table of the file",
            id="secrets-in-the-file",
        ),
        pytest.param("alerts = 1", "accounts[0].alerts is not a setting", id="no-table"),
    ],
)
def test_whatever_stands_there_is_one_line_and_no_crash(toml, expected):
    (said,) = mistakes(f"{SMALLEST}\n{toml}")

    assert said.startswith(expected)


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        ('severity = "crit"', "has severity = 'crit', which is none of critical, high"),
        ('power = ["dc", "3kW"]', "has power = '3kW', which is none of dc, ac"),
        ('account = "fr"', ".account: there is no account 'fr'; there are dk"),
    ],
)
def test_a_route_that_would_never_be_taken_is_a_mistake(match, expected):
    """Else what it was for would go to another channel, and nobody would know why."""
    (said,) = mistakes(f'{SMALLEST}[[alerts.routes]]\nchannel = "C0NIGHT"\nmatch = {{ {match} }}')

    assert expected in said


def leaves(written: object, name: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The place of every value of a file."""
    inside = written.items() if isinstance(written, dict) else enumerate(written)
    for key, value in inside:
        yield (*name, key)
        if isinstance(value, dict | list):
            yield from leaves(value, (*name, key))


def test_no_value_anywhere_does_more_than_a_line(monkeypatch):
    """A traceback says nothing to whoever wrote the file, and hides their other mistakes."""
    example = tomllib.loads((ROOT / "chargehand.example.toml").read_text())
    odd = [0, -1, 10**30, 1.5, math.inf, "", "\0", "Europe", "x" * 300, True, [], [[]], {}, time(8)]
    for name in leaves(example):
        for value in odd:
            written = copy.deepcopy(example)
            table = functools.reduce(operator.getitem, name[:-1], written)
            table[name[-1]] = value
            monkeypatch.setattr("tomllib.loads", lambda _, written=written: written)
            with contextlib.suppress(ConfigurationError):
                settings_from("", ENVIRON)


def test_globs_and_capitals_are_no_mistakes_in_a_match():
    match = '{ severity = "H*", condition = "*offline", vendor = "Spirii", account = "d?" }'

    settings = settings_from(
        f'{SMALLEST}[[alerts.routes]]\nchannel = "C0NIGHT"\nmatch = {match}', ENVIRON
    )

    assert settings.alerts.routes[0].match["severity"] == ("H*",)


def test_parts_that_do_not_agree_are_told_beside_the_other_mistakes():
    toml = f"""timezone = "Mars"
{SMALLEST}
[[alerts.routes]]
channel = "C0NIGHT"
escalate = [{{ after = "5m", mention = ["oncall"] }}]
[[approvals.policies]]
operations = ["set_reference"]
accounts = ["fr"]
"""

    assert [line.partition(" ")[0] for line in mistakes(toml)] == [
        "timezone",
        "approvals.policies[0].accounts:",
        "oncall.group",
    ]


def test_what_nobody_could_ever_approve_is_a_mistake():
    """A request for it would wait until it lapses, and nobody would know why."""
    toml = SMALLEST.replace('approvers = ["S0LEADS"]', "")
    policy = '[[approvals.policies]]\napprovers = ["S0LEADS"]\noperations = '
    kinds = [*get_args(OperationKind)]
    every = toml + policy + json.dumps(kinds)

    assert settings_from(every, ENVIRON).approvals.policies[0].approvers == ("S0LEADS",)
    (said,) = mistakes(every + '\naccounts = ["dk"]')
    assert said.startswith("access.approvers names nobody, and no policy is always about register_")
    (said,) = mistakes(toml + policy + json.dumps(kinds[:-1]))
    assert "always about restart_charger;" in said


def test_what_many_settings_take_over_is_one_mistake():
    said = mistakes(SMALLEST.replace('["S0LEADS"]', '["@leads"]'))

    assert [line.partition(" ")[0] for line in said] == ["access.approvers[0]"]


def test_a_secret_in_place_of_its_name_is_not_repeated():
    """It is the first thing that people do, and the line is in the log for ever."""
    (said,) = mistakes(SMALLEST.replace("SPIRII_API_KEY", "sk_live_4242"))

    assert "sk_live_4242" not in said
    assert said.startswith("accounts[0].token_env is not the name of an environment variable")


def test_an_address_from_the_environment_is_one_and_is_not_repeated():
    (said,) = mistakes(f'heartbeat_url_env = "PING"\n{SMALLEST}', PING="ping.example/s3cret")

    assert said.startswith("heartbeat_url_env: names an environment variable with no web address")
    assert "s3cret" not in said


def test_blanks_around_a_secret_are_not_part_of_it():
    """`echo` puts a line's end into a file, and no header takes one."""
    settings = settings_from(SMALLEST, ENVIRON | {"SPIRII_API_KEY": " key\n"})

    assert settings.accounts[0].token.get_secret_value() == "key"


@pytest.mark.parametrize("toml", ["[[", None])
def test_without_a_file_what_the_environment_lacks_is_told_as_well(toml, tmp_path, monkeypatch):
    for name in ("SLACK_BOT_TOKEN", "CHARGEHAND_CONFIG_TOML", "CHARGEHAND_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    if toml:
        (tmp_path / "chargehand.toml").write_text(toml)

    with pytest.raises(ConfigurationError, match="SLACK_BOT_TOKEN is missing") as caught:
        load(tmp_path)

    assert len(caught.value.mistakes) == 2


def test_secrets_are_not_shown():
    settings = settings_from(SMALLEST, ENVIRON)

    assert "spirii-secret" not in repr(settings) + settings.model_dump_json()
    assert settings.accounts[0].token.get_secret_value() == "spirii-secret"


def test_a_dotenv_file_is_read_and_the_environment_wins(tmp_path, monkeypatch):
    """A platform's setting must beat a forgotten file."""
    for name in ENVIRON:
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".env").write_text("".join(f"{name}={text}\n" for name, text in ENVIRON.items()))
    (tmp_path / "chargehand.toml").write_text(SMALLEST)
    monkeypatch.setenv("SPIRII_API_KEY", "from-the-platform")

    settings = load(tmp_path)

    assert settings.environment.slack_bot_token.get_secret_value() == "xoxb-1"
    assert settings.accounts[0].token.get_secret_value() == "from-the-platform"


def test_a_missing_file_is_one_line_that_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.delenv("CHARGEHAND_CONFIG_TOML", raising=False)

    with pytest.raises(ConfigurationError, match=r"copy chargehand\.example\.toml"):
        load(tmp_path)


@pytest.mark.parametrize("content", [None, b"\xff\xfe"], ids=["folder", "no-text"])
def test_a_file_that_cannot_be_read_is_a_line(content, tmp_path, monkeypatch):
    monkeypatch.delenv("CHARGEHAND_CONFIG_TOML", raising=False)
    path = tmp_path / "chargehand.toml"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)

    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path)

    assert caught.value.mistakes[0].startswith(f"{path} cannot be read: ")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('poll = "0s"', "accounts[0].poll is shorter than a second"),
        ('base_url = "api.example"', "accounts[0].base_url is not a web address"),
        ('name = "Nl!"', "accounts[0].name may have small letters"),
        ("requests_per_minute = 0", "accounts[0].requests_per_minute must be 1 or more"),
        ("monitor = 7", "accounts[0].monitor must be true or false"),
    ],
)
def test_what_an_account_cannot_have_is_told(line, expected):
    toml = SMALLEST.replace('name = "dk"\n', "") if line.startswith("name") else SMALLEST

    (said,) = mistakes(f"{toml}{line}\n")

    assert said.startswith(expected)
