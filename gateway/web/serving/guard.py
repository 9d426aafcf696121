"""What is refused before anybody looks at it: wrong hosts, cross-site posts, packed bodies.

Headers such as `X-Forwarded-For` are not read here: whoever asks is who the connection is from.
"""

from urllib.parse import urlsplit

from aiohttp import hdrs, web

from gateway.settings import Settings
from gateway.web.problems import Handler, problem
from gateway.web.serving.connections import Connection

_READING = {"GET", "HEAD", "OPTIONS"}
_FOR_EVERYBODY = "/public/"  # pages of other sites may post there: nothing is changed, nobody is known
_OF_THIS_SITE = {"same-origin", "none"}
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_HEADERS = {  # of every answer that does not say otherwise; pages have their own policy
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Entrance:
    """Under which names the server may be asked: host, `public_url`, `api.allowed_hosts`, localhost."""

    def __init__(self, settings: Settings) -> None:
        public = urlsplit(settings.public_url or "")
        names = {settings.host, public.hostname or "", *settings.api.allowed_hosts, *_THIS_MACHINE}
        self._names = {name.lower() for name in names} - {""}
        self._public_origin = f"{public.scheme}://{public.netloc}".lower()

    def knows_host(self, host: str) -> bool:
        """Whether a Host header names this server, whatever the port."""
        return _name(host) in self._names

    def same_site(self, request: web.Request) -> bool:
        """Whether a request does not come from a page of another site."""
        if request.headers.get("Sec-Fetch-Site", "none") not in _OF_THIS_SITE:
            return False
        origin = request.headers.get(hdrs.ORIGIN)
        if origin is None:
            return True
        own = request.headers.get(hdrs.HOST, "").lower()
        return origin.lower() == self._public_origin or origin.lower().partition("://")[2] == own


ENTRANCE = web.AppKey("entrance", Entrance)


def _name(host: str) -> str:
    """The name in a Host header, in lower case and without port and brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()


@web.middleware
async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what cannot be meant for us."""
    connection = request.protocol
    if not isinstance(connection, Connection):
        return await handler(request)  # the private socket, which only the owner opens
    connection.begin()
    try:
        refusal = _refusal(request)
        return refusal if refusal is not None else await handler(request)
    finally:
        connection.end()


def _refusal(request: web.Request) -> web.Response | None:
    entrance = request.app[ENTRANCE]
    headers = request.headers
    if not entrance.knows_host(headers.get(hdrs.HOST, "")):
        return _refused(421, "this server does not go by that name")
    if hdrs.CONTENT_ENCODING in headers:
        return _refused(415, "send the body as it is, not packed")
    posting = request.method not in _READING and not request.path.startswith(_FOR_EVERYBODY)
    if posting and not entrance.same_site(request):
        return _refused(403, "requests from pages of other sites are refused")
    return None


def _refused(status: int, title: str) -> web.Response:
    response = problem(status, title)
    response.force_close()
    return response


async def secure(_request: web.Request, response: web.StreamResponse) -> None:
    """Give every answer the headers that browsers heed, and none about our software."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.pop(hdrs.SERVER, None)
