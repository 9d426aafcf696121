"""Orders of other levels: what came in, what counts of it, and what became of it. Moments in ms."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from gateway.decisions.upstream import Upstream
from gateway.ledger.backends.slices import slices
from gateway.ledger.schema import orders, senders
from gateway.moments import milliseconds, moment
from gateway.vocabulary import Level, rank

# draft: people have to decide; unchanged: what is in force here fits already; informed: only to be known;
# outdated: more is known of its event; refused: proved, but no order that could be followed
Verdict = Literal["draft", "unchanged", "informed", "outdated", "refused"]
# received: waits for people; kept: nothing to be done
State = Literal["received", "taken", "dismissed", "overtaken", "kept"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True, slots=True)
class NewOrder:
    """A message to be kept; `facts` and `refusal` are plain data, `area` and `earlier` codes and names."""

    sender: str
    plan: str
    relation: str
    meaning: str
    exercise: bool
    identifier: str | None
    event: str | None
    earlier: tuple[str, ...]
    format: str | None
    sha256: str
    content: bytes
    content_type: str
    proof: str
    sent_at: int | None
    received_at: int
    kind: str | None
    message_type: str | None
    level: Level | None
    until_then: Level | None
    starts_at: int | None
    area: tuple[str, ...]
    document_number: str | None
    facts: Mapping[str, Any]
    verdict: Verdict
    refusal: Mapping[str, str] | None
    in_force: bool
    state: State
    callback: str | None = None


@dataclass(frozen=True, slots=True)
class StoredOrder(NewOrder):
    """One that is kept; its content is read apart (`content`)."""

    id: int = 0
    obligation_id: int | None = None
    decision_id: str | None = None
    settled_at: int | None = None
    settled_by: str | None = None
    settled_because: str | None = None


Meets = Callable[[Sequence[str]], bool]

_LOOKED_AT = 100  # of what upper levels ended last
_JSON = ("earlier", "area", "facts", "refusal")
_columns = [column for column in orders.c if column.name != "content"]


def configure(connection: Connection, named: Iterable[tuple[str, str, str, str]]) -> None:
    """Keep who may send orders: (name, plan, relation, meaning), as the settings have it."""
    connection.execute(delete(senders))
    values = [dict(zip(("name", "plan", "relation", "meaning"), each, strict=True)) for each in named]
    if values:
        connection.execute(insert(senders), values)


def add(connection: Connection, new: NewOrder) -> int:
    """Keep a message; gives its number."""
    values = {**asdict(new), **{name: _dumped(getattr(new, name)) for name in _JSON}}
    return int(connection.execute(insert(orders).values(values).returning(orders.c.id)).scalar_one())


def by_id(connection: Connection, identifier: int) -> StoredOrder | None:
    """The order of that number."""
    return next(iter(_found(connection, orders.c.id == identifier)), None)


def by_ids(connection: Connection, identifiers: Iterable[int]) -> dict[int, StoredOrder]:
    """The orders of these numbers."""
    return {
        each.id: each for some in slices(identifiers) for each in _found(connection, orders.c.id.in_(some))
    }


def content(connection: Connection, identifier: int) -> bytes:
    """The bytes as they came. Raises `NoResultFound`."""
    query = select(orders.c.content).where(orders.c.id == identifier)
    return bytes(connection.execute(query).scalar_one())


def same(connection: Connection, sender: str, identifier: str | None, sha256: str) -> StoredOrder | None:
    """What a sender sent before under this identifier; what is not readable is known by its hash."""
    own = orders.c.identifier == identifier
    if identifier is None:
        own = orders.c.identifier.is_(None) & (orders.c.sha256 == sha256)
    return next(iter(_found(connection, orders.c.sender == sender, own)), None)


def of_event(connection: Connection, sender: str, event: str) -> list[StoredOrder]:
    """A sender's messages of an event, in the order in which they came; refused ones are none of it."""
    return _found(
        connection, orders.c.sender == sender, orders.c.event == event, orders.c.verdict != "refused"
    )


def event_of(connection: Connection, sender: str, identifiers: Collection[str]) -> str | None:
    """The event of a message that a sender sent under one of these identifiers, or that refers to one."""
    found = [
        (row.id, str(row.event))
        for some in slices(identifiers)  # a message may refer to any number
        for row in connection.execute(
            select(orders.c.id, orders.c.event)
            .where(orders.c.sender == sender, orders.c.identifier.in_(some), orders.c.event.is_not(None))
            .order_by(orders.c.id.desc())
            .limit(1)
        )
    ]
    return max(found)[1] if found else _event_referring(connection, sender, identifiers)


def _event_referring(connection: Connection, sender: str, identifiers: Collection[str]) -> str | None:
    for some in slices(identifiers):
        quoted = (json.dumps(each, ensure_ascii=False) for each in some)
        named = or_(*(orders.c.earlier.contains(each, autoescape=True) for each in quoted))
        for each in _found(connection, orders.c.sender == sender, orders.c.event.is_not(None), named):
            if not set(each.earlier).isdisjoint(some):
                return each.event
    return None


def page(
    connection: Connection,
    *,
    after: int = 0,
    limit: int | None = None,
    states: Sequence[State] = STATES,
    exercise: bool | None = None,
) -> list[StoredOrder]:
    """Orders by number, from the one after `after`."""
    conditions = [orders.c.id > after, orders.c.state.in_(states)]
    if exercise is not None:
        conditions.append(orders.c.exercise == exercise)
    return _found(connection, *conditions, limit=limit)


def waiting(connection: Connection) -> list[StoredOrder]:
    """Those on which people have to decide, and those that could not be followed and nobody has looked at."""
    return page(connection, states=("received",))


def how_many_wait(connection: Connection) -> dict[bool, int]:
    """How many wait for people, by whether they are exercises."""
    counted = select(orders.c.exercise, func.count()).where(orders.c.state == "received")
    rows = connection.execute(counted.group_by(orders.c.exercise))
    return {False: 0, True: 0} | {bool(exercise): number for exercise, number in rows}


def in_force(connection: Connection, plan: str, exercise: bool) -> list[StoredOrder]:
    """The newest message of each event of upper levels that has a level in force, now or until it begins."""
    return _found(connection, orders.c.plan == plan, orders.c.exercise == exercise, orders.c.in_force)


def upstream(
    connection: Connection, plan: str, exercise: bool, meets: Meets, starts_at: datetime
) -> Upstream:
    """What upper levels have in force, at a moment, in an area; `meets` tells whether codes lie in it."""
    at = milliseconds(starts_at)
    holding = [level_at(each, at) for each in in_force(connection, plan, exercise) if meets(each.area)]
    ended = select(orders.c.area, orders.c.sent_at).where(
        orders.c.plan == plan,
        orders.c.exercise == exercise,
        orders.c.relation == "upper",
        orders.c.kind == "end",
        orders.c.verdict.not_in(("refused", "outdated")),
    )
    lifted = [
        row.sent_at
        for row in connection.execute(ended.order_by(orders.c.sent_at.desc()).limit(_LOOKED_AT))
        if meets(json.loads(row.area))
    ]
    expected = select(func.count()).where(
        senders.c.plan == plan, senders.c.relation == "upper", senders.c.meaning == "order"
    )
    return Upstream(
        level=max(holding, key=rank, default=None),
        expected=bool(connection.execute(expected).scalar_one()),
        lifted_at=moment(lifted[0]) if lifted else None,
    )


def level_at(each: StoredOrder, at: int) -> Level | None:
    """The level that an order has in force at a moment: before it takes effect also what goes on till then.

    A message that runs out ends nothing: what it put in force is lifted, or dismissed by a person.
    """
    level = each.level if each.kind == "warning" else None
    if each.starts_at is not None and at < each.starts_at:
        return max(level, each.until_then, key=rank)
    return level


def leave_force(connection: Connection, sender: str, event: str) -> None:
    """What a sender said of an event before counts no more: a newer message does."""
    connection.execute(
        update(orders)
        .where(orders.c.sender == sender, orders.c.event == event, orders.c.in_force)
        .values(in_force=False)
    )


def settle(
    connection: Connection,
    identifier: int,
    state: State,
    now: int,
    *,
    by: str,
    because: str | None = None,
    decision_id: str | None = None,
) -> None:
    """Nobody has to act on it any more; dismissed, it puts nothing in force either."""
    values: dict[str, object] = {
        "state": state,
        "settled_at": now,
        "settled_by": by,
        "settled_because": because,
    }
    if decision_id is not None:
        values["decision_id"] = decision_id
    if state == "dismissed":
        values["in_force"] = False
    connection.execute(update(orders).where(orders.c.id == identifier).values(values))


def taken_by(connection: Connection, decision_id: str) -> list[StoredOrder]:
    """The orders that a decision took."""
    return _found(connection, orders.c.decision_id == decision_id, orders.c.state == "taken")


def wait_again(connection: Connection, identifier: int) -> None:
    """People have to decide on it anew."""
    connection.execute(
        update(orders)
        .where(orders.c.id == identifier)
        .values(state="received", decision_id=None, settled_at=None, settled_by=None)
    )


def owed(connection: Connection, identifier: int, obligation_id: int) -> None:
    """The obligation that it made."""
    connection.execute(update(orders).where(orders.c.id == identifier).values(obligation_id=obligation_id))


def call_back(connection: Connection, identifier: int, callback: str) -> None:
    """Its sender wants to hear at this address."""
    connection.execute(update(orders).where(orders.c.id == identifier).values(callback=callback))


def named(connection: Connection, plan: str, exercise: bool, document: str) -> StoredOrder | None:
    """The newest order of upper levels that a decision's `basis.document` names: by its document number or
    its identifier."""
    found = _found(
        connection,
        orders.c.plan == plan,
        orders.c.exercise == exercise,
        orders.c.verdict.not_in(("refused", "outdated")),
        or_(orders.c.document_number == document, orders.c.identifier == document),
    )
    return found[-1] if found else None


def _found(
    connection: Connection, *conditions: ColumnElement[bool], limit: int | None = None
) -> list[StoredOrder]:
    rows = connection.execute(select(*_columns).where(*conditions).order_by(orders.c.id).limit(limit))
    return [_stored(dict(row)) for row in rows.mappings()]


def _stored(values: dict[str, Any]) -> StoredOrder:
    read = {name: json.loads(values[name] or "null") for name in _JSON}
    read |= {name: tuple(read[name]) for name in ("earlier", "area")}
    return StoredOrder(**{**values, **read, "content": b""})


def _dumped(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
