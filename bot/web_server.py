"""The HTTP server: health always, Slack's requests in HTTP mode."""

from aiohttp import web


class WebServer:
    """Listens from `start` to `stop`; routes are added to `application` before."""

    def __init__(self, host: str, port: int) -> None:
        """`port` 0 takes any free one."""
        self.application = web.Application()
        self._host = host
        self._port = port
        self._runner = web.AppRunner(self.application, access_log=None, shutdown_timeout=2.0)

    @property
    def address(self) -> str:
        """Such as `http://127.0.0.1:3000`; the port is known once it listens."""
        return f"http://{self._host}:{self._port}"

    async def start(self) -> None:
        """Listen; raises OSError where the port is taken."""
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Take nothing more."""
        await self._runner.cleanup()
