"""Who answers: for a measure in a unit, and hour by hour for an organisation (值班表)."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Connection, delete, insert, select, union

from gateway.errors import InputError
from gateway.ledger.schema import contacts, duty_shifts, measure_duties, organisations
from gateway.ledger.trail import audit
from gateway.plans.duties import MeasureDuty


@dataclass(frozen=True, slots=True)
class Shift:
    """One person on duty for an organisation; moments in milliseconds since 1970 UTC."""

    id: int
    contact_id: int
    contact: str
    role: str
    organisation_id: int
    code: str
    organisation: str
    starts_at: int
    ends_at: int


@dataclass(frozen=True, slots=True)
class NewShift:
    """A shift to be added: a contact's id, and from when until when."""

    contact_id: int
    starts_at: int
    ends_at: int


def of_plan(connection: Connection, plan: str) -> list[MeasureDuty]:
    """Who answers for the measures of a plan, by measure and unit."""
    rows = connection.execute(
        select(measure_duties)
        .where(measure_duties.c.plan == plan)
        .order_by(measure_duties.c.measure_id, measure_duties.c.unit)
    )
    return [
        MeasureDuty(row.measure_id, row.unit, row.responsible_unit, row.leader, row.person, row.supervisor)
        for row in rows
    ]


def put(connection: Connection, plan: str, duties: Sequence[MeasureDuty], now: int, actor: str) -> None:
    """Store duties by measure and unit; one that names nobody is taken away. Others stay."""
    for each in duties:
        connection.execute(
            delete(measure_duties).where(
                measure_duties.c.plan == plan,
                measure_duties.c.measure_id == each.measure_id,
                measure_duties.c.unit == each.unit,
            )
        )
    named = [
        each for each in duties if each.responsible_unit or each.leader or each.person or each.supervisor
    ]
    if named:
        connection.execute(insert(measure_duties), [{"plan": plan, **asdict(each)} for each in named])
    audit.append(
        connection,
        now,
        actor,
        "duties_changed",
        f"plan:{plan}",
        {"stored": len(named), "removed": len(duties) - len(named)},
    )


def add_shifts(connection: Connection, new: Iterable[NewShift], now: int, actor: str) -> int:
    """Add shifts, leaving out those that are there already; how many were added.

    Raises `InputError` (SHIFT_EMPTY) for one that ends before it begins and (CONTACT_UNKNOWN) for one of
    somebody who is no contact or no longer one.
    """
    wanted = {(each.contact_id, each.starts_at, each.ends_at) for each in new}
    for _, starts_at, ends_at in wanted:
        if ends_at <= starts_at:
            raise InputError(
                "SHIFT_EMPTY",
                "值班的结束时间须晚于开始时间",
                "a shift ends after it begins",
                field="ends_at",
            )
    people = {contact_id for contact_id, _, _ in wanted}
    known = set(
        connection.execute(
            select(contacts.c.id).where(contacts.c.id.in_(people), contacts.c.active.is_(True))
        ).scalars()
    )
    if people - known:
        number = min(people - known)
        raise InputError(
            "CONTACT_UNKNOWN",
            f"没有编号为 {number} 的联系人",
            f"there is no contact {number}",
            field="contact_id",
        )
    there = {
        (row.contact_id, row.starts_at, row.ends_at)
        for row in connection.execute(select(duty_shifts).where(duty_shifts.c.contact_id.in_(people)))
    }
    rows = [
        {"contact_id": contact_id, "starts_at": starts_at, "ends_at": ends_at}
        for contact_id, starts_at, ends_at in sorted(wanted - there)
    ]
    if rows:
        connection.execute(insert(duty_shifts), rows)
    audit.append(connection, now, actor, "shifts_added", "directory:shifts", {"added": len(rows)})
    return len(rows)


def remove_shift(connection: Connection, identifier: int, now: int, actor: str) -> bool:
    """Take a shift off the roster; False where there is none of that id."""
    found = connection.execute(delete(duty_shifts).where(duty_shifts.c.id == identifier)).rowcount
    if found:
        audit.append(connection, now, actor, "shift_removed", f"shift:{identifier}", {})
    return bool(found)


def shifts(
    connection: Connection,
    start: int,
    end: int,
    *,
    code: str | None = None,
    after: tuple[int, int] = (0, 0),
    limit: int | None = None,
) -> list[Shift]:
    """The shifts that touch the time from `start` until `end`, by their beginning, then id, from the one
    after `after` (its beginning and id); of one organisation or of all active ones."""
    conditions: list[ColumnElement[bool]] = [
        duty_shifts.c.starts_at < end,
        duty_shifts.c.ends_at > start,
        (duty_shifts.c.starts_at > after[0])
        | ((duty_shifts.c.starts_at == after[0]) & (duty_shifts.c.id > after[1])),
        organisations.c.active.is_(True),
        contacts.c.active.is_(True),  # whoever has left answers no more
    ]
    if code is not None:
        conditions.append(organisations.c.code == code)
    rows = connection.execute(
        select(
            duty_shifts.c.id,
            duty_shifts.c.contact_id,
            contacts.c.name,
            contacts.c.role,
            organisations.c.id,
            organisations.c.code,
            organisations.c.name,
            duty_shifts.c.starts_at,
            duty_shifts.c.ends_at,
        )
        .join(contacts, contacts.c.id == duty_shifts.c.contact_id)
        .join(organisations, organisations.c.id == contacts.c.organisation_id)
        .where(*conditions)
        .order_by(duty_shifts.c.starts_at, duty_shifts.c.id)
        .limit(limit)
    )
    return [Shift(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Unit:
    """An organisation that answers round the clock."""

    id: int
    code: str
    name: str


def units(connection: Connection) -> list[Unit]:
    """Every active organisation, exercises left out, that keeps a roster or has a liaison officer; by
    code."""
    rows = connection.execute(
        select(organisations.c.id, organisations.c.code, organisations.c.name)
        .where(
            organisations.c.active.is_(True),
            organisations.c.exercise.is_(False),
            organisations.c.id.in_(
                union(
                    select(contacts.c.organisation_id).where(
                        contacts.c.active.is_(True), contacts.c.role == "liaison"
                    ),
                    select(contacts.c.organisation_id).join(
                        duty_shifts, duty_shifts.c.contact_id == contacts.c.id
                    ),
                )
            ),
        )
        .order_by(organisations.c.code)
    )
    return [Unit(*row) for row in rows]


def with_roster(connection: Connection) -> list[tuple[int, str, str]]:
    """Id, code and name of every active organisation that has ever had a shift, by code."""
    rows = connection.execute(
        select(organisations.c.id, organisations.c.code, organisations.c.name)
        .distinct()
        .join(contacts, contacts.c.organisation_id == organisations.c.id)
        .join(duty_shifts, duty_shifts.c.contact_id == contacts.c.id)
        .where(organisations.c.active.is_(True))
        .order_by(organisations.c.code)
    )
    return [(row.id, row.code, row.name) for row in rows]
