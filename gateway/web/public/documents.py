"""Documents of which anybody may keep a copy: their content names them, so a copy can be asked about.

Every answer can be read by pages of other sites; none depends on who asks.
"""

import json
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from gzip import compress
from hashlib import sha256
from typing import Any

from aiohttp import hdrs, web

FOR_EVERYBODY = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes with their names. `packed` is the same with gzip; the two have names (`tag`s) of their own, as
    they are different bytes. `modified`: in seconds since 1970 UTC."""

    content: bytes
    packed: bytes
    tag: str
    modified: int
    media_type: str


def document(
    content: bytes,
    media_type: str,
    modified: int,
    previous: Document | None = None,
    digest: str | None = None,
) -> Document:
    """The document of these bytes; the `previous` one itself where nothing has changed.

    A change within the second of the previous one is dated a second later: whoever asks by date must not
    take the older for the newer. `digest` is the content's SHA-256, where it is known.
    """
    tag = digest or sha256(content).hexdigest()
    if previous is not None:
        if previous.tag == tag:
            return previous
        modified = max(modified, previous.modified + 1)
    return Document(content, compress(content, mtime=0), tag, modified, media_type)


def as_json(content: dict[str, Any], modified: int, previous: Document | None = None) -> Document:
    """The document of this JSON."""
    written = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return document(written, "application/json", modified, previous)


def answer(request: web.Request, found: Document, keep: str, **headers: str) -> web.Response:
    """The document, or that the reader's copy is still good (304). `keep`: the `Cache-Control`."""
    packed = takes_gzip(request.headers.get(hdrs.ACCEPT_ENCODING, ""))
    given = {
        **FOR_EVERYBODY,
        "ETag": f'"{found.tag}-gzip"' if packed else f'"{found.tag}"',
        "Last-Modified": formatdate(found.modified, usegmt=True),
        "Cache-Control": keep,
        "Vary": "Accept-Encoding",
        **headers,
    }
    if _is_known(request, found):
        return web.Response(status=304, headers=given)
    given["Content-Type"] = found.media_type
    if packed:
        given["Content-Encoding"] = "gzip"
    return web.Response(body=found.packed if packed else found.content, headers=given)


def _is_known(request: web.Request, found: Document) -> bool:
    """RFC 9110, 13.2.2: a date counts only where no name is given."""
    names = request.headers.get(hdrs.IF_NONE_MATCH)
    if names is not None:
        return found.tag in _tags(names) or names.strip() == "*"
    since = request.headers.get(hdrs.IF_MODIFIED_SINCE)
    return since is not None and found.modified <= _seconds(since)


@lru_cache(1024)
def _tags(names: str) -> frozenset[str]:
    """The names in a header, whichever of a document's two forms they are of."""
    each = (name.strip().removeprefix("W/").strip('"') for name in names.split(","))
    return frozenset(name.removesuffix("-gzip") for name in each)


@lru_cache(1024)
def _seconds(date: str) -> float:
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):
        return 0.0  # what cannot be read is passed over


@lru_cache(256)
def takes_gzip(accepted: str) -> bool:
    """Whether a reader that sends this `Accept-Encoding` takes what is packed."""
    for each in accepted.lower().split(","):
        name, _, weight = each.partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
