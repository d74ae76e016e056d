"""The Home tab keeps itself current, for those who look at it, and not too often."""

from datetime import timedelta

import pytest
from pydantic import SecretStr

from bot.access import Access
from bot.sandbox.slack.faults import FaultKind
from handlers.directory import SlackDirectory
from handlers.gate import Gate
from handlers.home import HomeHandlers
from handlers.notifier import posting_client, session
from handlers.work import Work

CHARGER = "NL-RTM-0001"


@pytest.fixture
async def started(house, clock, background):
    """Makes the Home of a bot that has just been started, by a clock that the test moves."""
    shared, services = session(), house.services
    client = posting_client(
        SecretStr(house.slack.workspace.app.bot_token), house.slack.api_url, shared
    )

    def start():
        return HomeHandlers(
            client,
            store=services.store,
            fleet=services.fleet,
            inventory=services.inventory,
            alerts=services.alerts,
            approvals=services.approvals,
            gate=Gate(Access(SlackDirectory(client), house.parts.settings.access, clock)),
            work=Work(background, clock),
            clock=clock,
        )

    yield start
    await shared.close()


@pytest.fixture
async def home(house, started, background):
    """Opened by support."""
    home, support = started(), house.person("support")
    await home.opened({"tab": "home", "user": support.id})
    await support.home("Chargers")
    await background.drain(5)
    return home


def published(house):
    return len(house.slack.workspace.calls.all(name="views.publish"))


async def goes_wrong(house, identity=CHARGER):
    house.clouds.breakdowns.charger_offline(identity)
    await house.sweep()
    await house.sweep()


async def test_it_is_renewed_when_its_numbers_change(house, home, clock):
    await goes_wrong(house)
    await clock.advance(30)

    await home.refresh()

    assert published(house) == 2
    await house.person("support").home("2 offline")


async def test_what_no_message_tells_is_counted_all_the_same(house, home):
    """Else Home would say that nothing fires while `/alerts list` shows dozens."""
    firing = len(await house.services.alerts.firing())

    shown = await house.person("support").home("Firing alerts")

    assert f"{firing} alerts without a message" in str(shown)


async def test_the_same_numbers_are_no_news(house, home, clock):
    await house.sweep()
    await clock.advance(3_600)

    await home.refresh()

    assert published(house) == 1


async def test_nobody_gets_it_oftener_than_every_30_seconds(house, home, clock):
    await goes_wrong(house)
    await clock.advance(29)

    await home.refresh()

    assert published(house) == 1


async def test_whoever_has_not_looked_for_a_day_is_left_alone(house, home, clock):
    await goes_wrong(house)
    await clock.advance(timedelta(days=1, seconds=1))

    await home.refresh()

    assert published(house) == 1


async def test_whoever_may_no_longer_look_is_left_alone(house, home, clock):
    house.person("support").user.deleted = True
    await goes_wrong(house)
    await clock.advance(120)

    await home.refresh()

    assert published(house) == 1


async def test_a_restart_of_the_bot_is_no_end_of_it(house, home, started, clock):
    """Whoever has Home open sees nothing of the restart, and would trust old numbers."""
    await goes_wrong(house)
    await clock.advance(30)
    again = started()

    await again.refresh()
    await again.refresh()

    assert published(house) == 2
    await house.person("support").home("2 offline")


async def test_what_slack_did_not_take_is_shown_the_next_time(house, home, clock):
    """And whoever comes after in the same round is not left out."""
    await goes_wrong(house)
    await clock.advance(30)
    house.slack.faults.add(FaultKind.SERVER_ERROR, "views.publish")

    await home.refresh()
    await clock.advance(30)
    await home.refresh()

    await house.person("support").home("2 offline")


async def test_the_age_of_the_data_is_a_moment_since_it_stands_there_for_long(house, home):
    shown = await house.person("support").home("Chargers")

    assert "just now" not in house.person("support").text_of(shown)


async def test_it_starts_everything_that_an_account_can_do(house):
    """So that nobody has to know the commands."""
    support = house.person("support")
    await support.open_home()
    home = await support.home("Chargers")

    for pressed, title in FORMS.items():
        await support.press(pressed, on=home)
        await support.modal(title=title)
        await support.close()
    for pressed, words in LISTS.items():
        await support.press(pressed, on=home)
        await support.sees(support.bot_messages, words)


FORMS = {
    "Look up a charger": "Look up a charger",
    "Register a charger": "Register a charger",
    "Import chargers": "Import chargers",
    "Attach a charger": "Attach a charger",
    "Create a site": "Create a site",
    "New station model": "New station model",
    "Silence alerts": "Silence alerts",
}
LISTS = {
    "Offline chargers": "offline chargers",
    "Sites": "8 sites",
    "Station models": "station models",
    "Report": "The last 7 days",
}


async def test_all_together_get_no_more_than_slack_takes_in_a_minute(house, home, clock):
    """`views.publish` has a limit of its own, and many may have Home open."""
    for name in ("approver", "second-approver", "on-call", "admin"):
        await home._open(house.person(name).id)
    opened = published(house)
    await goes_wrong(house)
    await clock.advance(30)

    await home.refresh()
    at_once = published(house) - opened
    await clock.advance(5)
    await home.refresh()

    assert at_once == 4  # of a burst of 6, one is kept back for whoever opens it
    assert published(house) - opened == 5


async def test_what_slack_does_not_take_now_is_shown_later(house, home, clock):
    house.slack.faults.add(FaultKind.RATE_LIMITED, "views.publish", times=1, seconds=40)
    await goes_wrong(house)
    await clock.advance(30)

    await home.refresh()
    tried = published(house)
    await clock.advance(35)
    await home.refresh()
    assert published(house) == tried
    await clock.advance(10)
    await home.refresh()

    await house.person("support").home("2 offline")


async def test_rights_that_slack_does_not_tell_are_asked_for_later(house, home, clock):
    """Each second a failure in the log would be no help."""
    await goes_wrong(house)
    await clock.advance(120)
    house.slack.faults.add(FaultKind.SERVER_ERROR, "users.info", times=None)

    await home.refresh()

    assert published(house) == 1
    house.slack.faults.clear()
    await clock.advance(30)
    await home.refresh()
    assert published(house) == 2
