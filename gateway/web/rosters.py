"""Rosters for people: who is on duty now, and where nobody will be within 14 days."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from gateway.directory.masking import masked_name
from gateway.directory.rosters import Span, gaps, hour_of
from gateway.ledger.directory import duties
from gateway.ledger.directory.duties import Shift
from gateway.moments import iso

_AHEAD = timedelta(days=14)  # how far a roster should be filled


@dataclass(frozen=True, slots=True)
class Rosters:
    """The rosters from `now` until `end` (ms since 1970 UTC). `keeping`: id, code and name of whoever keeps
    one, by code; `shifts` by organisation, in their order."""

    now: int
    end: int
    keeping: Sequence[tuple[int, str, str]]
    shifts: Mapping[int, Sequence[Shift]]

    def gaps(self, organisation_id: int) -> list[Span]:
        """The times in which nobody of an organisation is on duty, in order."""
        found = self.shifts.get(organisation_id, ())
        return gaps([(each.starts_at, each.ends_at) for each in found], self.now, self.end)


def rosters(connection: Connection, now: int) -> Rosters:
    """The rosters of the next 14 days."""
    end = now + int(_AHEAD.total_seconds() * 1000)
    shifts: dict[int, list[Shift]] = defaultdict(list)
    for each in duties.shifts(connection, now, end):
        shifts[each.organisation_id].append(each)
    return Rosters(now, end, duties.with_roster(connection), shifts)


def roster_json(connection: Connection, now: int) -> dict[str, Any]:
    """Who is on duty now, and where nobody will be within 14 days, of organisations that keep a roster."""
    found = rosters(connection, now)
    return {
        "now": [
            _shift_json(each)
            for organisation_id, _, _ in found.keeping
            for each in found.shifts.get(organisation_id, ())
            if each.starts_at <= now < each.ends_at
        ],
        "gaps": [
            {"code": code, "organisation": name, "starts_at": iso(begins), "ends_at": iso(ends)}
            for organisation_id, code, name in found.keeping
            for begins, ends in found.gaps(organisation_id)
        ],
    }


def next_gaps(connection: Connection, now: int) -> dict[int, str]:
    """The next gap of every roster within 14 days, by organisation, as people read it."""
    found, told = rosters(connection, now), {}
    for identifier, _code, _name in found.keeping:
        gap = found.gaps(identifier)
        if gap:
            begins, ends = gap[0]
            more = f"，14 天内共 {len(gap)} 处" if len(gap) > 1 else ""
            told[identifier] = f"{hour_of(begins)}至{hour_of(ends)}{more}"
    return told


def _shift_json(each: Shift) -> dict[str, Any]:
    return {
        "id": each.id,
        "code": each.code,
        "organisation": each.organisation,
        "contact_id": each.contact_id,
        "contact": masked_name(each.contact),
        "role": each.role,
        "starts_at": iso(each.starts_at),
        "ends_at": iso(each.ends_at),
    }
