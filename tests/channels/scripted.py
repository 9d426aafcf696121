"""Servers that say exactly what a test tells them to, and keep what they heard."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from aiohttp import web

from channels.stand_ins.serving import Server, drop

SILENCE = object()  # never answer
CLOSE = object()  # close the connection instead of answering


@dataclass
class Heard:
    """One request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass
class Scripted:
    """An HTTP server: `reply` is (status, body) or (status, body, headers), `SILENCE` or `CLOSE`."""

    reply: object = (200, "")
    heard: list[Heard] = field(default_factory=list)
    url: str = ""

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        self.heard.append(Heard(request.method, request.path, request.query, request.headers, body))
        if self.reply is SILENCE:
            await asyncio.Event().wait()
        if self.reply is CLOSE:
            return drop(request)
        assert isinstance(self.reply, tuple)
        status, text, *headers = self.reply
        return web.Response(status=status, text=text, headers=headers[0] if headers else None)


@asynccontextmanager
async def scripted(reply: object = (200, "")) -> AsyncIterator[Scripted]:
    script = Scripted(reply)
    async with Server(script.handle, 0) as server:
        script.url = server.url
        yield script


@asynccontextmanager
async def bytes_server(answer: bytes, *, then_drip: bool = False) -> AsyncIterator[str]:
    """An HTTP server that sends `answer` and closes, or goes on with a blank now and then for ever."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        while then_drip:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.02)
        await writer.drain()
        writer.close()

    async with _listening(serve) as port:
        yield f"http://127.0.0.1:{port}"


@dataclass
class ScriptedSmtp:
    """A mail server: a verb's reply from `replies`, else a plain yes. `.` is the reply to a whole mail."""

    replies: Mapping[str, object]
    heard: list[str] = field(default_factory=list)
    mails: int = 0
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not await self._say(writer, "greeting", "220 ready"):
            return
        while line := await reader.readline():
            verb = line.decode().split()[0].upper()
            self.heard.append(line.decode().strip())
            if not await self._say(writer, verb, "354 go on" if verb == "DATA" else "250 OK"):
                return
            if verb == "QUIT":
                break
            if verb == "DATA" and str(self.replies.get("DATA", "354")).startswith("354"):
                await reader.readuntil(b"\r\n.\r\n")
                self.mails += 1
                if not await self._say(writer, ".", "250 taken"):
                    return
        writer.close()

    async def _say(self, writer: asyncio.StreamWriter, verb: str, usual: str) -> bool:
        reply = self.replies.get(verb, usual)
        if reply is SILENCE:
            await asyncio.Event().wait()
        if reply is CLOSE:
            writer.transport.abort()
            return False
        writer.write(f"{reply}\r\n".encode())
        await writer.drain()
        return True


@asynccontextmanager
async def scripted_smtp(replies: Mapping[str, object]) -> AsyncIterator[ScriptedSmtp]:
    script = ScriptedSmtp(replies)
    async with _listening(script.serve) as port:
        script.port = port
        yield script


@asynccontextmanager
async def talking(*said: bytes, waits: bool = True) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A mail server that says one thing after the other, whatever it hears: at once when somebody connects,
    then each after a command's, several commands' or a mail's end. Gives its port, and what it is yet to say.

    Unless it `waits`, what is left follows without another word, piece by piece.
    """
    left = list(said)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(left.pop(0))
        while await reader.read(65536):
            while left:
                writer.write(left.pop(0))
                await writer.drain()
                if waits:
                    break
                await asyncio.sleep(0.01)
        writer.close()

    async with _listening(serve) as port:
        yield port, left


Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def _listening(serve: Serve) -> AsyncIterator[int]:
    """Serve on a free port; conversations still open at the end are cancelled."""
    open_ones: set[asyncio.Task[None]] = set()

    async def tracked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_ones.add(task)
        try:
            await serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            open_ones.discard(task)
            writer.transport.abort()

    server = await asyncio.start_server(tracked, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(open_ones):
            task.cancel()
        await asyncio.gather(*open_ones, return_exceptions=True)
        await server.wait_closed()
