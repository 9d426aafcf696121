"""`/live/{id}/unsigned`: who has not signed, how far they were urged, whom to telephone, and what they said.

Numbers are masked, unless who signed in sees them: they get links to dial them. A call is written down in
the row of its organisation; meanwhile the page does not reload itself.
"""

from dataclasses import replace
from datetime import datetime
from typing import cast, get_args

from aiohttp import web

from gateway.bus.words import Word
from gateway.errors import InputError
from gateway.follow_up.signatures import board as use_case
from gateway.follow_up.signatures import calling
from gateway.follow_up.signatures.unsigned import NUMBERS
from gateway.ledger.follow_up import unsigned
from gateway.ledger.follow_up.calls import Result
from gateway.ledger.follow_up.unsigned import Wanted
from gateway.moments import iso
from gateway.spreadsheets import TABLE_TYPES
from gateway.web.keys import BUS, CLOCK, DESK, LEDGER
from gateway.web.live.board_file import board_file
from gateway.web.live.board_words import RESULTS, SORTS, TEXTS
from gateway.web.live.live_words import AUDIENCES, SECTORS, STANDINGS, STEPS, Speech
from gateway.web.live.live_words import TEXTS as LIVE_TEXTS
from gateway.web.live.narrowing import chosen_by, narrowed_to, written
from gateway.web.live.people import Visitor, visitor
from gateway.web.live.rendering import page
from gateway.web.people import Form, Person, sent_form
from gateway.web.problems import status_of

PAGE = 50
RELOAD = 30  # seconds
_PATH = r"/live/{id:\d{1,18}}/unsigned"
_FIELDS = ("result", "contact", "name", "role", "note")
_LONGEST = 40  # characters of a name or position

routes = web.RouteTableDef()


@routes.get(_PATH)
async def get_unsigned(request: web.Request) -> web.StreamResponse:
    """Counts by district and audience, and a page of organisations; what the address narrows is narrowed.
    With `format` all of them as a file, for whoever is signed in by name."""
    guest = await visitor(request)
    if not guest.known:
        return guest.to_sign_in()
    form = request.query.get("format")
    if form in TABLE_TYPES and guest.person is not None:
        say = Speech(guest.language, LIVE_TEXTS | TEXTS)
        try:
            return await board_file(guest.person, form, say)
        except InputError as error:
            if status_of(error) != 404:
                raise
            return _missing(guest)
    return await _page(guest)


@routes.post(_PATH + r"/{call:\d{1,18}}")
async def post_call(request: web.Request) -> web.StreamResponse:
    """What was heard in a call about one organisation; it may sign or object for it."""
    guest = await visitor(request)
    if guest.person is None:
        return guest.to_sign_in()
    broadcast_id, identifier = (int(request.match_info[each]) for each in ("id", "call"))
    if not guest.person.holds("duty_officer"):
        return guest.remember(
            page("missing.html", guest.language, status=403, guest=guest, what="for_duty_officers")
        )
    found = await request.app[LEDGER].read(unsigned.of_ids, broadcast_id, [identifier])
    if identifier not in found or not guest.person.sees(found[identifier].area):
        return _missing(guest)
    form = None
    try:
        form = await sent_form(guest.person, _FIELDS)
        await _record(guest.person, identifier, form)
    except InputError as error:
        return await _page(guest, identifier, form, error)
    request.app[BUS].say(Word.CHANGED)
    kept = {**chosen_by(request.query), "call": None, "done": form["result"]}
    return web.Response(
        status=303,
        headers={"Location": f"/live/{broadcast_id}/unsigned{written(kept)}", "Cache-Control": "no-store"},
    )


async def _record(person: Person, identifier: int, form: Form) -> None:
    app, contact = person.request.app, form["contact"]
    if form["result"] not in RESULTS:
        raise InputError("FIELD_NEEDED", "请选择结果", "choose a result", field="result")
    await app[LEDGER].write(
        calling.record,
        identifier,
        form["result"],
        app[CLOCK](),
        caller=person.caller.name,
        by=person.user.person,
        contact_id=int(contact) if contact.isascii() and contact.isdecimal() and len(contact) < 19 else None,
        name=form["name"].strip()[:_LONGEST] or None,
        role=form["role"].strip()[:_LONGEST],
        note=form["note"],
    )


async def _page(
    guest: Visitor, call: int | None = None, form: Form | None = None, error: InputError | None = None
) -> web.Response:
    request, app = guest.request, guest.request.app
    broadcast_id, chosen = int(request.match_info["id"]), chosen_by(request.query)
    writes = guest.person is not None and guest.person.holds("duty_officer")
    narrowed = narrowed_to(chosen)
    now = app[CLOCK]()
    try:
        board = await app[LEDGER].read(
            use_case.board,
            app[DESK].catalogue,
            broadcast_id,
            now,
            replace(narrowed, call=(call or narrowed.call) if writes else None),
            limit=PAGE,
            full=guest.sees_numbers,
            limits=guest.areas,
        )
    except InputError:
        return _missing(guest)

    await guest.numbers_seen("unsigned", broadcast_id)

    def address(**more: str | None) -> str:
        """The address of this page with something else chosen, from its first organisation on."""
        return written({**chosen, "after": None, "call": None, **more})

    say = Speech(guest.language, LIVE_TEXTS | TEXTS)
    return guest.remember(
        page(
            "unsigned.html",
            guest.language,
            status=200 if error is None else status_of(error),
            guest=guest,
            say=say,
            board=board,
            broadcast=broadcast_id,
            exercise=board["broadcast"].exercise,
            now=now,
            told=lambda at: _told(iso(at)),
            told_iso=_told,
            how_long=lambda due: _how_long(due, now, say),
            results_in_words=lambda result: say.of(RESULTS[result]),
            numbers=NUMBERS,
            wanted=narrowed.wanted,
            filters={
                "standing": [(each, say.of(STANDINGS[each])) for each in get_args(Wanted)],
                "area": list(board["districts"].items()),
                "audience": [(each, say.of(words)) for each, words in AUDIENCES.items()],
                "sector": [(each, say.of(words)) for each, words in SECTORS.items()],
                "step": [(each, say.of(words)) for each, words in STEPS.items()],
                "late": [(each, say(f"late_{each}")) for each in ("yes", "no")],
            },
            labels={"late": "time", "area": "area"},
            sorts=[
                (f"{mark}{each}", say.of(words) + (say("descending") if mark else ""))
                for each, words in SORTS.items()
                for mark in ("", "-")
            ],
            chosen=chosen,
            address=address,
            keep=written(chosen)[1:] + ("&" if chosen else ""),
            sees_numbers=guest.sees_numbers,
            writes=writes,
            results=[(each, say.of(words)) for each, words in RESULTS.items()],
            done=RESULTS.get(cast(Result, request.query.get("done", ""))),
            filled={name: form[name] if form is not None else "" for name in _FIELDS},
            error=error,
            files=tuple(TABLE_TYPES) if guest.person is not None else (),
            reload=RELOAD if board["call"] is None else None,
        )
    )


def _told(at: str | None) -> str:
    """A moment (ISO 8601) as people read it: day, hour, minute."""
    return "" if at is None else at[5:16].replace("T", " ")


def _how_long(due: str, now: int, say: Speech) -> str:
    """How much time is left until a moment (ISO 8601), or how long ago it was; `now` in milliseconds."""
    minutes = (round(datetime.fromisoformat(due).timestamp() * 1000) - now) // 60_000
    stage, (hours, rest) = ("left" if minutes >= 0 else "late"), divmod(abs(minutes), 60)
    return say(f"{stage}_hours", hours, rest) if hours else say(f"{stage}_minutes", rest)


def _missing(guest: Visitor) -> web.Response:
    return guest.remember(page("missing.html", guest.language, guest=guest, status=404))
