"""A night of on-call in virtual time: the whole bot in the sandbox, and what people see of it."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

from bot.app import Parts, running
from bot.config import settings_from
from bot.outbox import Pace
from bot.sandbox import installation
from bot.sandbox.people import Person
from bot.sandbox.sandbox import surroundings
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.server import SlackServer
from bot.sandbox.vendors.breakdowns import Breakdowns
from bot.sandbox.vendors.clouds import VendorClouds
from bot.sandbox.vendors.world import World
from bot.scheduler import Job, every
from tests.clock import VirtualClock
from tests.schedule import VirtualSchedule

RULE_CLOCK = timedelta(seconds=15)
"""Slower than in earnest, so that an hour costs a second."""
EACH_SECOND = ("approvals", "home")
"""The other jobs that are as fast in earnest."""
PLENTY = 10**6
"""Pages that are read side by side would else wait for their turn where no clock sees them."""
ROUTES = """
[[alerts.routes]]
channel = "C0ALERTS"
mention = ["oncall"]
escalate = [{ after = "15m", mention = ["S0APPROVERS"] }]
"""


class Night:
    """One installation; the bot in it may stop and start again."""

    def __init__(
        self,
        slack: SlackServer,
        clouds: VendorClouds,
        clock: VirtualClock,
        database: Path,
        accounts: Sequence[str],
        rules: str,
        poll: str = "60s",
        environ: Mapping[str, str] = MappingProxyType({}),
        *,
        every_job: bool = False,
    ) -> None:
        self.slack = slack
        self.clouds = clouds
        self.clock = clock
        self.rules = rules
        self.accounts = accounts
        self.environ = environ
        self._database = database
        self._poll = poll
        self._every_job = every_job
        self._bot: Parts | None = None
        self._running = AsyncExitStack()
        self._schedule: VirtualSchedule | None = None
        clock.wait_for(self._is_at_work)

    @property
    def bot(self) -> Parts:
        """The running bot."""
        assert self._bot is not None
        return self._bot

    @property
    def street(self) -> Breakdowns:
        """What can go wrong."""
        return self.clouds.breakdowns

    @property
    def oncall(self) -> Person:
        """Who is woken."""
        return self.person("on-call")

    def person(self, name: str) -> Person:
        """Somebody at the screen."""
        return Person(self.slack, name, patience=10)

    async def start(self) -> None:
        """Let the bot begin, with nothing but its database from before."""
        accounts = [
            replace(self.clouds.account(name), requests_per_minute=PLENTY) for name in self.accounts
        ]
        toml, environ = installation.configuration(
            self.slack.workspace,
            self.slack.api_url,
            accounts,
            database=self._database,
            poll=self._poll,
            rules=self.rules,
        )
        settings = settings_from(toml, {**environ, **self.environ})
        self._bot = await self._running.enter_async_context(
            running(settings, clock=self.clock, pace=Pace.unlimited(), scheduled=False)
        )
        self._schedule = VirtualSchedule(
            list(self._jobs(self._bot.jobs)), self._bot.scheduler, self.clock
        )

    async def stop(self) -> None:
        """Let the bot end, in order."""
        await self._running.aclose()
        self._bot = self._schedule = None

    async def restart(self) -> None:
        """Let it end and begin."""
        await self.stop()
        await self.start()

    async def run(self, minutes: float) -> None:
        """Let time pass, with all that is done in it."""
        assert self._schedule is not None
        await self._schedule.advance(timedelta(minutes=minutes))

    async def press(self, label: str, message: Message, person: Person | None = None) -> None:
        """Press a button of a message, and let the bot see to it."""
        await (person or self.oncall).press(label, on=message)
        await self.clock.settle()

    # What is seen

    def messages(self, *words: str, channel: str = "alerts") -> list[Message]:
        """The messages in a channel with all these words, oldest first."""
        return [
            message
            for message in self.oncall.messages(channel)
            if all(word in self.text(message) for word in words) and not message.is_ephemeral
        ]

    def one(self, *words: str) -> Message:
        """The only message with these words."""
        found = self.messages(*words)
        assert len(found) == 1, "\n---\n".join(map(self.text, self.messages()))
        return found[0]

    def text(self, message: Message) -> str:
        """All words on a message."""
        return self.oncall.text_of(message)

    def thread(self, message: Message) -> list[str]:
        """What stands below a message."""
        below = self.oncall.messages("alerts", thread=message)
        return [self.text(each) for each in below if each.ts != message.ts]

    def edits(self) -> int:
        """How often a message was edited."""
        return len(self.slack.workspace.calls.all(name="chat.update"))

    async def typed(self, command: str) -> None:
        """Let on-call type a command, and the bot answer."""
        await self.oncall.command("support", command)
        await self.clock.settle()

    def delete(self, message: Message) -> None:
        """Somebody who may, deletes a message of the bot."""
        self.slack.workspace.messages.delete(message)

    def _jobs(self, jobs: Sequence[Job]) -> Iterator[Job]:
        for job in jobs:
            if job.name == "alerts" or (self._every_job and job.name in EACH_SECOND):
                yield Job(job.name, every(RULE_CLOCK, first=self.clock.now()), job.run)
            elif self._every_job or job.name.startswith(("sweep", "full sweep", "digest")):
                yield job

    def _is_at_work(self) -> bool:
        if self._bot is None:
            return False
        tasks = self._bot.services.background._passing
        return self._bot.services.store.is_busy or any(t not in self.clock.asleep for t in tasks)


@asynccontextmanager
async def night(
    database: Path,
    world: World,
    clock: VirtualClock,
    *,
    accounts: Sequence[str] = ("nl", "legacy", "dk", "us"),
    rules: str = ROUTES,
    poll: str = "60s",
    environ: Mapping[str, str] = MappingProxyType({}),
    every_job: bool = False,
) -> AsyncIterator[Night]:
    """The surroundings, and a bot that has seen all of it once.

    `every_job`: also those that change nothing in a night of alerts.
    """
    async with surroundings(clock=clock, world=world, rate_limits=False) as (slack, clouds):
        one = Night(
            slack, clouds, clock, database, accounts, rules, poll, environ, every_job=every_job
        )
        await one.start()
        try:
            yield one
        finally:
            await one.stop()
