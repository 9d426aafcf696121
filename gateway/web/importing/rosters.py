"""Storing a duty roster (值班表): whose it is, who its people are, and where nobody is on duty."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection

from gateway.directory.cells import Fault
from gateway.directory.masking import mask_text
from gateway.directory.model import Change, Contact, ContactAddress
from gateway.directory.roster_rows import RosterReading, RosterRow, Turn
from gateway.directory.rosters import Span, gaps, hour_of
from gateway.directory.rotation import Finding
from gateway.ledger.directory import contacts, directory, duties, imports, organisations
from gateway.ledger.directory.duties import NewShift, Shift
from gateway.ledger.directory.organisations import Stored
from gateway.moments import local, milliseconds, moment
from gateway.web.importing.findings import nothing_removed
from gateway.web.importing.organisations import Wishes
from gateway.web.importing.report import Outcome, Told, report

_GAPS = 20  # of one unit that are told one by one


@dataclass(slots=True)
class _Unit:
    """An organisation of the roster: its people as they will be, and its rows."""

    stored: Stored
    people: dict[str, list[Contact]] = field(default_factory=dict)
    rows: list[RosterRow] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)


def store_roster(
    connection: Connection, reading: RosterReading, now: int, caller: str, wishes: Wishes
) -> dict[str, Any]:
    """Store the shifts of the accepted rows. Whoever is named with a number and is not known yet becomes a
    contact of the organisation; a new number is added to whoever is. `missing` are stored shifts within
    the time that the file speaks of and that it does not name; a finding tells every gap."""
    units, faults = _units(connection, reading)
    for unit in units.values():
        _people(unit, faults)
    if not wishes.dry_run:
        rows = [_with_people(each) for each in units.values() if each.changed]
        directory.apply(connection, rows, now, stated={"contacts"}, actor=caller)
    outcomes: dict[int, Change] = dict.fromkeys(faults, "refused")
    findings: list[Finding] = []
    missing: list[tuple[str, str]] = []
    gone: list[int] = []
    new: list[NewShift] = []
    for unit in units.values():
        rows_of_unit = [row for row in unit.rows if row.number not in faults]
        spans = [_span(turn) for row in rows_of_unit for turn in row.turns]
        if not spans:
            continue
        start, end = min(begins for begins, _ in spans), max(ends for _, ends in spans)
        code = unit.stored.organisation.code
        known = duties.shifts(connection, start, end, code=code)
        there = {(each.contact, each.starts_at, each.ends_at) for each in known}
        ids = {
            each.contact.name: each.id
            for each in contacts.of_organisations(connection, [unit.stored.id]).get(unit.stored.id, ())
        }
        named = set()
        for row in rows_of_unit:
            outcome: Change = "unchanged"
            for turn in row.turns:
                key = (_named(turn), *_span(turn))
                named.add(key)
                if key not in there:
                    outcome = "added"
                    if not wishes.dry_run:
                        new.append(NewShift(ids[key[0]], key[1], key[2]))
                elif key[0] in unit.changed and outcome == "unchanged":
                    outcome = "changed"
            outcomes[row.number] = outcome
        left = [
            each
            for each in known
            if start <= each.starts_at < end and (each.contact, each.starts_at, each.ends_at) not in named
        ]
        missing += [(code, _words(each)) for each in left]
        gone += [each.id for each in left]
        stays = [] if wishes.remove_missing else [(each.starts_at, each.ends_at) for each in left]
        findings += _gaps(unit.stored, [*spans, *stays], start, end)
    removed = 0
    if wishes.remove_missing and missing:
        if faults:
            findings.append(nothing_removed(len(missing)))
        else:
            removed = len(missing)
            if not wishes.dry_run:
                for identifier in gone:
                    duties.remove_shift(connection, identifier, now, caller)
    if new:
        duties.add_shifts(connection, new, now, caller)
    whose = {row.number: unit.stored.organisation.code for unit in units.values() for row in unit.rows}
    told = [
        Told(
            row.number,
            whose.get(row.number) or mask_text(next(filter(None, row.unit), "")),
            outcomes[row.number],
            faults.get(row.number, ()),
            row.remarks,
        )
        for row in reading.rows
    ]
    outcome_of_list = Outcome(told, findings, missing, removed)
    return report(
        connection,
        "rosters",
        reading.table,
        reading.file,
        reading.sha256,
        outcome_of_list,
        now,
        caller,
        wishes,
    )


def _units(
    connection: Connection, reading: RosterReading
) -> tuple[dict[str, _Unit], dict[int, tuple[Fault, ...]]]:
    """The organisations that the rows name, by code, and the faults of rows."""
    faults = {row.number: row.faults for row in reading.rows if row.faults}
    written = {row.unit for row in reading.rows}
    by_credit = organisations.codes_of_credit(connection, {each[1] for each in written if each[1]})
    by_name = imports.codes_of_names(connection, {each[2] for each in written if each[2]})
    codes = {each: _codes(each, reading.unit, by_credit, by_name) for each in written}
    known = organisations.by_codes(connection, {code for found in codes.values() for code in found})
    units: dict[str, _Unit] = {}
    for row in reading.rows:
        found = [code for code in codes[row.unit] if code in known and known[code].active]
        if len(found) == 1:
            units.setdefault(found[0], _Unit(known[found[0]])).rows.append(row)
        else:
            shown = mask_text(next(filter(None, row.unit), reading.unit or ""))
            fault = (
                Fault(
                    "name",
                    f"通讯录里有几个“{shown}”，请填编码",
                    f"several are called {shown!r}; give the code",
                )
                if found
                else Fault(
                    "name", f"通讯录里没有单位“{shown}”", f"the directory has no organisation {shown!r}"
                )
            )
            faults[row.number] = (*faults.get(row.number, ()), fault)
    return units, faults


def _codes(
    written: tuple[str, str, str],
    unit: str | None,
    by_credit: Mapping[str, list[str]],
    by_name: Mapping[str, list[str]],
) -> list[str]:
    code, credit, name = written
    if code:
        return [code]
    if credit:
        return by_credit.get(credit, [])
    if name:
        return by_name.get(name, [])
    return [unit] if unit else []


def _people(unit: _Unit, faults: dict[int, tuple[Fault, ...]]) -> None:
    """Who is known, with the numbers that the roster adds; who is new and has one. Others are a fault, and
    nobody is taken from a row that is at fault: whoever has a number there alone is none for other rows."""
    while True:
        rows = [row for row in unit.rows if row.number not in faults]
        _gather(unit, rows)
        wrong = {
            row.number: tuple(dict.fromkeys(unclear))
            for row in rows
            if (unclear := [fault for turn in row.turns if (fault := _unclear(turn, unit)) is not None])
        }
        if not wrong:
            return
        faults.update(wrong)


def _gather(unit: _Unit, rows: Iterable[RosterRow]) -> None:
    """The people of the organisation as these rows leave them."""
    unit.people, unit.changed = {}, set()
    for contact in unit.stored.organisation.contacts:
        unit.people.setdefault(contact.name, []).append(contact)
    for turn in (turn for row in rows for turn in row.turns):
        name = _named(turn)
        known = unit.people.get(name, [])
        if not turn.who.addresses or len(known) > 1:
            continue
        before = known[0] if known else Contact(name, "duty", ())
        had = {each.address for each in before.addresses}
        added = [each for each in turn.who.addresses if each not in had]
        if added or not known:
            unit.people[name] = [
                replace(before, addresses=(*before.addresses, *(ContactAddress(each) for each in added)))
            ]
            unit.changed.add(name)


def _unclear(turn: Turn, unit: _Unit) -> Fault | None:
    name = _named(turn)
    found = unit.people.get(name, [])
    if not found:
        return Fault(
            "person",
            f"通讯录里该单位没有“{name}”，也没有写号码：夜里找不到人",
            f"the organisation has no contact {name!r}, and no number is stated",
        )
    if len(found) > 1:
        return Fault(
            "person",
            f"该单位有几个联系人叫“{name}”，看不出是哪一个",
            f"several contacts of the organisation are called {name!r}",
        )
    if not found[0].addresses:
        return Fault(
            "person",
            f"“{name}”在通讯录里没有号码，表里也没有写",
            f"{name!r} has no number, neither in the directory nor here",
        )
    return None


def _with_people(unit: _Unit) -> Any:
    """The organisation with its people: those of the roster who are new stand after the others."""
    known = [
        unit.people[each.name][0] if each.name in unit.changed else each
        for each in unit.stored.organisation.contacts
    ]
    names = {each.name for each in known}
    new = [unit.people[name][0] for name in sorted(unit.changed - names)]
    return replace(unit.stored.organisation, contacts=(*known, *new))


def _named(turn: Turn) -> str:
    return turn.who.name or "值班电话"


def _span(turn: Turn) -> Span:
    return milliseconds(turn.begins), milliseconds(turn.ends)


def _gaps(stored: Stored, spans: Iterable[Span], start: int, end: int) -> Sequence[Finding]:
    found = gaps(spans, start, end)
    one = stored.organisation
    told = [
        Finding(
            "ROSTER_GAP",
            f"{one.name}：{hour_of(begins)}至{hour_of(ends)}无人值班",
            f"{one.code}: nobody is on duty from {_hour_en(begins)} to {_hour_en(ends)}",
        )
        for begins, ends in found[:_GAPS]
    ]
    if len(found) > _GAPS:
        told.append(
            Finding(
                "ROSTER_GAP",
                f"{one.name}：共 {len(found)} 处无人值班",
                f"{one.code}: {len(found)} gaps in all",
            )
        )
    return told


def _words(shift: Shift) -> str:
    return f"{shift.contact[:1]}* {hour_of(shift.starts_at)}至{hour_of(shift.ends_at)}"


def _hour_en(milliseconds: int) -> str:
    return f"{local(moment(milliseconds)):%Y-%m-%d %H:%M}"
