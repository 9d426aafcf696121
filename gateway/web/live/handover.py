"""`/live/{id}/handover`: whether operators and other systems have the alert, how far they are, whom to call.

Numbers are masked, unless who signed in sees them: they get links to dial them.
"""

from aiohttp import web

from gateway.errors import InputError
from gateway.follow_up.obligations.handover import handover
from gateway.web.keys import CLOCK, LEDGER, SETTINGS
from gateway.web.live.people import visitor
from gateway.web.live.rendering import page

RELOAD = 10  # seconds: the duty is a matter of minutes

routes = web.RouteTableDef()


@routes.get(r"/live/{id:\d{1,18}}/handover")
async def get_handover(request: web.Request) -> web.Response:
    """Every receiver and network of one broadcast, against the duty."""
    guest = await visitor(request)
    if not guest.known:
        return guest.to_sign_in()
    app, broadcast_id = request.app, int(request.match_info["id"])
    try:
        found = await app[LEDGER].read(
            handover,
            broadcast_id,
            app[SETTINGS].exchange.duty_minutes,
            app[CLOCK](),
            full=guest.sees_numbers,
            limits=guest.areas,
        )
    except InputError:
        return guest.remember(page("missing.html", guest.language, guest=guest, status=404))
    await guest.numbers_seen("handover", broadcast_id)
    return guest.remember(
        page(
            "handover.html",
            guest.language,
            guest=guest,
            found=found,
            exercise=found["exercise"],
            sees_numbers=guest.sees_numbers,
            reload=RELOAD,
        )
    )
