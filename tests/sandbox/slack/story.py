"""One story that any faithful app passes, whatever language and way of delivery."""

from bot.sandbox.people import Person
from bot.sandbox.slack.server import SlackServer


async def order_fruit(slack: SlackServer) -> None:
    ada, ben = Person(slack, "ada"), Person(slack, "ben")

    await ada.command("orders", "/order")
    await ada.modal(title="Order")
    await ada.fill("How many", "some")
    assert await ada.search("What", "ap") == ["apple", "apricot"]
    await ada.pick("What", "apricot", query="ap")
    assert await ada.submit() == {"How many": "A number, please."}
    await ada.fill("How many", "3")
    assert await ada.submit() == {}
    await ada.no_modal()

    order = await ben.sees("orders", "@ada wants 3 x apricot")
    await ben.press("Deliver", order)
    await ben.sees("orders", "thank you")
    delivered = await ada.sees("orders", "delivered by @ben")
    assert delivered is order
    assert len(order.blocks) == 1
    assert all("thank you" not in ada.text_of(message) for message in ada.messages("orders"))

    await ada.open_home()
    await ada.home("no open orders")
    assert slack.workspace.views.home(ben.id) is None

    question = await ada.mention("orders", "are you there?")
    await ben.sees("orders", "at your service", thread=question)
    await slack.events.settled()
    assert slack.workspace.notices == []
    assert [call for call in slack.workspace.calls.all() if call.status != 200] == []
