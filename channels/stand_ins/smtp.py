"""A local mail server (aiosmtpd in the same event loop) that takes, refuses, delays and loses answers."""

import asyncio
import random
import re
import ssl
from contextlib import AsyncExitStack
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from channels.stand_ins.behaviour import Behaviour, Record, Seen, Window

# the headers that differ from reader to reader
_OWN = re.compile(rb"^(?:To|Message-ID|Date):[^\r\n]*\r\n", re.MULTILINE | re.IGNORECASE)
_MESSAGE_ID = re.compile(rb"^Message-ID: <([^@>\r\n]+)@", re.MULTILINE | re.IGNORECASE)
_HEADERS = 65536  # bytes in which headers are looked for


class SmtpStandIn:
    """Use as `async with SmtpStandIn() as smtp:`; it listens on 127.0.0.1 at `port`.

    `behaviour` may be replaced at any time. `seen` are the mails taken, `text` their plain part, and
    `mails` their bytes. With `tls_context` it offers STARTTLS; with `credentials` it knows one user.
    """

    def __init__(
        self,
        behaviour: Behaviour | None = None,
        *,
        port: int = 0,
        random_source: random.Random | None = None,
        log: Path | None = None,
        remember: bool = True,
        tls_context: ssl.SSLContext | None = None,
        credentials: tuple[str, str] | None = None,
    ) -> None:
        self.behaviour = behaviour or Behaviour()
        self.port = port
        self.mails: list[bytes] = []
        self.connections = 0  # opened so far
        self._random = random_source or random.Random(0)  # noqa: S311 -- chance, not secrecy
        self._record = Record(log, remember=remember)
        self._remember = remember
        self._tls_context = tls_context
        self._credentials = credentials
        self._window = Window()
        self._open: WeakSet[SMTP] = WeakSet()
        self._stack = AsyncExitStack()

    @property
    def seen(self) -> list[Seen]:
        """The mails taken so far."""
        return self._record.seen

    async def __aenter__(self) -> "SmtpStandIn":
        self._stack.callback(self._record.close)
        server = await asyncio.get_running_loop().create_server(self._connected, "127.0.0.1", self.port)
        self._stack.push_async_callback(server.wait_closed)
        self._stack.callback(self.disconnect)
        self._stack.callback(server.close)
        self.port = server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def disconnect(self) -> None:
        """End every open connection without a word, as a server does when it restarts."""
        for protocol in list(self._open):
            _abort(protocol)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        if address in self.behaviour.refused:
            return "550 5.1.1 No such user here"
        if self._random.random() < self.behaviour.busy:
            return "421 4.3.2 Not now"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take a mail, or say that there were too many."""
        behaviour = self.behaviour
        if self._window.wait(behaviour.rate, asyncio.get_running_loop().time()) is not None:
            return "451 4.7.1 Too many messages, slow down"
        self._take(envelope)
        if behaviour.delay[1]:
            await asyncio.sleep(self._random.uniform(*behaviour.delay))
        fate = self._random.random()
        if fate < behaviour.lose_answer:
            _abort(server)
            return "250 OK"
        fate -= behaviour.lose_answer
        if fate < behaviour.fail_after_accepting:
            # the nearest that SMTP has to an error after the fact: the session ends
            _abort(server)
            return "421 4.3.0 Failing"
        if fate - behaviour.fail_after_accepting < behaviour.hang:
            await asyncio.Event().wait()
        return "250 OK"

    def _connected(self) -> SMTP:
        self.connections += 1
        protocol = SMTP(
            self,
            hostname="stand-in",
            tls_context=self._tls_context,
            authenticator=self._authenticate if self._credentials else None,
            auth_require_tls=False,
            loop=asyncio.get_running_loop(),
        )
        self._open.add(protocol)
        return protocol

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        known = self._credentials is not None and (
            (data.login.decode(), data.password.decode()) == self._credentials
        )
        return AuthResult(success=known, handled=False)

    def _take(self, envelope: Envelope) -> None:
        mail = envelope.content if isinstance(envelope.content, bytes) else b""
        found = _MESSAGE_ID.search(mail, 0, _HEADERS)
        message_id = unquote(found[1].decode("ascii")) if found else None
        head, blank, body = mail.partition(b"\r\n\r\n")
        text = _plain_part(_OWN.sub(b"", head + b"\r\n") + blank + body)
        for address in envelope.rcpt_tos:
            self._record.add("email", address, text, message_id=message_id)
        if self._remember:
            self.mails.append(mail)


def _abort(protocol: SMTP) -> None:
    if isinstance(protocol.transport, asyncio.Transport):
        protocol.transport.abort()


@lru_cache(maxsize=64)
def _plain_part(mail: bytes) -> str:
    """The plain text of a mail without its reader's own headers, so that many share one reading."""
    message = message_from_bytes(mail, EmailMessage, policy=SMTP_POLICY)
    part = message.get_body(("plain",))
    return part.get_content().replace("\r\n", "\n") if part is not None else ""
