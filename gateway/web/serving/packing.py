"""Pages leave packed where a browser takes that: a list of a hundred rows is then a tenth of its size.

The length of a packed page could betray a secret in it to somebody who chooses other words of it, and can let
the reader's browser ask for it again and again (the BREACH attack). So nothing is packed that another site
asks for; the cookie of who is signed in does not come with such a request either (`SameSite=Strict`).
"""

from gzip import compress

from aiohttp import hdrs, web

from gateway.web.problems import Handler
from gateway.web.public.documents import takes_gzip

_LEAST = 1_000  # bytes: less is one packet either way
_LEVEL = 4  # a millisecond for 150 kB; level 9 takes four for a twentieth less
_OF_OURS = ("same-origin", "none", None)  # Sec-Fetch-Site; old browsers do not say


@web.middleware
async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Pack a page that is ready and whole."""
    response = await handler(request)
    if (
        isinstance(response, web.Response)
        and response.content_type == "text/html"
        and isinstance(response.body, bytes)
        and len(response.body) >= _LEAST
        and hdrs.CONTENT_ENCODING not in response.headers
        and request.headers.get("Sec-Fetch-Site") in _OF_OURS
    ):
        response.headers.setdefault(hdrs.VARY, hdrs.ACCEPT_ENCODING)
        if takes_gzip(request.headers.get(hdrs.ACCEPT_ENCODING, "")):
            response.body = compress(response.body, _LEVEL, mtime=0)
            response.headers[hdrs.CONTENT_ENCODING] = "gzip"
    return response
