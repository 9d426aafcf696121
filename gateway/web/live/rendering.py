"""Pages: their templates in `gateway/web/pages`, and the headers that keep them safe."""

from functools import cache

from aiohttp import web
from jinja2 import Environment

from gateway.delivery.words import CHANNEL_WORDS, STATE_WORDS, reason_words
from gateway.web.live.dated import dated
from gateway.web.live.live_words import (
    ACTIONS,
    AUDIENCES,
    COLUMN_WORDS,
    COURSE,
    ENDINGS,
    HTML_LANGUAGE,
    LEVELS,
    PARTS,
    STAGES,
    STANDINGS,
    STEPS,
    Language,
    Speech,
)
from gateway.web.live.static import address
from gateway.web.templates import environment

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",  # stricter, and browsers say no more which site a form comes from
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def page(name: str, language: Language, /, *, status: int = 200, **values: object) -> web.Response:
    """The page of a template, to be sent."""
    return web.Response(
        text=fill(name, language, **values), status=status, content_type="text/html", headers=HEADERS
    )


def fill(name: str, language: Language, /, **values: object) -> str:
    """A template's text. It finds the page's words under `say`, unless `values` has others, and those of
    tables by their names."""
    return _environment().get_template(name).render(_speech(language) | values)


@cache
def _environment() -> Environment:
    filled = environment()
    filled.filters["number"] = lambda number: f"{number:,}"
    filled.filters["share"] = share
    filled.filters["dated"] = dated
    filled.filters["rate"] = lambda rate: f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"
    filled.globals["static"] = address
    return filled


@cache
def _speech(language: Language) -> dict[str, object]:
    say = Speech(language)
    tables = {
        "action": ACTIONS,
        "level": LEVELS,
        "audience": AUDIENCES,
        "channel": CHANNEL_WORDS,
        "column": COLUMN_WORDS,
        "state": dict(STATE_WORDS),
        "stage": STAGES,
        "standing": STANDINGS,
        "part": PARTS,
        "step": STEPS,
        "ending": ENDINGS,
        "stage_of_course": COURSE,
    }
    return {
        "say": say,
        "language": language,
        "html_language": HTML_LANGUAGE[language],
        "reason_in_words": lambda reason: say.of(reason_words(reason)),
        **{
            f"{name}_in_words": lambda key, table=table: say.among(table, key)
            for name, table in tables.items()
        },
    }


def share(part: int, whole: int) -> str:
    """A part in per cent; never 100 % nor 0 % before it is all or nothing."""
    if not whole:
        return "0%"
    tenths = part * 1000 // whole
    if part and not tenths:
        return "<0.1%"
    return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths / 10:.1f}%"
