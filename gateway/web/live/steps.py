"""`/live/{id}/steps`: what was done where a signature is missing, what comes next and when, who is called."""

from typing import cast

from aiohttp import web
from sqlalchemy import Connection

from gateway.errors import InputError
from gateway.escalation_policy import Policies, StepKind
from gateway.follow_up.signatures.people import Districts
from gateway.follow_up.signatures.stages import Escalation, escalation
from gateway.follow_up.signatures.unsigned import districts_of
from gateway.ledger.follow_up import escalated
from gateway.ledger.follow_up.escalated import Step
from gateway.moments import iso
from gateway.plans.catalogue import Catalogue
from gateway.web.keys import CLOCK, DESK, LEDGER, SETTINGS
from gateway.web.live.board_words import TEXTS
from gateway.web.live.live_words import STEPS, Speech
from gateway.web.live.live_words import TEXTS as LIVE_TEXTS
from gateway.web.live.people import visitor
from gateway.web.live.rendering import page

PAGE = 50
RELOAD = 30  # seconds

routes = web.RouteTableDef()


@routes.get(r"/live/{id:\d{1,18}}/steps")
async def get_steps(request: web.Request) -> web.Response:
    """The stages with their counts, and the steps that were taken, the last first."""
    guest = await visitor(request)
    if not guest.known:
        return guest.to_sign_in()
    app, broadcast_id, now = request.app, int(request.match_info["id"]), request.app[CLOCK]()
    asked, after = request.query.get("kind"), request.query.get("after", "")
    kind = cast(StepKind, asked) if asked in STEPS and asked != "none" else None
    try:
        found, steps, districts = await app[LEDGER].read(
            _look,
            app[DESK].catalogue,
            broadcast_id,
            app[SETTINGS].escalation,
            now,
            kind,
            int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else None,
            guest.areas,
        )
    except InputError:
        return guest.remember(page("missing.html", guest.language, guest=guest, status=404))
    shown = steps[:PAGE]
    return guest.remember(
        page(
            "steps.html",
            guest.language,
            guest=guest,
            say=Speech(guest.language, LIVE_TEXTS | TEXTS),
            found=found,
            steps=shown,
            district=districts.name,
            next=shown[-1].id if len(steps) > PAGE else None,
            kind=kind,
            kinds=[each for each in STEPS if each != "none"],
            exercise=found.broadcast.exercise,
            broadcast=broadcast_id,
            now=now,
            keep=f"kind={kind}&" if kind else "",
            told=lambda at: (iso(at) or "")[5:16].replace("T", " "),
            reload=RELOAD,
        )
    )


def _look(
    connection: Connection,
    catalogue: Catalogue,
    broadcast_id: int,
    policies: Policies,
    now: int,
    kind: StepKind | None,
    after: int | None,
    limits: tuple[str, ...],
) -> tuple[Escalation, list[Step], Districts]:
    found = escalation(connection, broadcast_id, policies, now, limits)
    steps = escalated.page(
        connection, broadcast_id, kind=kind, after=after or None, limit=PAGE + 1, limits=limits
    )
    return found, steps, districts_of(catalogue, found.broadcast.plan)
