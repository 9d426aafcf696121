"""The HTTP client under Twilio's library: our session, our timeout, one try.

The library's own client ignores its timeout, may submit a message again, and loses Retry-After.
"""

import json
import logging
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

import aiohttp
from twilio.http import AsyncHttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]

from channels import http


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
        async with self._session.request(
            method,
            url,
            params=params,
            data=_form(data) if data else None,
            headers={**(headers or {}), "Authorization": self._authorization},
            timeout=self._timeout,
            allow_redirects=False,
        ) as answer:
            text = (await answer.read()).decode("utf-8", "replace")
            if answer.status == 429:
                raise RateLimited(http.retry_after(answer.headers), _code(text))
            return Response(answer.status, text, answer.headers)


def _code(body: str) -> int | None:
    """The error code in an answer's body, None where there is none."""
    try:
        code = json.loads(body)["code"]
    except (ValueError, KeyError, TypeError):
        return None
    return code if type(code) is int else None


def _form(data: Mapping[str, Any]) -> bytes:
    """The form's bytes. The text, its only long part, is encoded once however many people read it."""
    fields = (
        f"{name}={_encoded(value) if name == 'Body' else quote_plus(str(value))}"
        for name, value in data.items()
    )
    return "&".join(fields).encode("ascii")


@lru_cache(maxsize=256)
def _encoded(text: str) -> str:
    return quote_plus(text)
