"""The queue is the rows of `deliveries` with `due_at`: claiming them, and closing what may not leave."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Text,
    bindparam,
    exists,
    false,
    func,
    insert,
    select,
    update,
)

from gateway.ledger.backends import locks
from gateway.ledger.backends.rows import pack, rows
from gateway.ledger.delivery import counters
from gateway.ledger.delivery.closing import Closing, close, unclear_of
from gateway.ledger.delivery.message_words import Words, own_of, words_of
from gateway.ledger.schema import (
    accounts,
    addresses,
    attempts,
    broadcasts,
    deliveries,
    incarnation,
    lanes,
)


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
_pay = update(lanes).where(lanes.c.id == bindparam("lane")).values(next_free_at=bindparam("paid_until"))
_next_due = select(func.min(deliveries.c.due_at)).where(
    deliveries.c.lane_id == bindparam("lane"), deliveries.c.due_at.is_not(None)
)


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
        unclear = unclear_of(connection, tried_before)
        messages = [message._replace(repeat=message.delivery_id in unclear) for message in messages]
    started = pack(message[:3] for message in sorted(messages))
    connection.execute(_send, {"now": lane["now"], "rows": started})
    connection.execute(_start, {**lane, "sending": "sending", "rows": started})
    return messages


def next_due(connection: Connection, lane_id: int) -> int | None:
    """When something queued on a lane is next due; None: nothing is queued."""
    return connection.execute(_next_due, {"lane": lane_id}).scalar()
