"""Who opens a link: a person, or a program that shows or checks it before anybody has read it."""

import re

from aiohttp import hdrs, web

# Names that such programs give themselves; MicroMessenger is WeChat's browser, in which people read.
_PROGRAMS = re.compile(
    r"bot\b|bot/|crawl|spider|preview|facebookexternalhit|whatsapp|skypeuri|slack|telegram|discord|embedly"
    r"|linkcheck|urlcheck|safelinks|scanner|monitor|headless|\bcurl\b|\bwget\b|python|okhttp|java/|go-http"
    r"|libwww|httpclient|axios|node-fetch",
    re.IGNORECASE,
)
_AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")  # a browser loads what may be opened later


def is_person(request: web.Request) -> bool:
    """Whether a request says that somebody looks at the page."""
    agent = request.headers.get(hdrs.USER_AGENT, "")
    return (
        request.method == hdrs.METH_GET
        and bool(agent)
        and not _PROGRAMS.search(agent)
        and not any(name in request.headers for name in _AHEAD)
        and request.headers.get("Sec-Fetch-Dest", "document") == "document"
    )
