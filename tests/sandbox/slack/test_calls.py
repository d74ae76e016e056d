"""The log of raw calls shows both directions, and no secrets."""

from bot.sandbox.slack.calls import KEPT, CallLog, redacted


async def test_both_directions_are_kept(slack, web_client, raw_app, ada):
    await web_client.chat_postMessage(channel="C0ORDERS", text="hi")
    await ada.command("orders", "/order now")

    [out] = slack.workspace.calls.all(direction="to_slack", name="chat.postMessage")
    [back] = slack.workspace.calls.all(direction="to_app", name="/order")
    assert out.request["text"] == "hi"
    assert out.answer["ok"] is True
    assert back.request["text"] == "now"


async def test_no_token_is_kept(slack, web_client, raw_app, ada):
    app = slack.workspace.app
    await web_client.chat_postMessage(channel="C0ORDERS", text=f"oops {app.bot_token}")
    await ada.command("orders", "/order")

    kept = repr(slack.workspace.calls.all())
    assert app.bot_token not in kept
    assert app.app_token not in kept
    assert app.verification_token not in kept


def test_tokens_are_found_deep_inside():
    assert redacted({"a": [{"token": "x", "b": "see xapp-1-A-b!"}]}) == {
        "a": [{"token": "…", "b": "see xapp-…!"}]
    }


def test_the_log_is_bounded(workspace, clock):
    log = CallLog(workspace.changes)
    for _ in range(KEPT + 5):
        log.record(at=clock.now(), direction="to_app", name="n", request={}, answer={})

    calls = log.all()
    assert len(calls) == KEPT
    assert calls[-1].number == KEPT + 5
