"""The composition root: what starts, what is noted, what is left at the end."""

import aiohttp

from bot.audit.trail import Audit
from bot.outbox import Pace
from bot.sandbox.sandbox import opened


async def test_the_bot_notes_its_start_and_keeps_its_secrets(tmp_path, caplog):
    """Who reads the trail sees which configuration was in force, and no credential.

    Its hash is in the log, which is kept elsewhere.
    """
    caplog.set_level("INFO", "bot.app")
    path = tmp_path / "chargehand.db"
    async with opened(path, scheduled=False, pace=Pace.unlimited()) as sandbox:
        services = sandbox.bot.services
        (entry,) = await Audit(services.store, services.clock).newest(1)
        secrets = [sandbox.slack.workspace.app.bot_token, sandbox.clouds.plugchoice.token]

    assert entry.action == "bot.started"
    assert [vars(each).get("hash") for each in caplog.records if "Audit" in each.message] == [
        entry.hash
    ]
    assert "C0ALERTS" in str(entry.facts)
    written = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert [secret for secret in secrets if secret.encode() in written] == []


async def test_a_platform_is_told_that_the_bot_is_ready(tmp_path):
    async with opened(tmp_path / "chargehand.db", scheduled=False) as sandbox:
        base = sandbox.bot.server.address
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{base}/healthz") as alive:
                assert alive.status == 200
            async with session.get(f"{base}/readyz") as ready:
                assert (await ready.json())["checks"] == {"slack": True, "store": True}
            async with session.get(f"{base}/anything") as nothing:
                assert nothing.status == 404


async def test_credentials_for_installing_in_the_environment_change_nothing(tmp_path, monkeypatch):
    """Slack shows them beside the others, so people set them too; Bolt would forget our token."""
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "secret")

    async with opened(tmp_path / "chargehand.db", scheduled=False) as sandbox:
        support = sandbox.person("support")
        await support.command("support", "/charger help")

        await support.sees("support", "/charger register")
