"""Twilio Programmable Messaging: one SMS a request, signed status callbacks and replies.

Facts and codes: https://www.twilio.com/docs/messaging/api/message-resource and /docs/api/errors.
The vendor's library makes the call (typed parameters). Signatures of callbacks follow its rule
(https://www.twilio.com/docs/usage/webhooks/webhooks-security) and are computed here: the library takes
a quarter of a callback's time for what is the same from one to the next.
"""

import hmac
import re
from base64 import b64encode
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
from twilio.base import values  # type: ignore[import-untyped]
from twilio.base.exceptions import (  # type: ignore[import-untyped]
    TwilioRestException,
    TwilioServiceException,
)
from twilio.request_validator import (  # type: ignore[import-untyped]
    HMAC_SHA1,
    HMAC_SHA256,
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    get_signature_algorithm,
)
from twilio.rest import Client  # type: ignore[import-untyped]

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
    ReceiptState,
    Reference,
    Rejected,
    Reply,
    Scope,
    Unknown,
)
from channels.sms.twilio_transport import RateLimited, Transport

# Error codes of answers and of callbacks. In an answer a lane's reason means deferred, any other rejected.
_REASONS: Mapping[int, Reason] = {
    14107: Reason.RATE_LIMITED,
    20003: Reason.AUTHENTICATION,
    20005: Reason.AUTHENTICATION,  # account not active
    20404: Reason.CONFIGURATION,  # no such account, when sending
    20429: Reason.RATE_LIMITED,
    21211: Reason.INVALID_ADDRESS,
    21212: Reason.CONFIGURATION,  # From
    21217: Reason.INVALID_ADDRESS,
    21408: Reason.NO_ROUTE,  # the account may not send to that country
    21602: Reason.CONTENT_REJECTED,  # no body
    21603: Reason.CONFIGURATION,  # no From
    21606: Reason.CONFIGURATION,  # From
    21608: Reason.NO_ROUTE,  # trial account, number not verified
    21609: Reason.CONFIGURATION,  # StatusCallback
    21610: Reason.OPTED_OUT,
    21611: Reason.PROVIDER_BUSY,  # the sender's queue is full
    21612: Reason.NO_ROUTE,
    21614: Reason.INVALID_ADDRESS,  # cannot receive SMS
    21617: Reason.TOO_LONG,
    21659: Reason.CONFIGURATION,  # From
    21660: Reason.CONFIGURATION,  # From belongs to another account
    21703: Reason.CONFIGURATION,  # no sender in the service
    30001: Reason.PROVIDER_BUSY,  # queue overflow
    30002: Reason.AUTHENTICATION,  # account suspended
    30003: Reason.UNREACHABLE,  # handset off
    30004: Reason.BLOCKED,
    30005: Reason.INVALID_ADDRESS,
    30006: Reason.NO_ROUTE,  # landline or unreachable carrier
    30007: Reason.CONTENT_REJECTED,
    30017: Reason.UNREACHABLE,  # carrier congested
    30036: Reason.EXPIRED,
    30410: Reason.TIMEOUT,  # the carrier did not answer Twilio
    63017: Reason.RATE_LIMITED,
    63038: Reason.QUOTA,  # daily cap
}
# HTTP statuses whose body names no code: they come from something in front of the API
_STATUSES: Mapping[int, Reason] = {
    401: Reason.AUTHENTICATION,
    403: Reason.AUTHENTICATION,
    404: Reason.CONFIGURATION,
}
_STATES: Mapping[str, ReceiptState] = {
    "accepted": "accepted",
    "scheduled": "accepted",
    "queued": "accepted",
    "sending": "accepted",
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "failed",
}
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_SID = re.compile(r"(SM|MM)[0-9a-fA-F]{32}")
_CALLBACK_PATH = re.compile(r"/callbacks/[^/?#]+/([^/?#]+)/([0-9]{1,9})/[^/?#]+(?:\?.*)?\Z")
_INBOUND = {
    "received",
    "receiving",
}  # a message to us (https://www.twilio.com/docs/messaging/guides/webhook-request)
_NO_ANSWER = b'<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
_HASHES: Mapping[str, str] = {HMAC_SHA1: "sha1", HMAC_SHA256: "sha256"}
_LONGEST_TEXT = 1600  # characters
_LONGEST_VALIDITY = 36000  # seconds
_SHORTEST_VALIDITY = 5  # seconds; the vendor advises more than that
_LISTED = 50  # messages a list: the newest to one number
_ABOUT = timedelta(minutes=1)  # between their clock and ours
_DAY = timedelta(days=1)  # the filter by date knows days, and what still waits there has no date yet


class TwilioSms:
    """One Twilio sender (a lane of an account).

    `sender` is an E.164 number or a Messaging Service (`MG…`). `base_url` is the API's origin;
    `public_callback_base` is the origin under which Twilio reaches our callbacks: its signature covers
    that, whatever a proxy made of the request. `timeout` is seconds a request. `allow_mainland` lets
    numbers of mainland China go to a `base_url` outside this machine (PIPL Art. 36): without it they
    are refused before anything is sent. `session` (see `http.open_session`) belongs to the caller.
    Raises `ValueError` for a `base_url` that would carry credentials in the clear.
    """

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        sender: str,
        base_url: str,
        public_callback_base: str,
        timeout: float,
        allow_mainland: bool,
        session: aiohttp.ClientSession,
    ) -> None:
        self.profile = Profile(
            channel="sms",
            provider="twilio",
            medium="sms",
            unit="characters",
            limit=_LONGEST_TEXT,
            batch=1,
            timeout=timeout,
            receipts="push",
            final_on_accept=False,
            polls=True,
        )
        self._mainland_refused = not (allow_mainland or http.is_loopback(base_url))
        self._origins = _signed_origins(public_callback_base.rstrip("/"))
        self._secret = auth_token.encode()
        client = Client(
            account_sid,
            auth_token,
            http_client=Transport(session, timeout, aiohttp.encode_basic_auth(account_sid, auth_token)),
            # an empty mapping would mean os.environ, where TWILIO_EDGE rewrites every host
            environment={"TWILIO_EDGE": "", "TWILIO_REGION": ""},
        )
        client.api.base_url = http.base(base_url)
        self._messages = client.messages
        self._from = {"messaging_service_sid" if sender.startswith("MG") else "from_": sender}

    async def send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        """Submit one message; see `Channel.send`."""
        (message,) = messages
        return [self._refused(message) or await self._submit(message)]

    def callback(self, request: CallbackRequest) -> Callback:
        """Check the signature and read one status, or one reply. Raises `Forged`.

        Our own names come from the last segments of the path
        `/callbacks/<account>/<message id>/<attempt>/<mac>` where it has that form; whether the mac is
        ours is for the caller to check. A status that says nothing about sending gives no receipt.
        """
        form = self._authentic(request)
        if form.get("SmsStatus") in _INBOUND and form.get("From") and form.get("MessageSid"):
            reply = Reply(form["MessageSid"], form["From"], form.get("Body", ""))
            return Callback((), 200, _NO_ANSWER, "text/xml", (reply,))
        state = _STATES.get(form.get("MessageStatus", ""))
        if state is None:
            return Callback(())
        path = _CALLBACK_PATH.search(request.target)
        reference = Reference(form.get("MessageSid"), path and path[1], int(path[2]) if path else None)
        # RawDlrDoneDate names no time zone, so it is not a time that could be recorded
        return Callback((_receipt(reference, state, form.get("ErrorCode", "")),))

    async def poll(self, references: Sequence[Reference]) -> Sequence[Receipt]:
        """Fetch each message that has a provider id; list those to its number for one that has none.

        What a list holds of that text from about that moment is the message; each is found once.
        """
        receipts: list[Receipt] = []
        named = {reference.provider_id for reference in references}
        for reference in references:
            try:
                found = await self._found(reference, named)
            except (TwilioRestException, TwilioServiceException) as error:
                if error.status != 404:
                    break
                continue
            except (RateLimited, aiohttp.ClientError, TimeoutError, OSError):
                break
            except Exception:  # noqa: S112 -- the library met an answer that is not the API's
                continue
            state = None if found is None else _STATES.get(found.status)
            if found is not None and state is not None:
                named.add(found.sid)
                known = Reference(found.sid, reference.message_id, reference.attempt)
                receipts.append(_receipt(known, state, str(found.error_code or ""), found.date_updated))
        return receipts

    async def _found(self, reference: Reference, named: Collection[str | None]) -> Any:
        """The vendor's resource of a message, None where it has none. Raises what the library does."""
        if reference.provider_id is not None:
            if not _SID.fullmatch(reference.provider_id):
                return None
            return await self._messages(reference.provider_id).fetch_async()
        number, text, moment = reference.address, reference.text, reference.started_at
        if number is None or text is None or moment is None:
            return None
        earliest = moment - _ABOUT
        listed = await self._messages.list_async(
            to=number, date_sent_after=earliest - _DAY, limit=_LISTED, page_size=_LISTED
        )
        latest = moment + timedelta(seconds=self.profile.timeout) + _ABOUT
        candidates = [
            each
            for each in listed
            if each.sid not in named
            and each.date_created is not None
            and earliest <= each.date_created <= latest
            and text in (each.body or "")  # a trial account puts words of its own before them
        ]
        return min(candidates, key=lambda each: abs(each.date_created - moment), default=None)

    async def aclose(self) -> None:
        """Nothing is held here: the session belongs to the caller."""

    def _refused(self, message: Message) -> Rejected | None:
        """What is certain before any request."""
        if not _E164.fullmatch(message.address):
            return Rejected(Reason.INVALID_ADDRESS)
        if self._mainland_refused and message.address.startswith("+86"):
            return Rejected(Reason.FOREIGN_TRANSFER)
        if len(message.text) > _LONGEST_TEXT:
            return Rejected(Reason.TOO_LONG)
        if message.valid_until is not None and _remaining(message.valid_until) <= _SHORTEST_VALIDITY:
            return Rejected(Reason.EXPIRED)
        return None

    async def _submit(self, message: Message) -> Outcome:
        validity: Any = values.unset
        if message.valid_until is not None:
            validity = min(max(int(_remaining(message.valid_until)), 1), _LONGEST_VALIDITY)
        try:
            answer = await self._messages.create_async(
                to=message.address,
                body=message.text,
                status_callback=message.callback_url or values.unset,
                validity_period=validity,
                **self._from,
            )
        except RateLimited as limited:
            reason = _REASONS.get(limited.code or 0, Reason.RATE_LIMITED)
            return Deferred(reason, limited.retry_after, None if limited.code is None else str(limited.code))
        except (TwilioRestException, TwilioServiceException) as error:
            return _outcome(error.status, error.code)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return http.outcome_of(error)
        except UnicodeEncodeError:
            return Rejected(Reason.CONTENT_REJECTED)  # half a surrogate pair: no request was made
        except Exception:  # the library met an answer that is not the API's: anything may break in it
            return Unknown(Reason.UNREADABLE_ANSWER)
        if not isinstance(answer.sid, str) or not _SID.fullmatch(answer.sid):
            return Unknown(Reason.UNREADABLE_ANSWER)
        return Accepted(answer.sid)

    def _authentic(self, request: CallbackRequest) -> Mapping[str, str]:
        """The form of a callback that Twilio signed. Raises `Forged`."""
        signature = request.headers.get(SIGNATURE_HEADER)
        if request.method != "POST" or not signature or not request.target.startswith("/"):
            raise Forged
        hashed = _HASHES.get(get_signature_algorithm(request.headers.get(SIGNATURE_SETTINGS_HEADER)).upper())
        if hashed is None:
            raise Forged
        try:
            fields = parse_qsl(request.body.decode("ascii"), keep_blank_values=True, max_num_fields=100)
            # every different pair once, by name and then by value
            words = request.target + "".join([name + value for name, value in sorted(set(fields))])
            genuine = any(
                hmac.compare_digest(signature.encode(), self._signature(origin + words, hashed))
                for origin in self._origins
            )
        except ValueError:  # not a form, or bytes that are no text
            raise Forged from None
        if not genuine:
            raise Forged
        return dict(reversed(fields))  # of a name given twice, the first

    def _signature(self, words: str, hashed: str) -> bytes:
        return b64encode(hmac.digest(self._secret, words.encode(), hashed))


def _signed_origins(public: str) -> tuple[str, ...]:
    """Without and with the port: the vendor signs the one or the other."""
    parts = urlsplit(public)
    name = parts.netloc.rpartition(":")[0] if parts.port else parts.netloc
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return tuple(parts._replace(netloc=netloc).geturl() for netloc in (name, f"{name}:{port}"))


def _remaining(valid_until: datetime) -> float:
    return (valid_until - datetime.now(UTC)).total_seconds()


def _outcome(status: int, code: object) -> Outcome:
    """What an answer other than 2xx says; the library puts the status where the body has no code."""
    known = code if isinstance(code, int) and code != status else None
    vendor_code = None if known is None else str(known)
    if status >= 500 or status == 408:
        return Unknown(Reason.SERVER_ERROR, vendor_code)
    if status < 400:  # a redirect or worse: not this API, or not its address
        return Unknown(Reason.UNREADABLE_ANSWER)
    reason = _STATUSES.get(status) if known is None else _REASONS.get(known)
    if status == 401:
        reason = Reason.AUTHENTICATION
    if reason is None:
        return Rejected(Reason.UNKNOWN_FAILURE, vendor_code or str(status))
    if reason.scope is Scope.LANE:
        return Deferred(reason, None, vendor_code)
    if reason.scope is Scope.UNCLEAR:
        return Unknown(reason, vendor_code)
    return Rejected(reason, vendor_code)


def _receipt(reference: Reference, state: ReceiptState, code: str, at: datetime | None = None) -> Receipt:
    if state != "failed":
        return Receipt(reference, state, at=at)
    numeric = code if code.isascii() and code.isdigit() and len(code) <= 9 else ""
    reason = _REASONS.get(int(numeric or 0), Reason.UNKNOWN_FAILURE)
    return Receipt(reference, state, reason, numeric or None, at)
