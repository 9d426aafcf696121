"""One transaction's worth of answers and receipts: what they make of attempts and deliveries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, cast

from sqlalchemy import Connection

from channels.contract import Accepted, Deferred, Outcome, Reason, Receipt, Rejected, Scope
from gateway.delivery.retries import ELSEWHERE, harmless_delay, repeats_unknown, retry_delay
from gateway.delivery.states import AttemptState, DeliveryState, following, merged
from gateway.ledger import events, timers
from gateway.ledger.delivery import attempts, courses, flights, lanes, receipts, routes
from gateway.ledger.delivery.attempts import AttemptChange
from gateway.ledger.delivery.courses import Course, DeliveryChange
from gateway.ledger.delivery.receipts import Unmatched


class Answer(NamedTuple):
    """What came of one attempt's request."""

    delivery_id: int
    number: int
    lane_id: int
    account_id: int
    outcome: Outcome


class Told(NamedTuple):
    """A receipt: of the attempt that its callback's address names, else of whichever has its provider id."""

    account_id: int
    receipt: Receipt
    attempt: tuple[int, int] | None


class Park(NamedTuple):
    """A lane rests until a moment, in ms since 1970 UTC. `openings`: its breaker opened, so often by now
    without a calm time in between; None: a pause that the provider asked for."""

    lane_id: int
    until: int
    reason: str
    openings: int | None


class Closed(NamedTuple):
    """A lane's breaker is closed again."""

    lane_id: int


Entry = Answer | Told | Park | Closed

_UNCHANGED = AttemptChange(0, 0, "", None, None, None, None)


class _News(NamedTuple):
    """What an entry says of one attempt."""

    number: int
    state: AttemptState
    reason: Reason | None
    vendor_code: str | None
    provider_id: str | None
    retry_after: float | None
    answered_at: int | None


def record(connection: Connection, entries: Sequence[Entry], waits: Mapping[int, int], now: int) -> bool:
    """Write entries, in their order for each delivery; gives whether there is more to do:
    something was queued again, or a timer was set.

    `waits`: how many ms an unknown of a lane waits for its receipt.
    """
    said: dict[int, str | None] = {}  # by delivery: what nearly all are, a plain yes to a first request
    news: dict[int, list[_News]] = defaultdict(list)
    lane_of: dict[int, int] = {}
    for entry in entries:
        if isinstance(entry, Answer):
            lane_of[entry.delivery_id] = entry.lane_id
            if entry.number == 1 and isinstance(entry.outcome, Accepted):
                said[entry.delivery_id] = entry.outcome.provider_id
            else:
                news[entry.delivery_id].append(_of_answer(entry, now))
        elif isinstance(entry, Park | Closed):
            _turn(connection, entry, now)
    told = [entry for entry in entries if isinstance(entry, Told)]
    for delivery_id, receipt in _matched(connection, entries, told, now):
        news[delivery_id].append(receipt)

    taken = courses.accept(connection, said, now, besides=news)
    attempts.accept(connection, [(delivery_id, said[delivery_id]) for delivery_id in taken], now)
    for delivery_id in said.keys() - taken.keys():
        news[delivery_id].insert(0, _News(1, "accepted", None, None, said[delivery_id], None, now))
    found = courses.load(connection, news)
    elsewhere = routes.untried(connection, _refused(news), now)
    changes: list[DeliveryChange] = []
    tries: dict[tuple[int, int], AttemptChange] = {}
    unknown: list[tuple[int, int]] = []
    for delivery_id, course in found.items():
        change = _apply(course, news[delivery_id], now, tries, delivery_id in elsewhere)
        if change is not None:
            changes.append(change)
            if change.state == "unknown":
                unknown.append((delivery_id, now + waits.get(lane_of.get(delivery_id, 0), 0)))
    attempts.store(connection, tries.values())
    courses.store(connection, found, changes, now, taken.values())
    leaving = [change.id for change in changes if change.state == "queued" and change.id in elsewhere]
    routes.put(connection, {identifier: elsewhere[identifier] for identifier in leaving})
    timers.put(connection, "settle_unknown", unknown)
    landed = [each.id for each in found.values() if not each.live and each.id in lane_of]
    landed += [delivery_id for delivery_id, each in taken.items() if not each.live]
    released = bool(landed) and flights.release(connection, landed, now)
    return released or any(change.state in ("queued", "unknown") for change in changes)


def settle(connection: Connection, delivery_ids: Sequence[int], now: int) -> bool:
    """Decide on unknowns that nobody answered for; gives whether any is sent once more.

    It leaves by another route where there is one. A second unknown, and one whose double would be worse
    than its loss, waits for a person. Where whoever receives knows a repeat by its id, it is repeated by
    the same lane until there is an answer, and is no double.
    """
    found = courses.load(connection, delivery_ids)
    stakes = courses.stakes(connection, delivery_ids)
    open_ones = {
        course.id: list(course.attempts.values()).count("unknown")
        for course in found.values()
        if course.state == "unknown" and course.live and course.valid_until > now
    }
    doubles = [
        each
        for each, unknown in open_ones.items()
        if not stakes[each].idempotent
        and unknown == 1
        and repeats_unknown(stakes[each].action, stakes[each].level, stakes[each].audience)
    ]
    harmless = [each for each in open_ones if stakes[each].idempotent]
    due_at = dict.fromkeys(doubles, now) | {each: now + harmless_delay(open_ones[each]) for each in harmless}
    again = [DeliveryChange(each, "queued", due, found[each].reason) for each, due in due_at.items()]
    courses.store(connection, found, again, now)
    if doubles:
        routes.reroute(connection, doubles, now)
        events.append(connection, now, "unknown_repeated", deliveries=len(doubles))
    timers.remove(connection, "settle_unknown", delivery_ids)
    return bool(again)


def _turn(connection: Connection, turn: Park | Closed, now: int) -> None:
    """A lane comes to rest, or is trusted again."""
    lane_id = turn.lane_id
    if isinstance(turn, Closed):
        if lanes.close_breaker(connection, lane_id, now):
            events.append(connection, now, "lane_open_again", lane=lane_id)
    elif turn.openings is None:
        if lanes.park(connection, lane_id, turn.until, turn.reason):
            events.append(connection, now, "lane_parked", lane=lane_id, reason=turn.reason)
    elif lanes.open_breaker(connection, lane_id, turn.until, turn.reason, turn.openings, now):
        said: dict[str, Any] = {"lane": lane_id, "reason": turn.reason, "openings": turn.openings}
        events.append(connection, now, "lane_parked", **said)


def _refused(news: Mapping[int, Sequence[_News]]) -> list[int]:
    """The deliveries of which a provider said no for a reason that another may not have."""
    refused = {
        delivery_id: None
        for delivery_id, said in news.items()
        for each in said
        if each.state in ("refused", "failed")
        and each.reason is not None
        and ELSEWHERE[each.reason] == "message"
    }
    return list(refused)


def _of_answer(answer: Answer, now: int) -> _News:
    outcome = answer.outcome
    if isinstance(outcome, Accepted):
        return _News(answer.number, "accepted", None, None, outcome.provider_id, None, now)
    state: AttemptState = "unknown"
    retry_after = None
    if isinstance(outcome, Deferred | Rejected):
        is_message = outcome.reason.scope in (Scope.RECIPIENT, Scope.CONTENT)
        given_up = isinstance(outcome, Rejected) and outcome.reason.scope is not Scope.LANE
        state = "refused" if is_message or given_up else "deferred"
    if isinstance(outcome, Deferred):
        retry_after = outcome.retry_after
    return _News(answer.number, state, outcome.reason, outcome.vendor_code, None, retry_after, now)


def _matched(
    connection: Connection, entries: Sequence[Entry], told: Sequence[Told], now: int
) -> Iterable[tuple[int, _News]]:
    """Each receipt with its delivery; what matches nothing yet is kept, what waited is found."""
    named: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    for entry in entries:
        if isinstance(entry, Answer) and isinstance(entry.outcome, Accepted) and entry.outcome.provider_id:
            named[entry.account_id][entry.outcome.provider_id] = (entry.delivery_id, entry.number)
        elif isinstance(entry, Told) and entry.attempt and entry.receipt.reference.provider_id:
            named[entry.account_id][entry.receipt.reference.provider_id] = entry.attempt
    for account_id, accepted in named.items():
        for waiting in receipts.take(connection, account_id, list(accepted)):
            delivery_id, number = accepted[cast(str, waiting.provider_id)]
            yield delivery_id, _of_unmatched(number, waiting)
    loose: dict[int, list[str]] = defaultdict(list)
    for entry in told:
        if entry.attempt is None and entry.receipt.reference.provider_id is not None:
            loose[entry.account_id].append(entry.receipt.reference.provider_id)
    for account_id, provider_ids in loose.items():
        named[account_id].update(receipts.attempts_of(connection, account_id, provider_ids))
    for entry in told:
        attempt = entry.attempt or named[entry.account_id].get(entry.receipt.reference.provider_id or "")
        if attempt is None:
            receipts.keep(connection, entry.account_id, [_unmatched(entry.receipt, now)])
        else:
            yield attempt[0], _of_receipt(attempt[1], entry.receipt)


def _of_receipt(number: int, receipt: Receipt) -> _News:
    provider_id = receipt.reference.provider_id
    return _News(number, receipt.state, receipt.reason, receipt.vendor_code, provider_id, None, None)


def _unmatched(receipt: Receipt, now: int) -> Unmatched:
    return Unmatched(receipt.reference.provider_id, receipt.state, receipt.reason, receipt.vendor_code, now)


def _of_unmatched(number: int, kept: Unmatched) -> _News:
    reason = None if kept.reason is None else Reason(kept.reason)
    return _News(
        number, cast(AttemptState, kept.state), reason, kept.vendor_code, kept.provider_id, None, None
    )


def _apply(
    course: Course,
    news: Sequence[_News],
    now: int,
    tries: dict[tuple[int, int], AttemptChange],
    elsewhere: bool,
) -> DeliveryChange | None:
    """Take news of a delivery in; its attempts' changes go to `tries`. `elsewhere`: another route is left
    for what a provider refused."""
    states = cast(dict[int, AttemptState], course.attempts)
    state = cast(DeliveryState, course.state)
    due_at, reason = course.due_at, course.reason
    for each in news:
        if each.number not in states:
            continue
        known = states[each.number]
        states[each.number] = merged(known, each.state)
        changed = states[each.number] != known
        if changed or each.answered_at is not None:
            key = (course.id, each.number)
            earlier = tries.get(key, _UNCHANGED)
            tries[key] = AttemptChange(
                *key,
                states[each.number],
                earlier.provider_id or each.provider_id,
                (each.reason if changed else None) or earlier.reason,
                (each.vendor_code if changed else None) or earlier.vendor_code,
                earlier.answered_at or each.answered_at,
            )
        if not changed:
            continue
        again, at = _again(course, states.values(), each, now, elsewhere)
        state = following(state, states.values(), again)
        if state != "queued":
            due_at = None
        elif again == "queued":
            due_at = at
        said = each.reason if state in ("queued", "unknown", "failed") else None
        reason = said or (reason if state == course.state else None)
    if (state, due_at, reason) == (course.state, course.due_at, course.reason):
        return None
    return DeliveryChange(course.id, state, due_at, reason)


def _again(
    course: Course, states: Iterable[AttemptState], news: _News, now: int, elsewhere: bool
) -> tuple[Literal["queued", "cancelled", "expired"] | None, int]:
    """Whether news call for another attempt, what becomes of it, and when it is due."""
    refused = news.state in ("refused", "failed")
    if news.state == "deferred" or (refused and elsewhere):  # it stays before what was queued with it
        due_at = min(now, course.launched_at)
    elif refused:
        failures = sum(1 for state in states if state not in ("deferred", "sending"))
        delay = retry_delay(news.reason, failures, news.retry_after)
        if delay is None:
            return None, now
        due_at = now + delay
    else:
        return None, now
    if not course.live:
        return "cancelled", due_at
    return ("expired" if due_at >= course.valid_until else "queued"), due_at
