"""What is owed by whom, and the reports received for it. Moments are milliseconds since 1970 UTC."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from sqlalchemy import ColumnElement, Connection, and_, case, exists, insert, literal, or_, select, update

from gateway.ledger import timers
from gateway.ledger.backends.slices import slices
from gateway.ledger.schema import broadcasts, decisions, obligations, reports

State = Literal["open", "overdue", "met", "ended"]
STATES: tuple[State, ...] = get_args(State)

EXPECTED_END_PASSED: Final = "expected_end_passed"
ORDER_RECEIVED: Final = "order_received"  # of another level; met by a decision on it, or by dismissing it
BY_DECISION = ("lift", "decision")  # met by the next decision; past its moment EXPECTED_END_PASSED is owed
AT_ONCE = 3_600_000  # ms: what a plan wants at once is not called late in the first hour


@dataclass(frozen=True, slots=True)
class New:
    """Something to be owed. `covers`: the ISO date that a daily report is about, or the year of a yearly
    one without a date."""

    plan: str
    episode_id: str | None
    decision_id: str | None
    exercise: bool
    code: str
    what: str
    by_whom: str
    to_whom: str
    contents: tuple[str, ...]
    clause: str | None
    covers: str | None
    due_at: int | None
    repeats: Literal["daily"] | None
    opened_at: int
    next_at: int | None = None


@dataclass(frozen=True, slots=True)
class Obligation(New):
    """One row; `next_at` is when the next day's row is opened, None where none follows from this one."""

    id: int = 0
    reminded_at: int | None = None
    overdue_at: int | None = None
    met_at: int | None = None
    ended_at: int | None = None
    ended_because: str | None = None

    @property
    def open(self) -> bool:
        """Still owed."""
        return self.met_at is None and self.ended_at is None

    @property
    def late_from(self) -> int | None:
        """From when on it is late; None where no time follows from the decision."""
        return None if self.due_at is None else max(self.due_at, self.opened_at + AT_ONCE)


@dataclass(frozen=True, slots=True)
class Report:
    """What was received; `contents` by the plan's heading, `missing` those that it lacks."""

    id: int
    obligation_id: int
    contents: dict[str, str]
    missing: tuple[str, ...]
    from_whom: str
    caller: str
    late: bool
    received_at: int


@dataclass(frozen=True, slots=True)
class Launched:
    """A launched decision of an episode; `document` is its JSON."""

    id: str
    action: str
    mends_id: str | None
    document: str


_columns = select(
    *(
        obligations.c[name]
        for name in (*New.__dataclass_fields__, "id", "reminded_at", "overdue_at", "met_at", "ended_at")
    ),
    obligations.c.ended_because,
)
_open = and_(obligations.c.met_at.is_(None), obligations.c.ended_at.is_(None))


def state(now: int) -> ColumnElement[str]:
    """An obligation's state at a moment, as SQL. What a decision meets is overdue only as long as
    EXPECTED_END_PASSED does not stand for it."""
    other = obligations.alias()
    raised = exists().where(
        other.c.episode_id == obligations.c.episode_id,
        other.c.code == EXPECTED_END_PASSED,
        other.c.due_at == obligations.c.due_at,
    )
    late = and_(
        obligations.c.due_at <= now,
        or_(
            and_(obligations.c.code.in_(BY_DECISION), ~raised),
            and_(obligations.c.code.not_in(BY_DECISION), obligations.c.opened_at + AT_ONCE <= now),
        ),
    )
    return case(
        (obligations.c.met_at.is_not(None), literal("met")),
        (obligations.c.ended_at.is_not(None), literal("ended")),
        (late, literal("overdue")),
        else_=literal("open"),
    )


def chain(connection: Connection, episode_id: str) -> list[Launched]:
    """The launched decisions of an episode, oldest first."""
    rows = connection.execute(
        select(decisions.c.id, decisions.c.action, decisions.c.mends_id, decisions.c.document)
        .join(broadcasts, broadcasts.c.decision_id == decisions.c.id)
        .where(decisions.c.episode_id == episode_id, broadcasts.c.launched_at.is_not(None))
        .order_by(broadcasts.c.launched_at, broadcasts.c.id)
    )
    return [Launched(*row) for row in rows]


def of_episode(
    connection: Connection, episode_id: str, key: tuple[str, str] | None = None
) -> list[Obligation]:
    """Everything that an episode has owed, in the order in which it was opened; with a `key` (code and
    who owes it) that alone."""
    conditions = [obligations.c.episode_id == episode_id]
    if key is not None:
        conditions += [obligations.c.code == key[0], obligations.c.by_whom == key[1]]
    return _found(connection, *conditions)


def by_id(connection: Connection, identifier: int) -> Obligation | None:
    """The obligation of that number."""
    return next(iter(_found(connection, obligations.c.id == identifier)), None)


def by_ids(connection: Connection, identifiers: Iterable[int]) -> dict[int, Obligation]:
    """The obligations of these numbers."""
    return {
        each.id: each
        for some in slices(identifiers)
        for each in _found(connection, obligations.c.id.in_(some))
    }


def same(connection: Connection, new: New) -> Obligation | None:
    """The row that stands for the same thing, whatever became of it."""
    columns = ("plan", "exercise", "episode_id", "code", "by_whom", "covers", "due_at")
    found = _found(connection, *(_equals(name, getattr(new, name)) for name in columns))
    return next(iter(found), None)


def add(connection: Connection, new: New, now: int) -> int:
    """Open a row, to be looked after from `now`; gives its number. The caller saw that none is the `same`."""
    values = {name: getattr(new, name) for name in New.__dataclass_fields__}
    values["contents"] = json.dumps(new.contents, ensure_ascii=False)
    added = connection.execute(insert(obligations).values(values).returning(obligations.c.id))
    identifier = int(added.scalar_one())
    timers.put(connection, "obligation", [(identifier, now)])
    return identifier


def move(connection: Connection, identifier: int, decision_id: str, due_at: int | None, now: int) -> None:
    """It is owed by another moment now, because of this decision; also if it was met or ended before."""
    _set(
        connection,
        identifier,
        decision_id=decision_id,
        due_at=due_at,
        reminded_at=None,
        overdue_at=None,
        met_at=None,
        ended_at=None,
        ended_because=None,
    )
    wake(connection, identifier, now)


def reopen(connection: Connection, identifier: int, now: int) -> None:
    """It is owed again."""
    _set(connection, identifier, met_at=None, ended_at=None, ended_because=None)
    wake(connection, identifier, now)


def go_on(connection: Connection, identifier: int, next_at: int | None, now: int) -> None:
    """The next day's row follows from this one at `next_at`; None: none does."""
    _set(connection, identifier, next_at=next_at)
    wake(connection, identifier, now)


def met(connection: Connection, identifier: int, now: int) -> None:
    """What was owed is there."""
    _set(connection, identifier, met_at=now)


def end(connection: Connection, identifier: int, because: str, now: int) -> None:
    """It is no longer owed, and no further day of it."""
    _set(connection, identifier, ended_at=now, ended_because=because, next_at=None)


def mark(
    connection: Connection, identifier: int, *, reminded_at: int | None = None, overdue_at: int | None = None
) -> None:
    """People were reminded of it, or it was found overdue."""
    marks = {"reminded_at": reminded_at, "overdue_at": overdue_at}
    _set(connection, identifier, **{name: at for name, at in marks.items() if at is not None})


def wake(connection: Connection, identifier: int, at: int | None) -> None:
    """Look after it at this moment and not before; None: never again."""
    timers.remove(connection, "obligation", [identifier])
    if at is not None:
        timers.put(connection, "obligation", [(identifier, at)])


def page(
    connection: Connection,
    now: int,
    *,
    after: int = 0,
    limit: int | None = None,
    states: Sequence[State] = STATES,
    exercise: bool | None = None,
    episode: str | None = None,
    unit: str | None = None,
    code: str | None = None,
) -> list[tuple[Obligation, State]]:
    """Obligations with their states, by number, from the one after `after`. `unit`: part of its name."""
    current = state(now).label("state")
    query = _columns.add_columns(current).where(obligations.c.id > after, current.in_(states))
    if set(states) <= {"open", "overdue"}:
        query = query.where(_open)  # what the index of open rows is for
    if exercise is not None:
        query = query.where(obligations.c.exercise == exercise)
    if episode is not None:
        query = query.where(obligations.c.episode_id == episode)
    if unit is not None:
        query = query.where(obligations.c.by_whom.contains(unit, autoescape=True))
    if code is not None:
        query = query.where(obligations.c.code == code)
    rows = connection.execute(query.order_by(obligations.c.id).limit(limit)).mappings()
    return [(_row({k: v for k, v in row.items() if k != "state"}), row["state"]) for row in rows]


def receive(connection: Connection, report: Report) -> int:
    """Keep a report; its `id` is not looked at. Gives its number."""
    added = insert(reports).values(
        obligation_id=report.obligation_id,
        contents=json.dumps(report.contents, ensure_ascii=False),
        missing=json.dumps(report.missing, ensure_ascii=False),
        from_whom=report.from_whom,
        caller=report.caller,
        late=report.late,
        received_at=report.received_at,
    )
    return int(connection.execute(added.returning(reports.c.id)).scalar_one())


def received(connection: Connection, obligation_id: int) -> list[Report]:
    """The reports received for an obligation, oldest first."""
    rows = connection.execute(
        select(reports).where(reports.c.obligation_id == obligation_id).order_by(reports.c.id)
    )
    return [
        Report(
            row.id,
            row.obligation_id,
            json.loads(row.contents),
            tuple(json.loads(row.missing)),
            row.from_whom,
            row.caller,
            row.late,
            row.received_at,
        )
        for row in rows
    ]


def _equals(name: str, value: object) -> ColumnElement[bool]:
    column = obligations.c[name]
    return column.is_(None) if value is None else column == value


def _found(connection: Connection, *conditions: ColumnElement[bool]) -> list[Obligation]:
    rows = connection.execute(_columns.where(*conditions).order_by(obligations.c.id)).mappings()
    return [_row(dict(row)) for row in rows]


def _row(values: dict[str, object]) -> Obligation:
    contents = tuple(json.loads(str(values["contents"])))
    return Obligation(**{**values, "contents": contents})  # type: ignore[arg-type]


def _set(connection: Connection, identifier: int, **values: object) -> None:
    if values:
        connection.execute(update(obligations).where(obligations.c.id == identifier).values(**values))
