"""A small Bolt app that shows every block and element there is; it knows nothing of the page."""

import re
from typing import Any

from slack_bolt.async_app import AsyncApp

Json = dict[str, Any]
FRUIT = ("apple", "apricot", "banana", "cherry", "pear")
WORST = '<img src=x onerror="window.hacked=1"> &lt;script&gt;window.hacked=1&lt;/script&gt;'


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str, description: str = "") -> Json:
    shown = {"text": plain(text), "value": text}
    return shown | ({"description": plain(description)} if description else {})


FRUITS = [option(name) for name in FRUIT]
CONFIRM = {
    "title": plain("Really?"),
    "text": mrkdwn("This *cannot* be undone."),
    "confirm": plain("Yes, do it"),
    "deny": plain("No"),
    "style": "danger",
}


def button(action_id: str, text: str, **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(text), **more}


def rich(kind: str, *elements: Json, **more: Any) -> Json:
    return {"type": kind, "elements": list(elements), **more}


def piece(kind: str, **more: Any) -> Json:
    return {"type": kind, **more}


RICH_TEXT = rich(
    "rich_text",
    rich(
        "rich_text_section",
        piece("text", text="Bold", style={"bold": True}),
        piece("text", text=" and "),
        piece("text", text="code", style={"code": True}),
        piece("text", text=", for "),
        piece("user", user_id="U0ADA"),
        piece("text", text=" and "),
        piece("usergroup", usergroup_id="S0LEADS"),
        piece("text", text=" in "),
        piece("channel", channel_id="C0ORDERS"),
        piece("broadcast", range="here"),
        piece("emoji", name="zap"),
        piece("link", url="https://example.com/docs", text="the docs"),
        piece("color", value="#14532d"),
        piece("date", timestamp=1_767_225_600, format="{date_num}", fallback="2026-01-01"),
    ),
    rich(
        "rich_text_list",
        rich("rich_text_section", piece("text", text="First point")),
        rich("rich_text_section", piece("text", text="Second point")),
        style="bullet",
    ),
    rich(
        "rich_text_list",
        rich("rich_text_section", piece("text", text="Step three")),
        style="ordered",
        offset=2,
        indent=1,
    ),
    rich("rich_text_quote", piece("text", text="A quoted sentence")),
    rich("rich_text_preformatted", piece("text", text="raw <b>text</b>\nsecond line")),
)
TABLE = {
    "type": "table",
    "column_settings": [{"is_wrapped": True}, {"align": "right"}],
    "rows": [
        [{"type": "raw_text", "text": "Fruit"}, {"type": "raw_text", "text": "Kilograms"}],
        [{"type": "raw_text", "text": "apple"}, {"type": "raw_number", "value": 12}],
        [
            rich(
                "rich_text",
                rich("rich_text_section", piece("text", text="pear", style={"bold": True})),
            ),
            {"type": "raw_number", "value": 3.5, "text": "3.5"},
        ],
    ],
}


def message_blocks(picture: str) -> list[Json]:
    return [
        {"type": "header", "text": plain("Everything on a message :zap:")},
        {
            "type": "section",
            "text": mrkdwn(
                "*Bold* _italic_ ~gone~ `code` <https://example.com|a link> <@U0ADA> "
                "<!subteam^S0LEADS> <#C0ORDERS> :white_check_mark: :no_such_name:\n"
                "&gt; quoted\n```fenced\n  code```<!date^1767225600^{date_num} {time}|then>"
            ),
            "accessory": {
                "type": "overflow",
                "action_id": "more",
                "options": [option("Copy"), option("Forget")],
            },
        },
        {"type": "section", "fields": [mrkdwn("*Site*\nHarbour"), plain("No *markup* here")]},
        {
            "type": "section",
            "text": mrkdwn(WORST),
            "accessory": {"type": "image", "slack_file": {"id": picture}, "alt_text": "A square"},
        },
        {"type": "divider"},
        RICH_TEXT,
        {"type": "markdown", "text": "# Heading\n**strong** [docs](https://example.com)\n- item"},
        TABLE,
        {"type": "image", "slack_file": {"id": picture}, "alt_text": "A red square"},
        {
            "type": "context",
            "elements": [
                {
                    "type": "image",
                    "image_url": "https://example.com/a.png",
                    "alt_text": "elsewhere",
                },
                mrkdwn("Seen _two minutes_ ago"),
            ],
        },
        {
            "type": "section",
            "text": mrkdwn("When?"),
            "accessory": {"type": "datepicker", "action_id": "day", "initial_date": "2026-03-09"},
        },
        {
            "type": "actions",
            "elements": [
                button("plain", "Plain"),
                button("good", "Good", style="primary"),
                button("bad", "Bad", style="danger", confirm=CONFIRM),
                {
                    "type": "static_select",
                    "action_id": "fruit",
                    "placeholder": plain("A fruit"),
                    "options": FRUITS,
                },
            ],
        },
    ]


def field(label: str, element: Json, **more: Any) -> Json:
    """An input block; its id is the type of its element."""
    kind = more.pop("block_id", element["type"])
    return {
        "type": "input",
        "block_id": kind,
        "label": plain(label),
        "element": {"action_id": "value", **element},
        **more,
    }


def modal(extra: list[Json] | None = None) -> Json:
    """A modal with every input there is."""
    choices = [option("Small", "Up to 11 kW"), option("Large")]
    people = [
        field("Person", {"type": "users_select"}, optional=True),
        field("People", {"type": "multi_users_select"}, optional=True),
        field("Place", {"type": "conversations_select"}, optional=True),
        field("Places", {"type": "multi_conversations_select"}, optional=True),
        field("Channel", {"type": "channels_select"}, optional=True),
        field("Channels", {"type": "multi_channels_select"}, optional=True),
    ]
    times = [
        field("Day", {"type": "datepicker"}, optional=True),
        field("Time", {"type": "timepicker"}, optional=True),
        field("Moment", {"type": "datetimepicker"}, optional=True),
    ]
    texts = [
        field("Name", {"type": "plain_text_input"}, hint=plain("As on the plate")),
        field(
            "Remark",
            {"type": "plain_text_input", "multiline": True},
            block_id="multiline",
            optional=True,
        ),
        field("Amount", {"type": "number_input", "is_decimal_allowed": False}, optional=True),
        field("Email", {"type": "email_text_input"}, optional=True),
        field("Address", {"type": "url_text_input"}, optional=True),
        field("Story", {"type": "rich_text_input"}, optional=True),
        field("File", {"type": "file_input", "filetypes": ["csv"], "max_files": 2}, optional=True),
    ]
    selects = [
        field(
            "Fruit",
            {"type": "static_select", "options": FRUITS},
            dispatch_action=True,
            optional=True,
        ),
        field("Fruits", {"type": "multi_static_select", "options": FRUITS}, optional=True),
        field("Search", {"type": "external_select", "min_query_length": 0}, optional=True),
        field("Searches", {"type": "multi_external_select", "min_query_length": 1}, optional=True),
        field("Size", {"type": "radio_buttons", "options": choices}, optional=True),
        field("Extras", {"type": "checkboxes", "options": choices}, optional=True),
    ]
    return {
        "type": "modal",
        "callback_id": "everything",
        "title": plain("Every field"),
        "submit": plain("Send"),
        "blocks": [*texts, *selects, *(extra or []), *people, *times],
    }


def simple_modal(title: str, text: str) -> Json:
    section = {"type": "section", "text": mrkdwn(text)}
    push = {"type": "actions", "elements": [button("push", "One more")]}
    return {"type": "modal", "title": plain(title), "blocks": [section, push]}


def register(app: AsyncApp) -> None:
    """The whole app; `app.seen` collects what people sent."""
    register_forms(app)
    register_messages(app)


def register_forms(app: AsyncApp) -> None:
    """Modals, in every way they can go on."""

    @app.command("/order")
    async def order(ack, body, client, respond):
        await ack()
        if body["text"] == "form":
            await client.views_open(trigger_id=body["trigger_id"], view=modal())
        elif body["text"] == "stack":
            await client.views_open(
                trigger_id=body["trigger_id"], view=simple_modal("First", "The first of them")
            )
        else:
            await respond(text=f"You said _{body['text']}_")

    @app.options("value")
    async def offer(ack, payload):
        await ack(options=[option(name) for name in FRUIT if payload["value"] in name])

    @app.action("value")
    async def unfold(ack, body, client):
        await ack()
        chosen = body["actions"][0]["selected_option"]["text"]["text"]
        extra = field(f"Why {chosen}", {"type": "plain_text_input"}, block_id="why", optional=True)
        await client.views_update(
            view_id=body["view"]["id"], hash=body["view"]["hash"], view=modal([extra])
        )

    @app.view("everything")
    async def submitted(ack, view, body, client):
        values = view["state"]["values"]
        if values["plain_text_input"]["value"]["value"] == "wrong":
            await ack(response_action="errors", errors={"plain_text_input": "This name is taken."})
            return
        await ack()
        app.seen.append(values)
        await client.chat_postMessage(channel="C0ORDERS", text=f"<@{body['user']['id']}> is done")

    @app.action("push")
    async def push(ack, body, client):
        await ack()
        await client.views_push(
            trigger_id=body["trigger_id"], view=simple_modal("Second", "The second of them")
        )


def register_messages(app: AsyncApp) -> None:
    """What is pressed on messages and Home."""

    @app.action(re.compile("^(plain|good|bad|more|fruit|day)$"))
    async def pressed(ack, body, respond):
        await ack()
        done = body["actions"][0]
        app.seen.append(done)
        await respond(text=f"pressed {done['action_id']}", replace_original=False)

    @app.event("app_home_opened")
    async def home(event, client):
        block = {"type": "section", "text": mrkdwn(f"Welcome, <@{event['user']}>")}
        view = {
            "type": "home",
            "blocks": [block, {"type": "actions", "elements": [button("plain", "Go")]}],
        }
        await client.views_publish(user_id=event["user"], view=view)

    @app.event("app_mention")
    async def reply(event, say):
        await say(text="at your service", thread_ts=event.get("thread_ts", event["ts"]))

    @app.event("reaction_added")
    @app.event("message")
    async def ignore():
        pass
