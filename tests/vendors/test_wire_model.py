"""Envelopes, placeholders and words, whichever vendor wrote them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from vendors.wire_model import (
    Empty,
    Flag,
    Id,
    Index,
    Listing,
    Number,
    Secret,
    Text,
    UtcTime,
    Whole,
    WireModel,
    known_word,
)


class Odds(WireModel):
    """One field of each kind, none required."""

    text: Text = None
    number: Number = None
    whole: Whole = None
    flag: Flag = None
    at: UtcTime = None
    secret: Secret = None


class Thing(WireModel):
    """Something with an id."""

    id: Id
    number: Index = 1


@pytest.mark.parametrize(
    ("field", "said", "meant"),
    [
        ("text", " a ", "a"),
        ("text", "-", None),
        ("text", "", None),
        ("text", 17, "17"),
        ("text", 17.0, "17"),
        ("text", 1.5, "1.5"),
        ("number", " 0.0", 0.0),
        ("number", "-", None),
        ("number", "-19000", -19000),
        ("number", 3, 3),
        ("number", "NaN", None),
        ("number", float("inf"), None),
        ("whole", 1.0, 1),
        ("whole", " 12 ", 12),
        ("whole", "-", None),
        ("flag", 1, True),
        ("flag", "false", False),
        ("flag", "", None),
        ("at", "2026-01-10T01:14:32.000000Z", datetime(2026, 1, 10, 1, 14, 32, tzinfo=UTC)),
        ("at", "2026-01-10T03:14:32+02:00", datetime(2026, 1, 10, 1, 14, 32, tzinfo=UTC)),
        ("at", "2025-01-27 09:38:41", datetime(2025, 1, 27, 9, 38, 41, tzinfo=UTC)),
        ("at", "-", None),
        ("secret", 4711, SecretStr("4711")),
        ("secret", "0042", SecretStr("0042")),
    ],
)
def test_what_vendors_write_and_what_it_means(field, said, meant):
    assert getattr(Odds.from_body({field: said}), field) == meant


@pytest.mark.parametrize("field", ["text", "number", "whole", "flag", "at", "secret"])
@given(value=st.one_of(st.none(), st.text(), st.floats(), st.integers(), st.lists(st.none())))
def test_nonsense_names_its_field_and_crashes_nothing(field, value):
    wrong = []
    try:
        Odds.from_body({field: value})
    except ValidationError as exc:
        wrong = [error["loc"] for error in exc.errors()]

    assert wrong in ([], [(field,)])


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_time_beyond_the_calendar_is_refused(time):
    with pytest.raises(ValidationError):
        Odds.from_body({"at": time})


@pytest.mark.parametrize(
    "body", [{"id": 7}, {"data": {"id": 7}}, {"id": 7, "data": {"id": 8}}, {"id": 7, "new": [1]}]
)
def test_an_envelope_is_taken_off_where_there_is_one(body):
    assert Thing.from_body(body).id == "7"


@pytest.mark.parametrize(
    "body", [{}, {"data": {}}, {"data": None}, [], None, 7, "x", {"id": None}, {"id": " "}]
)
def test_what_is_required_and_missing_is_refused(body):
    with pytest.raises(ValidationError):
        Thing.from_body(body)


@pytest.mark.parametrize("content", [b"", b"<html>", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_refused(content):
    with pytest.raises(ValidationError):
        Thing.from_json(content)


def test_a_refusal_never_shows_what_was_refused():
    """Bodies hold pincodes and tokens."""
    with pytest.raises(ValidationError) as raised:
        Thing.from_json(b'{"id": {"pincode": "marked-4711"}}')

    assert "marked-4711" not in str(raised.value)


@pytest.mark.parametrize("body", [[{"id": 1}], {"data": [{"id": 1}]}])
def test_a_listing_comes_enveloped_or_bare(body):
    assert [row.id for row in Listing[Thing].from_body(body).data] == ["1"]


@pytest.mark.parametrize("content", [b"", b" ", b"{}", b"[]", b"null", b'{"message": "ok"}'])
def test_an_answer_that_says_nothing_may_say_it_in_any_way(content):
    assert Empty.from_json(content) == Empty()


def test_an_answer_that_says_nothing_is_no_web_page():
    with pytest.raises(ValidationError):
        Empty.from_json(b"<html>")


def test_only_what_was_carried_is_taken_over():
    assert Odds.from_body({"text": None, "whole": 3}).carried(ours="text", n="whole", x="at") == {
        "ours": None,
        "n": 3,
    }


def test_a_word_we_do_not_know_is_logged_once_and_cut(caplog):
    word = "brand-new " * 50

    assert [known_word({"a": 1}, word, 0, about="acme") for _ in range(3)] == [0, 0, 0]
    assert known_word({"a": 1}, "a", 0, about="acme") == 1
    assert known_word({"a": 1}, None, 0, about="acme") == 0
    assert [len(record.word) for record in caplog.records] == [60]
