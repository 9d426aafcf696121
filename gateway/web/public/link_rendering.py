"""The pages behind links: one file each, styles in place, so that a weak signal carries them."""

from functools import cache

from aiohttp import web

from gateway.web.live.live_words import Language
from gateway.web.public.link_words import Speech
from gateway.web.templates import environment, style

_PAGES = environment()
_STYLE = "sign.css"


def page(name: str, language: Language, *, status: int = 200, **values: object) -> web.Response:
    """The page of a template, to be sent; it finds its words under `say`."""
    text = _PAGES.get_template(name).render(say=Speech(language), style=style(_STYLE).text, **values)
    return web.Response(text=text, status=status, content_type="text/html", headers=_headers())


@cache
def _headers() -> dict[str, str]:
    return {
        "Content-Security-Policy": f"default-src 'none'; style-src {style(_STYLE).source}; img-src data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        "Cache-Control": "no-store",
        # no-referrer would take the Origin from our own forms, and with it the proof that they are ours
        # (Fetch standard, "serialize a request origin"); no other site ever learns this address either way
        "Referrer-Policy": "same-origin",
        "X-Robots-Tag": "noindex, nofollow",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
