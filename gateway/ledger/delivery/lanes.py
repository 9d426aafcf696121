"""Provider accounts and their lanes: who owns them, how far they are paid, until when they rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, and_, bindparam, exists, func, or_, select, update

from gateway.errors import InputError
from gateway.ledger import events
from gateway.ledger.backends.upserts import insert
from gateway.ledger.schema import accounts, deliveries, lanes
from gateway.ledger.trail import audit

UNTIL_OPENED = 253_370_764_800_000  # the year 9999: a lane that rests until a person opens it


@dataclass(frozen=True, slots=True)
class NewLane:
    """A lane as settings describe it; spans in milliseconds.

    `route` is its account's place in the order in which the channel's accounts are used. `named_only`:
    it reaches only the address that it is named after. `idempotent`: whoever receives knows a repeat by its
    id, so that nobody reads it twice.
    """

    account: str
    provider: str
    name: str
    channel: str
    exercise: bool
    route: int
    named_only: bool
    idempotent: bool
    request_timeout: int
    receipt_window: int
    final_on_accept: bool


Standing = Literal["closed", "half_open", "open"]


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane in the ledger; moments in milliseconds since 1970 UTC."""

    id: int
    account_id: int
    account: str
    provider: str
    name: str
    channel: str
    exercise: bool
    enabled: bool
    route: int
    named_only: bool
    next_free_at: int
    parked_until: int | None
    parked_reason: str | None
    parked_by: str | None
    breaker: str
    breaker_since: int
    breaker_reason: str | None
    breaker_openings: int

    def standing(self, now: int) -> Standing:
        """How far the lane is trusted: closed is well, half-open is on trial after a rest, open sends
        nothing. Whatever a person parked is open, and whatever left the settings.

        A pause of seconds that a provider asked for leaves a breaker closed.
        """
        if not self.enabled or self.parked_by is not None:
            return "open"
        if self.breaker == "closed":
            return "closed"
        return "open" if (self.parked_until or 0) > now else "half_open"


_columns = select(
    lanes.c.id,
    lanes.c.account_id,
    accounts.c.name.label("account"),
    accounts.c.provider,
    lanes.c.name,
    lanes.c.channel,
    lanes.c.exercise,
    lanes.c.enabled,
    lanes.c.route,
    lanes.c.named_only,
    lanes.c.next_free_at,
    lanes.c.parked_until,
    lanes.c.parked_reason,
    lanes.c.parked_by,
    lanes.c.breaker,
    lanes.c.breaker_since,
    lanes.c.breaker_reason,
    lanes.c.breaker_openings,
).join(accounts, accounts.c.id == lanes.c.account_id)
_park = (
    update(lanes)
    .where(
        lanes.c.id == bindparam("lane"),
        or_(lanes.c.parked_until.is_(None), lanes.c.parked_until < bindparam("until")),
    )
    .values(parked_until=bindparam("until"), parked_reason=bindparam("why"))
)
_open_breaker = (
    update(lanes)
    .where(lanes.c.id == bindparam("lane"), lanes.c.parked_by.is_(None))
    .values(
        breaker="open",
        breaker_since=bindparam("now"),
        breaker_reason=bindparam("why"),
        breaker_openings=bindparam("openings"),
    )
)
_with_work = select(lanes.c.id).where(
    lanes.c.enabled.is_(True),
    exists().where(and_(deliveries.c.lane_id == lanes.c.id, deliveries.c.due_at.is_not(None))),
)


_queued = (
    select(deliveries.c.lane_id, func.count())
    .where(deliveries.c.due_at.is_not(None))
    .group_by(deliveries.c.lane_id)
)


def all_lanes(connection: Connection) -> list[Lane]:
    """Every lane, by account and name."""
    found = connection.execute(_columns.order_by(accounts.c.name, lanes.c.name))
    return [Lane(**row) for row in found.mappings()]


def serving(connection: Connection, exercise: bool) -> dict[str, list[Lane]]:
    """The enabled lanes by channel, for exercises or for the real thing, in the order of their routes."""
    found: dict[str, list[Lane]] = {}
    chosen = _columns.where(lanes.c.exercise == exercise, lanes.c.enabled.is_(True))
    for row in connection.execute(chosen.order_by(lanes.c.route, lanes.c.id)).mappings():
        found.setdefault(row["channel"], []).append(Lane(**row))
    return found


def with_work(connection: Connection) -> list[int]:
    """Enabled lanes that have something queued, due or not."""
    return list(connection.execute(_with_work).scalars())


def put_account(connection: Connection, name: str, provider: str, exercise: bool) -> int:
    """Make an account if it is not there; gives its id.

    Raises `ValueError` where the account is there for the other of exercise and real, or of another
    provider: its deliveries are bound to what it was.
    """
    connection.execute(
        insert(accounts).on_conflict_do_nothing(index_elements=[accounts.c.name]),
        {"name": name, "provider": provider, "exercise": exercise, "epoch": 0, "lease_until": 0},
    )
    row = connection.execute(
        select(accounts.c.id, accounts.c.exercise, accounts.c.provider).where(accounts.c.name == name)
    ).one()
    if row.exercise != exercise or row.provider != provider:
        raise ValueError(name)
    return int(row.id)


def put_lanes(connection: Connection, account_id: int, new: Sequence[NewLane]) -> None:
    """Make or renew an account's lanes; those that are not named are no longer enabled."""
    connection.execute(update(lanes).where(lanes.c.account_id == account_id).values(enabled=False))
    statement = insert(lanes)
    values = [
        {
            "account_id": account_id,
            "name": lane.name,
            "channel": lane.channel,
            "exercise": lane.exercise,
            "enabled": True,
            "route": lane.route,
            "named_only": lane.named_only,
            "idempotent": lane.idempotent,
            "breaker": "closed",
            "breaker_since": 0,
            "breaker_openings": 0,
            "request_timeout": lane.request_timeout,
            "receipt_window": lane.receipt_window,
            "final_on_accept": lane.final_on_accept,
            "next_free_at": 0,
        }
        for lane in new
    ]
    renewed = (
        "enabled",
        "route",
        "named_only",
        "idempotent",
        "request_timeout",
        "receipt_window",
        "final_on_accept",
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[lanes.c.account_id, lanes.c.name],
            set_={name: statement.excluded[name] for name in renewed},
        ),
        values,
    )


def disable_accounts_but(connection: Connection, names: Sequence[str]) -> None:
    """Accounts that left the settings keep their history; their lanes serve no more."""
    gone = select(accounts.c.id).where(accounts.c.name.not_in(names))
    connection.execute(update(lanes).where(lanes.c.account_id.in_(gone)).values(enabled=False))


def park(connection: Connection, lane_id: int, until: int, reason: str) -> bool:
    """Let a lane rest until then; False where it already rests longer."""
    parameters = {"lane": lane_id, "until": until, "why": reason}
    return connection.execute(_park, parameters).rowcount == 1


def open_breaker(
    connection: Connection, lane_id: int, until: int, reason: str, openings: int, now: int
) -> bool:
    """Let a lane rest until then, and be on trial afterwards. `openings`: how often it has opened without
    a calm time in between. False where it already rests longer."""
    if not park(connection, lane_id, until, reason):
        return False
    parameters = {"lane": lane_id, "why": reason, "openings": openings, "now": now}
    connection.execute(_open_breaker, parameters)
    return True


def close_breaker(connection: Connection, lane_id: int, now: int) -> bool:
    """A lane is trusted again. False where it is closed, or a person parked it."""
    closed = connection.execute(
        update(lanes)
        .where(lanes.c.id == lane_id, lanes.c.breaker == "open", lanes.c.parked_by.is_(None))
        .values(breaker="closed", breaker_since=now)
    )
    return closed.rowcount == 1


def open_parked(connection: Connection, reasons: Sequence[str]) -> None:
    """End the rest of lanes that the engine parked for one of these reasons."""
    connection.execute(
        update(lanes)
        .where(lanes.c.parked_reason.in_(reasons), lanes.c.parked_by.is_(None))
        .values(parked_until=None, parked_reason=None)
    )


def park_by_hand(
    connection: Connection, lane_id: int, by: str, reason: str, now: int, caller: str = "(local)"
) -> None:
    """Let a lane rest until a person opens it. `by` says so, through `caller`: a token's name, or
    (local). Raises `InputError` (LANE_UNKNOWN)."""
    _set(connection, lane_id, UNTIL_OPENED, reason, by)
    events.append(connection, now, "lane_parked_by_hand", lane=lane_id, by=by, reason=reason)
    audit.append(connection, now, caller, "lane_parked", f"lane:{lane_id}", {"by": by, "reason": reason})


def open_by_hand(connection: Connection, lane_id: int, by: str, now: int, caller: str = "(local)") -> None:
    """End a lane's rest and trial, whoever parked it and why. Raises `InputError` (LANE_UNKNOWN)."""
    _set(connection, lane_id, None, None, None)
    connection.execute(
        update(lanes)
        .where(lanes.c.id == lane_id)
        .values(breaker="closed", breaker_since=now, breaker_openings=0)
    )
    events.append(connection, now, "lane_opened_by_hand", lane=lane_id, by=by)
    audit.append(connection, now, caller, "lane_opened", f"lane:{lane_id}", {"by": by})


def _set(connection: Connection, lane_id: int, until: int | None, reason: str | None, by: str | None) -> None:
    found = connection.execute(
        update(lanes)
        .where(lanes.c.id == lane_id)
        .values(parked_until=until, parked_reason=reason, parked_by=by)
    )
    if found.rowcount != 1:
        raise InputError("LANE_UNKNOWN", f"没有通道 {lane_id}", f"there is no lane {lane_id}", field="lane")


def queued(connection: Connection) -> dict[int, int]:
    """How many deliveries wait on each lane; lanes on which none waits are left out."""
    return dict(connection.execute(_queued).all())
