"""The socket on which the control side listens."""

from aiohttp import web

SHUTDOWN_SECONDS = 2.0


class Server:
    """The application on its socket. `port` is known once started."""

    def __init__(self, application: web.Application, *, host: str, port: int) -> None:
        self._runner = web.AppRunner(
            application, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS
        )
        self._host = host
        self.port = port

    async def start(self) -> None:
        """Listen. Raises OSError if the port is taken."""
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self.port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Let requests under way finish, for a moment."""
        await self._runner.cleanup()
