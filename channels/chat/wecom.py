"""WeCom group bots (企业微信 消息推送): one markdown message a request, the answer in an error code.

https://developer.work.weixin.qq.com/document/path/99110 and /90313. The bot's key in the address is
its only credential, so the address appears in no error and no log.
"""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache

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
    Reason,
    Receipt,
    Reference,
    Rejected,
    Unknown,
)
from channels.posting import Posting

_PENALTY = 60.0  # seconds that the vendor blocks a bot beyond its minute's limit
_ANSWERS: Mapping[int, Outcome] = {
    0: Accepted(),
    -1: Deferred(Reason.PROVIDER_BUSY, None, "-1"),
    40008: Rejected(Reason.CONTENT_REJECTED, "40008"),  # message type
    40033: Rejected(Reason.CONTENT_REJECTED, "40033"),  # illegal characters
    40058: Rejected(Reason.CONTENT_REJECTED, "40058"),  # a bad parameter: length alone is excluded here
    45002: Rejected(Reason.TOO_LONG, "45002"),
    45009: Deferred(Reason.RATE_LIMITED, _PENALTY, "45009"),
    45033: Deferred(Reason.RATE_LIMITED, None, "45033"),  # too many requests at the same time
    93000: Deferred(Reason.LANE_REMOVED, None, "93000"),
}
_LONGEST_TEXT = 4096  # UTF-8 bytes of markdown; the vendor refuses more


class WecomBot:
    """One group's bot; the group is the lane, so an address is not read.

    `key` is the bot's secret, `base_url` the API's origin, `timeout` seconds a request. `session` (see
    `http.open_session`) belongs to the caller. Raises `ValueError` for a `base_url` that would carry
    the key in the clear.
    """

    def __init__(self, *, key: str, base_url: str, timeout: float, session: aiohttp.ClientSession) -> None:
        self.profile = Profile(
            channel="wecom",
            provider="wecom",
            medium="webhook",
            unit="utf8_bytes",
            limit=_LONGEST_TEXT,
            batch=1,
            timeout=timeout,
            receipts="none",
            final_on_accept=True,
            windows=((20, 60.0),),
        )
        url = URL(http.base(base_url) + "/cgi-bin/webhook/send").with_query(key=key)
        headers = {"Content-Type": "application/json"}
        self._posting = Posting(session, url, headers, http.timeout(timeout))

    async def send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        """Post one message; see `Channel.send`."""
        (message,) = messages
        try:
            size, body = _body(message.text)
        except UnicodeEncodeError:
            return [Rejected(Reason.CONTENT_REJECTED)]  # half a surrogate pair
        if size > _LONGEST_TEXT:
            return [Rejected(Reason.TOO_LONG)]
        return [await self._post(body)]

    def callback(self, request: CallbackRequest) -> Callback:
        """Always raises `Forged`: bots send no callbacks."""
        raise Forged

    async def poll(self, references: Sequence[Reference]) -> Sequence[Receipt]:
        """Nothing: the vendor names no message and tells nothing about it later."""
        return ()

    async def aclose(self) -> None:
        """Nothing is held here: the session belongs to the caller."""

    async def _post(self, body: bytes) -> Outcome:
        try:
            answer = await self._posting.post(body)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return http.outcome_of(error)
        if answer.status == 429:
            return Deferred(Reason.RATE_LIMITED, http.retry_after(answer.headers) or _PENALTY, "429")
        return _outcome(answer.status, answer.content)


@lru_cache(maxsize=256)
def _body(text: str) -> tuple[int, bytes]:
    """The text's size in bytes and the request's body, made once however many groups read it."""
    document = {"msgtype": "markdown", "markdown": {"content": text}}
    return len(text.encode()), json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


@lru_cache(maxsize=64)
def _outcome(status: int, content: bytes) -> Outcome:
    """The error code decides; an HTTP status other than 200 comes from something in front of the API."""
    if status >= 500:
        return Unknown(Reason.SERVER_ERROR, str(status))
    if status >= 400:
        return Deferred(Reason.CONFIGURATION, None, str(status))
    try:
        code = json.loads(content)["errcode"]
    except (ValueError, KeyError, TypeError):
        return Unknown(Reason.UNREADABLE_ANSWER)
    if status != 200 or type(code) is not int:
        return Unknown(Reason.UNREADABLE_ANSWER)
    return _ANSWERS.get(code) or Rejected(Reason.UNKNOWN_FAILURE, str(code))
