"""A few kept connections to one SMTP server, each used by one mail at a time."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

import aiosmtplib

from channels.email.dialogue import Dialogue, Lost, Reply, dialogue_over

Security = Literal["none", "starttls", "tls"]
Stage = Literal["sender", "recipient", "mail"]

_MAILS = 100  # over one connection; many servers end a longer session
_IDLE = 60.0  # seconds, after which a server may have forgotten us
_GOODBYE = 2.0  # seconds for QUIT
_DONE = 250
_GO_ON = 354  # the server waits for the mail
_ENDING = 421  # it ends the session
_STAGES: Sequence[tuple[Stage, Sequence[int]]] = (  # of a transaction, and the replies that are a yes
    ("sender", (_DONE,)),
    ("recipient", (_DONE, 251)),
    ("mail", (_GO_ON,)),
)


class Refused(Exception):
    """The server said no to a mail's sender, its recipient or the mail itself. Its words may hold addresses
    and are in no traceback."""

    def __init__(self, stage: Stage, reply: Reply) -> None:
        super().__init__(stage, reply.code)
        self.stage = stage
        self.reply = reply


@dataclass(frozen=True, slots=True)
class Server:
    """Where and how to connect. `hostname` is what we call ourselves; `timeout` is seconds a step."""

    host: str
    port: int
    security: Security
    username: str | None
    password: str | None = field(repr=False)
    hostname: str
    timeout: float
    tls_context: ssl.SSLContext | None = None

    async def connect(self) -> tuple[Dialogue, bool]:
        """A connection, encrypted and signed in as configured, and whether it takes commands at once;
        raises what aiosmtplib raises, and `Lost`."""
        connection = aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            username=self.username,
            password=self.password,
            local_hostname=self.hostname,  # else the library resolves this machine's own name
            timeout=self.timeout,
            use_tls=self.security == "tls",
            start_tls=self.security == "starttls",  # never None, which skips it where not offered
            tls_context=self.tls_context,
        )
        await connection.connect()
        try:
            if connection.is_ehlo_or_helo_needed:
                try:
                    await connection.ehlo()
                except aiosmtplib.SMTPHeloError:
                    await connection.helo()
            return dialogue_over(connection.transport), connection.supports_extension("pipelining")
        except BaseException:
            connection.close()
            raise


@dataclass(slots=True)
class _Kept:
    dialogue: Dialogue
    pipelining: bool
    mails: int = 0
    used_at: float = 0.0
    unfinished: bool = False  # the server refused something, so its transaction is still open

    async def begin(self, sender: str, recipient: str) -> Sequence[Reply]:
        """What the server says to a transaction's commands, up to the first no where they go one by one.

        Raises `Lost`. The connection is closed after anything that is not a reply.
        """
        said = (
            b"MAIL FROM:<%b>\r\n" % sender.encode("ascii"),
            b"RCPT TO:<%b>\r\n" % recipient.encode("ascii"),
            b"DATA\r\n",
        )
        try:
            if self.unfinished:
                await self._forget()
            if self.pipelining:
                return await self.dialogue.ask(b"".join(said), len(said))
            replies: list[Reply] = []
            for command, (_, yes) in zip(said, _STAGES, strict=True):
                replies += await self.dialogue.ask(command)
                if replies[-1].code not in yes:
                    break
        except BaseException:
            self.dialogue.close()
            raise
        return replies

    async def _forget(self) -> None:
        (reply,) = await self.dialogue.ask(b"RSET\r\n")
        if reply.code != _DONE:
            raise Lost
        self.unfinished = False


class Connections:
    """At most `limit` connections to `server`, reused while they are good."""

    def __init__(self, server: Server, limit: int) -> None:
        self._server = server
        self._places = asyncio.Semaphore(limit)
        self._idle: list[_Kept] = []
        self._closed = False

    @asynccontextmanager
    async def transaction(self, sender: str, recipient: str) -> AsyncIterator[Dialogue]:
        """A connection whose server took `sender` and `recipient` (plain ASCII, without a display name), and
        waits for the mail; waits for a free one.

        It is kept for the next mail when the block ends well or with a refusal. After anything else
        (421, a lost answer, a cancelled task) it is closed: a late reply must never be read as the
        answer to another mail. Raises `Refused`, `Lost`, and what aiosmtplib raises while it connects.
        """
        async with self._places:
            kept, replies = await self._begun(sender, recipient)
            keep = False
            try:
                _check(replies)
                if not kept.dialogue.open:
                    raise Lost
                yield kept.dialogue
                keep = True
            except Refused as refusal:
                # where it waits for a mail all the same, the session is of no more use
                waits = refusal.stage != "mail" and replies[-1].code == _GO_ON
                keep = kept.unfinished = refusal.reply.code != _ENDING and not waits
                raise
            finally:
                if keep and not self._closed:
                    kept.mails += 1
                    kept.used_at = asyncio.get_running_loop().time()
                    self._idle.append(kept)
                else:
                    kept.dialogue.close()

    async def aclose(self) -> None:
        """Take leave on idle connections; those in use are closed when their mail is through."""
        self._closed = True
        while self._idle:
            await _take_leave(self._idle.pop().dialogue)

    async def _begun(self, sender: str, recipient: str) -> tuple[_Kept, Sequence[Reply]]:
        """A connection, and the replies to the begin of a transaction on it. Nothing of a mail has left by
        then: where the server has ended an idle one meanwhile, another may simply be taken."""
        while (kept := await self._idle_one()) is not None:
            try:
                replies = await kept.begin(sender, recipient)
            except Lost:
                continue
            if replies[0].code != _ENDING:
                return kept, replies
            kept.dialogue.close()
        kept = _Kept(*await self._server.connect())
        return kept, await kept.begin(sender, recipient)

    async def _idle_one(self) -> _Kept | None:
        while self._idle:
            kept = self._idle.pop()
            age = asyncio.get_running_loop().time() - kept.used_at
            if kept.mails < _MAILS and age <= _IDLE and kept.dialogue.open:
                return kept
            await _take_leave(kept.dialogue)
        return None


def _check(replies: Sequence[Reply]) -> None:
    for (stage, yes), reply in zip(_STAGES, replies, strict=False):
        if reply.code not in yes:
            raise Refused(stage, reply)
    if len(replies) < len(_STAGES):
        raise Lost


async def _take_leave(dialogue: Dialogue) -> None:
    try:
        with suppress(OSError):  # time-outs are
            async with asyncio.timeout(_GOODBYE):
                await dialogue.ask(b"QUIT\r\n")
    finally:
        dialogue.close()
