"""The page `/metrics`."""

import logging
from collections.abc import Iterable, Mapping, Sequence, Sized
from datetime import timedelta

from aiohttp import web
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.clock import Clock
from bot.health import Check
from bot.metrics.counters import Counters
from bot.metrics.standing import standing_metrics, standing_of
from bot.store import Store, StoreError

log = logging.getLogger(__name__)


def metrics_route(
    counters: Counters,
    store: Store,
    clock: Clock,
    background: Sized,
    polls: Mapping[str, timedelta],
    slack_is_up: Check,
) -> web.RouteDef:
    """`GET /metrics` for Prometheus; `polls` names the accounts that are watched.

    While the store cannot be read, `chargehand_store_up` is 0 and what stands in it is missing.
    """

    async def stored() -> list[Metric]:
        try:
            standing = await store.read(lambda tables: standing_of(tables, polls))
        except StoreError as error:
            log.warning("Metrics without the store: %s", error)
            return [_up(readable=False)]
        return [_up(readable=True), *standing_metrics(standing, polls, clock.now())]

    async def metrics(request: web.Request) -> web.Response:
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        tasks = GaugeMetricFamily(
            "chargehand_tasks", "Background tasks that run now.", value=len(background)
        )
        slack = GaugeMetricFamily(
            "chargehand_slack_up", "Whether Slack can reach the bot.", value=await slack_is_up()
        )
        page = _Page([*counters.registry.collect(), tasks, slack, *await stored()])
        return web.Response(body=encode(page), headers={"Content-Type": content_type})

    return web.get("/metrics", metrics)


class _Page(Collector):
    """What one answer shows."""

    def __init__(self, shown: Sequence[Metric]) -> None:
        self._shown = shown

    def collect(self) -> Iterable[Metric]:
        return self._shown


def _up(*, readable: bool) -> Metric:
    text = "Whether the database can be read."
    return GaugeMetricFamily("chargehand_store_up", text, value=readable)
