"""The HTTP client under Twilio's library: our session, our timeout, one try.

The library's own client ignores its timeout, may submit a message again, and loses Retry-After.
"""

import json
import logging
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

import aiohttp
from twilio.http import AsyncHttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from yarl import URL

from channels import http
from channels.posting import Posting

_OWN = ("To", "StatusCallback")  # each message has another
_USUAL = re.compile(r"[0-9A-Za-z_.~+:/-]*")


class RateLimited(Exception):
    """Answer 429: never processed. Raised below the library, because its exceptions drop the headers."""

    def __init__(self, retry_after: float | None, code: int | None) -> None:
        super().__init__("rate limited")
        self.retry_after = retry_after
        self.code = code


class Transport(AsyncHttpClient):  # type: ignore[misc]
    """The library's HTTP client over a shared session: our timeout, one try, no logging of numbers."""

    def __init__(self, session: aiohttp.ClientSession, timeout: float, authorization: str) -> None:
        super().__init__(logging.getLogger(__name__), is_async=True, timeout=timeout)
        self._session = session
        self._timeout = http.timeout(timeout)
        self._authorization = authorization
        self._postings: dict[str, Posting] = {}  # by address: an account has one to send through

    async def request(
        self,
        method: str,
        url: str,
        params: dict[str, str] | None = None,
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
        allow_redirects: bool = False,
    ) -> Response:
        """One request. Raises `RateLimited`, `aiohttp.ClientError` or `TimeoutError`."""
        if method == "POST" and data:
            posting = self._postings.get(url)
            if posting is None:  # the library gives the same headers each time
                own = {**(headers or {}), "Authorization": self._authorization}
                posting = self._postings[url] = Posting(self._session, URL(url), own, self._timeout)
            status, answered, content = await posting.post(_form(data))
        else:
            async with self._session.request(
                method,
                url,
                params=params,
                headers={**(headers or {}), "Authorization": self._authorization},
                timeout=self._timeout,
                allow_redirects=False,
            ) as answer:
                status, answered, content = answer.status, answer.headers, await answer.read()
        text = content.decode("utf-8", "replace")
        if status == 429:
            raise RateLimited(http.retry_after(answered), _code(text))
        return Response(status, text, answered)


def _code(body: str) -> int | None:
    """The error code in an answer's body, None where there is none."""
    try:
        code = json.loads(body)["code"]
    except (ValueError, KeyError, TypeError):
        return None
    return code if type(code) is int else None


def _form(data: Mapping[str, Any]) -> bytes:
    """The form's bytes. What is the same for many people, above all the text, is encoded once."""
    fields = (
        f"{name}={_quoted(str(value)) if name in _OWN else _encoded(str(value))}"
        for name, value in data.items()
    )
    return "&".join(fields).encode("ascii")


def _quoted(value: str) -> str:
    """A number or an address as a form has it: `quote_plus`, ten times as fast for what these consist of."""
    if not _USUAL.fullmatch(value):
        return quote_plus(value)
    return value.replace("+", "%2B").replace(":", "%3A").replace("/", "%2F")


@lru_cache(maxsize=256)
def _encoded(text: str) -> str:
    return quote_plus(text)
