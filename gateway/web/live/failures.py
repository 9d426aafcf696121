"""`/live/{id}/failures`: why messages did not arrive, what is done now, and who is concerned.

All of it, the counts too, is of the areas of whoever looks.
"""

from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from gateway.delivery.words import CHANNEL_WORDS, STATE_WORDS
from gateway.directory.masking import mask
from gateway.follow_up.signatures.people import Districts, people_json
from gateway.follow_up.signatures.unsigned import districts_of
from gateway.ledger.delivery import explained, live
from gateway.ledger.delivery.explained import Explained
from gateway.ledger.delivery.live import Picture
from gateway.ledger.directory import contacts, denied_addresses, organisations
from gateway.moments import iso
from gateway.plans.catalogue import Catalogue
from gateway.web.keys import CLOCK, DESK, LEDGER
from gateway.web.live.board_words import TEXTS
from gateway.web.live.live_words import TEXTS as LIVE_TEXTS
from gateway.web.live.live_words import Speech
from gateway.web.live.people import visitor
from gateway.web.live.remedies import remedy
from gateway.web.live.rendering import page

PAGE = 50
_LONGEST = 100  # characters of a reason

routes = web.RouteTableDef()


@routes.get(r"/live/{id:\d{1,18}}/failures")
async def get_failures(request: web.Request) -> web.Response:
    """The reasons with their remedies; of the one that is asked, who is concerned, page by page."""
    guest = await visitor(request)
    if not guest.known:
        return guest.to_sign_in()
    app, broadcast_id = request.app, int(request.match_info["id"])
    chosen = _chosen(request)
    found = await app[LEDGER].read(
        _look, app[DESK].catalogue, broadcast_id, app[CLOCK](), chosen, guest.sees_numbers, guest.areas
    )
    if found is None:
        return guest.remember(page("missing.html", guest.language, guest=guest, status=404))
    picture, affected, districts = found
    if affected:
        await guest.numbers_seen("failures", broadcast_id)
    concerned = await app[LEDGER].read(live.concerned, broadcast_id) if guest.areas else []
    return guest.remember(
        page(
            "failures.html",
            guest.language,
            guest=guest,
            say=Speech(guest.language, LIVE_TEXTS | TEXTS),
            head=picture.head,
            doors=guest.reads(concerned).doors,
            reasons=[
                (each, remedy(each.reason, each.channel))
                for each in sorted(picture.reasons, key=lambda each: -each.deliveries)
            ],
            chosen={"state": "", "channel": "", **chosen},
            what=remedy(chosen["reason"], chosen.get("channel", "")) if "reason" in chosen else None,
            affected=affected[:PAGE],
            next=affected[PAGE - 1]["id"] if len(affected) > PAGE else None,
            district=districts.name,
            exercise=picture.head.exercise,
            broadcast=broadcast_id,
            sees_numbers=guest.sees_numbers,
            keeps=guest.person is not None and guest.person.holds("directory_keeper"),
            told=lambda at: (iso(at) or "")[5:16].replace("T", " "),
            keep="".join(f"{name}={value}&" for name, value in chosen.items() if name != "reason"),
        )
    )


def _chosen(request: web.Request) -> dict[str, str]:
    """What the address asks; what nobody could have clicked is left out."""
    query, chosen = request.query, {}
    if 0 < len(query.get("reason", "")) <= _LONGEST and "\0" not in query["reason"]:
        chosen["reason"] = query["reason"]
    for name, known in (("state", STATE_WORDS), ("channel", CHANNEL_WORDS)):
        if query.get(name) in known:
            chosen[name] = query[name]
    after = query.get("after", "")
    if after.isascii() and after.isdecimal() and len(after) < 19:
        chosen["after"] = after
    return chosen


def _look(
    connection: Connection,
    catalogue: Catalogue,
    broadcast_id: int,
    now: int,
    chosen: dict[str, str],
    full: bool,
    limits: tuple[str, ...],
) -> tuple[Picture, list[dict[str, Any]], Districts] | None:
    picture = live.picture(connection, broadcast_id, now, limits)
    if picture is None:
        return None
    rows: list[Explained] = []
    if "reason" in chosen:
        rows = explained.page(
            connection,
            broadcast_id,
            chosen["reason"],
            state=chosen.get("state"),
            channel=chosen.get("channel"),
            after=int(chosen.get("after", "0")),
            limit=PAGE + 1,
            limits=limits,
        )
    affected = _with_people(connection, rows, full=full)
    return picture, affected, districts_of(catalogue, picture.head.plan)


def _with_people(connection: Connection, rows: list[Explained], *, full: bool) -> list[dict[str, Any]]:
    ids = {row.organisation_id for row in rows}
    stored = {each.id: each.organisation for each in organisations.by_ids(connection, ids)}
    people = contacts.of_organisations(connection, ids)
    denied = denied_addresses.values_of(connection, ids)
    return [
        {
            "id": row.id,
            "row": row,
            "address": mask(row.channel, row.address),
            "people": people_json(
                stored[row.organisation_id],
                people.get(row.organisation_id, ()),
                denied.get(row.organisation_id, {}),
                full=full,
            ),
        }
        for row in rows
    ]
