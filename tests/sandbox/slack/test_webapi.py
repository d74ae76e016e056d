"""The Web API: arguments, tokens, scopes, and what each method gives and refuses."""

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from tests.sandbox.slack.raw_app import section


async def raw(slack, method, **request):
    """A call made by hand; status, headers and answer."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(slack.api_url + method, **request) as response,
    ):
        return response.status, response.headers, await response.json()


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("json", {"json": {"channel": "C0ORDERS", "text": "hi", "blocks": [section("hi")]}}),
        ("form", {"data": {"channel": "C0ORDERS", "text": "hi", "blocks": "[]"}}),
        ("query", {"params": {"channel": "C0ORDERS", "text": "hi"}}),
    ],
)
async def test_arguments_come_as_json_form_or_query(slack, ada, name, how):
    headers = bearer(slack.workspace.app.bot_token)

    _, _, answer = await raw(slack, "chat.postMessage", headers=headers, **how)

    assert answer["ok"] is True
    await ada.sees("orders", "hi")


@pytest.mark.parametrize(
    ("method", "request_arguments", "code"),
    [
        ("chat.post", {}, "unknown_method"),
        ("auth.test", {}, "not_authed"),
        ("auth.test", {"headers": bearer("xoxb-other")}, "invalid_auth"),
        ("auth.test", {"headers": bearer("xoxb-other"), "data": "{"}, "invalid_auth"),
    ],
)
async def test_a_refusal_is_an_answer_with_status_200(slack, method, request_arguments, code):
    status, _, answer = await raw(slack, method, **request_arguments)

    assert status == 200
    assert answer["ok"] is False
    assert answer["error"] == code


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"data": b"<a/>", "headers": {"Content-Type": "application/xml"}}, "invalid_post_type"),
        ({"data": b"a=1", "skip_auto_headers": ["Content-Type"]}, "missing_post_type"),
        ({"json": ["not", "an", "object"]}, "json_not_object"),
        ({"json": {"token": "the bot's"}}, "not_authed"),
    ],
)
async def test_a_body_that_slack_does_not_take_is_refused(slack, how, code):
    """A token belongs in the header as soon as the body is JSON."""
    if "token" in how.get("json", ()):
        how = {"json": {"token": slack.workspace.app.bot_token}}

    _, _, answer = await raw(slack, "auth.test", **how)

    assert answer["error"] == code


async def test_a_form_may_carry_its_token(slack):
    _, _, answer = await raw(slack, "auth.test", data={"token": slack.workspace.app.bot_token})

    assert answer["ok"] is True


@pytest.mark.parametrize("body", ["nonsense", "[1]", "null"])
async def test_a_response_url_takes_nothing_but_an_object(slack, ada, body):
    channel = slack.workspace.channel_named("orders")
    url = slack.workspace.response_urls.issue("commands", channel.id, ada.id)
    address = f"{slack.base_url}/response/{url.id}"

    async with aiohttp.ClientSession() as session, session.post(address, data=body) as response:
        assert response.status == 400
        assert (await response.json())["error"] == "invalid_payload"


async def test_a_token_opens_only_its_own_methods(slack, web_client):
    app = slack.workspace.app
    _, _, with_app_token = await raw(slack, "users.list", headers=bearer(app.app_token))
    _, _, with_bot_token = await raw(slack, "apps.connections.open", headers=bearer(app.bot_token))

    assert with_app_token["error"] == "not_allowed_token_type"
    assert with_bot_token["error"] == "not_allowed_token_type"


async def test_auth_test_tells_the_scopes(slack, web_client):
    answer = await web_client.auth_test()

    assert answer["user_id"] == "U0BOT"
    assert answer["bot_id"] == "B0SANDBOX"
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


async def test_a_missing_scope_is_named(slack, web_client):
    slack.workspace.app.scopes = frozenset({"commands"})

    with pytest.raises(SlackApiError) as error:
        await web_client.chat_postMessage(channel="C0ORDERS", text="hi")

    assert error.value.response["error"] == "missing_scope"
    assert error.value.response["needed"] == "chat:write"
    assert error.value.response["provided"] == "commands"


async def test_broken_json_is_refused(slack):
    headers = bearer(slack.workspace.app.bot_token) | {"Content-Type": "application/json"}

    _, _, broken = await raw(slack, "auth.test", headers=headers, data="{")
    _, _, a_list = await raw(slack, "auth.test", headers=headers, data="[]")

    assert broken["error"] == "invalid_json"
    assert a_list["error"] == "json_not_object"


REFUSALS = [
    ("chat.postMessage", {"channel": "C0NOWHERE", "text": "a"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "C0ELSE", "text": "a"}, "not_in_channel"),
    ("chat.postMessage", {"channel": "C0SECRET", "text": "a"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "C0OLD", "text": "a"}, "is_archived"),
    ("chat.postMessage", {"channel": "C0ORDERS"}, "no_text"),
    ("chat.postMessage", {"channel": "C0ORDERS", "blocks": [section("")]}, "invalid_blocks"),
    ("chat.postMessage", {"channel": "C0ORDERS", "blocks": "{"}, "invalid_blocks_format"),
    (
        "chat.postMessage",
        {"channel": "C0ORDERS", "blocks": [section("a" * 2900)] * 5},
        "msg_blocks_too_long",
    ),
    (
        "chat.postMessage",
        {"channel": "C0ORDERS", "text": "a", "metadata": {"event_type": "x"}},
        "invalid_metadata_schema",
    ),
    (
        "chat.postMessage",
        {"channel": "C0ORDERS", "text": "a", "markdown_text": "b"},
        "markdown_text_conflict",
    ),
    (
        "chat.postMessage",
        {"channel": "C0ORDERS", "text": "a", "thread_ts": "1.000000"},
        "thread_not_found",
    ),
    ("chat.update", {"channel": "C0ORDERS", "ts": "1.0", "text": "a"}, "message_not_found"),
    ("chat.delete", {"channel": "C0ORDERS", "ts": "1.0"}, "message_not_found"),
    (
        "chat.postEphemeral",
        {"channel": "C0ORDERS", "user": "U0CEM", "text": "a"},
        "user_not_in_channel",
    ),
    ("chat.scheduleMessage", {"channel": "C0ORDERS", "text": "a", "post_at": 1}, "time_in_past"),
    (
        "chat.scheduleMessage",
        {"channel": "C0ORDERS", "text": "a", "post_at": 9_999_999_999},
        "time_too_far",
    ),
    ("conversations.info", {"channel": "C0SECRET"}, "channel_not_found"),
    ("conversations.history", {"channel": "C0ELSE"}, "not_in_channel"),
    (
        "conversations.history",
        {"channel": "C0ORDERS", "oldest": "yesterday"},
        "invalid_ts_oldest",
    ),
    ("conversations.history", {"channel": "C0ORDERS", "latest": "nan"}, "invalid_ts_latest"),
    ("files.completeUploadExternal", {"files": ["F0NONE"]}, "invalid_arguments"),
    ("blocks.validate", {"blocks": "{}", "view": "{}"}, "invalid_arguments"),
    ("blocks.validate", {"view": "[1]"}, "invalid_arguments"),
    ("blocks.validate", {"view": {"type": ["modal"]}}, "invalid_arguments"),
    ("conversations.replies", {"channel": "C0ORDERS", "ts": "1.0"}, "thread_not_found"),
    ("conversations.list", {"types": "rooms"}, "invalid_types"),
    ("conversations.list", {"cursor": "?"}, "invalid_cursor"),
    ("conversations.open", {"users": "U0NOBODY"}, "user_not_found"),
    ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
    ("users.lookupByEmail", {"email": "no@example.com"}, "users_not_found"),
    ("usergroups.users.list", {"usergroup": "S0NONE"}, "no_such_subteam"),
    (
        "reactions.add",
        {"channel": "C0ORDERS", "timestamp": "1.0", "name": "eyes"},
        "message_not_found",
    ),
    ("views.open", {"trigger_id": "1.2.3", "view": {"type": "home"}}, "invalid_arguments"),
    ("views.update", {"view": {"type": "modal"}}, "invalid_arguments"),
    ("files.info", {"file": "F0NONE"}, "file_not_found"),
    ("bots.info", {"bot": "B0NONE"}, "bot_not_found"),
]


@pytest.mark.parametrize(
    ("method", "arguments", "code"), REFUSALS, ids=[f"{m}-{c}" for m, _, c in REFUSALS]
)
async def test_a_method_refuses_with_slacks_code(slack, refused, method, arguments, code):
    workspace = slack.workspace
    people = [workspace.users["U0ADA"]]
    workspace.add_channel("else", people, with_bot=False)
    workspace.add_channel("secret", people, is_private=True, with_bot=False)
    slack.administration.archive(workspace.add_channel("old", people))

    assert await refused(method, **arguments) == code


async def test_nobody_but_its_author_changes_a_message(slack, ada, refused):
    message = await ada.say("orders", "mine")

    where = {"channel": "C0ORDERS", "ts": message.ts}
    assert await refused("chat.update", text="yours", **where) == "cant_update_message"
    assert await refused("chat.delete", **where) == "cant_delete_message"
    assert message.text == "mine"


async def test_an_ephemeral_message_cannot_be_updated(slack, web_client, refused, ada, ben):
    sent = await web_client.chat_postEphemeral(channel="C0ORDERS", user=ada.id, text="psst")

    await ada.sees("orders", "psst")
    assert ben.messages("orders") == []
    where = {"channel": "C0ORDERS", "ts": sent["message_ts"]}
    assert await refused("chat.update", text="hey", **where) == "message_not_found"


async def test_time_stamps_are_unique_and_increase(web_client):
    """The clock stands still here, and still no two messages share a time stamp."""
    sent = [await web_client.chat_postMessage(channel="C0ORDERS", text="a") for _ in range(3)]

    stamps = [answer["ts"] for answer in sent]
    assert stamps == sorted(set(stamps))
    assert all(len(stamp.split(".")[1]) == 6 for stamp in stamps)


async def test_an_update_with_text_alone_drops_the_blocks(web_client, ada):
    sent = await web_client.chat_postMessage(
        channel="C0ORDERS", text="a", blocks=[section("b")], metadata=METADATA
    )

    await web_client.chat_update(channel="C0ORDERS", ts=sent["ts"], text="c")

    message = await ada.sees("orders", "c")
    assert message.blocks == []
    assert message.metadata == METADATA
    assert message.edited is not None


async def test_rich_text_gives_way_to_rich_text_only(web_client, refused):
    words = {"type": "rich_text_section", "elements": [{"type": "text", "text": "a"}]}
    rich = {"type": "rich_text", "elements": [words]}
    sent = await web_client.chat_postMessage(channel="C0ORDERS", blocks=[rich], text="a")
    message = {"channel": "C0ORDERS", "ts": sent["ts"]}

    assert await refused("chat.update", **message, blocks=[section("b")]) == "block_mismatch"
    assert (await web_client.chat_update(**message, blocks=[section("b"), rich], text="b"))["ok"]


async def test_wrong_blocks_are_named_twice_as_slack_does(web_client):
    with pytest.raises(SlackApiError) as refusal:
        await web_client.chat_postMessage(channel="C0ORDERS", text="a", blocks=[section("")])

    answer = refusal.value.response
    [error] = answer["errors"]
    assert error.endswith("[json-pointer:/blocks/0/text/text]")
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {error}"]


METADATA = {"event_type": "sent", "event_payload": {"key": "k1"}}


async def test_an_update_keeps_the_attachments_that_it_does_not_name(web_client, ada):
    sent = await web_client.chat_postMessage(
        channel="C0ORDERS", text="a", attachments=[{"color": "#f00", "blocks": [section("b")]}]
    )
    where = {"channel": "C0ORDERS", "ts": sent["ts"], "text": "c"}

    await web_client.chat_update(**where)
    assert (await ada.sees("orders", "b")).attachments[0]["color"] == "#f00"
    await web_client.chat_update(**where, attachments=[])

    assert (await ada.sees("orders", "c")).attachments == []


async def test_metadata_is_read_back_only_when_asked_for(web_client):
    await web_client.chat_postMessage(channel="C0ORDERS", text="a", metadata=METADATA)

    without = await web_client.conversations_history(channel="C0ORDERS")
    with_all = await web_client.conversations_history(channel="C0ORDERS", include_all_metadata=True)

    assert "metadata" not in without["messages"][0]
    assert with_all["messages"][0]["metadata"] == METADATA


async def test_block_ids_are_kept_and_made_up_where_absent(web_client):
    await web_client.chat_postMessage(
        channel="C0ORDERS", text="a", blocks=[section("a", block_id="mine"), section("b")]
    )

    history = await web_client.conversations_history(channel="C0ORDERS")
    first, second = history["messages"][0]["blocks"]
    assert first["block_id"] == "mine"
    assert second["block_id"]


async def test_text_over_40000_is_cut_with_a_warning(web_client, refused):
    sent = await web_client.chat_postMessage(channel="C0ORDERS", text="a" * 40_001)

    assert sent["response_metadata"]["warnings"] == ["message_truncated"]
    assert len(sent["message"]["text"]) == 40_000
    update = {"channel": "C0ORDERS", "ts": sent["ts"], "text": "a" * 4_001}
    assert await refused("chat.update", **update) == "msg_too_long"


async def test_a_user_id_leads_to_the_direct_messages(web_client, ada, ben):
    sent = await web_client.chat_postMessage(channel=ada.id, text="hello ada")
    opened = await web_client.conversations_open(users=[ada.id])

    assert sent["channel"] == opened["channel"]["id"]
    assert sent["channel"].startswith("D")
    await ada.sees(ada.bot_messages, "hello ada")
    assert ben.messages(ben.bot_messages) == []


async def test_history_is_newest_first_in_pages_without_replies(web_client):
    stamps = []
    for text in "abc":
        sent = await web_client.chat_postMessage(channel="C0ORDERS", text=text)
        stamps.append(sent["ts"])
    await web_client.chat_postMessage(channel="C0ORDERS", text="r", thread_ts=stamps[0])

    first = await web_client.conversations_history(channel="C0ORDERS", limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = await web_client.conversations_history(channel="C0ORDERS", limit=2, cursor=cursor)

    assert [m["text"] for m in first["messages"]] == ["c", "b"]
    assert first["has_more"] is True
    assert [m["text"] for m in second["messages"]] == ["a"]
    assert second["messages"][0]["reply_count"] == 1
    thread = await web_client.conversations_replies(channel="C0ORDERS", ts=stamps[0])
    assert [m["text"] for m in thread["messages"]] == ["a", "r"]


async def test_history_is_bounded_by_time(web_client):
    stamps = [
        (await web_client.chat_postMessage(channel="C0ORDERS", text=text))["ts"] for text in "abc"
    ]

    between = await web_client.conversations_history(channel="C0ORDERS", oldest=stamps[0])
    including = await web_client.conversations_history(
        channel="C0ORDERS", oldest=stamps[0], latest=stamps[1], inclusive=True
    )

    assert [m["text"] for m in between["messages"]] == ["c", "b"]
    assert [m["text"] for m in including["messages"]] == ["b", "a"]


async def test_the_start_of_a_thread_leaves_a_tombstone(web_client, ada):
    start = await web_client.chat_postMessage(channel="C0ORDERS", text="start")
    await web_client.chat_postMessage(channel="C0ORDERS", text="reply", thread_ts=start["ts"])

    await web_client.chat_delete(channel="C0ORDERS", ts=start["ts"])

    message = await ada.sees("orders", "This message was deleted.")
    assert message.subtype == "tombstone"


async def test_channels_are_listed_by_kind(slack, web_client):
    workspace = slack.workspace
    workspace.add_channel("secret", [], is_private=True, with_bot=False)
    workspace.add_channel("inner", [], is_private=True)

    public = await web_client.conversations_list()
    private = await web_client.conversations_list(types="private_channel")

    assert [c["name"] for c in public["channels"]] == ["orders", "quiet"]
    assert [c["name"] for c in private["channels"]] == ["inner"]
    info = await web_client.conversations_info(channel="C0ORDERS", include_num_members=True)
    assert info["channel"]["is_member"] is True
    assert info["channel"]["num_members"] == 3


async def test_a_bot_joins_public_channels(slack, web_client):
    channel = slack.workspace.add_channel("else", [], with_bot=False)

    await web_client.conversations_join(channel=channel.id)

    members = await web_client.conversations_members(channel=channel.id)
    assert members["members"] == ["U0BOT"]
    mine = await web_client.users_conversations()
    assert "else" in [c["name"] for c in mine["channels"]]


async def test_people_are_shown_as_slack_shows_them(slack, web_client, ben):
    slack.workspace.add_user("gus", is_guest=True)
    slack.workspace.add_user("eve", is_stranger=True)
    slack.administration.deactivate(ben.user)

    members = {m["name"]: m for m in (await web_client.users_list())["members"]}

    assert members["gus"]["is_restricted"] is True
    assert members["eve"]["team_id"] != slack.workspace.team_id
    assert members["ben"]["deleted"] is True
    assert members["grocer"]["is_bot"] is True
    found = await web_client.users_lookupByEmail(email="ada@example.com")
    assert found["user"]["tz"] == "Europe/Amsterdam"


async def test_an_address_is_shown_only_with_its_scope(slack, web_client):
    with_scope = await web_client.users_info(user="U0ADA")
    slack.workspace.app.scopes -= {"users:read.email"}
    without = await web_client.users_info(user="U0ADA")

    assert with_scope["user"]["profile"]["email"] == "ada@example.com"
    assert "email" not in without["user"]["profile"]


async def test_user_groups_tell_their_members(web_client):
    groups = await web_client.usergroups_list(include_users=True)
    members = await web_client.usergroups_users_list(usergroup="S0LEADS")

    assert groups["usergroups"][0]["users"] == ["U0BEN"]
    assert members["users"] == ["U0BEN"]


async def test_a_permalink_names_channel_and_message(web_client):
    sent = await web_client.chat_postMessage(channel="C0ORDERS", text="a")

    link = await web_client.chat_getPermalink(channel="C0ORDERS", message_ts=sent["ts"])

    assert link["permalink"].endswith(f"/archives/C0ORDERS/p{sent['ts'].replace('.', '')}")


async def test_a_scheduled_message_comes_at_its_time(slack, web_client, ada, clock):
    at = int(clock.now().timestamp()) + 60
    await web_client.chat_scheduleMessage(channel="C0ORDERS", text="later", post_at=at)
    gone = await web_client.chat_scheduleMessage(channel="C0ORDERS", text="never", post_at=at)
    await web_client.chat_deleteScheduledMessage(
        channel="C0ORDERS", scheduled_message_id=gone["scheduled_message_id"]
    )

    slack.post_due()
    assert ada.messages("orders") == []
    [waiting] = (await web_client.chat_scheduledMessages_list())["scheduled_messages"]
    assert (waiting["text"], waiting["post_at"]) == ("later", at)
    await clock.advance(61)
    slack.post_due()

    assert [message.text for message in ada.messages("orders")] == ["later"]


async def test_thirty_messages_fit_into_five_minutes(web_client, refused, clock):
    at = (int(clock.now().timestamp()) // 300 + 2) * 300
    for _ in range(30):
        await web_client.chat_scheduleMessage(channel="C0ORDERS", text="a", post_at=at)

    more = {"channel": "C0ORDERS", "text": "a", "post_at": at}
    assert await refused("chat.scheduleMessage", **more) == "restricted_too_many"


async def test_reactions_are_added_once_and_taken_back(web_client, refused):
    sent = await web_client.chat_postMessage(channel="C0ORDERS", text="a")
    where = {"channel": "C0ORDERS", "timestamp": sent["ts"], "name": "eyes"}

    await web_client.reactions_add(**where)
    assert await refused("reactions.add", **where) == "already_reacted"
    shown = await web_client.reactions_get(channel="C0ORDERS", timestamp=sent["ts"])
    assert shown["message"]["reactions"] == [{"name": "eyes", "users": ["U0BOT"], "count": 1}]
    await web_client.reactions_remove(**where)
    assert await refused("reactions.remove", **where) == "no_reaction"


async def test_blocks_validate_answers_without_a_token(slack):
    form = {"blocks": '[{"type": "section"}]'}

    _, _, answer = await raw(slack, "blocks.validate", data=form)

    assert answer["ok"] is True
    assert answer["errors"][0]["pointer"] == "/blocks/0"


async def test_the_team_and_the_bot_are_known(web_client):
    assert (await web_client.team_info())["team"]["id"] == "T0SANDBOX"
    assert (await web_client.bots_info(bot="B0SANDBOX"))["bot"]["user_id"] == "U0BOT"
    assert (await web_client.api_test(foo="bar"))["args"] == {"foo": "bar"}
