"""What the delivery engine and a provider's adapter promise each other.

An adapter turns one group of messages into one provider request and the provider's words into
`Outcome`s and `Receipt`s. It never loops, retries, paces or stores: the engine does. All times are
aware datetimes (UTC). Nothing here imports `gateway`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol


class Scope(StrEnum):
    """Whom a reason concerns: it decides what the engine does next."""

    LANE = "lane"  # the connection, quota or credential: parks the lane, touches no deliveries
    RECIPIENT = "recipient"  # this address only
    CONTENT = "content"  # this text only
    UNCLEAR = "unclear"  # nobody knows whether the message left


class Reason(StrEnum):
    """Every reason an adapter may give; closed, because it is also a column and a metric's label."""

    # lane
    CONNECTION = "connection"  # certainly before any byte of the request left
    RATE_LIMITED = "rate_limited"
    QUOTA = "quota"
    AUTHENTICATION = "authentication"
    CONFIGURATION = "configuration"
    LANE_REMOVED = "lane_removed"  # bot or sender is gone
    PROVIDER_BUSY = "provider_busy"  # the provider says that it did not take the message
    # recipient
    INVALID_ADDRESS = "invalid_address"
    UNREACHABLE = "unreachable"  # off, out of coverage, mailbox full: may work later
    OPTED_OUT = "opted_out"
    BLOCKED = "blocked"
    NO_ROUTE = "no_route"
    FREQUENCY = "frequency"  # too many messages to this address in the vendor's window
    FOREIGN_TRANSFER = "foreign_transfer"  # refused by ourselves: personal data would leave the country
    # content
    TOO_LONG = "too_long"
    CONTENT_REJECTED = "content_rejected"
    TEMPLATE = "template"
    NO_FORM = "no_form"  # refused by ourselves: it cannot be said in the form that the receiver reads
    # settled by time
    EXPIRED = "expired"  # the provider dropped it after its validity period
    # unclear
    TIMEOUT = "timeout"
    DISCONNECTED = "disconnected"  # after bytes left
    SERVER_ERROR = "server_error"
    UNREADABLE_ANSWER = "unreadable_answer"
    INTERRUPTED = "interrupted"  # our own process ended before the answer was recorded
    UNKNOWN_FAILURE = "unknown_failure"  # a vendor code that no table names

    @property
    def scope(self) -> Scope:
        """The scope that the engine acts on."""
        return _SCOPES[self]


_SCOPES: dict[Reason, Scope] = {
    Reason.CONNECTION: Scope.LANE,
    Reason.RATE_LIMITED: Scope.LANE,
    Reason.QUOTA: Scope.LANE,
    Reason.AUTHENTICATION: Scope.LANE,
    Reason.CONFIGURATION: Scope.LANE,
    Reason.LANE_REMOVED: Scope.LANE,
    Reason.PROVIDER_BUSY: Scope.LANE,
    Reason.INVALID_ADDRESS: Scope.RECIPIENT,
    Reason.UNREACHABLE: Scope.RECIPIENT,
    Reason.OPTED_OUT: Scope.RECIPIENT,
    Reason.BLOCKED: Scope.RECIPIENT,
    Reason.NO_ROUTE: Scope.RECIPIENT,
    Reason.FREQUENCY: Scope.RECIPIENT,
    Reason.FOREIGN_TRANSFER: Scope.RECIPIENT,
    Reason.EXPIRED: Scope.RECIPIENT,
    Reason.TOO_LONG: Scope.CONTENT,
    Reason.CONTENT_REJECTED: Scope.CONTENT,
    Reason.TEMPLATE: Scope.CONTENT,
    Reason.NO_FORM: Scope.CONTENT,
    Reason.TIMEOUT: Scope.UNCLEAR,
    Reason.DISCONNECTED: Scope.UNCLEAR,
    Reason.SERVER_ERROR: Scope.UNCLEAR,
    Reason.UNREADABLE_ANSWER: Scope.UNCLEAR,
    Reason.INTERRUPTED: Scope.UNCLEAR,
    Reason.UNKNOWN_FAILURE: Scope.RECIPIENT,
}


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one address. `id` is stable over attempts; `text` is shared by many messages.

    `content_id` names the text (equal ids mean equal `text`, `html` and `title`), so that an adapter
    may encode it once. `text` already carries the signature where the medium wants one.
    """

    id: str
    attempt: int
    address: str
    content_id: int
    title: str
    text: str
    html: str | None = None
    valid_until: datetime | None = None
    callback_url: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took the message. `provider_id` is its name there, None where it gives none."""

    provider_id: str | None = None


@dataclass(frozen=True, slots=True)
class Deferred:
    """Certainly not sent; may be tried again after `retry_after` seconds (None: the engine's own delay)."""

    reason: Reason
    retry_after: float | None = None
    vendor_code: str | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """Certainly not sent, and this message will not be taken by asking again in the same way."""

    reason: Reason
    vendor_code: str | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have been sent: never retried without a receipt, a poll or the engine's marked repeat."""

    reason: Reason
    vendor_code: str | None = None


Outcome = Accepted | Deferred | Rejected | Unknown


@dataclass(frozen=True, slots=True)
class Reference:
    """How to find an attempt: our own names where the callback address or the vendor echoes them.

    One whose provider id nobody knows is found by what was asked for: `text` to `address` at
    `started_at`. Receipts never carry these three.
    """

    provider_id: str | None = None
    message_id: str | None = None
    attempt: int | None = None
    address: str | None = field(default=None, repr=False)
    text: str | None = field(default=None, repr=False)
    started_at: datetime | None = None


ReceiptState = Literal["accepted", "sent", "failed", "delivered", "read"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider says later about one attempt. `at` is the provider's time if it gave one."""

    reference: Reference
    state: ReceiptState
    reason: Reason | None = None
    vendor_code: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody wrote back from `address`. `provider_id` is its name at the provider."""

    provider_id: str
    address: str
    text: str = field(repr=False)


ProgressState = Literal["accepted", "running", "finished", "refused"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a platform is that sends an alert on to its own subscribers.

    `id` is the report's own: the same again is the same report. `alert` is the identifier that it names,
    `receiver` the lane whose key signed it, `operator` the network that it speaks of (empty: the receiver
    itself). `targeted`, `sent` and `failed` count people, None where it does not say. `at` is the platform's
    time.
    """

    id: str
    alert: str
    receiver: str
    state: ProgressState
    at: datetime
    operator: str = ""
    targeted: int | None = None
    sent: int | None = None
    failed: int | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class CallbackRequest:
    """A request that reached the callback address, as it came: `target` is the raw path and query."""

    method: str
    target: str
    headers: Mapping[str, str]  # case-insensitive
    body: bytes


@dataclass(frozen=True, slots=True)
class Callback:
    """An authenticated callback: its receipts, replies and progress, and the response that is expected."""

    receipts: Sequence[Receipt]
    status: int = 204
    body: bytes = b""
    content_type: str = "text/plain"
    replies: Sequence[Reply] = ()
    progress: Sequence[Progress] = ()


class Forged(Exception):
    """The callback is not the provider's: no signature, a wrong one, or one for other bytes."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a channel can do; the engine and the renderer read limits from here, never from a name."""

    channel: str  # sms | wecom | wecom_user | email | push: the directory's kind of address
    provider: str  # the adapter's name in settings
    medium: Literal["sms", "webhook", "email", "push"]  # which notices it carries
    unit: Literal["utf16_segments", "utf8_bytes", "characters"]
    limit: int  # the longest text, in `unit`
    batch: int  # messages with one text in one request
    timeout: float  # seconds; one request never takes longer
    receipts: Literal["none", "push", "poll"]
    final_on_accept: bool  # nothing better than `accepted` will ever be known
    polls: bool = False  # `poll` asks the provider
    recall: bool = False
    idempotent: bool = False  # whoever receives knows a repeat by `Message.id`: an unknown is simply repeated
    windows: Sequence[tuple[int, float]] = field(default=())  # vendor's hard limits: (messages, seconds)


class Channel(Protocol):
    """One configured lane of a provider account, ready to send."""

    profile: Profile

    async def send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        """One provider request for up to `profile.batch` messages; outcomes in the same order."""
        ...

    def callback(self, request: CallbackRequest) -> Callback:
        """Authenticate and read a callback. Raises `Forged`."""
        ...

    async def poll(self, references: Sequence[Reference]) -> Sequence[Receipt]:
        """Ask the provider about attempts, one after the other: what it knows of them, in no order.

        Empty where it cannot be asked. One that it does not know is left out, and so is everything from
        the first question on that it did not answer.
        """
        ...

    async def aclose(self) -> None:
        """Give connections back; never raises for a connection that is already gone."""
        ...
