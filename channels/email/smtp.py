"""Mail through one SMTP server: a body built once, and no doubt about what left.

RFC 5321 (replies), 3463 (enhanced codes), 3834 (Auto-Submitted). One recipient an envelope: nobody
sees another's address, and every outcome is one person's.
"""

import asyncio
import re
import ssl
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from functools import lru_cache
from urllib.parse import quote

import aiosmtplib

from channels import http
from channels.contract import (
    Accepted,
    Callback,
    CallbackRequest,
    Deferred,
    Forged,
    Message,
    Outcome,
    Profile,
    Reason,
    Receipt,
    Reference,
    Rejected,
    Scope,
    Unknown,
)
from channels.email.connections import Connections, Refused, Security, Server, Stage
from channels.email.dialogue import Reply
from channels.leaving import pass_gate

# Reply code -> reason, by what was refused; 0 and 1 stand for any other 4xx and 5xx. A 4xx is deferred,
# and so is a 5xx whose reason concerns the lane.
_TRANSIENT, _PERMANENT = 0, 1
_CONNECTION: Mapping[int, Reason] = {
    421: Reason.PROVIDER_BUSY,
    454: Reason.PROVIDER_BUSY,  # TLS not available for now
    _TRANSIENT: Reason.CONNECTION,
    _PERMANENT: Reason.CONFIGURATION,
}
_SENDER: Mapping[int, Reason] = {
    530: Reason.AUTHENTICATION,
    535: Reason.AUTHENTICATION,
    552: Reason.QUOTA,
    _TRANSIENT: Reason.PROVIDER_BUSY,
    _PERMANENT: Reason.CONFIGURATION,  # our own address, not the reader's
}
_RECIPIENT: Mapping[int, Reason] = {
    450: Reason.UNREACHABLE,
    451: Reason.UNREACHABLE,  # greylisting, as a rule
    452: Reason.UNREACHABLE,
    501: Reason.INVALID_ADDRESS,
    511: Reason.INVALID_ADDRESS,
    530: Reason.AUTHENTICATION,
    550: Reason.INVALID_ADDRESS,
    551: Reason.INVALID_ADDRESS,
    552: Reason.UNREACHABLE,  # mailbox full
    553: Reason.INVALID_ADDRESS,
    554: Reason.BLOCKED,  # it has seen no content yet
    559: Reason.INVALID_ADDRESS,
    _TRANSIENT: Reason.PROVIDER_BUSY,
    _PERMANENT: Reason.UNKNOWN_FAILURE,
}
_MAIL: Mapping[int, Reason] = {
    450: Reason.UNREACHABLE,
    452: Reason.UNREACHABLE,
    550: Reason.CONTENT_REJECTED,  # it has taken the address before
    551: Reason.INVALID_ADDRESS,
    552: Reason.UNREACHABLE,
    553: Reason.INVALID_ADDRESS,
    554: Reason.CONTENT_REJECTED,
    _TRANSIENT: Reason.PROVIDER_BUSY,
    _PERMANENT: Reason.UNKNOWN_FAILURE,
}
_REFUSALS: Mapping[Stage, Mapping[int, Reason]] = {"sender": _SENDER, "recipient": _RECIPIENT, "mail": _MAIL}
# Chinese hosts answer 454, 550 or 554 to those who send too fast, and say so only in words
_TOO_FAST = re.compile(r"frequen|too many|too fast|rate limit|频率|频繁", re.IGNORECASE)
_BAD_MAILBOX = re.compile(r"5\.1\.[0-6]\b")  # enhanced code at the reply's start: the recipient's address
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])")
_LONGEST_TEXT = 200_000  # characters; a full notice has a few thousand


class SmtpMail:
    """A sender's address at one SMTP server.

    `security`: `tls` (from the first byte), `starttls` (never skipped where the server does not offer
    it) or `none` (only for a server on this machine). `timeout` is seconds for one mail, `connections`
    how many are kept. `tls_context` stands in for the system's certificates.
    Raises `ValueError` for unencrypted mail to another machine and for a sender that is no address.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        security: Security,
        sender: str,
        sender_name: str = "",
        username: str | None = None,
        password: str | None = None,
        timeout: float,
        connections: int = 4,
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        if security == "none" and not http.is_loopback_host(host):
            raise ValueError("mail without encryption goes to this machine only")
        if not _ADDRESS.fullmatch(sender) or not (sender_name == "" or sender_name.isprintable()):
            raise ValueError("the sender is not a mail address with a printable name")
        self.profile = Profile(
            channel="email",
            provider="smtp",
            medium="email",
            unit="characters",
            limit=_LONGEST_TEXT,
            batch=1,
            timeout=timeout,
            receipts="none",
            final_on_accept=True,
        )
        self._sender = sender
        self._sender_name = sender_name
        self._domain = sender.rpartition("@")[2]
        self._connections = Connections(
            Server(host, port, security, username, password, self._domain, timeout, tls_context), connections
        )

    async def send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        """Hand over one mail; see `Channel.send`."""
        (message,) = messages
        if not _ADDRESS.fullmatch(message.address):
            return [Rejected(Reason.INVALID_ADDRESS)]
        try:
            head, body = _content(self._sender, self._sender_name, message.title, message.text, message.html)
        except ValueError:  # a line break in the title, or half a surrogate pair
            return [Rejected(Reason.CONTENT_REJECTED)]
        own = (
            f"To: {message.address}\r\n"
            f"Message-ID: <{quote(message.id, safe='')}@{self._domain}>\r\n"
            f"Date: {format_datetime(datetime.now(UTC))}\r\n"
        )
        return [await self._hand_over(message.address, b"".join((head, own.encode("ascii"), body)))]

    def callback(self, request: CallbackRequest) -> Callback:
        """Always raises `Forged`: SMTP has no callbacks."""
        raise Forged

    async def poll(self, references: Sequence[Reference]) -> Sequence[Receipt]:
        """Nothing: a server is not asked about a mail that it took."""
        return ()

    async def aclose(self) -> None:
        """Close idle connections; one in use is closed when its mail is through."""
        await self._connections.aclose()

    async def _hand_over(self, address: str, mail: bytes) -> Outcome:
        leaving = False  # whether the mail may have begun to leave
        try:
            # ending a transaction here is safe, because its connection is closed with it
            async with (
                asyncio.timeout(self.profile.timeout),
                self._connections.transaction(self._sender, address) as dialogue,
            ):
                pass_gate()
                leaving = True
                (reply,) = await dialogue.ask(mail)
                if reply.code != aiosmtplib.SMTPStatus.completed:
                    raise Refused("mail", reply)
        except Refused as refusal:
            return _outcome(_REFUSALS[refusal.stage], refusal.reply)
        except aiosmtplib.SMTPAuthenticationError as error:
            return Deferred(Reason.AUTHENTICATION, None, str(error.code))
        except aiosmtplib.SMTPResponseException as error:
            return _outcome(_CONNECTION, Reply(error.code, error.message))
        except TimeoutError:
            return Unknown(Reason.TIMEOUT) if leaving else Deferred(Reason.CONNECTION)
        except (aiosmtplib.SMTPException, OSError) as error:
            if leaving:
                return Unknown(Reason.DISCONNECTED)
            # the bare class: the server does not offer STARTTLS or AUTH although we require it
            missing = type(error) is aiosmtplib.SMTPException
            return Deferred(Reason.CONFIGURATION if missing else Reason.CONNECTION)
        return Accepted()


@lru_cache(maxsize=64)
def _content(sender: str, sender_name: str, title: str, text: str, html: str | None) -> tuple[bytes, bytes]:
    """The headers that all readers share, and the blank line with all that follows it, up to the line with
    nothing but a dot that ends a mail.

    Base64 keeps every line short and in ASCII, and none begins with a dot: nothing on the way has a reason
    to touch the text.
    Raises `ValueError` for a title with a line break and for text that is not Unicode.
    """
    local, _, domain = sender.rpartition("@")
    mail = EmailMessage(SMTP_POLICY)
    mail["From"] = Address(sender_name, local, domain)
    mail["Subject"] = title
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text, cte="base64")
    if html is not None:
        mail.add_alternative(html, subtype="html", cte="base64")
    head, _, body = mail.as_bytes().partition(b"\r\n\r\n")
    return head + b"\r\n", b"\r\n" + body.rstrip(b"\r\n") + b"\r\n.\r\n"


def _outcome(table: Mapping[int, Reason], reply: Reply) -> Deferred | Rejected:
    """What a refusal says. Its words hold addresses, so only the code is passed on."""
    code = str(reply.code)
    if _TOO_FAST.search(reply.text):
        return Deferred(Reason.RATE_LIMITED, None, code)
    transient = reply.code < 500
    reason = table.get(reply.code) or table[_TRANSIENT if transient else _PERMANENT]
    if reason.scope is not Scope.LANE and _BAD_MAILBOX.match(reply.text):
        reason = Reason.INVALID_ADDRESS
    if transient or reason.scope is Scope.LANE:
        return Deferred(reason, None, code)
    return Rejected(reason, code)
