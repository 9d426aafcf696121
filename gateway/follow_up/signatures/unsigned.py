"""The board of signatures as people and other programs see it: counts by district, and who has not signed."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection

from gateway.errors import InputError
from gateway.follow_up.signatures.people import Districts, people_json
from gateway.ledger.decisions import broadcasts as ledger_broadcasts
from gateway.ledger.decisions.broadcasts import Summary
from gateway.ledger.directory import contacts, denied_addresses, organisations
from gateway.ledger.follow_up import unsigned
from gateway.ledger.follow_up.unsigned import Count, Line, Wanted
from gateway.moments import iso
from gateway.plans.catalogue import Catalogue
from gateway.vocabulary import Audience

NUMBERS = tuple(field.name for field in fields(Count) if field.name not in ("area", "audience"))


def launched(connection: Connection, broadcast_id: int) -> Summary:
    """A launched broadcast. Raises `InputError` (BROADCAST_UNKNOWN)."""
    found = next(iter(ledger_broadcasts.summaries(connection, broadcast_id)), None)
    if found is None or found.launched_at is None:
        raise InputError(
            "BROADCAST_UNKNOWN",
            f"没有发布任务 {broadcast_id}",
            f"there is no broadcast {broadcast_id}",
            field="broadcast",
        )
    return found


def districts_of(catalogue: Catalogue, plan: str) -> Districts:
    """The districts of a plan; none where it is no longer there."""
    try:
        return Districts({area.code: area.name for area in catalogue.load(plan).plan.areas})
    except InputError:
        return Districts({})


def counts_json(
    connection: Connection,
    districts: Districts,
    broadcast_id: int,
    area: str | None = None,
    audience: str | None = None,
    limits: Collection[str] = (),
) -> list[dict[str, Any]]:
    """The counts of the board, a line for each district and audience, in the plan's order."""
    summed: dict[tuple[str, Audience], dict[str, int]] = defaultdict(lambda: dict.fromkeys(NUMBERS, 0))
    for count in unsigned.board(connection, broadcast_id, area, audience, limits):
        line = summed[districts.of(count.area), count.audience]
        for name in NUMBERS:
            line[name] += getattr(count, name)
    return [
        {"area": district, "district": districts.name(district), "audience": reader, **line}
        for (district, reader), line in sorted(
            summed.items(), key=lambda item: (districts.place(item[0][0]), item[0][1])
        )
    ]


def board_json(
    connection: Connection,
    catalogue: Catalogue,
    broadcast_id: int,
    now: int,
    *,
    wanted: Wanted = "unsigned",
    area: str | None = None,
    audience: str | None = None,
    after: int = 0,
    limit: int = 100,
    full: bool = False,
    limits: Collection[str] = (),
) -> dict[str, Any]:
    """Counts by district and audience, and a page of organisations; numbers are masked unless `full`.

    `now` in milliseconds since 1970 UTC. `limits`: the codes of the areas that whoever looks is limited to,
    none for everywhere. Raises `InputError` (BROADCAST_UNKNOWN).
    """
    summary = launched(connection, broadcast_id)
    districts = districts_of(catalogue, summary.plan)
    counts = counts_json(connection, districts, broadcast_id, area, audience, limits)
    lines = unsigned.page(
        connection,
        broadcast_id,
        wanted,
        area=area,
        audience=audience,
        after=after,
        limit=limit,
        limits=limits,
    )
    ids = [line.organisation_id for line in lines]
    stored = {each.id: each.organisation for each in organisations.by_ids(connection, ids)}
    people = contacts.of_organisations(connection, ids)
    denied = denied_addresses.values_of(connection, ids)
    return {
        "broadcast": broadcast_id,
        "live": summary.live,
        "exercise": summary.exercise,
        "launched_at": iso(summary.launched_at),
        "as_of": iso(now),
        "totals": _totals(counts),
        "counts": counts,
        "organisations": [
            {
                **line_json(line, districts, now),
                "people": people_json(
                    stored[line.organisation_id],
                    people.get(line.organisation_id, ()),
                    denied.get(line.organisation_id, {}),
                    full=full,
                ),
            }
            for line in lines
        ],
        "next": lines[-1].id if len(lines) == limit else None,
    }


def line_json(line: Line, districts: Districts, now: int) -> dict[str, Any]:
    """One organisation; `late`: it should have signed by now."""
    return {
        "id": line.id,
        "organisation": {"code": line.code, "name": line.organisation},
        "audience": line.audience,
        "area": line.area,
        "district": districts.name(line.area),
        "standing": line.standing,
        "delivered": line.delivered,
        "due_at": iso(line.due_at),
        "late": line.signed_at is None and line.objected_at is None and now > line.due_at,
        "opened_at": iso(line.opened_at),
        "signed_at": iso(line.signed_at),
        "signed_by": line.name if line.signed_at is not None else None,
        "objected_at": iso(line.objected_at),
        "objection": line.objection,
        "done_at": iso(line.done_at),
    }


def _totals(counts: list[dict[str, Any]]) -> Mapping[str, int]:
    return {name: sum(count[name] for count in counts) for name in NUMBERS}
