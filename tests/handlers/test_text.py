"""How people type and paste."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import text
from handlers.text import Command, Misread, Order, Subcommand

CHARGER = Command(
    "/charger",
    "chargers",
    (
        Subcommand("find", "look up", "TEXT"),
        Subcommand("show", "card", "ID"),
        Subcommand("restart", "restart", "ID", is_operation=True),
        Subcommand("help", "this"),
    ),
    free_text="find",
)
SITE = Command(
    "/site",
    "sites",
    (
        Subcommand("list", "all"),
        Subcommand("show", "card", "ID"),
        Subcommand("smart-charging", "settings", "ID"),
        Subcommand("create", "new", is_operation=True),
        Subcommand("help", "this"),
    ),
)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", Order("help")),
        ("show NL-1", Order("show", ("NL-1",))),
        ("SHOW NL-1", Order("show", ("NL-1",))),
        ("sho NL-1", Order("find", ("sho", "NL-1"))),
        ("rest NL-1", Order("find", ("rest", "NL-1"))),
        ("Garage North", Order("find", ("Garage", "North"))),
        ("nl1 --share", Order("find", ("nl1",), is_shared=True)),
        ("nl1 \u2014share", Order("find", ("nl1",), is_shared=True)),
        ("list? account:nl", Order("find", ("list?",), {"account": "nl"})),
        ("find site:\u201cBig Garage\u201d", Order("find", (), {"site": "Big Garage"})),
        ("AA:BB:CC", Order("find", ("AA:BB:CC",))),
    ],
)
def test_in_charger_only_exact_words_are_subcommands(typed, expected):
    assert text.read(CHARGER, typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("li", Order("list")),
        ("sm 34", Order("smart-charging", ("34",))),
        ("s 34", Misread("s", ("show", "smart-charging"))),
        ("crea", Misread("crea", ("create",))),
        ("lsit", Misread("lsit", ("list",))),
        ("zzz", Misread("zzz", ())),
    ],
)
def test_elsewhere_words_may_be_shortened_but_never_for_an_operation(typed, expected):
    assert text.read(SITE, typed) == expected


@given(st.text(max_size=200))
def test_no_text_breaks_the_grammar(typed):
    for command in (CHARGER, SITE):
        assert isinstance(text.read(command, typed), Order | Misread)
    assert isinstance(text.cleaned(typed), str)
    assert len(text.identities(typed)) <= 10


@pytest.mark.parametrize(
    ("pasted", "expected"),
    [
        ('"NL-ABC-001",', "NL-ABC-001"),
        ("\u201cnl-abc-001\u201d", "nl-abc-001"),
        ("`DK.SPI.000001`.", "DK.SPI.000001"),
        (
            "https://app.plugchoice.com/chargers/3f0c1a52-8a0e-4c3e-9f1e-0a1b2c3d4e5f?tab=log",
            "3f0c1a52-8a0e-4c3e-9f1e-0a1b2c3d4e5f",
        ),
        ("<https://portal.example.com/chargeboxes/DK12345|DK12345>", "DK12345"),
        ("https://portal.example.com/x?id=CP-0042", "CP-0042"),
        ("Garage North", "Garage North"),
        ("<@U0BOT1> NL-ABC-001", "NL-ABC-001"),
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ("#NL-ABC-001", "NL-ABC-001"),
        ("NL\u2013ABC\u2011001", "NL-ABC-001"),
        ("P+R \u2013 Oost", "P+R \u2013 Oost"),
        ("NL-ABC-001\u2014dead", "NL-ABC-001 dead"),
        ("\u200bNL-ABC-001\ufeff", "NL-ABC-001"),
        ("«NL-ABC-001»", "NL-ABC-001"),
        ("Charger:NL-ABC-001", "NL-ABC-001"),
        ("S/N=0042-X", "0042-X"),
        ("AA:BB:CC", "AA:BB:CC"),
    ],
)
def test_what_is_pasted_around_an_identity_does_not_matter(pasted, expected):
    assert text.cleaned(pasted) == expected


def test_identities_are_found_in_a_whole_message():
    message = (
        "Hi, since 2026-01-10 at 08:15 chargers NL-ABC-001 and <https://x.test/c/NL-ABC-002|this>"
        " are dead (3x tried, 11kW). Mail me@example1.com. Also NL-ABC-001; DK.SPI.000001!"
    )

    assert text.identities(message) == ("NL-ABC-001", "NL-ABC-002", "DK.SPI.000001")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("12", 12), ("-5", -5), ("²", None), ("--5", None), ("1" * 10, None), ("1.5", None)],
)
def test_a_whole_number_is_one_that_a_database_takes(typed, expected):
    assert text.whole_number(typed) == expected


@pytest.mark.parametrize(
    ("pasted", "expected"),
    [
        ("“NL\u2013NEW\u20130007”,", "NL-NEW-0007"),
        ("DK*SPI*E0001", "DK*SPI*E0001"),
        (" ,", None),
        (None, None),
    ],
)
def test_a_name_that_is_kept_loses_only_what_stands_around_it(pasted, expected):
    assert text.pasted(pasted) == expected


@pytest.mark.parametrize(
    ("pasted", "expected"),
    [
        ("NL-001, NL-002", True),
        ("NL-001;NL-002\nNL-003", True),
        ("NL-001", False),
        ("Garage 12345", False),
    ],
)
def test_several_identities_are_a_list_only_when_nothing_else_is_said(pasted, expected):
    assert text.is_list_of_identities(pasted) is expected


@pytest.mark.parametrize("typed", ["", "-", "--5", "\N{SUPERSCRIPT TWO}", "1.5", "9" * 30, "1 2"])
def test_what_is_no_number_of_ours_is_none(typed):
    """Python takes more for digits than it can read."""
    assert text.whole_number(typed) is None


def test_a_whole_number_may_be_negative():
    assert (text.whole_number("12"), text.whole_number("-3")) == (12, -3)
