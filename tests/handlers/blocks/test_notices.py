"""What the bot says by itself about itself."""

import pytest

from bot.store.invariants import INVARIANTS, MOST_SUBJECTS, Invariant
from handlers.blocks.notices import broken_invariant
from tests.handlers.blocks.slack_check import LONG, assert_slack_takes


@pytest.mark.parametrize("invariant", INVARIANTS, ids=lambda one: one.name)
def test_every_broken_invariant_is_a_message(invariant: Invariant):
    subjects = [LONG] * MOST_SUBJECTS

    shown = broken_invariant(
        {"name": invariant.name, "sentence": invariant.sentence, "subjects": subjects}
    )

    assert_slack_takes(shown)
    assert invariant.sentence in shown["text"]
    assert f"`{invariant.name}`" in shown["text"]


def test_only_a_few_of_many_subjects_are_named():
    subjects = [f"alr_{number}" for number in range(MOST_SUBJECTS)]

    text = broken_invariant({"name": "n", "sentence": "s", "subjects": subjects})["text"]

    assert "`alr_4`" in text
    assert "`alr_5`" not in text
