"""The board of signatures as the duty officer works with it: who has not signed, how far they were urged,
what comes next, whom to call, and what was said in calls."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from gateway.directory.areas import within
from gateway.follow_up.signatures.calling import RESULT_WORDS, heard_json, script_for, scripts
from gateway.follow_up.signatures.people import people_json
from gateway.follow_up.signatures.unsigned import NUMBERS, counts_json, districts_of, launched, line_json
from gateway.ledger.decisions import personal
from gateway.ledger.directory import contacts, denied_addresses, organisations
from gateway.ledger.directory.changes import mask_numbers
from gateway.ledger.follow_up import calls, escalated, unsigned
from gateway.ledger.follow_up.escalated import Step
from gateway.ledger.follow_up.unsigned import Line, Reached, Sort, Wanted
from gateway.plans.catalogue import Catalogue

RESULTS = tuple(RESULT_WORDS)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which organisations are shown, and in which order. `late`: those who should have signed by now (True),
    or still have time (False). `call`: the acknowledgement whose call is being written down."""

    wanted: Wanted = "unsigned"
    area: str | None = None
    audience: str | None = None
    sector: str | None = None
    step: Reached | None = None
    late: bool | None = None
    sort: Sort = "due"
    descending: bool = False
    after: int = 0
    call: int | None = None


def board(
    connection: Connection,
    catalogue: Catalogue,
    broadcast_id: int,
    now: int,
    narrowed: Narrowed,
    *,
    limit: int,
    full: bool,
    limits: Collection[str] = (),
) -> dict[str, Any]:
    """The counts by district and audience, and a page of organisations, each with its people, the steps that
    were taken and the one that comes next; numbers are masked unless `full`.

    `now` in milliseconds since 1970 UTC. `limits`: the codes of the areas that whoever looks is limited to.
    Raises `InputError` (BROADCAST_UNKNOWN, ROW_UNKNOWN).
    """
    summary = launched(connection, broadcast_id)
    districts = districts_of(catalogue, summary.plan)
    counts = counts_json(connection, districts, broadcast_id, limits=limits)
    lines = lines_of(connection, broadcast_id, now, narrowed, limit=limit + 1, limits=limits)
    shown = lines[:limit]
    if narrowed.call is not None and not any(line.id == narrowed.call for line in shown):
        asked = unsigned.of_ids(connection, broadcast_id, [narrowed.call]).values()
        shown = [line for line in asked if within(line.area, limits)] + shown
    return {
        "broadcast": summary,
        "districts": {count["area"]: count["district"] for count in counts},
        "counts": counts,
        "totals": {name: sum(count[name] for count in counts) for name in NUMBERS},
        "organisations": _organisations(connection, catalogue, summary.plan, shown, now, full=full),
        "call": _call(connection, summary.decision_id, shown, narrowed.call),
        "next": shown[-1].id if len(lines) > limit else None,
    }


def lines_of(
    connection: Connection,
    broadcast_id: int,
    now: int,
    narrowed: Narrowed,
    *,
    limit: int,
    limits: Collection[str] = (),
) -> list[Line]:
    """The organisations alone, as they are narrowed. Raises `InputError` (ROW_UNKNOWN)."""
    return unsigned.page(
        connection,
        broadcast_id,
        narrowed.wanted,
        area=narrowed.area,
        audience=narrowed.audience,
        sector=narrowed.sector,
        step=narrowed.step,
        due_before=now if narrowed.late else None,
        due_from=now if narrowed.late is False else None,
        sort=narrowed.sort,
        descending=narrowed.descending,
        after=narrowed.after,
        limit=limit,
        limits=limits,
    )


def rows(
    connection: Connection,
    catalogue: Catalogue,
    broadcast_id: int,
    now: int,
    narrowed: Narrowed,
    *,
    limit: int,
    full: bool,
    limits: Collection[str] = (),
) -> list[dict[str, Any]]:
    """A page of the organisations as `board` has them, for a file. Raises as `board` does."""
    summary = launched(connection, broadcast_id)
    lines = lines_of(connection, broadcast_id, now, narrowed, limit=limit, limits=limits)
    return _organisations(connection, catalogue, summary.plan, lines, now, full=full)


def _organisations(
    connection: Connection, catalogue: Catalogue, plan: str, lines: Collection[Line], now: int, *, full: bool
) -> list[dict[str, Any]]:
    districts = districts_of(catalogue, plan)
    ids = [line.organisation_id for line in lines]
    stored = {each.id: each.organisation for each in organisations.by_ids(connection, ids)}
    people = contacts.of_organisations(connection, ids)
    denied = denied_addresses.values_of(connection, ids)
    steps = escalated.of_acknowledgements(connection, [line.id for line in lines])
    found = []
    for line in lines:
        taken, following = _apart(steps.get(line.id, ()))
        said = line.objection
        found.append(
            {
                **line_json(line, districts, now),
                "objection": said if full or said is None else mask_numbers(said),
                "organisation_id": line.organisation_id,
                "people": people_json(
                    stored[line.organisation_id],
                    people.get(line.organisation_id, ()),
                    denied.get(line.organisation_id, {}),
                    full=full,
                ),
                "steps": taken,
                "next": following,
            }
        )
    return found


def _apart(steps: Collection[Step]) -> tuple[list[Step], Step | None]:
    """The steps that were taken, and the one that is still to come."""
    taken = [step for step in steps if step.taken_at is not None]
    return taken, next((step for step in steps if step.taken_at is None and step.ended_at is None), None)


def _call(
    connection: Connection, decision_id: str, lines: Collection[Line], identifier: int | None
) -> dict[str, Any] | None:
    """What a call about one of these needs: what is read out, and what was heard before."""
    line = next((line for line in lines if line.id == identifier), None)
    if line is None:
        return None
    stored = organisations.by_id(connection, line.organisation_id)
    said = scripts(connection, decision_id)
    return {
        "id": line.id,
        "script": None if stored is None else script_for(said, stored.organisation),
        "own": personal.lines_of(connection, decision_id, [line.organisation_id]).get(
            line.organisation_id, []
        ),
        "heard": [heard_json(each) for each in calls.heard(connection, [line.id])],
    }
