"""Connections from outside: how many there may be, and how long one may take to say what it wants.

aiohttp bounds the size of headers; time and number are bounded here.
"""

import asyncio
import logging
import socket
from typing import Any

from aiohttp import web

from gateway.logs import Ration
from gateway.web.problems import problem

HEADER_SECONDS = 10.0
TAKING_SECONDS = (
    120.0  # in which a browser takes `_TAKEN` bytes of a long answer; bad lines bring ten times that
)
_TAKEN = 32_768
KEEP_ALIVE_SECONDS = 75.0  # between requests; aiohttp's own is 3630 s

_log = logging.getLogger(__name__)


class Door:
    """Where connections come in: `most` at the same time.

    One more takes the place of whichever has asked nothing for longest, else of whichever takes its answer
    for longest, so that nobody keeps others out by connections that ask or take nothing; where all are being
    answered, it is closed at once.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.open = 0
        self._silent: dict[Connection, None] = {}  # none of their requests is known, the longest first
        self._taking: dict[Connection, None] = {}  # they are sent more than they take, the longest first
        self._ration = Ration()

    def enter(self, connection: "Connection") -> bool:
        """Let one in, if there is room or can be made."""
        if self.open >= self.most:
            longest = next((each for each in self._silent if each.idle), next(iter(self._taking), None))
            if longest is None:
                self.refused("too_many")
                return False
            self.refused("idle" if longest.idle else "slow_taking")
            longest.make_room()
        self.open += 1
        self._silent[connection] = None
        return True

    def asks(self, connection: "Connection") -> None:
        """A request of this one is there."""
        self._silent.pop(connection, None)

    def asked(self, connection: "Connection") -> None:
        """It has its answer."""
        self._silent[connection] = None

    def takes(self, connection: "Connection") -> None:
        """More is to be sent to this one than it takes at once."""
        self._taking[connection] = None

    def took(self, connection: "Connection") -> None:
        """It has taken it."""
        self._taking.pop(connection, None)

    def left(self, connection: "Connection") -> None:
        """It has gone."""
        self.open -= 1
        self._silent.pop(connection, None)
        self._taking.pop(connection, None)

    def refused(self, why: str) -> None:
        """One was closed: `too_many`, `idle` (for another), `slow_headers`, `slow_taking` or `not_http`. A
        flood of them is one line a minute."""
        left_out = self._ration.left_out(why)
        if left_out is not None:
            _log.warning("connection_refused", extra={"why": why, "open": self.open, "left_out": left_out})


class Connection(web.RequestHandler):
    """One connection: it is closed when a request's headers have not all come in time."""

    __slots__ = ("_counted", "_deadline", "_door", "_serving", "_stalled")

    def __init__(self, server: web.Server, door: Door) -> None:
        loop = asyncio.get_running_loop()
        no_log: Any = None  # as `AppRunner` passes it; its lines would hold paths and queries
        super().__init__(server, loop=loop, keepalive_timeout=KEEP_ALIVE_SECONDS, access_log=no_log)
        self._door = door
        self._counted = False
        self._serving = False
        self._deadline: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None

    @property
    def idle(self) -> bool:
        """Whether nothing that it asked is still to be answered."""
        return not self._request_in_progress and not self._messages

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take it in, unless there are too many."""
        super().connection_made(transport)
        if not self._door.enter(self):
            self.force_close()
            return
        self._counted = True
        self._wait_for_headers()

    def connection_lost(self, exc: BaseException | None) -> None:
        """It has gone."""
        super().connection_lost(exc)
        self._stop_waiting()
        if self._stalled is not None:
            self._stalled.cancel()
        self.leave()

    def pause_writing(self) -> None:
        """More is to be sent than the other side takes at once; from here on it has to take some in time."""
        super().pause_writing()
        self._watch_taking()
        if self._counted:
            self._door.takes(self)

    def resume_writing(self) -> None:
        """It took nearly all."""
        super().resume_writing()
        self._door.took(self)
        if self._stalled is not None:
            self._stalled.cancel()

    def make_room(self) -> None:
        """Close it for another."""
        self.leave()
        if self.writing_paused and isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()  # closing would wait until all is taken
        else:
            self.force_close()

    def leave(self) -> None:
        """It counts no longer."""
        if self._counted:
            self._counted = False
            self._door.left(self)

    def data_received(self, data: bytes) -> None:
        """Bytes of a request: its headers have so long from the first of them."""
        if self._deadline is None and not self._serving:
            self._wait_for_headers()
        super().data_received(data)

    def begin(self) -> None:
        """A request's headers are there; from here on the handlers watch the time."""
        self._serving = True
        self._stop_waiting()
        self._door.asks(self)

    def end(self) -> None:
        """The request is answered; an idle connection is aiohttp's to close, or makes room for another."""
        self._serving = False
        if self._counted:
            self._door.asked(self)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The answer to what is no HTTP; neither answer nor log repeat any of it."""
        self._stop_waiting()
        self._door.refused("not_http")
        response = _Bare.of(problem(status, "this is not a valid request"))
        response.force_close()
        return response

    def _wait_for_headers(self) -> None:
        self._deadline = self._loop.call_later(HEADER_SECONDS, self._too_late)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_late(self) -> None:
        self._door.refused("slow_headers")
        self.force_close()

    def _watch_taking(self) -> None:
        if isinstance(self.transport, asyncio.WriteTransport):
            left = self.transport.get_write_buffer_size()
            self._stalled = self._loop.call_later(TAKING_SECONDS, self._look_at_taking, self.transport, left)

    def _look_at_taking(self, transport: asyncio.WriteTransport, left: int) -> None:
        if transport.get_write_buffer_size() <= left - _TAKEN:
            self._watch_taking()
            return
        self._door.refused("slow_taking")
        transport.abort()  # closing would wait until all is taken


class Site(web.BaseSite):
    """A listening socket whose connections go through the door."""

    def __init__(self, runner: web.AppRunner, listening: socket.socket, door: Door) -> None:
        super().__init__(runner)
        self._listening = listening
        self._door = door

    @property
    def name(self) -> str:
        """Where it listens."""
        return str(self._listening.getsockname())

    async def start(self) -> None:
        """Take connections."""
        await super().start()
        server = self._runner.server
        if server is None:
            raise RuntimeError("the runner is not set up")
        self._server = await asyncio.get_running_loop().create_server(
            lambda: Connection(server, self._door), sock=self._listening
        )

    async def stop(self) -> None:
        """Take no more; who has just been let in is served (asyncio would drop them with a traceback)."""
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._listening)
        for _ in range(3):  # turns of the loop between accepting and serving
            await asyncio.sleep(0)
        await super().stop()


class _Bare(web.Response):
    """An answer outside the application, where no hook takes the name of the software away."""

    @classmethod
    def of(cls, response: web.Response) -> "_Bare":
        return cls(status=response.status, body=response.body, content_type=response.content_type)

    async def _prepare_headers(self) -> None:
        await super()._prepare_headers()
        self.headers.pop("Server", None)
