"""Tells people whose turn it is with a decision: the next approver, the officers once it is approved, the
drafter when it comes back.

Each step sets a memo of the kind `turn` in its own transaction (`gateway.ledger.accounts.memos.turn`). Here
the ledger is looked at, the memo gets its readers and their messages, and the moment at which it is looked at
again, all in one transaction: a crash leaves either the moment or the messages.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import cast

from sqlalchemy import Connection

from gateway.broadcasts.approving.memos import PERSONAL, Telling, tell
from gateway.broadcasts.approving.officials import drafters, officers, others_to_approve
from gateway.broadcasts.approving.sheet import Sheet, sheet
from gateway.broadcasts.desk import Desk
from gateway.broadcasts.launching import priority
from gateway.ledger import timers
from gateway.ledger.accounts import memos, user_addresses, users
from gateway.ledger.accounts.memos import Kind, Memo
from gateway.ledger.accounts.users import User
from gateway.ledger.backends import incarnation
from gateway.ledger.database import Clock, Ledger
from gateway.ledger.decisions import episodes
from gateway.moments import milliseconds, moment
from gateway.notices import memo as words
from gateway.notices.memo import About, memo_email, memo_sms
from gateway.notices.model import Office
from gateway.rounds import Rounds
from gateway.vocabulary import Language

_log = logging.getLogger(__name__)

ROUNDS = 2  # in which those whose turn it is are told; the round after them tells the drafter to telephone
_SLICE = 100  # memos looked after in a row
_LONGEST_SLEEP = 2.0  # seconds: so soon a step is noticed that did not wake us
_AGAIN = 60_000  # ms until a memo is looked at again that could not be made out
_LIFE = 24 * 3_600_000  # ms that a memo is good for, where the decision has no start to come
_LEAST = 3_600_000  # ms that each round of it is good for, however soon that start is
_LANGUAGES: dict[str, Language] = {"zh": "zh-CN", "en": "en"}


class Turns(Rounds):
    """Looks after memos when their moments come. `queued` is called when there is
    something new to send; `again_after` (ms): when those who do not act are told once more (0: never)."""

    def __init__(
        self, ledger: Ledger, clock: Clock, desk: Desk, again_after: int, queued: Callable[[], None]
    ) -> None:
        super().__init__("turns", ledger, clock, _LONGEST_SLEEP)
        self._desk = desk
        self._again_after = again_after
        self._queued = queued

    async def _round(self) -> int | None:
        while due := await self._ledger.read(due_now, self._clock()):
            for memo_id in due:
                try:
                    told = await self._ledger.write(
                        take, self._desk, memo_id, self._again_after, self._clock()
                    )
                except Exception as error:  # a broken plan, say: it keeps no other memo from leaving
                    self._failed(error)
                    await self._ledger.write(postpone, memo_id, self._clock())
                else:
                    _log.info("turn_told", extra={"memo": memo_id, "messages": told})
                    if told:
                        self._queued()
        return await self._ledger.read(_next_due)


def due_now(connection: Connection, now: int) -> list[int]:
    """The memos to be looked after; none in a restored copy that sends nothing yet."""
    guarded = incarnation.guard(connection) is not None
    return [] if guarded else timers.due(connection, "memo", now, _SLICE)


def _next_due(connection: Connection) -> int | None:
    guarded = incarnation.guard(connection) is not None
    return None if guarded else timers.next_due(connection, "memo")


def postpone(connection: Connection, memo_id: int, now: int) -> None:
    """Look after a memo that is still due a minute later; one that another process has looked after meanwhile
    keeps the moment that was set then."""
    if timers.take(connection, "memo", memo_id, now):
        timers.put(connection, "memo", [(memo_id, now + _AGAIN)])


@dataclass(frozen=True, slots=True)
class _Round:
    """Who is told now, and what of."""

    kind: words.Kind
    people: Sequence[User]
    whose: str = ""


def take(connection: Connection, desk: Desk, memo_id: int, again_after: int, now: int) -> int:
    """Find out whose turn it is, tell them, and set when to look again; gives how many messages that makes.

    Nobody is told of a decision that has gone on meanwhile, nor twice where two processes
    look at once. `now` in milliseconds since 1970 UTC.
    """
    if not timers.take(connection, "memo", memo_id, now):
        return 0
    memo = memos.one(connection, memo_id)
    if memo is None or memo.decision_id is None or memo.ended_at is not None:
        return 0
    of = sheet(connection, desk, memo.decision_id, now)
    kind, place = _turn(of)
    if memo.kind == "turn":
        memos.settle(connection, memo.id, kind, place)
    elif (memo.kind, memo.place) != (kind, place):
        return 0
    if kind == "nothing":
        return 0
    memo = replace(memo, kind=kind, place=place)
    round_ = _round(memo, of, users.all_users(connection))
    valid_until = _valid_until(of, now, again_after)
    told = _tell(connection, desk.office, memo, of, round_, now, valid_until)
    if kind in ("approve", "launch") and memo.rounds < ROUNDS and again_after:
        timers.put(connection, "memo", [(memo.id, now + again_after)])
    return told


def _turn(of: Sheet) -> tuple[Kind, int | None]:
    if of.entry.state in ("returned", "refused"):
        return cast(Kind, of.entry.state), None
    if not of.open or of.hindrance is not None:
        return "nothing", None
    return ("approve", of.left[0].place) if of.left else ("launch", None)


def _round(memo: Memo, of: Sheet, everybody: Sequence[User]) -> _Round:
    drafter = drafters(everybody, of.entry)
    if memo.kind in ("returned", "refused"):
        return _Round(cast(words.Kind, memo.kind), drafter)
    if memo.kind == "launch":
        wanted = officers(everybody, of)
        if memo.rounds < ROUNDS:
            return _Round("launch", wanted)
        told = {each.id for each in wanted}
        return _Round("unlaunched", [each for each in drafter if each.id not in told])
    if memo.rounds < ROUNDS:
        return _Round("approve", others_to_approve(everybody, of))
    return _Round("unanswered", drafter, of.left[0].whose)


def _tell(
    connection: Connection,
    office: Office,
    memo: Memo,
    of: Sheet,
    round_: _Round,
    now: int,
    valid_until: int,
) -> int:
    where = user_addresses.proved(connection, [each.id for each in round_.people])
    about = About(
        of.plan,
        of.decision,
        round_.kind,
        moment(now),
        again=memo.rounds > 0,
        drafter=of.entry.drafter_name,
        whose=round_.whose,
        link=_link(office, of, round_.kind),
    )
    tellings = [
        Telling(
            user.id,
            each.address,
            language,
            (memo_email if each.kind == "email" else memo_sms)(office, about, language),
        )
        for user in round_.people
        for language in [_LANGUAGES.get(user.language, "zh-CN")]
        for each in where.get(user.id, ())
        if each.kind in PERSONAL
    ]
    return tell(connection, memo, tellings, _priority(connection, of), now, valid_until)


def _link(office: Office, of: Sheet, kind: words.Kind) -> str | None:
    if office.sign_at is None:
        return None
    base = office.sign_at.removesuffix("/s/")
    page = {"approve": "/approve", "launch": "/launch"}.get(kind, "")
    return f"{base}/console/decisions/{of.entry.id}{page}"


def _priority(connection: Connection, of: Sheet) -> int:
    episode = episodes.of(connection, of.entry.episode_id)
    levels = episodes.levels(episode.launched if episode else ())
    return priority.memo(priority.urgency(of.decision, levels))


def _valid_until(of: Sheet, now: int, again_after: int) -> int:
    """Until when what any round says may leave: the last begins after `ROUNDS` times `again_after`."""
    starts = milliseconds(of.decision.starts_at)
    return max(starts if starts > now else now + _LIFE, now + ROUNDS * again_after + _LEAST)
