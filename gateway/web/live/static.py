"""The files that pages load: packaged, few, read once; no path of a request ever reaches the disk."""

from functools import cache
from gzip import compress
from hashlib import sha256
from importlib.resources import files
from typing import NamedTuple

from aiohttp import web

_TYPES = {
    "pico-2.1.1/pico.min.css": "text/css",
    "live.css": "text/css",
    "console.css": "text/css",
    "decisions.css": "text/css",
    "drafts.css": "text/css",
    "tables.css": "text/css",
    "episodes.css": "text/css",
    "charts.css": "text/css",
    "live.js": "text/javascript",
    "drafts.js": "text/javascript",
    "follow.js": "text/javascript",
    "dates.js": "text/javascript",
    "forms.js": "text/javascript",
    "preview.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
_YEAR = 31_536_000  # seconds

routes = web.RouteTableDef()


class _File(NamedTuple):
    content: bytes
    compressed: bytes
    version: str


@cache
def _file(name: str) -> _File:
    content = files("gateway.web").joinpath("static", name).read_bytes()
    return _File(content, compress(content, mtime=0), sha256(content).hexdigest()[:12])


def address(name: str) -> str:
    """Where a page finds a file; the address changes with its content, so browsers may keep it. Raises
    `KeyError` for a file that is not served."""
    if name not in _TYPES:
        raise KeyError(name)
    return f"/static/{name}?v={_file(name).version}"


@routes.get("/static/{name:.+}")
async def get_static(request: web.Request) -> web.Response:
    """One of the files above."""
    name = request.match_info["name"]
    if name not in _TYPES:
        raise web.HTTPNotFound
    file = _file(name)
    headers = {
        "Cache-Control": f"public, max-age={_YEAR}, immutable"
        if request.query.get("v") == file.version
        else "no-cache",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    body = file.content
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = file.compressed
    return web.Response(body=body, content_type=_TYPES[name], charset="utf-8", headers=headers)
