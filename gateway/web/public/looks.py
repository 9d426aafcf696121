"""The public pages as documents: their templates filled, one file each with its styles in place."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from gateway.web.public.link_words import Speech
from gateway.web.public.public_words import TEXTS
from gateway.web.public.wish import Wish

MEDIA_TYPE = "text/html; charset=utf-8"


def speech(wish: Wish) -> Speech:
    """The pages' own words."""
    return Speech(wish.language, TEXTS)


def fill(template: str, wish: Wish, /, **values: object) -> bytes:
    """A template's page. It finds its words under `say` and what the reader wishes under `wish`."""
    style = Markup(_style())  # noqa: S704 -- a file of ours
    page = _environment().get_template(f"public/{template}")
    return page.render({"say": speech(wish), "wish": wish, "style": style} | values).encode()


def unkept(page: bytes, status: int) -> web.Response:
    """A page of which nobody keeps a copy: what somebody asked, or that there is no answer."""
    headers = {**policy(), "Content-Type": MEDIA_TYPE, "Cache-Control": "no-store"}
    return web.Response(body=page, status=status, headers=headers)


@cache
def policy() -> dict[str, str]:
    """What a browser may do with these pages: show them, with their own styles, and send the form."""
    digest = b64encode(sha256(_style().encode()).digest()).decode()
    return {
        "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self' data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        "X-Robots-Tag": "noarchive",  # a copy kept by a search engine tells an old state for the new one
        "Cross-Origin-Opener-Policy": "same-origin",
    }


@cache
def _style() -> str:
    return files("gateway.web").joinpath("pages", "public", "public.css").read_text("utf-8").strip()


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("gateway.web", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
