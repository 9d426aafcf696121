"""A few kept connections to one SMTP server, each used by one mail at a time."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

import aiosmtplib

Security = Literal["none", "starttls", "tls"]

_MAILS = 100  # over one connection; many servers end a longer session
_IDLE = 60.0  # seconds, after which a server may have forgotten us
_GOODBYE = 2.0  # seconds for QUIT


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

    async def connect(self) -> aiosmtplib.SMTP:
        """A connection, encrypted and signed in as configured; raises what aiosmtplib raises."""
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
        return connection


@dataclass(slots=True)
class _Kept:
    smtp: aiosmtplib.SMTP
    mails: int = 0
    used_at: float = 0.0
    unfinished: bool = False  # the server refused something, so its transaction is still open


class Connections:
    """At most `limit` connections to `server`, reused while they are good."""

    def __init__(self, server: Server, limit: int) -> None:
        self._server = server
        self._places = asyncio.Semaphore(limit)
        self._idle: list[_Kept] = []
        self._closed = False

    @asynccontextmanager
    async def transaction(self, sender: str) -> AsyncIterator[aiosmtplib.SMTP]:
        """A connection on which the server took `sender`; waits for a free one.

        It is kept for the next mail when the block ends well or with a refusal. After anything else
        (421, a lost answer, a cancelled task) it is closed: a late reply must never be read as the
        answer to another mail.
        """
        async with self._places:
            kept = await self._begin(sender)
            keep = False
            try:
                yield kept.smtp
                keep = True
            except aiosmtplib.SMTPResponseException as refusal:
                keep = kept.unfinished = refusal.code != 421
                raise
            finally:
                if keep and not self._closed:
                    kept.mails += 1
                    kept.used_at = asyncio.get_running_loop().time()
                    self._idle.append(kept)
                else:
                    kept.smtp.close()

    async def aclose(self) -> None:
        """Take leave on idle connections; those in use are closed when their mail is through."""
        self._closed = True
        while self._idle:
            await _take_leave(self._idle.pop().smtp)

    async def _begin(self, sender: str) -> _Kept:
        """Open a transaction, on an idle connection if a good one is there."""
        while self._idle:
            kept = self._idle.pop()
            age = asyncio.get_running_loop().time() - kept.used_at
            if kept.mails >= _MAILS or age > _IDLE or not kept.smtp.is_connected:
                await _take_leave(kept.smtp)
            elif await _reopened(kept, sender):
                return kept
        kept = _Kept(await self._server.connect())
        try:
            await kept.smtp.mail(sender)
        except BaseException:
            kept.smtp.close()
            raise
        return kept


async def name(smtp: aiosmtplib.SMTP, address: str) -> None:
    """Tell the server for whom the mail is; `address` is plain ASCII without a display name.

    Raises `aiosmtplib.SMTPRecipientRefused`. As the library's `rcpt`, which takes the address apart.
    """
    reply = await smtp.execute_command(b"RCPT", b"TO:<%b>" % address.encode("ascii"))
    if reply.code not in (aiosmtplib.SMTPStatus.completed, aiosmtplib.SMTPStatus.will_forward):
        raise aiosmtplib.SMTPRecipientRefused(reply.code, reply.message, address)


async def _reopened(kept: _Kept, sender: str) -> bool:
    """Begin a transaction on a kept connection; False if the server has ended it meanwhile.

    Nothing of a mail has left by then, so another connection may simply be taken.
    """
    try:
        if kept.unfinished:
            await kept.smtp.rset()
            kept.unfinished = False
        # as the library's `mail`, which takes the address apart: a third of a mail's time
        reply = await kept.smtp.execute_command(b"MAIL", b"FROM:<%b>" % sender.encode("ascii"))
        if reply.code != aiosmtplib.SMTPStatus.completed:
            raise aiosmtplib.SMTPSenderRefused(reply.code, reply.message, sender)
    except aiosmtplib.SMTPSenderRefused as refusal:
        kept.smtp.close()
        if refusal.code == 421:
            return False
        raise
    except (aiosmtplib.SMTPException, OSError):
        kept.smtp.close()
        return False
    except BaseException:
        kept.smtp.close()
        raise
    return True


async def _take_leave(smtp: aiosmtplib.SMTP) -> None:
    try:
        with suppress(aiosmtplib.SMTPException, OSError):
            await smtp.quit(timeout=_GOODBYE)
    finally:
        smtp.close()
