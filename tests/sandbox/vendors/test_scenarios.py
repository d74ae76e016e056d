"""Every named situation breaks something that can be seen, and can be mended."""

import pytest

from bot.sandbox.vendors.scenarios import SCENARIOS


def trouble(clouds):
    """What is wrong now, in the street and at the APIs."""
    fleet = [charger for share in clouds.world.shares.values() for charger in share.fleet]
    return (
        [(charger.identity, charger.online, charger.obedient) for charger in fleet],
        [connector.fault for charger in fleet for connector in charger.connectors],
        [len(cloud.faults.active) for cloud in clouds.by_vendor.values()],
        clouds.world._silent,
    )


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
async def test_a_scenario_changes_something_and_mending_ends_it(scenario, clouds):
    clouds.mend()
    before = repr(trouble(clouds))

    scenario.begin(clouds)

    assert repr(trouble(clouds)) != before
    clouds.mend()
    assert repr(trouble(clouds)) == before


def test_there_are_at_least_ten_with_one_sentence_each():
    assert len(SCENARIOS) >= 10
    for scenario in SCENARIOS.values():
        assert scenario.expect.endswith(".")
        assert ". " not in scenario.expect


async def test_what_a_sentence_names_exists(clouds):
    """A renamed charger would leave the sentence pointing nowhere."""
    words = {word.strip(",.") for one in SCENARIOS.values() for word in one.expect.split()}
    named = {word for word in words if word.count("-") == 2 or word.startswith("DK.")}

    assert named
    for identity in named:
        assert clouds.world.charger(identity)
