"""The public pages as documents: their templates filled, one file each with its styles in place."""

from functools import cache

from aiohttp import web

from gateway.web.public.link_words import Speech
from gateway.web.public.public_words import TEXTS
from gateway.web.public.wish import Wish
from gateway.web.templates import environment, style

_PAGES = environment()
_STYLE = "public/public.css"
MEDIA_TYPE = "text/html; charset=utf-8"


def speech(wish: Wish) -> Speech:
    """The pages' own words."""
    return Speech(wish.language, TEXTS)


def fill(template: str, wish: Wish, /, **values: object) -> bytes:
    """A template's page. It finds its words under `say` and what the reader wishes under `wish`."""
    page = _PAGES.get_template(f"public/{template}")
    return page.render({"say": speech(wish), "wish": wish, "style": style(_STYLE).text} | values).encode()


def unkept(page: bytes, status: int) -> web.Response:
    """A page of which nobody keeps a copy: what somebody asked, or that there is no answer."""
    headers = {**policy(), "Content-Type": MEDIA_TYPE, "Cache-Control": "no-store"}
    return web.Response(body=page, status=status, headers=headers)


@cache
def policy() -> dict[str, str]:
    """What a browser may do with these pages: show them, with their own styles, and send the form."""
    return {
        "Content-Security-Policy": f"default-src 'none'; style-src {style(_STYLE).source}; "
        "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        "X-Robots-Tag": "noarchive",  # a copy kept by a search engine tells an old state for the new one
        "Cross-Origin-Opener-Policy": "same-origin",
    }
