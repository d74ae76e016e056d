"""One person cannot take the bot away from all others, and nobody who just works notices."""

from bot.pace_of_people import MOST_REMEMBERED, PaceOfPeople


async def test_a_burst_is_allowed_and_then_one_after_the_other(clock):
    pace = PaceOfPeople(clock, 30)
    assert [pace.wait("U1") for _ in range(30)] == [0.0] * 30

    assert pace.wait("U1") == 2.0
    await clock.advance(2)

    assert pace.wait("U1") == 0.0
    assert pace.wait("U1") == 2.0


async def test_one_person_takes_nothing_from_another(clock):
    pace = PaceOfPeople(clock, 1)
    pace.wait("U1")

    assert pace.wait("U2") == 0.0


async def test_pressing_on_does_not_make_the_wait_longer(clock):
    pace = PaceOfPeople(clock, 1)
    assert [pace.wait("U1") for _ in range(3)] == [0.0, 60.0, 60.0]


async def test_it_does_not_remember_everybody_for_ever(clock):
    pace = PaceOfPeople(clock, 30)
    for number in range(MOST_REMEMBERED + 500):
        pace.wait(f"U{number}")

    assert len(pace._left) == MOST_REMEMBERED
