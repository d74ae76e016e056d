"""What the app gets when people act, and what becomes of its answers."""

import aiohttp
import pytest

from tests.sandbox.slack.raw_app import (
    SILENCE,
    actions,
    button,
    modal,
    option,
    section,
    text_input,
)


async def answer_at(url, **body):
    """Post to a response URL; status and answer."""
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
        return response.status, await response.json()


async def card(web_client, *elements, channel="C0ORDERS"):
    sent = await web_client.chat_postMessage(
        channel=channel, text="card", blocks=[section("card"), actions(*elements)]
    )
    return sent["ts"]


@pytest.mark.parametrize(
    ("command", "typed", "sent"),
    [
        ("/order", "for @ada", "for <@U0ADA>"),
        (
            "/order",
            "@leads in #orders & <b>",
            "<!subteam^S0LEADS> in <#C0ORDERS|orders> &amp; &lt;b&gt;",
        ),
        ("/order", "see https://example.com/a", "see <https://example.com/a>"),
        ("/order", "@nobody", "@nobody"),
        ("/plain", "for @ada & <b>", "for @ada & <b>"),
    ],
)
async def test_command_text_is_escaped_where_the_manifest_says_so(
    raw_app, ada, command, typed, sent
):
    await ada.command("orders", f"{command} {typed}")

    assert raw_app.received[0]["payload"]["text"] == sent


async def test_a_private_channel_is_mentioned_without_its_name(slack, raw_app, ada):
    slack.workspace.add_channel("secret", [], is_private=True)

    await ada.command("orders", "/order #secret")

    assert raw_app.received[0]["payload"]["text"] == "<#C0SECRET|>"


async def test_a_command_ends_at_the_first_space_or_line(raw_app, ada):
    await ada.command("orders", "/order\ntwo\nlines")

    payload = raw_app.received[0]["payload"]
    assert (payload["command"], payload["text"]) == ("/order", "two\nlines")


async def test_private_channels_are_not_named_to_the_app(slack, web_client, raw_app, ada):
    slack.workspace.add_channel("secret", [ada.user], is_private=True)
    await card(web_client, button("Go", "go"), channel="C0SECRET")

    await ada.command("secret", "/order two")
    await ada.press("Go", await ada.sees("secret", "card"))

    assert raw_app.received[0]["payload"]["channel_name"] == "privategroup"
    assert raw_app.payloads("block_actions")[0]["channel"]["name"] == "privategroup"


async def test_an_answer_to_a_command_that_is_no_message_fails_before_the_person(raw_app, ada):
    raw_app.answer = lambda _: ["two"]

    await ada.command("orders", "/order")

    assert ada.notices[0].code == "invalid_response"


async def test_an_unknown_command_reaches_nobody(raw_app, ada):
    await ada.command("orders", "/pay")

    assert raw_app.received == []
    assert ada.notices[0].code == "invalid_command"


async def test_an_answer_in_channel_shows_the_typed_command_too(raw_app, ada, ben):
    raw_app.answer = lambda _: {"text": "here", "response_type": "in_channel"}

    await ada.command("orders", "/order two")

    assert [m.text for m in ben.messages("orders")] == ["/order two", "here"]


async def test_an_answer_with_bad_blocks_fails_before_the_person(raw_app, ada):
    raw_app.answer = lambda _: {"blocks": [section("")]}

    await ada.command("orders", "/order")

    assert ada.notices[0].code == "invalid_blocks"
    assert ada.messages("orders") == []


async def test_a_click_tells_what_was_pressed_where(web_client, raw_app, ada):
    ts = await card(web_client, button("Go", "go", value="7"))

    await ada.press("Go", await ada.sees("orders", "card"))

    [payload] = raw_app.payloads("block_actions")
    [pressed] = payload["actions"]
    assert (pressed["action_id"], pressed["value"]) == ("go", "7")
    assert payload["container"]["message_ts"] == ts
    assert payload["message"]["ts"] == ts
    assert payload["channel"]["id"] == "C0ORDERS"
    assert payload["user"]["id"] == ada.id


async def test_a_click_on_an_ephemeral_message_carries_no_message(web_client, raw_app, ada):
    await web_client.chat_postEphemeral(
        channel="C0ORDERS", user=ada.id, text="psst", blocks=[actions(button("Go", "go"))]
    )

    await ada.press("Go", await ada.sees("orders", "Go"))

    [payload] = raw_app.payloads("block_actions")
    assert "message" not in payload
    assert payload["container"]["is_ephemeral"] is True


async def test_an_app_without_interactivity_in_its_manifest_gets_no_clicks(
    slack, web_client, raw_app, ada
):
    """Otherwise a forgotten switch would be noticed in the real workspace only."""
    slack.workspace.app.interactive = False
    await card(web_client, button("Go", "go"))

    await ada.press("Go", await ada.sees("orders", "card"))

    assert raw_app.payloads("block_actions") == []
    assert ada.notices[0].code == "dispatch_failed"


async def test_buttons_in_attachments_can_be_pressed(web_client, raw_app, ada):
    await web_client.chat_postMessage(
        channel="C0ORDERS",
        text="alert",
        attachments=[{"color": "#f00", "blocks": [actions(button("Go", "go"))]}],
    )

    await ada.press("Go", await ada.sees("orders", "Go"))

    assert raw_app.payloads("block_actions")[0]["actions"][0]["action_id"] == "go"


async def test_a_click_that_nobody_acknowledges_is_told_and_not_repeated(
    slack, web_client, raw_app, ada
):
    slack.sockets.ack_seconds = 0.02
    await card(web_client, button("Go", "go"))
    raw_app.answer = lambda _: SILENCE

    await ada.press("Go", await ada.sees("orders", "card"))

    assert ada.notices[0].code == "operation_timeout"
    assert len(raw_app.payloads("block_actions")) == 1


async def test_a_choice_in_a_message_is_sent_with_its_state(web_client, raw_app, ada):
    select = {"type": "static_select", "action_id": "s", "options": [option("a"), option("b")]}
    await card(web_client, select)

    await ada.choose("s", "b", on=await ada.sees("orders", "card"))

    [payload] = raw_app.payloads("block_actions")
    assert payload["actions"][0]["selected_option"]["value"] == "b"
    [values] = payload["state"]["values"].values()
    assert values["s"]["selected_option"]["value"] == "b"


# triggers


async def trigger(raw_app, ada):
    await ada.command("orders", "/order")
    return raw_app.received[-1]["payload"]["trigger_id"]


async def test_a_trigger_works_once(web_client, raw_app, refused, ada):
    trigger_id = await trigger(raw_app, ada)
    await web_client.views_open(trigger_id=trigger_id, view=modal(section("a")))

    again = await refused("views.open", trigger_id=trigger_id, view=modal(section("a")))

    assert again == "exchanged_trigger_id"


async def test_a_trigger_grows_old(slack, raw_app, refused, ada):
    slack.workspace.triggers._seconds = -1.0
    trigger_id = await trigger(raw_app, ada)

    code = await refused("views.open", trigger_id=trigger_id, view=modal(section("a")))

    assert code == "expired_trigger_id"
    assert ada.top_modal is None


async def test_a_made_up_trigger_is_invalid(refused):
    code = await refused("views.open", trigger_id="1.2.3", view=modal(section("a")))

    assert code == "invalid_trigger_id"


async def test_a_view_that_is_refused_leaves_the_trigger(web_client, raw_app, refused, ada):
    trigger_id = await trigger(raw_app, ada)
    bad = modal(text_input("i", "I")) | {"submit": None}

    assert await refused("views.open", trigger_id=trigger_id, view=bad) == "invalid_arguments"
    await web_client.views_open(trigger_id=trigger_id, view=modal(section("a")))


# response URLs


async def test_a_response_url_takes_five_posts(raw_app, ada):
    await ada.command("orders", "/order")
    url = raw_app.received[0]["payload"]["response_url"]

    statuses = [(await answer_at(url, text=str(n)))[0] for n in range(5)]
    status, body = await answer_at(url, text="one too many")

    assert statuses == [200] * 5
    assert (status, body["error"]) == (404, "used_url")
    assert [m.text for m in ada.messages("orders")] == ["0", "1", "2", "3", "4"]


async def test_a_response_url_lasts_half_an_hour(raw_app, ada, clock):
    await ada.command("orders", "/order")
    url = raw_app.received[0]["payload"]["response_url"]

    await clock.advance(29 * 60)
    assert (await answer_at(url, text="in time"))[0] == 200
    await clock.advance(2 * 60)
    status, body = await answer_at(url, text="too late")

    assert (status, body["error"]) == (404, "expired_url")


async def test_the_answer_to_a_command_cannot_be_replaced(raw_app, ada):
    await ada.command("orders", "/order")
    url = raw_app.received[0]["payload"]["response_url"]

    await answer_at(url, text="working")
    await answer_at(url, text="done", replace_original=True)

    assert [m.text for m in ada.messages("orders")] == ["working", "done"]


async def test_the_message_of_a_click_is_replaced_or_deleted(web_client, raw_app, ada):
    await card(web_client, button("Go", "go"))
    message = await ada.sees("orders", "card")
    await ada.press("Go", message)
    url = raw_app.payloads("block_actions")[0]["response_url"]

    await answer_at(url, text="beside", response_type="in_channel")
    await answer_at(url, text="changed", replace_original=True)
    assert [m.text for m in ada.messages("orders")] == ["changed", "beside"]
    await answer_at(url, delete_original=True)

    assert [m.text for m in ada.messages("orders")] == ["beside"]


async def test_an_ephemeral_message_is_replaced_at_its_response_url(web_client, raw_app, ada):
    await web_client.chat_postEphemeral(
        channel="C0ORDERS", user=ada.id, text="psst", blocks=[actions(button("Go", "go"))]
    )
    await ada.press("Go", await ada.sees("orders", "Go"))
    url = raw_app.payloads("block_actions")[0]["response_url"]

    await answer_at(url, text="changed", replace_original=True)

    [message] = ada.messages("orders")
    assert (message.text, message.visible_to) == ("changed", ada.id)


async def test_a_bad_answer_at_a_response_url_is_refused(raw_app, ada):
    await ada.command("orders", "/order")
    url = raw_app.received[0]["payload"]["response_url"]

    status, body = await answer_at(url, blocks=[section("")])

    assert (status, body["error"]) == (400, "invalid_blocks")
    assert ada.messages("orders") == []


# options


PLAIN = {"type": "plain_text", "text": "Fruit"}
SELECT = {"type": "external_select", "action_id": "e", "min_query_length": 2}


@pytest.mark.parametrize(
    ("answer", "offered"),
    [
        ({"options": [option("pear")]}, ["pear"]),
        ({"option_groups": [{"label": PLAIN, "options": [option("pear")]}]}, ["pear"]),
        ({"options": []}, []),
        ({"options": [option(str(n)) for n in range(101)]}, None),
        ({"options": [option("long" * 19)]}, None),
        ({"options": [{"text": {}}]}, None),
        ({"options": [{"text": "pear", "value": "pear"}]}, None),
        ({"options": ["pear"]}, None),
        ({"option_groups": ["pear"]}, None),
        (None, None),
    ],
    ids=[
        "options",
        "groups",
        "none",
        "too-many",
        "too-long",
        "malformed",
        "words",
        "no-options",
        "no-groups",
        "no-answer",
    ],
)
async def test_offered_options_are_checked(web_client, raw_app, ada, answer, offered):
    await card(web_client, SELECT)
    raw_app.answer = lambda _: answer

    found = await ada.search("e", "pe", on=await ada.sees("orders", "card"))

    assert found == (offered or [])
    assert [notice.code for notice in ada.notices] == (
        [] if offered is not None else ["invalid_options"]
    )


async def test_a_short_query_reaches_nobody(web_client, raw_app, ada):
    await card(web_client, SELECT)

    assert await ada.search("e", "p", on=await ada.sees("orders", "card")) == []

    assert raw_app.payloads("block_suggestion") == []


# shortcuts, Home, events


async def test_shortcuts_bring_a_trigger(web_client, raw_app, ada):
    message = await ada.say("orders", "three pears")

    await ada.shortcut("Order fruit")
    await ada.message_shortcut("Order this", message)

    [anywhere] = raw_app.payloads("shortcut")
    [this] = raw_app.payloads("message_action")
    assert anywhere["callback_id"] == "order_anywhere"
    assert this["message"]["text"] == "three pears"
    await web_client.views_open(trigger_id=this["trigger_id"], view=modal(section("a")))
    await ada.modal(title="Form")


async def test_opening_home_is_an_event(slack, raw_app, web_client, ada):
    await web_client.views_publish(user_id=ada.id, view={"type": "home", "blocks": [section("a")]})

    await ada.open_home()
    await slack.events.settled()

    event = raw_app.payloads("app_home_opened")[0]["event"]
    assert (event["user"], event["tab"]) == (ada.id, "home")
    assert event["view"]["type"] == "home"


async def test_a_mention_is_an_event_and_a_message(slack, raw_app, ada):
    await ada.mention("orders", "hello")
    await slack.events.settled()

    event = raw_app.payloads("app_mention")[0]["event"]
    assert event["text"] == "<@U0BOT> hello"
    assert len(raw_app.payloads("message")) == 1


async def test_what_is_not_subscribed_or_allowed_is_not_told(slack, raw_app, ada):
    slack.workspace.app.bot_events -= {"message.im"}
    slack.workspace.app.scopes -= {"channels:history"}

    await ada.write_to_bot("hello")
    await ada.say("orders", "hello")
    await slack.events.settled()

    assert raw_app.received == []


async def test_a_bot_hears_nothing_from_channels_that_it_is_not_in(slack, raw_app, ada):
    slack.workspace.add_channel("else", [ada.user], with_bot=False)

    await ada.mention("else", "hello")
    await slack.events.settled()

    assert raw_app.received == []


async def test_edits_and_deletions_by_people_are_events(slack, raw_app, ada):
    message = await ada.write_to_bot("helo")
    await ada.edit(message, "hello")
    await ada.delete(message)
    await slack.events.settled()

    posted, changed, deleted = (payload["event"] for payload in raw_app.payloads("message"))
    assert "subtype" not in posted
    assert changed["subtype"] == "message_changed"
    assert changed["message"]["text"] == "hello"
    assert changed["previous_message"]["text"] == "helo"
    assert deleted["subtype"] == "message_deleted"
    assert deleted["previous_message"]["text"] == "hello"


async def test_a_deleted_start_of_a_thread_is_told_as_a_change(slack, raw_app, ada):
    """Slack says message_deleted only where nothing is left; here it says tombstone."""
    message = await ada.write_to_bot("hello")
    slack.posts.post(ada.user, slack.workspace.bot_channel(ada.id), "a", thread_ts=message.ts)

    await ada.delete(message)
    await slack.events.settled()

    event = raw_app.payloads("message")[-1]["event"]
    assert event["subtype"] == "message_changed"
    assert event["message"]["subtype"] == "tombstone"
    assert event["previous_message"]["text"] == "hello"


async def test_user_groups_and_accounts_change_with_events(slack, raw_app, ada, ben):
    leads = slack.workspace.user_groups["S0LEADS"]

    slack.administration.set_members(leads, [ada.user])
    slack.administration.deactivate(ben.user)
    await slack.events.settled()

    event = raw_app.payloads("subteam_members_changed")[0]["event"]
    assert (event["added_users"], event["removed_users"]) == ([ada.id], [ben.id])
    assert raw_app.payloads("user_change")[0]["event"]["user"]["deleted"] is True
