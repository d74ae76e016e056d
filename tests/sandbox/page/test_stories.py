"""The real bot on the page, with mouse and keyboard; each story leaves its picture.

With `PICTURES=docs/screenshots` in the environment the pictures are kept there.
"""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, expect
from playwright.async_api import Page as Tab

from bot.outbox import Pace
from bot.sandbox.page import Page
from bot.sandbox.sandbox import Sandbox, opened
from tests.sandbox.page.conftest import looking_at

pytestmark = pytest.mark.browser

QUICK_RULES = """
[[alerts.rules]]
condition = "offline"
for = "1s"
severity = "high"
[[alerts.routes]]
channel = "C0ALERTS"
mention = ["oncall"]
group_wait = "0s"
"""
PATIENCE_MS = 20_000
MOST_BYTES = 200_000

Picture = Callable[[str], Awaitable[None]]

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    async with opened(
        tmp_path / "chargehand.db",
        rate_limits=False,
        pace=Pace.unlimited(),
        settling=timedelta(0),
        poll="1s",
        rules=QUICK_RULES,
    ) as sandbox:
        for job in sandbox.bot.jobs:
            if job.name.startswith("sweep"):
                await sandbox.bot.scheduler.hand_over(job)
        watcher = sandbox.person("support")
        await watcher.sees("alerts", "at nl when I began", timeout=PATIENCE_MS / 1000)
        yield sandbox


@pytest.fixture
async def tab(sandbox: Sandbox, browser: Browser) -> AsyncIterator[Tab]:
    """The page as the support agent sees it first."""
    page = Page(sandbox.slack, sandbox.clouds)
    await page.start()
    async with looking_at(browser, page.url, "") as tab:
        yield tab
    await page.stop()


@pytest.fixture
def picture(tab: Tab, tmp_path: Path) -> Picture:
    """Takes a picture of the page when nothing moves on it."""
    folder = Path(os.environ.get("PICTURES", tmp_path))

    async def take(name: str) -> None:
        await tab.mouse.move(640, 20)
        path = folder / f"{name}.png"
        taken = await tab.screenshot(path=path, animations="disabled", caret="hide")
        assert len(taken) < MOST_BYTES

    return take


async def write(tab: Tab, text: str, place: str = "#support") -> None:
    composer = tab.get_by_role("textbox", name=f"Message {place}")
    await composer.fill(text)
    await composer.press("Enter")


async def go(tab: Tab, channel: str) -> Locator:
    channels = tab.get_by_role("navigation", name="Channels")
    await channels.get_by_role("button", name=channel).click()
    return tab.get_by_role("log", name=f"Messages in #{channel}")


async def act_as(tab: Tab, name: str) -> None:
    await tab.get_by_role("combobox", name="Act as").select_option(label=name)


async def close_modal(tab: Tab) -> None:
    await tab.keyboard.press("Escape")
    await expect(tab.get_by_role("dialog")).to_have_count(0)


def newest(tab: Tab, channel: str = "#support") -> Locator:
    return tab.get_by_role("log", name=f"Messages in {channel}").get_by_role("article").last


async def test_a_charger_is_registered_and_an_archive_is_approved_by_another(tab, sandbox, picture):
    await tab.get_by_role("button", name="Take me there").click()
    await expect(tab.get_by_role("textbox", name="Message #support")).to_be_focused()
    await tab.keyboard.press("Enter")
    form = tab.get_by_role("dialog")
    await form.get_by_label("Identity").fill("NL AMS/99")
    await form.get_by_role("button", name="Register").click()
    await expect(form.get_by_role("alert").filter(visible=True)).to_contain_text("no spaces")
    await form.get_by_label("Identity").fill("NL-AMS-0099")
    site = form.get_by_role("combobox", name="Site")
    await site.click()
    await site.press_sequentially("sloter")
    await form.get_by_role("option", name="P+R Sloterdijk").click()
    await expect(site).to_have_value("P+R Sloterdijk")
    await picture("register")
    await form.get_by_role("button", name="Register").click()
    await expect(form).to_contain_text("NL-AMS-0099 is registered")
    assert sandbox.clouds.world.charger("NL-AMS-0099").site.name == "P+R Sloterdijk"
    await close_modal(tab)

    await write(tab, "/charger AMS-0008")
    await expect(newest(tab).get_by_role("heading")).to_contain_text("NL-AMS-0008")
    await picture("find")

    await write(tab, "/model list")
    await tab.get_by_role("button", name="Show Granite 19.2 kW").click()
    await newest(tab).get_by_role("button", name="Archive…").click()
    await expect(tab.get_by_role("dialog").get_by_label("Reason")).to_be_focused()
    await tab.keyboard.type("No longer sold")
    await tab.get_by_role("dialog").get_by_role("button", name="Ask for approval").click()
    await expect(tab.get_by_role("dialog").get_by_label("Reason")).to_have_count(0)
    await close_modal(tab)

    await act_as(tab, "Approver")
    await go(tab, "approvals")
    card = tab.get_by_role("article").filter(has_text="Archive station model")
    await expect(card).to_contain_text("Waiting for a decision")
    await picture("approval")
    await card.get_by_role("button", name="Approve").click()
    await expect(card).to_contain_text("Granite 19.2 kW is archived")
    assert len(sandbox.clouds.lynkwell.calls.writes()) == 1

    await card.get_by_role("button", name="1 reply").click()
    thread = tab.get_by_role("complementary", name="Thread")
    await expect(thread).to_contain_text("Granite")
    await expect(thread.get_by_role("textbox", name="Reply")).to_be_focused()
    await picture("thread")
    tour = tab.get_by_role("region", name="Five things to try")
    await expect(tour.get_by_role("listitem").filter(has_text="done")).to_have_count(4)


@pytest.mark.slow
async def test_an_alert_is_acknowledged_and_resolves(tab, picture):
    await tab.get_by_role("button", name="Break things").click()
    charger = tab.get_by_role("group", name="NL-AMS-0008")
    await charger.get_by_role("button", name="Take offline").click()
    await tab.get_by_label("Find a charger to break").fill("AMS-0008")
    await go(tab, "alerts")
    alert = tab.get_by_role("article").filter(has_text="Offline: NL-AMS-0008")
    await expect(alert).to_contain_text("Firing")
    await picture("alert")

    await act_as(tab, "On-call engineer")
    await alert.get_by_role("button", name="Acknowledge").click()
    await expect(alert).to_contain_text("Acknowledged")
    await charger.get_by_role("button", name="Bring back").click()
    await expect(alert).to_contain_text("Resolved")
    await picture("resolved")

    await tab.get_by_role("button", name="Raw calls").click()
    calls = tab.get_by_role("list", name="Calls")
    await tab.get_by_label("Filter calls").fill("block_actions")
    await expect(calls.get_by_role("listitem")).to_have_count(1)
    await calls.get_by_role("button", name="block_actions").click()
    await expect(calls.get_by_text('"type": "block_actions"').first).to_be_visible()
    await picture("calls")


@pytest.mark.slow
async def test_alerts_are_silenced(tab, picture):
    await write(tab, "/alerts silence")
    form = tab.get_by_role("dialog")
    charger = form.get_by_role("combobox", name="Charger")
    await charger.click()
    await charger.press_sequentially("AMS-0004")
    await form.get_by_role("option", name="NL-AMS-0004").click()
    await form.get_by_label("Reason").fill("The electrician is there until noon")
    await form.get_by_role("button", name="What would it hide?").click()
    await expect(form).to_contain_text("now, and would have hidden")
    await form.get_by_text("now, and would have hidden").scroll_into_view_if_needed()
    await picture("silence")
    await form.get_by_role("button", name="Silence", exact=True).click()
    await expect(form.get_by_label("Reason")).to_have_count(0)


@pytest.mark.slow
async def test_chargers_are_imported_with_progress(tab, sandbox, picture):
    await write(tab, "/charger import")
    form = tab.get_by_role("dialog")
    await form.get_by_label("Or a CSV file").set_input_files(
        {
            "name": "new-chargers.csv",
            "mimeType": "text/csv",
            "buffer": b"identity\nNL-AMS-0101\nNL-AMS-0102\nNL AMS 0103\n",
        }
    )
    await expect(form.get_by_text("new-chargers.csv")).to_be_visible()
    await form.get_by_role("button", name="Look at it first").click()
    await expect(form).to_contain_text("2 chargers would be registered")
    await form.get_by_label("Reason").fill("The new car park")
    await picture("import")
    await form.get_by_role("button", name="Ask for approval").click()
    await expect(form.get_by_label("Reason")).to_have_count(0)

    await act_as(tab, "Approver")
    await close_modal(tab)
    await go(tab, "approvals")
    card = tab.get_by_role("article").filter(has_text="Import")
    await expect(card).to_contain_text("Waiting for a decision")
    await card.get_by_role("button", name="Approve").click()
    await expect(card).to_contain_text("Done")
    assert sandbox.clouds.world.charger("NL-AMS-0102")
    await picture("imported")


@pytest.mark.slow
async def test_smart_charging_is_asked_for_in_its_form(tab, picture):
    await write(tab, "/site list")
    await tab.get_by_role("button", name="Show Hanzeland").click()
    await newest(tab).get_by_role("button", name="Smart charging…").click()
    form = tab.get_by_role("dialog")
    await form.get_by_role("combobox", name="When to charge").click()
    await form.get_by_role("option", name="Off-peak").click()
    await form.get_by_label("Time zone").fill("Europe/Amsterdam")
    await form.get_by_label("Off-peak from").fill("22:30")
    await form.get_by_label("Off-peak until").fill("06:30")
    await form.get_by_label("Reason").fill("The new night tariff")
    await picture("smart-charging")
    await form.get_by_role("button", name="Ask for approval").click()
    await expect(form.get_by_label("Reason")).to_have_count(0)
    await close_modal(tab)

    await go(tab, "approvals")
    await expect(newest(tab, "#approvals")).to_contain_text("22:30")


@pytest.mark.slow
async def test_home_shows_what_matters_to_the_person(tab, picture):
    await tab.get_by_role("button", name="Chargehand Home").click()
    home = tab.get_by_role("region", name="Home")
    await expect(home.get_by_role("heading", name="Chargers")).to_be_visible()
    await expect(home.get_by_role("button", name="Register a charger")).to_be_visible()
    await picture("home")
