"""What happens to obligations by time alone: reminders, overdue marks, the next day's reports.

A warning whose expected end passes without a decision neither expires nor stays unseen: at that moment
the issuing body owes a decision (`expected_end_passed`).
"""

import logging
from dataclasses import replace
from typing import Literal

from sqlalchemy import Connection

from gateway.broadcasts.launching.obligations import day_after
from gateway.follow_up.upkeep.summing import sum_receipts
from gateway.ledger import events, timers
from gateway.ledger.database import Clock, Ledger
from gateway.ledger.follow_up import obligations
from gateway.ledger.follow_up.obligations import BY_DECISION, EXPECTED_END_PASSED, New, Obligation
from gateway.ledger.trail import audit
from gateway.rounds import Rounds

Happening = Literal["obligation_reminder", "obligation_overdue", "expected_end_passed"]

_log = logging.getLogger(__name__)

_SLICE = 100  # obligations looked after in a row
_LONGEST_SLEEP = 5.0  # seconds: so soon a launch through the API is noticed
_DAY = 86_400_000  # ms
_WHAT_NOW = "预计解除时间已过而没有新的决定：请解除、延长或更正"


class Deadlines(Rounds):
    """Looks after obligations when their moments come. Any number of processes may run one."""

    def __init__(self, ledger: Ledger, clock: Clock, remind_before: int) -> None:
        """`remind_before`: how long (ms) before a deadline people are reminded; 0: never."""
        super().__init__("deadlines", ledger, clock, _LONGEST_SLEEP)
        self._remind_before = remind_before
        self._told_at: int | None = None

    async def _round(self) -> int | None:
        await self._look_after()
        await self._sum_up()
        await self._tell_head()
        return await self._ledger.read(timers.next_due, "obligation", "sum_receipts")

    async def _look_after(self) -> None:
        while due := await self._ledger.read(timers.due, "obligation", self._clock(), _SLICE):
            for identifier in due:
                found = await self._ledger.write(tend, identifier, self._remind_before, self._clock())
                for happening in found:
                    _log.warning(happening, extra={"obligation": identifier})

    async def _tell_head(self) -> None:
        """Once a day the end of the audit trail goes into the log: an anchor out of the ledger's reach."""
        now = self._clock()
        if self._told_at is None or now - self._told_at >= _DAY:
            head = await self._ledger.read(audit.head)
            _log.info("audit_head", extra={"anchor": f"{head.rows}:{head.sha256}"})
            self._told_at = now

    async def _sum_up(self) -> None:
        for broadcast_id in await self._ledger.read(timers.due, "sum_receipts", self._clock(), _SLICE):
            await sum_receipts(self._ledger, broadcast_id, self._clock())


def tend(connection: Connection, identifier: int, remind_before: int, now: int) -> list[Happening]:
    """Look after one obligation, and set the moment for the next time; gives what happened to it.

    `remind_before`: milliseconds. What has no deadline, or less time than that, is not reminded of.
    """
    row = obligations.by_id(connection, identifier)
    if row is None:
        return []
    happened: list[Happening] = []
    moments = [_next_day(connection, row, now)]
    if row.open and row.code in BY_DECISION:
        moments.append(_end_passed(connection, row, now, happened))
    elif row.open:
        moments.append(_deadline(connection, row, remind_before, now, happened))
    obligations.wake(connection, identifier, min((at for at in moments if at is not None), default=None))
    for each in happened:
        events.append(connection, now, each, obligation=identifier, code=row.code)
    return happened


def _next_day(connection: Connection, row: Obligation, now: int) -> int | None:
    """Open the next day's row when that day has begun, else tell when."""
    if row.next_at is None or now < row.next_at:
        return row.next_at
    following = day_after(row)
    obligations.go_on(connection, row.id, None, now)
    if following is not None:
        _open(connection, following, now)
    return None


def _end_passed(connection: Connection, row: Obligation, now: int, happened: list[Happening]) -> int | None:
    if row.due_at is None or now < row.due_at:
        return row.due_at
    names = {name: getattr(row, name) for name in New.__dataclass_fields__}
    owed = replace(New(**names), code=EXPECTED_END_PASSED, what=_WHAT_NOW, clause=None, opened_at=row.due_at)
    _open(connection, owed, now)
    happened.append(EXPECTED_END_PASSED)
    return None


def _open(connection: Connection, new: New, now: int) -> None:
    known = obligations.same(connection, new)
    if known is None:
        obligations.add(connection, new, now)
    elif not known.open:
        obligations.reopen(connection, known.id, now)


def _deadline(
    connection: Connection, row: Obligation, remind_before: int, now: int, happened: list[Happening]
) -> int | None:
    """Mark what has come; tell when the next is."""
    if row.due_at is None or row.late_from is None or row.overdue_at is not None:
        return None
    if now >= row.late_from:
        obligations.mark(connection, row.id, overdue_at=now)
        happened.append("obligation_overdue")
        return None
    remind_at = row.due_at - remind_before
    if row.reminded_at is not None or not remind_before or remind_at <= row.opened_at:
        return row.late_from
    if now < remind_at:
        return remind_at
    obligations.mark(connection, row.id, reminded_at=now)
    happened.append("obligation_reminder")
    return row.late_from
