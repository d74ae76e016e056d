"""How long a full sweep takes, against a bare loop over the same pages."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from tests.bench.children import Child, child
from tests.bench.installation import configuration
from tests.bench.measures import Measure, Stopwatch
from tests.bench.scale import Scale
from tests.bench.slack import LeanSlack

SECTION = "full sweep"
PAGE = 25
CHANGED = 0.1


async def measured(scale: Scale, folder: Path) -> list[Measure]:
    """Ours and the bare loop in turn; all alike, and with a tenth changed."""
    measures = []
    async with (
        child("clouds_process", chargers=scale.sweep, troubled=scale.troubled) as clouds,
        LeanSlack().listening() as slack,
    ):
        bot_configuration = configuration(
            slack.workspace, slack.api_url, clouds.ready, folder / "sweep.db"
        )
        async with child("bot_process", **bot_configuration) as bot:
            first = await bot.ask("sweep", kind="full")
            measures.append(Measure(SECTION, "first of all, empty mirror", "s", [first["seconds"]]))
            for share in (0.0, CHANGED):
                measures += await _compared(scale, clouds, bot, share)
    return measures


async def _compared(scale: Scale, clouds: Child, bot: Child, share: float) -> list[Measure]:
    ours: list[dict[str, float]] = []
    bare: list[dict[str, float]] = []
    for number in range(scale.rounds):
        if share:
            await clouds.ask("change", share=share)
        if number % 2:
            ours.append(await bot.ask("sweep", kind="full"))
            bare.append(await _bare_loop(clouds.ready, scale.sweep))
        else:
            bare.append(await _bare_loop(clouds.ready, scale.sweep))
            ours.append(await bot.ask("sweep", kind="full"))
    fleet = f"{scale.sweep:,} chargers, {share:.0%} changed"
    clock, work = (
        ([one[key] for one in ours], [one[key] for one in bare]) for key in ("seconds", "processor")
    )
    return [
        Measure(SECTION, fleet, "s", clock[0], clock[1], most_ratio=2.0),
        Measure(SECTION, f"{fleet}, processor time of the client", "s", work[0], work[1]),
    ]


async def _bare_loop(account: Mapping[str, Any], chargers: int) -> dict[str, float]:
    """Get every page and parse it, and do nothing with it."""
    url = f"{account['base_url']}/teams/{account['team']}/chargers"
    headers = {"Authorization": f"Bearer {account['token']}"}
    watch, rows = Stopwatch(), 0
    async with httpx.AsyncClient(headers=headers) as client:
        for page in range(1, -(-chargers // PAGE) + 1):
            answer = await client.get(url, params={"sort": "identity", "page": page})
            rows += len(json.loads(answer.content)["data"])
    if rows < chargers:
        raise RuntimeError(f"the bare loop saw {rows} of {chargers} chargers")
    return watch.took()._asdict()
