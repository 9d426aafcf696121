"""The board of signatures as a file: everybody as they are narrowed, not a page of them."""

from typing import Any, cast

from aiohttp import web

from gateway.follow_up.signatures import board as use_case
from gateway.moments import iso
from gateway.spreadsheets import TABLE_TYPES, TableForm, table_file
from gateway.web.heavy import HEAVY
from gateway.web.keys import CLOCK, DESK, LEDGER
from gateway.web.live.live_words import AUDIENCES, STANDINGS, STEPS, Speech
from gateway.web.live.narrowing import chosen_by, narrowed_to
from gateway.web.live.rendering import HEADERS
from gateway.web.local.exports import exported
from gateway.web.people import Person

SLICE = 1_000  # rows read together: no read keeps the ledger for long
_HEADER = (
    "organisation",
    "code",
    "area",
    "audience",
    "standing",
    "due_by",
    "last_step",
    "following",
    "telephone",
)


async def board_file(person: Person, form: TableForm, say: Speech) -> web.Response:
    """The file; the audit trail tells of it first. Numbers are masked unless the person sees them.

    Raises `InputError` as the board does.
    """
    request, app = person.request, person.request.app
    broadcast_id, chosen = int(request.match_info["id"]), chosen_by(request.query)
    full = person.sees_numbers
    rows: list[dict[str, Any]] = []
    after = 0
    while True:
        some = await app[LEDGER].read(
            use_case.rows,
            app[DESK].catalogue,
            broadcast_id,
            app[CLOCK](),
            narrowed_to({**chosen, "after": str(after)}),
            limit=SLICE,
            full=full,
            limits=person.user.areas,
        )
        rows += some
        if len(some) < SLICE:
            break
        after = some[-1]["id"]
    detail: dict[str, object] = {
        "what": "unsigned",
        "format": form,
        "rows": len(rows),
        "by": sorted(chosen),
        "numbers": "full" if full else "masked",
    }
    subject = f"broadcast:{broadcast_id}"
    await app[LEDGER].write(exported, app[CLOCK](), person.caller.name, subject, detail)
    cells = [_cells(each, say) for each in rows]
    header = [say(name) for name in _HEADER]
    content = await app[HEAVY].run(person.caller.name, table_file, "unsigned", header, cells, form)
    return web.Response(
        body=content,
        content_type=TABLE_TYPES[form],
        charset="utf-8" if form == "csv" else None,
        headers={**HEADERS, "Content-Disposition": f'attachment; filename="unsigned-{broadcast_id}.{form}"'},
    )


def _cells(each: dict[str, Any], say: Speech) -> list[str]:
    last = each["steps"][-1] if each["steps"] else None
    following = each["next"]
    return [
        each["organisation"]["name"],
        each["organisation"]["code"],
        each["district"],
        say.among(AUDIENCES, each["audience"]),
        say.among(STANDINGS, each["standing"]),
        each["due_at"][:16].replace("T", " ") + (f" {say('late')}" if each["late"] else ""),
        "" if last is None else f"{_at(last.taken_at)} {say.among(STEPS, last.kind)}",
        "" if following is None else f"{_at(following.due_at)} {say.among(STEPS, following.kind)}",
        "；".join(_person(who) for who in each["people"]),
    ]


def _at(milliseconds: int | None) -> str:
    return (iso(milliseconds) or "")[:16].replace("T", " ")


def _person(who: dict[str, Any]) -> str:
    numbers = (cast(str, number["text"]) for number in who["numbers"])
    return " ".join(part for part in (who["role"], who["name"], *numbers) if part)
