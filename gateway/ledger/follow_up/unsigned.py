"""The board of a broadcast that asks to be signed for: how far each organisation is, and counts of it.

Delivered, opened, signed, done, objected and unreachable are told apart; one organisation may be several.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, exists, func, or_, select

from gateway.escalation_policy import StepKind
from gateway.ledger.backends.areas import reached
from gateway.ledger.backends.keysets import paged
from gateway.ledger.backends.slices import slices
from gateway.ledger.schema import (
    acknowledgements,
    calls,
    deliveries,
    escalation_steps,
    lanes,
    organisations,
)
from gateway.vocabulary import Audience

Standing = Literal["unreachable", "pending", "delivered", "opened", "signed", "done", "objected"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)
# `unsigned`: who has neither signed nor objected; every other word is one of what is told apart
Wanted = Literal["unsigned", "unreachable", "pending", "delivered", "opened", "signed", "done", "objected"]
Reached = Literal["none"] | StepKind  # the last escalation step that was taken
Sort = Literal["id", "due", "name", "area", "audience"]
REACHED_BY_CALL = ("told", "signed", "objected")

# how far an organisation is: it has it, a message is under way, neither
_ARRIVED, _UNDER_WAY = 2, 1


@dataclass(frozen=True, slots=True)
class Count:
    """The organisations of one audience in one area (a code, maybe a street's): `asked` of them in all."""

    area: str
    audience: Audience
    asked: int
    delivered: int
    opened: int
    signed: int
    done: int
    objected: int
    pending: int
    unreachable: int


@dataclass(frozen=True, slots=True)
class Line:
    """One organisation on the board. `id` is its acknowledgement's. `far`: 2 where it is known to have it (a
    message arrived, its page was opened, somebody answered or was told by telephone), 1 where a message is
    under way, 0 where neither is so. Moments in milliseconds since 1970 UTC."""

    id: int
    organisation_id: int
    code: str
    organisation: str
    audience: Audience
    area: str
    due_at: int
    opened_at: int | None
    signed_at: int | None
    name: str | None
    objected_at: int | None
    objection: str | None
    done_at: int | None
    far: int

    @property
    def delivered(self) -> bool:
        """Whether it is known to have it."""
        return self.far == _ARRIVED

    @property
    def standing(self) -> Standing:
        """The one word for it: what weighs most."""
        if self.objected_at is not None and self.signed_at is None:
            return "objected"
        for moment, word in (
            (self.done_at, "done"),
            (self.signed_at, "signed"),
            (self.opened_at, "opened"),
        ):
            if moment is not None:
                return cast(Standing, word)
        if self.delivered:
            return "delivered"
        return "pending" if self.far == _UNDER_WAY else "unreachable"


_answered = or_(
    acknowledgements.c.opened_at.is_not(None),
    acknowledgements.c.signed_at.is_not(None),
    acknowledgements.c.objected_at.is_not(None),
)
_called = exists().where(
    calls.c.acknowledgement_id == acknowledgements.c.id, calls.c.result.in_(REACHED_BY_CALL)
)
_arrived = or_(
    deliveries.c.state.in_(("delivered", "read")),
    and_(
        deliveries.c.state == "accepted",
        deliveries.c.lane_id.in_(select(lanes.c.id).where(lanes.c.final_on_accept.is_(True))),
    ),
)
_under_way = deliveries.c.state.in_(("queued", "sending", "accepted", "sent", "unknown"))
_best = (
    select(func.max(case((_arrived, _ARRIVED), (_under_way, _UNDER_WAY), else_=0)))
    .where(
        deliveries.c.organisation_id == acknowledgements.c.organisation_id,
        deliveries.c.broadcast_id == acknowledgements.c.broadcast_id,
    )
    .scalar_subquery()
)
# whoever opened its page or answered has it: nobody looks at their messages any more, which are most
_far = case((or_(_answered, _called), _ARRIVED), else_=func.coalesce(_best, 0))
_lines = (
    select(
        acknowledgements.c.id,
        acknowledgements.c.organisation_id,
        organisations.c.code,
        organisations.c.name.label("organisation"),
        organisations.c.audience,
        organisations.c.area,
        acknowledgements.c.due_at,
        acknowledgements.c.opened_at,
        acknowledgements.c.signed_at,
        acknowledgements.c.name,
        acknowledgements.c.objected_at,
        acknowledgements.c.objection,
        acknowledgements.c.done_at,
        _far.label("far"),
    )
    .join(organisations, organisations.c.id == acknowledgements.c.organisation_id)
    .where(acknowledgements.c.broadcast_id == bindparam("broadcast"))
)
_is: dict[str, ColumnElement[bool]] = {
    "opened": acknowledgements.c.opened_at.is_not(None),
    "signed": acknowledgements.c.signed_at.is_not(None),
    "done": acknowledgements.c.done_at.is_not(None),
    "objected": acknowledgements.c.objected_at.is_not(None),
    "unsigned": and_(acknowledgements.c.signed_at.is_(None), acknowledgements.c.objected_at.is_(None)),
    "delivered": _far == _ARRIVED,
    "pending": and_(~_answered, _far == _UNDER_WAY),
    "unreachable": and_(~_answered, _far == 0),
}
_last_step = (
    select(escalation_steps.c.kind)
    .where(
        escalation_steps.c.acknowledgement_id == acknowledgements.c.id,
        escalation_steps.c.taken_at.is_not(None),
    )
    .order_by(escalation_steps.c.number.desc())
    .limit(1)
    .scalar_subquery()
)
_member = organisations.alias("member")  # of its own: a page's last row is looked up without a join
_sorts: dict[Sort, ColumnElement[Any]] = {
    "id": acknowledgements.c.id,
    "due": acknowledgements.c.due_at,
    **{
        name: select(_member.c[name])
        .where(_member.c.id == acknowledgements.c.organisation_id)
        .correlate(acknowledgements)
        .scalar_subquery()
        for name in cast(tuple[Sort, ...], ("name", "area", "audience"))
    },
}


def board(
    connection: Connection,
    broadcast_id: int,
    area: str | None = None,
    audience: str | None = None,
    limits: Collection[str] = (),
) -> list[Count]:
    """Counts by area and audience, in the order of the areas' codes; empty where nobody is asked to sign.
    `limits`: the codes that whoever looks is limited to."""
    # kept as a table of its own, or SQLite would find out how far each is once for every column
    found = (
        select(
            organisations.c.area,
            organisations.c.audience,
            acknowledgements.c.opened_at,
            acknowledgements.c.signed_at,
            acknowledgements.c.done_at,
            acknowledgements.c.objected_at,
            _answered.label("answered"),
            _far.label("far"),
        )
        .join(organisations, organisations.c.id == acknowledgements.c.organisation_id)
        .where(
            acknowledgements.c.broadcast_id == bindparam("broadcast"),
            *_bounds(area, audience, limits),
        )
        .cte("found")
        .prefix_with("MATERIALIZED")
    )

    def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0))

    query = (
        select(
            found.c.area,
            found.c.audience,
            func.count(),
            number(found.c.far == _ARRIVED),
            func.count(found.c.opened_at),
            func.count(found.c.signed_at),
            func.count(found.c.done_at),
            func.count(found.c.objected_at),
            number(and_(~found.c.answered, found.c.far == _UNDER_WAY)),
            number(and_(~found.c.answered, found.c.far == 0)),
        )
        .group_by(found.c.area, found.c.audience)
        .order_by(found.c.area, found.c.audience)
    )
    rows = connection.execute(query, {"broadcast": broadcast_id})
    return [Count(*cast(tuple[Any, ...], row)) for row in rows]


def page(
    connection: Connection,
    broadcast_id: int,
    wanted: Wanted = "unsigned",
    *,
    area: str | None = None,
    audience: str | None = None,
    sector: str | None = None,
    step: Reached | None = None,
    due_before: int | None = None,
    due_from: int | None = None,
    sort: Sort = "id",
    descending: bool = False,
    after: int = 0,
    limit: int = 100,
    limits: Collection[str] = (),
) -> list[Line]:
    """Organisations on the board, from the one after `after` (0: the first) in the order of `sort`; of an
    area with its streets, or all within `limits`. `step`: the last one that was taken; `due_before` and
    `due_from`: by when they are to sign, ms since 1970 UTC. Raises `InputError` (ROW_UNKNOWN) where it is
    sorted by another column than the id, and there is no row `after`."""
    query = (
        select(acknowledgements.c.id)
        .join(organisations, organisations.c.id == acknowledgements.c.organisation_id)
        .where(
            acknowledgements.c.broadcast_id == broadcast_id,
            _is[wanted],
            *_bounds(area, audience, limits, sector),
        )
    )
    if step is not None:
        query = query.where(func.coalesce(_last_step, "none") == step)
    if due_before is not None:
        query = query.where(acknowledgements.c.due_at < due_before)
    if due_from is not None:
        query = query.where(acknowledgements.c.due_at >= due_from)
    if sort == "id" and not descending:
        query = query.where(acknowledgements.c.id > after).order_by(acknowledgements.c.id).limit(limit)
    else:
        query = paged(
            connection,
            query,
            acknowledgements.c.id,
            _sorts[sort],
            descending=descending,
            after=after or None,
            limit=limit,
        )
    ids = list(connection.execute(query).scalars())
    found = of_ids(connection, broadcast_id, ids)
    return [found[identifier] for identifier in ids]


def of_ids(connection: Connection, broadcast_id: int, identifiers: Iterable[int]) -> dict[int, Line]:
    """These acknowledgements of a broadcast on the board, by id."""
    return {
        line.id: line
        for some in slices(identifiers)
        for line in _read(connection, _lines.where(acknowledgements.c.id.in_(some)), broadcast_id)
    }


def _bounds(
    area: str | None, audience: str | None, limits: Collection[str], sector: str | None = None
) -> list[ColumnElement[bool]]:
    bounds = [reached(organisations.c.area, limits)] if limits else []
    if sector is not None:
        bounds.append(organisations.c.sector == sector)
    if area is not None:
        bounds.append(organisations.c.area.startswith(area, autoescape=True))
    if audience is not None:
        bounds.append(organisations.c.audience == audience)
    return bounds


def _read(connection: Connection, query: Any, broadcast_id: int) -> list[Line]:
    rows = connection.execute(query, {"broadcast": broadcast_id})
    return [Line(*cast(tuple[Any, ...], row)) for row in rows]
