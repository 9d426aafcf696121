"""The queue is the rows of `deliveries` with `due_at`: claiming them, and closing what may not leave."""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Literal, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Text,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    insert,
    or_,
    select,
    update,
)

from gateway.ledger import events, timers
from gateway.ledger.backends import locks
from gateway.ledger.backends.rows import pack, rows
from gateway.ledger.backends.slices import by_id
from gateway.ledger.delivery import counters, spans
from gateway.ledger.delivery.attempts import at_work, at_work_until
from gateway.ledger.exchange import alerts
from gateway.ledger.schema import (
    accounts,
    addresses,
    attempts,
    broadcasts,
    deliveries,
    incarnation,
    lanes,
    notices,
    personal_words,
)


class Words(NamedTuple):
    """A notice's words as they leave: `messages` in order. `medium` says how they are read; `personal`:
    some organisations have words of their own in their place or in their slot."""

    title: str
    messages: tuple[str, ...]
    html: str | None
    medium: str
    personal: bool


class Claimed(NamedTuple):
    """A delivery that is `sending` from now on; `valid_until` in milliseconds since 1970 UTC.

    `broadcast_id` and `organisation_id` (0: of a memo) say whose sign link stands in it.
    """

    delivery_id: int
    attempt: int
    repeat: bool
    address: str
    notice_id: int
    part: int
    valid_until: int
    broadcast_id: int
    organisation_id: int


class Claim(NamedTuple):
    """What a claim took, the words it needs that were not known, and how many rows it closed. `own` are
    the words of single organisations, by delivery; see `gateway.ledger.decisions.personal`."""

    messages: list[Claimed]
    words: dict[int, Words]
    closed: int
    own: dict[int, str]


class Closing(NamedTuple):
    """A queued row that may not leave, and what it becomes."""

    delivery_id: int
    group_id: int
    attempts: int
    state: Literal["cancelled", "expired"]


# One class at a time: within a class due rows stand together, whatever waits for later before it.
_class = (
    select(deliveries.c.priority)
    .select_from(accounts)
    .join(deliveries, deliveries.c.lane_id == bindparam("lane"))
    .where(
        accounts.c.id == bindparam("account"),
        accounts.c.epoch == bindparam("epoch"),
        deliveries.c.due_at.is_not(None),
        deliveries.c.priority > bindparam("above"),
        ~exists().where(incarnation.c.guarded_since.is_not(None)),  # a copy, maybe since a moment ago
    )
    .order_by(deliveries.c.priority)
    .limit(1)
)
_candidates = (
    select(
        deliveries.c.id,  # from here on as in `Claimed`
        deliveries.c.attempts + 1,
        false(),
        addresses.c.value,
        deliveries.c.notice_id,
        deliveries.c.part,
        broadcasts.c.valid_until,
        deliveries.c.broadcast_id,
        func.coalesce(deliveries.c.organisation_id, 0),
        deliveries.c.group_id,
        broadcasts.c.live,
    )
    .join(broadcasts, broadcasts.c.id == deliveries.c.broadcast_id)
    .join(addresses, addresses.c.id == deliveries.c.address_id)
    .where(
        deliveries.c.lane_id == bindparam("lane"),
        deliveries.c.priority == bindparam("priority"),
        deliveries.c.due_at <= bindparam("now"),
    )
    .order_by(deliveries.c.due_at, deliveries.c.id)
    .limit(bindparam("most"))
    .with_for_update(of=deliveries, skip_locked=True)  # PostgreSQL: what another moves or closes now
)
_chosen = rows(id=BigInteger)
_unclear = (
    select(attempts.c.delivery_id)
    .distinct()
    .join(_chosen, and_(attempts.c.delivery_id == _chosen.c.id, attempts.c.state == "unknown"))
    .join(lanes, and_(lanes.c.id == attempts.c.lane_id, lanes.c.idempotent.is_(False)))
)
_send = (
    update(deliveries)
    .where(deliveries.c.id == _chosen.c.id)
    .values(
        state="sending",
        attempts=deliveries.c.attempts + 1,
        due_at=None,
        claimed_at=bindparam("now"),
        reason=None,
    )
)
_attempt = rows(id=BigInteger, number=BigInteger, repeat=Boolean)
_start = insert(attempts).from_select(
    ["delivery_id", "number", "lane_id", "epoch", "repeat", "state", "started_at"],
    select(
        _attempt.c.id,
        _attempt.c.number,
        bindparam("lane", type_=BigInteger),
        bindparam("epoch", type_=BigInteger),
        _attempt.c.repeat,
        bindparam("sending", "sending", type_=Text),
        bindparam("now", type_=BigInteger),
    ),
)
# what is printed or mailed shares its own lines
_own_medium = case((notices.c.medium == "email", "notice"), else_=notices.c.medium)
_words = (
    select(
        notices.c.id,
        notices.c.title,
        notices.c.messages,
        notices.c.html,
        notices.c.medium,
        exists().where(
            personal_words.c.decision_id == notices.c.decision_id, personal_words.c.medium == _own_medium
        ),
    )
    .select_from(_chosen)
    .join(notices, notices.c.id == _chosen.c.id)
)
_whose = rows(id=BigInteger, notice=BigInteger, organisation=BigInteger)
_own = (
    select(_whose.c.id, personal_words.c.words)
    .select_from(_whose)
    .join(notices, notices.c.id == _whose.c.notice)
    .join(
        personal_words,
        and_(
            personal_words.c.decision_id == notices.c.decision_id,
            personal_words.c.organisation_id == _whose.c.organisation,
            personal_words.c.medium == _own_medium,
            personal_words.c.language == notices.c.language,
        ),
    )
)
_pay = update(lanes).where(lanes.c.id == bindparam("lane")).values(next_free_at=bindparam("paid_until"))
_next_due = select(func.min(deliveries.c.due_at)).where(
    deliveries.c.lane_id == bindparam("lane"), deliveries.c.due_at.is_not(None)
)
_closing = rows(id=BigInteger, state=Text)
_close = (
    update(deliveries)
    .where(deliveries.c.id == _closing.c.id)
    .values(state=_closing.c.state, due_at=None, ended_at=bindparam("now"))
)
_reasons = select(_chosen.c.id, deliveries.c.reason).join(deliveries, deliveries.c.id == _chosen.c.id)
_landed = rows(id=BigInteger)
_told = deliveries.alias("told")
_ended = broadcasts.alias("ended")
_in_flight = deliveries.alias("in_flight")
_release = (
    update(deliveries)
    .where(
        deliveries.c.id.in_(
            select(deliveries.c.id)
            .select_from(_landed)
            .join(_told, _told.c.id == _landed.c.id)
            .join(_ended, _ended.c.id == _told.c.broadcast_id)
            .join(broadcasts, and_(broadcasts.c.episode_id == _ended.c.episode_id, broadcasts.c.live))
            .join(
                deliveries,
                and_(
                    deliveries.c.broadcast_id == broadcasts.c.id,
                    deliveries.c.address_id == _told.c.address_id,
                ),
            )
            .where(
                deliveries.c.attempts == 0,
                deliveries.c.due_at > bindparam("now"),
                ~exists().where(  # another message of the earlier words to this address is under way
                    _in_flight.c.broadcast_id == _ended.c.id,
                    _in_flight.c.address_id == _told.c.address_id,
                    attempts.c.delivery_id == _in_flight.c.id,
                    lanes.c.id == attempts.c.lane_id,
                    or_(
                        attempts.c.answered_at.is_(None),
                        and_(at_work, at_work_until > bindparam("now")),
                    ),
                ),
            )
        )
    )
    .values(due_at=bindparam("now"))
)
_queued = (
    select(deliveries.c.id, deliveries.c.group_id, deliveries.c.attempts)
    .where(
        deliveries.c.id >= bindparam("start"),
        by_id(deliveries.c.broadcast_id == bindparam("broadcast")),
        deliveries.c.due_at.is_not(None),
    )
    .order_by(deliveries.c.id)
    .limit(bindparam("most"))
    .with_for_update(of=deliveries)
)
_life = select(broadcasts.c.live, broadcasts.c.valid_until).where(broadcasts.c.id == bindparam("broadcast"))


def claim(
    connection: Connection,
    *,
    lane_id: int,
    account_id: int,
    epoch: int,
    now: int,
    limit: int,
    paid_from: float,
    interval: float,
    known: Mapping[int, Words],
) -> Claim:
    """Take what is due on a lane, the most urgent first: it is `sending` once this is committed.

    Nothing of a broadcast that is no longer live or has run out is taken: such rows are closed when
    they come up. Nothing is taken under another epoch than the account's. The lane is charged
    `interval` ms a message from `paid_from`. Words of notices outside `known` come with the claim.
    """
    messages: list[Claimed] = []
    groups: list[int] = []  # theirs, in the same order
    closing: list[Closing] = []
    urgency = -1
    lane = {"lane": lane_id, "account": account_id, "epoch": epoch, "now": now}
    locks.claim_of(connection, lane_id)
    while len(messages) < limit:
        found = connection.execute(_class, {**lane, "above": urgency}).scalar()
        if found is None:
            break
        urgency = found
        due = connection.execute(
            _candidates, {**lane, "priority": urgency, "most": limit - len(messages)}
        ).all()
        for *row, group_id, live in due:
            message = Claimed._make(row)
            if live and message.valid_until > now:
                messages.append(message)
                groups.append(group_id)
            else:
                state: Literal["cancelled", "expired"] = "expired" if live else "cancelled"
                closing.append(Closing(message.delivery_id, group_id, message.attempt - 1, state))
        if closing:
            break  # the next claim goes on behind them
    if closing:
        close(connection, closing, now)
    if not messages:
        return Claim([], {}, len(closing), {})
    messages = _start_attempts(connection, messages, lane)
    counters.move(connection, counters.moved(groups, "queued", "sending"))
    paid_until = int(paid_from + interval * len(messages)) + 1
    connection.execute(_pay, {"lane": lane_id, "paid_until": paid_until})
    notice_ids = {message.notice_id for message in messages}
    missing = notice_ids.difference(known)
    words = words_of(connection, missing) if missing else {}
    personal = {each for each in notice_ids if (words.get(each) or known[each]).personal}
    whose = [
        (each.delivery_id, each.notice_id, each.organisation_id)
        for each in messages
        if each.notice_id in personal
    ]
    return Claim(messages, words, len(closing), own_of(connection, whose))


def _start_attempts(connection: Connection, messages: list[Claimed], lane: dict[str, int]) -> list[Claimed]:
    tried_before = [message.delivery_id for message in messages if message.attempt > 1]
    if tried_before:
        unclear = _unclear_of(connection, tried_before)
        messages = [message._replace(repeat=message.delivery_id in unclear) for message in messages]
    started = pack(message[:3] for message in sorted(messages))
    connection.execute(_send, {"now": lane["now"], "rows": started})
    connection.execute(_start, {**lane, "sending": "sending", "rows": started})
    return messages


def _unclear_of(connection: Connection, delivery_ids: Collection[int]) -> set[int]:
    """Those that somebody may read twice because an earlier attempt may have arrived."""
    return set(connection.execute(_unclear, {"rows": pack((each,) for each in delivery_ids)}).scalars())


def words_of(connection: Connection, notice_ids: Collection[int]) -> dict[int, Words]:
    """The words of notices, by id; of what systems take, the alert as it was released."""
    found = connection.execute(_words, {"rows": pack((each,) for each in notice_ids)}).all()
    return {
        identifier: Words(
            title,
            (alerts.envelope(connection, identifier),) if medium == "push" else tuple(json.loads(messages)),
            html,
            medium,
            bool(personal),
        )
        for identifier, title, messages, html, medium, personal in found
    }


def own_of(connection: Connection, whose: Sequence[tuple[int, int, int]]) -> dict[int, str]:
    """The words of single organisations, by delivery, of `(delivery, notice, organisation)`; see
    `gateway.ledger.decisions.personal`."""
    if not whose:
        return {}
    return {row.id: row.words for row in connection.execute(_own, {"rows": pack(whose)})}


def release(connection: Connection, landed: Collection[int], now: int) -> bool:
    """Let newer words go to whom these deliveries of a superseded broadcast were under way; gives
    whether any may leave now. They had waited for the longest that the answers could take."""
    released = connection.execute(_release, {"rows": pack((each,) for each in landed), "now": now})
    return released.rowcount > 0


def next_due(connection: Connection, lane_id: int) -> int | None:
    """When something queued on a lane is next due; None: nothing is queued."""
    return connection.execute(_next_due, {"lane": lane_id}).scalar()


def close(connection: Connection, closing: Sequence[Closing], now: int) -> None:
    """Take rows out of the queue. One that waited for its repeat may have arrived: it stays unknown."""
    unclear = _unclear_of(connection, [row.delivery_id for row in closing if row.attempts])
    ends = [(row, "unknown" if row.delivery_id in unclear else row.state) for row in sorted(closing)]
    values = pack((row.delivery_id, state) for row, state in ends)
    connection.execute(_close, {"now": now, "rows": values})
    moves: Counter[tuple[int, str]] = Counter()
    for row, state in ends:
        moves[row.group_id, "queued"] -= 1
        moves[row.group_id, state] += 1
    counters.move(connection, moves)
    if unclear:
        groups = {row.delivery_id: row.group_id for row in closing}
        found = connection.execute(_reasons, {"rows": pack((each,) for each in sorted(unclear))})
        stay = Counter((groups[identifier], "unknown", reason) for identifier, reason in found)
        counters.move_reasons(connection, stay)


def first_of(connection: Connection, broadcast_id: int) -> int | None:
    """The lowest id of a broadcast's deliveries."""
    span = spans.of(connection, broadcast_id)
    return None if span is None else span.first


def sweep(connection: Connection, broadcast_id: int, start: int, limit: int, now: int) -> int | None:
    """Close queued rows of a broadcast that is dead or has run out, from the id `start` on.

    Gives where the next slice starts; None when nothing is left, or the broadcast may still send.
    """
    live, valid_until = connection.execute(_life, {"broadcast": broadcast_id}).one()
    if live and valid_until > now:
        return None
    state: Literal["cancelled", "expired"] = "expired" if live else "cancelled"
    found = connection.execute(_queued, {"start": start, "broadcast": broadcast_id, "most": limit}).all()
    if found:
        close(connection, [Closing(*row, state) for row in found], now)
    return int(found[-1].id) + 1 if len(found) == limit else None


def finish_sweep(connection: Connection, broadcast_id: int, now: int) -> None:
    """Note that a sweep is done; a broadcast that may still send is swept again when it has run out."""
    live, valid_until = connection.execute(_life, {"broadcast": broadcast_id}).one()
    timers.remove(connection, "sweep_broadcast", [broadcast_id])
    if live and valid_until > now:
        timers.put(connection, "sweep_broadcast", [(broadcast_id, valid_until)])
    else:
        events.append(connection, now, "expired" if live else "stopped", broadcast_id=broadcast_id)
