"""The pages behind links: one file each, styles in place, so that a weak signal carries them."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from gateway.web.live.live_words import Language
from gateway.web.public.link_words import Speech


def page(name: str, language: Language, *, status: int = 200, **values: object) -> web.Response:
    """The page of a template, to be sent; it finds its words under `say`."""
    style = _style()
    text = _environment().get_template(name).render(say=Speech(language), style=Markup(style), **values)  # noqa: S704 -- a file of ours
    return web.Response(text=text, status=status, content_type="text/html", headers=_headers())


@cache
def _headers() -> dict[str, str]:
    digest = b64encode(sha256(_style().encode()).digest()).decode()
    return {
        "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        "Cache-Control": "no-store",
        # no-referrer would take the Origin from our own forms, and with it the proof that they are ours
        # (Fetch standard, "serialize a request origin"); no other site ever learns this address either way
        "Referrer-Policy": "same-origin",
        "X-Robots-Tag": "noindex, nofollow",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


@cache
def _style() -> str:
    return files("gateway.web").joinpath("pages", "sign.css").read_text("utf-8").strip()


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("gateway.web", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
