"""Parts of a measurement in processes of their own, asked by lines of JSON.

A child reads its configuration as the first line, says that it is ready, and then answers one line
for each line that it is asked.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LONGEST_LINE = 16 * 1024 * 1024
LONGEST_ANSWER_S = 600.0
Deed = Callable[..., Awaitable[Any]]


class Child:
    """One other process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.ready: Any = None

    async def ask(self, deed: str, **details: Any) -> Any:
        """Have it do something; gives its answer. Raises RuntimeError where it has died."""
        await self._say({"deed": deed, **details})
        return await self._heard()

    async def _say(self, what: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what).encode() + b"\n")
        await self._process.stdin.drain()

    async def _heard(self) -> Any:
        assert self._process.stdout is not None
        async with asyncio.timeout(LONGEST_ANSWER_S):
            line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"a child ended with {await self._process.wait()}")
        return json.loads(line)

    async def begin(self, configuration: object) -> None:
        """Configure it and wait until it is ready."""
        await self._say(configuration)
        self.ready = await self._heard()

    async def end(self) -> None:
        """Let it finish; it is killed where it does not."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            async with asyncio.timeout(15):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def child(name: str, **configuration: Any) -> AsyncIterator[Child]:
    """A module in a process of its own, ready; a name without a dot is one of `tests.bench`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        name if "." in name else f"tests.bench.{name}",
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LONGEST_LINE,
    )
    running = Child(process)
    try:
        await running.begin(configuration)
        yield running
    finally:
        await running.end()


class Orders:
    """The other end, inside the child."""

    def __init__(self) -> None:
        self._lines = asyncio.StreamReader(limit=LONGEST_LINE)

    async def configuration(self) -> dict[str, Any]:
        """The first line."""
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(self._lines), sys.stdin)
        return dict(json.loads(await self._lines.readline()))

    async def obey(self, ready: object, deeds: Mapping[str, Deed]) -> None:
        """Say that the child is ready, and do what is asked until nobody asks any more."""
        _answer(ready)
        while line := await self._lines.readline():
            order = json.loads(line)
            _answer(await deeds[order.pop("deed")](**order))


def _answer(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()
