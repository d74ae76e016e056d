"""Modals: stack, hash, state, submissions and closings."""

import pytest

from tests.sandbox.slack.raw_app import actions, button, modal, option, section, text_input


@pytest.fixture
def show(web_client, raw_app, ada):
    """Opens a modal before ada; gives the view as the app gets it."""

    async def opened(view):
        await ada.command("orders", "/order")
        trigger_id = raw_app.received[-1]["payload"]["trigger_id"]
        return (await web_client.views_open(trigger_id=trigger_id, view=view))["view"]

    return opened


async def test_a_view_has_its_ids_and_state(show):
    view = await show(modal(text_input("i", "I", element={"initial_value": "x"})))

    assert view["root_view_id"] == view["id"]
    assert view["previous_view_id"] is None
    assert view["hash"]
    assert view["state"]["values"]["i"]["i"]["value"] == "x"


async def test_three_modals_are_the_most(show, web_client, raw_app, refused, ada):
    await show(modal(actions(button("More", "more")), title="1"))
    for title in ("2", "3"):
        await ada.press("More")
        trigger_id = raw_app.payloads("block_actions")[-1]["trigger_id"]
        view = modal(actions(button("More", "more")), title=title)
        await web_client.views_push(trigger_id=trigger_id, view=view)
    await ada.press("More")
    trigger_id = raw_app.payloads("block_actions")[-1]["trigger_id"]

    code = await refused("views.push", trigger_id=trigger_id, view=modal(title="4"))

    assert code == "push_limit_reached"
    assert ada.top_modal.title == "3"
    await ada.close()
    assert ada.top_modal.title == "2"


async def test_an_outdated_hash_is_a_conflict(show, web_client, refused, ada):
    view = await show(modal(title="1"))
    await web_client.views_update(view_id=view["id"], hash=view["hash"], view=modal(title="2"))

    stale = {"view_id": view["id"], "hash": view["hash"], "view": modal(title="3")}

    assert await refused("views.update", **stale) == "hash_conflict"
    assert ada.top_modal.title == "2"


async def test_home_tabs_conflict_too(web_client, refused, ada):
    home = {"type": "home", "blocks": [section("a")]}
    first = (await web_client.views_publish(user_id=ada.id, view=home))["view"]["hash"]
    await web_client.views_publish(user_id=ada.id, view=home, hash=first)

    assert await refused("views.publish", user_id=ada.id, view=home, hash=first) == "hash_conflict"


async def test_an_external_id_is_unique_and_leads_to_its_view(show, web_client, refused, ada):
    await show(modal(actions(button("More", "more")), external_id="mine"))

    await web_client.views_update(external_id="mine", view=modal(title="2", external_id="mine"))

    assert ada.top_modal.title == "2"
    home = {"type": "home", "blocks": [section("a")], "external_id": "mine"}
    assert await refused("views.publish", user_id=ada.id, view=home) == "duplicate_external_id"


async def test_what_was_typed_survives_an_update_with_the_same_ids(show, web_client, ada):
    view = await show(modal(text_input("i", "I"), text_input("j", "J")))
    await ada.fill("I", "kept")
    await ada.fill("J", "lost")

    changed = modal(text_input("i", "I"), text_input("k", "J"))
    answer = await web_client.views_update(view_id=view["id"], view=changed)

    values = answer["view"]["state"]["values"]
    assert values["i"]["i"]["value"] == "kept"
    assert values["k"]["k"]["value"] is None


async def test_a_view_over_250_kb_is_too_large(raw_app, refused, ada):
    """Every block is within its own limit here."""
    await ada.command("orders", "/order")
    trigger_id = raw_app.received[-1]["payload"]["trigger_id"]
    view = modal(*[section("a" * 2900) for _ in range(90)])

    assert await refused("views.open", trigger_id=trigger_id, view=view) == "view_too_large"


async def test_a_file_field_needs_the_right_to_read_files(slack, show, raw_app, refused, ada):
    form = modal(text_input("f", "F") | {"element": {"type": "file_input", "action_id": "f"}})
    await show(form)
    slack.workspace.app.scopes -= {"files:read"}
    await ada.command("orders", "/order")
    trigger_id = raw_app.received[-1]["payload"]["trigger_id"]

    assert await refused("views.open", trigger_id=trigger_id, view=form) == "missing_scope"


async def test_a_submission_carries_what_was_typed(show, raw_app, ada):
    await show(modal(text_input("i", "I"), private_metadata="m", callback_id="c"))
    await ada.fill("I", "hello")

    assert await ada.submit() == {}

    [payload] = raw_app.payloads("view_submission")
    assert payload["view"]["state"]["values"]["i"]["i"]["value"] == "hello"
    assert payload["view"]["private_metadata"] == "m"
    assert payload["view"]["callback_id"] == "c"
    assert ada.top_modal is None


async def test_an_empty_required_field_never_reaches_the_app(show, raw_app, ada):
    await show(modal(text_input("i", "I")))

    assert "I" in await ada.submit()

    assert raw_app.payloads("view_submission") == []


async def test_errors_stand_at_their_fields_and_input_stays(show, raw_app, ada):
    await show(modal(text_input("i", "I")))
    await ada.fill("I", "hello")
    raw_app.answer = lambda _: {"response_action": "errors", "errors": {"i": "No."}}

    assert await ada.submit() == {"I": "No."}
    assert ada.top_modal.values["i"]["i"]["value"] == "hello"

    await ada.fill("I", "better")
    assert ada.errors == {}


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"words": "not an input"}},
        {"response_action": "errors", "errors": {"i-action": "an action_id"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "jump"},
        {"response_action": "update", "view": {"type": "modal"}},
        {"text": "a text is no answer to a form"},
    ],
)
async def test_a_wrong_answer_is_trouble_that_the_person_sees(show, raw_app, ada, answer):
    await show(modal(section("words", block_id="words"), text_input("i", "I", optional=True)))
    raw_app.answer = lambda _: answer

    errors = await ada.submit()

    assert list(errors) == [""]
    assert ada.top_modal is not None
    assert len(ada.notices) == 1


async def test_a_submission_that_nobody_takes_is_trouble(slack, show, raw_app, ada):
    await show(modal(section("a")))
    slack.sockets.drop()
    await raw_app.hung_up()

    assert list(await ada.submit()) == [""]

    assert ada.notices[0].code == "dispatch_failed"
    assert ada.top_modal is not None


async def test_a_submission_may_update_push_or_clear(show, raw_app, ada):
    await show(modal(section("a"), title="1"))

    raw_app.answer = lambda _: {"response_action": "update", "view": modal(title="2")}
    await ada.submit()
    assert ada.top_modal.title == "2"

    raw_app.answer = lambda _: {"response_action": "push", "view": modal(title="3")}
    await ada.submit()
    assert ada.top_modal.title == "3"
    assert ada.top_modal.previous_id is not None

    raw_app.answer = lambda _: {"response_action": "clear"}
    await ada.submit()
    assert ada.top_modal is None


async def test_closing_is_told_only_where_it_was_asked_for(show, raw_app, ada):
    await show(modal(section("a")))
    await ada.close()
    assert raw_app.payloads("view_closed") == []

    view = await show(modal(section("a"), notify_on_close=True))
    await ada.close()
    await show(modal(section("a"), notify_on_close=True))
    await ada.close(whole_stack=True)

    first, second = raw_app.payloads("view_closed")
    assert (first["view"]["id"], first["is_cleared"]) == (view["id"], False)
    assert second["is_cleared"] is True


async def test_only_dispatching_inputs_send_what_is_chosen(show, raw_app, ada):
    select = {"type": "static_select", "action_id": "s", "options": [option("a"), option("b")]}
    silent = text_input("x", "Silent") | {"element": select}
    telling = text_input("y", "Telling", dispatch_action=True) | {"element": select}
    await show(modal(silent, telling))

    await ada.choose("Silent", "a")
    assert raw_app.payloads("block_actions") == []
    await ada.choose("Telling", "b")

    [payload] = raw_app.payloads("block_actions")
    values = payload["view"]["state"]["values"]
    assert values["x"]["s"]["selected_option"]["value"] == "a"
    assert values["y"]["s"]["selected_option"]["value"] == "b"


async def test_a_chosen_channel_may_bring_a_response_url(show, raw_app, ada):
    element = {
        "type": "conversations_select",
        "action_id": "c",
        "response_url_enabled": True,
    }
    await show(modal(text_input("c", "Where") | {"element": element}))
    await ada.choose("Where", "orders")

    await ada.submit()

    [url] = raw_app.payloads("view_submission")[0]["response_urls"]
    assert url["channel_id"] == "C0ORDERS"
