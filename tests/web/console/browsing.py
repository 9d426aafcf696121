"""A browser without scripts, as tests of pages use it."""

import re
from html import unescape
from html.parser import HTMLParser
from types import TracebackType
from typing import Self

import aiohttp
from multidict import MultiDict
from yarl import URL

from gateway.ledger.accounts.users import User
from gateway.web.serving.running import Running
from tests.people import PASSWORD, signed_in

OTHER_SITE = ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://example.com"})
_TOKEN = re.compile(r'name="form_token" value="([0-9a-f]{64})"')


class Seen:
    """An answer, read."""

    def __init__(self, answer: aiohttp.ClientResponse, text: str) -> None:
        self.status = answer.status
        self.headers = answer.headers
        self.path = answer.url.path
        self.cookies = answer.cookies
        self.text = unescape(text)
        self.html = text


class Browsing:
    """Keeps cookies; follows what it is sent to unless told otherwise."""

    def __init__(self, process: Running, cookies: dict[str, str] | None = None) -> None:
        self.process = process
        jar = aiohttp.CookieJar(unsafe=True, quote_cookie=False)
        jar.update_cookies(cookies or {}, URL(process.url))
        self.session = aiohttp.ClientSession(process.url, cookie_jar=jar)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.session.close()

    async def get(self, path: str, *, follow: bool = True, headers: dict[str, str] | None = None) -> Seen:
        async with self.session.get(path, headers=headers, allow_redirects=follow) as answer:
            return Seen(answer, await answer.text())

    async def post(
        self,
        path: str,
        fields: dict[str, str] | list[tuple[str, str]] | None = None,
        *,
        follow: bool = True,
        headers: dict[str, str] | None = None,
    ) -> Seen:
        """Exactly these fields; as a form, even without any."""
        given = list(fields.items()) if isinstance(fields, dict) else (fields or [])
        sent = self.session.post(
            path, data=aiohttp.FormData(MultiDict(given)), headers=headers, allow_redirects=follow
        )
        async with sent as answer:
            return Seen(answer, await answer.text())

    async def send(self, page: str, action: str, *more: tuple[str, str], **fields: str) -> Seen:
        """Fill in a form of a page."""
        shown = await self.get(page)
        assert f'action="{action}"' in shown.html, (shown.status, action, shown.text)
        token = ("form_token", await self.form_token(page))
        return await self.post(action, [token, *fields.items(), *more])

    async def form_token(self, page: str = "/console") -> str:
        found = _TOKEN.search((await self.get(page)).html)
        assert found is not None
        return found[1]

    async def sign_in(
        self, name: str, password: str = PASSWORD, code: str = "", to: str = "/console", follow: bool = True
    ) -> Seen:
        fields = {"name": name, "password": password, "code": code, "next": to}
        return await self.post("/sign-in", fields, follow=follow)

    def cookie(self, name: str = "airwarn") -> str:
        return next((each.value for each in self.session.cookie_jar if each.key == name), "")


async def browsing(process: Running, user: User) -> Browsing:
    """The browser of somebody signed in."""
    return Browsing(process, await signed_in(process, user))


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attributes}
        inline = tag == "style" or (tag == "script" and not held.get("src", "").startswith("/static/"))
        away = [held.get(name, "") for name in ("src", "href", "action")]
        foreign = any(address and not address.startswith(("/", "?", "#", "data:image/")) for address in away)
        if inline or foreign or any(name.startswith("on") or name == "style" for name in held):
            self.inline.append(f"{tag} {held}")


def inline(html: str) -> list[str]:
    """The elements that carry scripts or styles of their own, or lead away from our site."""
    found = _Elements()
    found.feed(html)
    return found.inline
