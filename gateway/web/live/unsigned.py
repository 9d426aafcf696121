"""`/live/{id}/unsigned`: who has signed a broadcast by district, and whom to telephone.

Numbers are masked, unless who signed in may operate: they get links to dial them.
"""

import re
from collections.abc import Callable
from typing import cast, get_args
from urllib.parse import urlencode

from aiohttp import web

from gateway.errors import InputError
from gateway.follow_up.unsigned import NUMBERS, board_json
from gateway.ledger.unsigned import Wanted
from gateway.vocabulary import AUDIENCES
from gateway.web.keys import CLOCK, DESK, LEDGER
from gateway.web.live.people import visitor
from gateway.web.live.rendering import page

PAGE = 100
RELOAD = 30  # seconds
_AREA = re.compile(r"[0-9A-Za-z-]{1,12}")
_NUMBER = re.compile(r"[0-9]{1,18}")

routes = web.RouteTableDef()


@routes.get(r"/live/{id:\d{1,18}}/unsigned")
async def get_unsigned(request: web.Request) -> web.Response:
    """Counts by district and audience, and a page of organisations; what the address narrows is narrowed."""
    guest = await visitor(request)
    if not guest.known:
        return guest.to_sign_in()
    app, broadcast_id = request.app, int(request.match_info["id"])
    chosen = _chosen(request)
    try:
        board = await app[LEDGER].read(
            board_json,
            app[DESK].catalogue,
            broadcast_id,
            app[CLOCK](),
            wanted=cast(Wanted, chosen.get("standing", "unsigned")),
            area=chosen.get("area"),
            audience=chosen.get("audience"),
            after=int(chosen.get("after", "0")),
            limit=PAGE,
            full=guest.operates,
            limits=guest.areas,
        )
    except InputError:
        return guest.remember(page("missing.html", guest.language, guest=guest, status=404))

    def narrowed(**more: str) -> str:
        """The address of this page with something else chosen, from its first organisation on."""
        kept = {name: value for name, value in chosen.items() if name != "after"}
        return f"?{urlencode(kept | more)}"

    return guest.remember(
        page(
            "unsigned.html",
            guest.language,
            guest=guest,
            board=board,
            numbers=NUMBERS,
            wanted=chosen.get("standing", "unsigned"),
            standings=get_args(Wanted),
            chosen=chosen,
            narrowed=narrowed,
            keep=f"{urlencode(chosen)}&" if chosen else "",
            operates=guest.operates,
            reload=RELOAD,
        )
    )


def _chosen(request: web.Request) -> dict[str, str]:
    """What the address narrows; what nobody could have clicked is left out."""
    known: dict[str, Callable[[str], bool]] = {
        "standing": lambda value: value in get_args(Wanted),
        "audience": lambda value: value in AUDIENCES,
        "area": lambda value: _AREA.fullmatch(value) is not None,
        "after": lambda value: _NUMBER.fullmatch(value) is not None,
    }
    return {
        name: request.query[name]
        for name, fits in known.items()
        if name in request.query and fits(request.query[name])
    }
