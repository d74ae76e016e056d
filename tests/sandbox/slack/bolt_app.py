"""A small Bolt app as anyone would write it; it knows nothing of the sandbox."""

from typing import Any

from slack_bolt.async_app import AsyncApp

MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "order",
    "title": {"type": "plain_text", "text": "Order"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "amount",
            "label": {"type": "plain_text", "text": "How many"},
            "element": {"type": "plain_text_input", "action_id": "amount"},
        },
        {
            "type": "input",
            "block_id": "what",
            "label": {"type": "plain_text", "text": "What"},
            "element": {
                "type": "external_select",
                "action_id": "fruit",
                "min_query_length": 1,
            },
        },
    ],
}
FRUIT = ("apple", "apricot", "pear")


def order_blocks(text: str, *, with_button: bool) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": {"type": "mrkdwn", "text": text}},
    ]
    if with_button:
        button = {
            "type": "button",
            "action_id": "deliver",
            "text": {"type": "plain_text", "text": "Deliver"},
            "value": "1",
        }
        blocks.append({"type": "actions", "elements": [button]})
    return blocks


def register(app: AsyncApp) -> None:
    @app.command("/order")
    async def open_form(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.options("fruit")
    async def offer(ack, payload):
        fitting = [name for name in FRUIT if name.startswith(payload["value"])]
        await ack(
            options=[
                {"text": {"type": "plain_text", "text": name}, "value": name} for name in fitting
            ]
        )

    @app.view("order")
    async def take_order(ack, view, body, client):
        values = view["state"]["values"]
        amount = values["amount"]["amount"]["value"]
        if not amount.isdigit():
            await ack(response_action="errors", errors={"amount": "A number, please."})
            return
        await ack()
        fruit = values["what"]["fruit"]["selected_option"]["value"]
        text = f"<@{body['user']['id']}> wants {amount} x {fruit}"
        await client.chat_postMessage(
            channel="C0ORDERS", text=text, blocks=order_blocks(text, with_button=True)
        )

    @app.action("deliver")
    async def deliver(ack, body, client, respond):
        await ack()
        text = f"delivered by <@{body['user']['id']}>"
        await client.chat_update(
            channel=body["channel"]["id"],
            ts=body["message"]["ts"],
            text=text,
            blocks=order_blocks(text, with_button=False),
        )
        await respond(text="thank you", replace_original=False)

    @app.event("app_home_opened")
    async def show_home(event, client):
        block = {"type": "section", "text": {"type": "mrkdwn", "text": "no open orders"}}
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [block]})

    @app.event("app_mention")
    async def reply(event, say):
        await say(text="at your service", thread_ts=event["ts"])

    @app.event("message")
    async def ignore():
        pass
