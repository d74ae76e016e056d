"""Messages as rows, and what is unread."""

from datetime import UTC

from bot.sandbox.page.history import ReadMarks, rows
from bot.sandbox.slack.messages import Message

DAY = 86_400


def message(at: float, user: str = "U0ADA", **more: object) -> Message:
    return Message(f"{at:.6f}", "C0ORDERS", user, "a text", **more)


def test_messages_of_one_person_within_minutes_stand_together():
    first, second, other, late = rows(
        [message(0), message(60), message(90, "U0BEN"), message(900, "U0BEN")], UTC
    )

    assert [row.compact for row in (first, second, other, late)] == [False, True, False, False]


def test_a_new_day_is_announced_and_parts_messages():
    first, second = rows([message(DAY - 10), message(DAY + 10)], UTC)

    assert (str(first.day), str(second.day)) == ("1970-01-01", "1970-01-02")
    assert not second.compact


def test_messages_of_an_app_and_for_one_person_stand_alone():
    shown = rows(
        [
            message(0),
            message(1, bot_profile={"name": "Grocer"}),
            message(2, visible_to="U0ADA"),
            message(3),
        ],
        UTC,
    )

    assert not any(row.compact for row in shown)


def test_messages_of_others_are_unread_until_they_are_read():
    marks = ReadMarks()
    there = [message(1, "U0BEN"), message(2, "U0ADA"), message(3, "U0BEN")]

    assert marks.unread("U0ADA", "C0ORDERS", there) == 2
    marks.read("U0ADA", "C0ORDERS", there)
    assert marks.unread("U0ADA", "C0ORDERS", there) == 0
    assert marks.unread("U0ADA", "C0ORDERS", [*there, message(4, "U0BEN")]) == 1
    assert marks.unread("U0BEN", "C0ORDERS", there) == 1, "each person reads for themselves"
