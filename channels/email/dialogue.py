"""What is said on an open SMTP connection: several commands in one write where the server takes them so.

aiosmtplib connects, encrypts and signs in. Its dialogue waits for each reply before the next command: four
times a mail, where two are enough for a server that offers PIPELINING (RFC 2920).
"""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple, cast

_LONGEST = 32_768  # bytes of replies that are not read yet


class Lost(ConnectionError):
    """The connection has ended, or what came over it is no reply."""


class Reply(NamedTuple):
    """A server's reply; the lines of its `text` are parted by line feeds."""

    code: int
    text: str


class Dialogue(asyncio.Protocol):
    """Takes over a transport on which the server is waiting for a command. One `ask` at a time."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._unread = b""
        self._lines: list[str] = []  # of a reply that goes on
        self._replies: list[Reply] = []
        self._wanted = 0
        self._waiter: asyncio.Future[None] | None = None
        transport.set_protocol(self)

    @property
    def open(self) -> bool:
        """Whether something may still be asked."""
        return not self._transport.is_closing()

    async def ask(self, said: bytes, replies: int = 1) -> Sequence[Reply]:
        """Say it, and give that many replies, or those that came before the connection ended.

        Raises `Lost` if there were none. Whoever stops waiting must `close`: a late reply would be taken
        for another's.
        """
        if not self.open:
            raise Lost
        self._replies, self._wanted = [], replies
        self._waiter = self._loop.create_future()
        self._transport.write(said)
        try:
            await self._waiter
        finally:
            self._waiter = None
        if not self._replies:
            raise Lost
        if self._unread or self._lines or len(self._replies) > replies:
            self.close()
        return self._replies[:replies]

    def close(self) -> None:
        """End the connection without a word."""
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Take in what came; nothing is said unasked but that the server is about to end."""
        if self._waiter is None or self._waiter.done():
            self.close()
            return
        *lines, self._unread = (self._unread + data).split(b"\n")
        for line in lines:
            if not self._read(line.decode("utf-8", "replace").rstrip("\r")):
                self.connection_lost(None)
                return
        if len(self._unread) > _LONGEST or len(self._lines) > _LONGEST // 4:
            self.connection_lost(None)
        elif len(self._replies) >= self._wanted:
            self._answered()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more is to be expected."""
        self.close()
        self._answered()

    def _read(self, line: str) -> bool:
        code, rest = line[:3], line[3:4]
        if not (code.isascii() and code.isdigit()) or len(code) < 3 or rest not in ("", " ", "-"):
            return False
        self._lines.append(line[4:])
        if rest != "-":
            self._replies.append(Reply(int(code), "\n".join(self._lines)))
            self._lines = []
        return True

    def _answered(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


def dialogue_over(transport: asyncio.BaseTransport | None) -> Dialogue:
    """The dialogue over a connection's transport. Raises `Lost` where it has ended meanwhile."""
    if transport is None or transport.is_closing():
        raise Lost
    return Dialogue(cast(asyncio.Transport, transport))
