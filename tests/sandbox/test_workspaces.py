"""A seeded workspace has the ids that a configuration can name beforehand."""


def test_ids_follow_the_names(workspace):
    assert workspace.user_named("Ada Larsen").id == "U0ADA"
    assert workspace.user_named("@ada").id == "U0ADA"
    assert workspace.channel_named("#orders").id == "C0ORDERS"
    assert workspace.user_groups["S0LEADS"].members == ["U0BEN"]


def test_the_bot_is_in_every_seeded_channel(workspace):
    assert all("U0BOT" in channel.members for channel in workspace.channels.values())


def test_the_manifest_says_what_the_app_may_and_offers(workspace):
    app = workspace.app

    assert "chat:write" in app.scopes
    assert app.commands["/order"].should_escape is True
    assert app.commands["/plain"].should_escape is False
    assert {s.name for s in app.shortcuts.values()} == {"Order fruit", "Order this"}
    assert app.home_tab is True
