"""WeCom application messages (企业微信应用消息): one text to up to a hundred members in a request.

https://developer.work.weixin.qq.com/document/path/90236 (sending), /91039 (the access token), /90313 (codes).
The token comes from the store that all machines share: the vendor wants it fetched seldom, and an
application has only one. Sent is `text`, which members read in the WeChat plug-in too; a longer one the
vendor would cut off without a word, so it is refused here. Members are named by their user ids.

What the vendor drops silently: a member's messages beyond 30 a minute or 1,000 an hour, and an
application's beyond 200 a day for each member of the corporation. It is told to keep the same text from
the same members for half an hour, but promises nothing of repeats whose list of members is another: a
repeat is not taken to be harmless. Neither callbacks nor questions tell what became of a message.
"""

import asyncio
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp
from yarl import URL

from channels import http
from channels.access_tokens import AccessToken, TokenStore
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
    Unknown,
)
from channels.posting import Posting

_PENALTY = 60.0  # seconds that the vendor blocks beyond a minute's limit
_ANEW = 2.0  # seconds after a refused token: the next message brings a new one
_REPEAT = 1800  # seconds in which the vendor keeps back the same text to the same members
_ANSWERS: Mapping[int, Outcome] = {
    -1: Deferred(Reason.PROVIDER_BUSY, None, "-1"),
    40001: Deferred(Reason.AUTHENTICATION, None, "40001"),  # the secret
    40008: Rejected(Reason.CONTENT_REJECTED, "40008"),  # message type
    40013: Deferred(Reason.AUTHENTICATION, None, "40013"),  # the corporation's id
    40014: Deferred(Reason.AUTHENTICATION, _ANEW, "40014"),  # the token is not valid
    40033: Rejected(Reason.CONTENT_REJECTED, "40033"),  # illegal characters
    40056: Deferred(Reason.CONFIGURATION, None, "40056"),  # the application's id
    40058: Rejected(Reason.CONTENT_REJECTED, "40058"),  # a bad parameter: length alone is excluded here
    40091: Deferred(Reason.AUTHENTICATION, None, "40091"),  # the secret
    41001: Deferred(Reason.AUTHENTICATION, _ANEW, "41001"),  # no token
    41004: Deferred(Reason.AUTHENTICATION, None, "41004"),  # no secret
    41011: Deferred(Reason.CONFIGURATION, None, "41011"),  # no application
    42001: Deferred(Reason.AUTHENTICATION, _ANEW, "42001"),  # the token has run out
    44004: Rejected(Reason.CONTENT_REJECTED, "44004"),  # empty text
    45002: Rejected(Reason.TOO_LONG, "45002"),
    45009: Deferred(Reason.RATE_LIMITED, _PENALTY, "45009"),
    45033: Deferred(Reason.RATE_LIMITED, None, "45033"),  # too many requests at the same time
    48002: Deferred(Reason.CONFIGURATION, None, "48002"),  # the application may not
    50003: Deferred(Reason.LANE_REMOVED, None, "50003"),  # the application is disabled
    60011: Rejected(Reason.NO_ROUTE, "60011"),  # outside of what the application may see
    60020: Deferred(Reason.CONFIGURATION, None, "60020"),  # our address is not on its list
    60111: Rejected(Reason.INVALID_ADDRESS, "60111"),
    81013: Rejected(Reason.INVALID_ADDRESS, "81013"),  # every one of them
    82001: Rejected(Reason.INVALID_ADDRESS, "82001"),  # nobody named
    301002: Deferred(Reason.CONFIGURATION, None, "301002"),  # another application's
}
_OF_THE_TOKEN = frozenset({40014, 41001, 42001})
_WITHOUT_TOKEN = Deferred(Reason.CONNECTION)  # no byte of the message has left
_LONGEST_TEXT = 2048  # UTF-8 bytes; the vendor cuts off what is more
# a user id (document 90195); what is none, such as @all, would reach others than the one who is meant
_MEMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")
_BATCH = 100  # members; the vendor takes 1,000, but one lost answer would leave as many unknown
_LONGEST_LIFE = 86_400.0  # seconds that a token is believed to live; the vendor says 7,200


class WecomApp:
    """One application of a corporation; its members are addressed by user id.

    `base_url` is the API's origin, `timeout` seconds for token and message together. `session` (see
    `http.open_session`) and `tokens` belong to the caller. Raises `ValueError` for a `base_url` that would
    carry the secret in the clear.
    """

    def __init__(
        self,
        *,
        corp_id: str,
        agent_id: int,
        secret: str,
        base_url: str,
        timeout: float,
        session: aiohttp.ClientSession,
        tokens: TokenStore,
    ) -> None:
        self.profile = Profile(
            channel="wecom_user",
            provider="wecom_app",
            medium="sms",
            unit="utf8_bytes",
            limit=_LONGEST_TEXT,
            batch=_BATCH,
            timeout=timeout,
            receipts="none",
            final_on_accept=True,
            windows=((10_000, 60.0), (150_000, 3600.0)),  # requests of a corporation
        )
        self._session = session
        self._tokens = tokens
        self._agent_id = agent_id
        self._timeout = timeout
        base = http.base(base_url)
        self._send_url = URL(base + "/cgi-bin/message/send")
        self._token_url = URL(base + "/cgi-bin/gettoken").with_query(corpid=corp_id, corpsecret=secret)
        credential = f"{base} {corp_id} {secret}".encode()
        self._token_name = f"wecom_app:{hashlib.sha256(credential).hexdigest()[:32]}"

    async def send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        """Send one text to its members; see `Channel.send`."""
        try:
            size = len(messages[0].text.encode())
        except UnicodeEncodeError:
            return [Rejected(Reason.CONTENT_REJECTED)] * len(messages)  # half a surrogate pair
        if size > _LONGEST_TEXT:
            return [Rejected(Reason.TOO_LONG)] * len(messages)
        members = [each.address for each in messages if _MEMBER.fullmatch(each.address)]
        outcomes = await self._send(members, messages[0].text) if members else {}
        return [outcomes.get(each.address, Rejected(Reason.INVALID_ADDRESS)) for each in messages]

    def callback(self, request: CallbackRequest) -> Callback:
        """Always raises `Forged`: nothing is called back about messages."""
        raise Forged

    async def poll(self, references: Sequence[Reference]) -> Sequence[Receipt]:
        """Nothing: the vendor cannot be asked about a message."""
        return ()

    async def aclose(self) -> None:
        """Nothing is held here: session and tokens belong to the caller."""

    async def _send(self, members: Sequence[str], text: str) -> Mapping[str, Outcome]:
        """The outcome of each member."""
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + self._timeout
        try:
            async with asyncio.timeout(self._timeout / 2):
                token = await self._tokens.get(self._token_name, self._fetch)
        except _Refused as refused:
            return dict.fromkeys(members, refused.outcome)
        except TimeoutError:
            return dict.fromkeys(members, _WITHOUT_TOKEN)
        answer = await self._post(token, members, text, http.timeout(ends_at - loop.time()))
        if not isinstance(answer, dict):
            return dict.fromkeys(members, answer)
        if answer["errcode"] in _OF_THE_TOKEN:
            await self._tokens.drop(self._token_name, token)
        if answer["errcode"] != 0:
            return dict.fromkeys(members, _of(answer["errcode"]))
        invalid, unlicensed = _named(answer, "invaliduser"), _named(answer, "unlicenseduser")
        message_id = answer.get("msgid")
        taken = Accepted(message_id if isinstance(message_id, str) else None)
        return {
            member: Rejected(Reason.INVALID_ADDRESS)
            if member.lower() in invalid
            else Rejected(Reason.NO_ROUTE)
            if member.lower() in unlicensed
            else taken
            for member in members
        }

    async def _post(
        self, token: str, members: Sequence[str], text: str, patience: aiohttp.ClientTimeout
    ) -> dict[str, Any] | Outcome:
        """The vendor's answer, with its `errcode`; an outcome where it is none."""
        body = {
            "touser": "|".join(members),
            "msgtype": "text",
            "agentid": self._agent_id,
            "text": {"content": text},
            "enable_duplicate_check": 1,
            "duplicate_check_interval": _REPEAT,
        }
        posting = Posting(
            self._session,
            self._send_url.with_query(access_token=token),
            {"Content-Type": "application/json"},
            patience,
        )
        try:
            answer = await posting.post(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return http.outcome_of(error)
        return _read(answer.status, http.retry_after(answer.headers), answer.content)

    async def _fetch(self) -> AccessToken:
        """A token from the vendor. Raises `_Refused`."""
        try:
            async with self._session.get(
                self._token_url, timeout=http.timeout(self._timeout / 2), allow_redirects=False
            ) as answer:
                found = _read(answer.status, http.retry_after(answer.headers), await answer.read())
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise _Refused(_WITHOUT_TOKEN) from None  # the error's own words quote the secret
        if not isinstance(found, dict):  # something in front of the API, or its own trouble
            raise _Refused(found if isinstance(found, Deferred) else Deferred(Reason.PROVIDER_BUSY))
        if found["errcode"] != 0:
            told = _of(found["errcode"])
            code = str(found["errcode"])
            raise _Refused(
                told if isinstance(told, Deferred) else Deferred(Reason.AUTHENTICATION, None, code)
            )
        token, seconds = found.get("access_token"), found.get("expires_in")
        if not isinstance(token, str) or not token or type(seconds) is not int or seconds <= 0:
            raise _Refused(Deferred(Reason.PROVIDER_BUSY))
        return AccessToken(token, min(float(seconds), _LONGEST_LIFE))


class _Refused(Exception):
    """There is no token, and so nothing was sent."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


def _read(status: int, retry_after: float | None, content: bytes) -> dict[str, Any] | Outcome:
    """The error code decides; an HTTP status other than 200 comes from something in front of the API."""
    if status >= 500:
        return Unknown(Reason.SERVER_ERROR, str(status))
    if status == 429:
        return Deferred(Reason.RATE_LIMITED, retry_after or _PENALTY, "429")
    if status >= 400:
        return Deferred(Reason.CONFIGURATION, None, str(status))
    try:
        answer = json.loads(content)
    except ValueError:
        return Unknown(Reason.UNREADABLE_ANSWER)
    if status != 200 or not isinstance(answer, dict) or type(answer.get("errcode")) is not int:
        return Unknown(Reason.UNREADABLE_ANSWER)
    return answer


def _of(code: int) -> Outcome:
    return _ANSWERS.get(code) or Rejected(Reason.UNKNOWN_FAILURE, str(code))


def _named(answer: Mapping[str, Any], key: str) -> frozenset[str]:
    """The members of a list such as `a|b`; the vendor writes user ids in lower case."""
    value = answer.get(key)
    return frozenset(value.lower().split("|")) if isinstance(value, str) else frozenset()
