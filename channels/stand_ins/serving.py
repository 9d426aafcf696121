"""An HTTP server on loopback for a stand-in, as cheap as aiohttp has one: no routes, no access log."""

from collections.abc import Awaitable, Callable

from aiohttp import web

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Server:
    """`async with Server(handler, port) as server:`; port 0 takes a free one."""

    def __init__(self, handler: Handler, port: int) -> None:
        self.port = port
        self._handler = handler

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def open(self) -> None:
        """Listen."""
        self._runner = web.ServerRunner(
            web.Server(self._handler, access_log=None, keepalive_timeout=75.0, handler_cancellation=True),
            shutdown_timeout=0.001,  # none, or 0, would wait for what is under way
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, backlog=1024).start()
        self.port = self._runner.addresses[0][1]

    async def shut(self) -> None:
        """Cut every connection and listen no more, until `open`."""
        await self._runner.cleanup()

    async def __aenter__(self) -> "Server":
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.shut()


def drop(request: web.BaseRequest) -> web.Response:
    """Close the connection at once; the response that the server wants goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
