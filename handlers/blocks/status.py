"""The bot's own state: accounts and the age of their data, the queue, what Slack refused."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot.inventory import AccountOverview
from bot.message import Message as OutboxMessage
from bot.store.messages import Depth
from handlers.blocks import kit
from handlers.blocks.kit import Block, Message


class Queue(NamedTuple):
    """The outbox at one moment."""

    depth: Depth
    refused: Sequence[OutboxMessage]


def status(
    accounts: Sequence[AccountOverview], queue: Queue, version: str, now: datetime
) -> Message:
    """Everything that `/chargehand status` shows."""
    blocks: list[Block] = [
        kit.header("How I am doing"),
        *(account(each, now) for each in accounts),
        kit.section(f"*Messages on their way*: {_depth(queue.depth, now)}"),
        *_refused(queue.refused),
        kit.context(f"Chargehand {version}"),
    ]
    troubled = [each.account for each in accounts if each.trouble]
    well = f"trouble with {', '.join(troubled)}" if troubled else "all accounts answer"
    return kit.message(f"Chargehand {version}: {kit.inline(well, 200)}", blocks)


def account(one: AccountOverview, now: datetime | None = None) -> Block:
    """An account at a glance; without `now` the moment of the data stands there, not its age.

    What stands for hours, as Home does, would say `just now` for as long.
    """
    counts = one.counts
    numbers = (
        (counts.online, "online"),
        (counts.offline, "offline"),
        (counts.faulted, "faulted"),
        (counts.never_seen, "never connected"),
        (counts.unknown, "unknown"),
    )
    said = ", ".join(f"{number:,} {word}" for number, word in numbers if number)
    age = f"as of {_moment(one.swept_at, now)}" if one.swept_at else "not seen yet"
    trouble = f"\n\N{WARNING SIGN} {kit.inline(one.trouble, 200)}" if one.trouble else ""
    return kit.section(f"*{kit.inline(one.account)}*: {said or 'no chargers'}, {age}{trouble}")


def _moment(moment: datetime, now: datetime | None) -> str:
    return kit.when(moment) if now is None else kit.ago(moment, now)


def _depth(depth: Depth, now: datetime) -> str:
    if not depth.waiting:
        return "none, all have been sent"
    since = f", the oldest for {kit.duration(now - depth.oldest)}" if depth.oldest else ""
    return f"{kit.counted(depth.waiting, 'message')} wait{since}"


def _refused(messages: Sequence[OutboxMessage]) -> list[Block]:
    lines = [
        f"{kit.code(one.destination)}: {kit.inline(one.trouble or 'refused', 150)}"
        f" ({kit.inline(one.topic)})"
        for one in messages
    ]
    return [kit.section("*Slack refused*\n" + kit.bullets(lines))] if lines else []
