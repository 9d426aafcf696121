"""Alerts to other platforms as Standard Webhooks: signed POSTs, and their progress back the same way.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md (1.0.0). A
receiver knows a repeat by its `webhook-id`, so what is unknown is repeated under the same one. Statuses are
the specification's: 2xx is taken, 410 wants nothing more, 429 and a Retry-After ask for patience; redirects
are never followed. `docs/payloads.md` is what receivers build from.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal, NamedTuple, cast, get_args
from urllib.parse import parse_qs, quote, urlsplit

import aiohttp
from yarl import URL

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
    Progress,
    ProgressState,
    Reason,
    Receipt,
    Reference,
    Rejected,
    Unknown,
)
from channels.posting import Posting
from channels.webhook.progress import ProgressInvalid, read_progress
from channels.webhook.signatures import VerifyingKey, sign, signing_key, verify, verifying_key

Form = Literal["cap", "national", "json", "cell"]
FORMS: tuple[Form, ...] = get_args(Form)
CALLBACK = "airwarn-callback"  # where progress is told; its address is the permission to tell it

# What a status other than 2xx means; a lane's reason means deferred, any other rejected.
_STATUSES: Mapping[int, Reason] = {
    400: Reason.CONTENT_REJECTED,
    401: Reason.AUTHENTICATION,
    403: Reason.AUTHENTICATION,
    404: Reason.CONFIGURATION,
    405: Reason.CONFIGURATION,
    410: Reason.LANE_REMOVED,
    413: Reason.TOO_LONG,
    415: Reason.CONFIGURATION,  # the receiver is set to another form than it reads
    422: Reason.CONTENT_REJECTED,
    429: Reason.RATE_LIMITED,
}
_TYPES: Mapping[Form, str] = {
    "cap": "application/cap+xml; charset=utf-8",
    "national": "application/xml; charset=utf-8",
    "json": "application/json",
    "cell": "application/json",
}
_LONGEST = 1 << 20  # bytes of an envelope; an alert has some thousand
_PATIENCE = 60.0  # seconds that a receiver may ask for: its duty is a matter of minutes


class Receiver(NamedTuple):
    """Where a lane's alerts go, in which form, and what signs them (`whsec_…`, `whsk_…`; one signature
    each). `all_clear`: in place of a Cancel it takes an Update that gives the all-clear, where there is one.
    """

    name: str
    url: str
    form: Form
    keys: Sequence[str]
    all_clear: bool = False


class StandardWebhooks:
    """One receiver of an account.

    `progress_keys` verify callbacks: by receiver, for all receivers of the account (`whsec_…`, `whpk_…`).
    `timeout` is seconds a request; `session` (see `http.open_session`) belongs to the caller. Raises
    `ValueError`, with no secret in it, for an address that is not safe and for keys that are none.
    """

    def __init__(
        self,
        receiver: Receiver,
        *,
        progress_keys: Mapping[str, Sequence[str]],
        timeout: float,
        session: aiohttp.ClientSession,
    ) -> None:
        self.profile = Profile(
            channel="push",
            provider="standard_webhooks",
            medium="push",
            unit="utf8_bytes",
            limit=_LONGEST,
            batch=1,
            timeout=timeout,
            receipts="push",
            final_on_accept=False,
            idempotent=True,
        )
        refuse_unsafe(receiver, ())
        self._url = URL(receiver.url)
        self._keys = [signing_key(key) for key in receiver.keys]
        self._receiver = receiver
        self._their_keys = {name: _verifying(name, keys) for name, keys in progress_keys.items()}
        self._timeout = http.timeout(timeout)
        self._session = session

    async def send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        """Post one alert; `Message.text` is its envelope. See `Channel.send`."""
        (message,) = messages
        receiver = self._receiver
        try:
            body = _body(message.text, receiver.form, all_clear=receiver.all_clear)
        except (ValueError, KeyError, TypeError):
            return [Rejected(Reason.CONTENT_REJECTED, "envelope")]
        if body is None:
            return [Rejected(Reason.NO_FORM, receiver.form)]
        headers = {
            "Content-Type": _TYPES[receiver.form],
            "User-Agent": "airwarn",
            **sign(self._keys, message.id, datetime.now(UTC), body),
        }
        if message.callback_url is not None:
            headers[CALLBACK] = f"{message.callback_url}?receiver={quote(receiver.name, safe='')}"
        return [await self._post(body, headers)]

    def callback(self, request: CallbackRequest) -> Callback:
        """Check the signature and read one report of progress. Raises `Forged`.

        A genuine one that is not understood is answered with 422 and why, and changes nothing. Whether the
        address is ours, and the receiver's whose keys signed, is for the caller to check.
        """
        receiver = _named(request.target)
        if request.method != "POST" or receiver not in self._their_keys:
            raise Forged
        signed = verify(self._their_keys[receiver], request.headers, request.body, datetime.now(UTC))
        try:
            progress = read_progress(request.body, signed.id, receiver)
        except ProgressInvalid as invalid:
            said = {"error": {"message": invalid.message, "message_en": invalid.message_en}}
            return Callback(
                (), invalid.status, json.dumps(said, ensure_ascii=False).encode(), "application/json"
            )
        return Callback(_receipts(request.target, progress), progress=(progress,))

    async def poll(self, references: Sequence[Reference]) -> Sequence[Receipt]:
        """Nothing: a receiver tells of itself."""
        return ()

    async def aclose(self) -> None:
        """Nothing is held here: the session belongs to the caller."""

    async def _post(self, body: bytes, headers: Mapping[str, str]) -> Outcome:
        try:
            answer = await Posting(self._session, self._url, headers, self._timeout).post(body)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return http.outcome_of(error)
        patience = http.retry_after(answer.headers)
        return _outcome(answer.status, None if patience is None else min(patience, _PATIENCE))


def refuse_unsafe(receiver: Receiver, progress_keys: Sequence[str]) -> None:
    """Raise `ValueError`, naming the receiver and no secret, unless its address is https without a name and
    password (http on this machine), it has keys to sign with, and all of its keys are keys."""
    try:
        http.base(receiver.url)
        address = URL(receiver.url)
        if address.user is not None or address.password is not None:
            raise ValueError("its address holds a name or a password")
        if not receiver.keys:
            raise ValueError("it has no key to sign with")
        for key in receiver.keys:
            signing_key(key)
    except ValueError as error:
        raise ValueError(f"receiver {receiver.name!r}: {error}") from None
    _verifying(receiver.name, progress_keys)


def _verifying(name: str, texts: Sequence[str]) -> Sequence[VerifyingKey]:
    try:
        return [verifying_key(text) for text in texts]
    except ValueError as error:
        raise ValueError(f"receiver {name!r}: {error}") from None


def _outcome(status: int, patience: float | None) -> Outcome:
    """What the status says; the body may say anything and is not read."""
    if 200 <= status < 300:
        return Accepted()
    code = str(status)
    if status == 503 and patience is not None:
        return Deferred(Reason.PROVIDER_BUSY, patience, code)
    if status >= 500 or status == 408:
        return Unknown(Reason.SERVER_ERROR, code)
    if status < 400:  # a redirect: the address in the settings is wrong, and none is followed
        return Deferred(Reason.CONFIGURATION, None, code)
    reason = _STATUSES.get(status, Reason.UNKNOWN_FAILURE)
    if reason in (Reason.CONTENT_REJECTED, Reason.TOO_LONG, Reason.UNKNOWN_FAILURE):
        return Rejected(reason, code)
    return Deferred(reason, patience if reason is Reason.RATE_LIMITED else None, code)


@lru_cache(maxsize=64)
def _body(envelope: str, form: Form, *, all_clear: bool) -> bytes | None:
    """The bytes that leave; None where the alert has no such form. Raises for what is no envelope."""
    alert: dict[str, Any] = json.loads(envelope)
    if all_clear and alert.get("all_clear") is not None:
        alert = alert["all_clear"]
    payload = alert[form]
    if payload is None:
        return None
    if form in ("cap", "national"):
        return cast(str, payload).encode()  # as it was stored: its signature covers these bytes
    document = {"type": "alert.released", "timestamp": alert["sent"], "data": payload}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _named(target: str) -> str:
    """The receiver that a callback address names; empty: none."""
    names = parse_qs(_query(target)).get("receiver", [])
    return names[0] if len(names) == 1 else ""


def _query(target: str) -> str:
    try:
        return urlsplit(target).query
    except ValueError:
        return ""


_RECEIPTS: Mapping[ProgressState, Literal["delivered", "failed"]] = {
    "accepted": "delivered",
    "running": "delivered",
    "finished": "delivered",
    "refused": "failed",
}


def _receipts(target: str, progress: Progress) -> Sequence[Receipt]:
    """What progress says of the message itself: it is there, or will not be sent on. One network's refusal
    says nothing of the office that passed it on."""
    segments = target.partition("?")[0].split("/")
    if len(segments) < 4 or not segments[-2].isdecimal() or len(segments[-2]) > 9:
        raise Forged
    state = _RECEIPTS[progress.state]
    if state == "failed" and progress.operator:
        return ()
    reference = Reference(None, segments[-3], int(segments[-2]))
    reason = Reason.CONTENT_REJECTED if state == "failed" else None
    return (Receipt(reference, state, reason, at=progress.at),)
