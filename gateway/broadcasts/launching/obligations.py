"""What a launch makes owed: opens it, moves what a change gives another time, ends what is owed no more.

Nothing is owed twice: what an earlier decision of the episode opened goes on where the newer one owes
it too. Whatever is stated here holds again when a launch is retracted.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from sqlalchemy import Connection

from gateway.broadcasts.preparing.chain import Chain
from gateway.decisions import obligations as core
from gateway.decisions.obligations import Owed
from gateway.ledger import timers
from gateway.ledger.follow_up import obligations
from gateway.ledger.follow_up.obligations import BY_DECISION, EXPECTED_END_PASSED, New, Obligation
from gateway.ledger.trail import audit
from gateway.moments import BEIJING, local, milliseconds, moment
from gateway.plans.model import Plan
from gateway.vocabulary import WARNING_ACTIONS

NO_LONGER = "此后的决定不再要求 · a later decision no longer asks for it"
RETRACTED = "所依据的决定已撤回 · its decision was retracted"
CORRECTED = "所依据的决定已更正 · its decision was corrected"
_SUM_AFTER = 60_000  # ms after a launch until it is asked for the first time whether all is final


def renew(connection: Connection, plan: Plan, episode_id: str, broadcast_id: int, now: int) -> None:
    """Bring the episode's obligations up to date with the decision that was just launched in it.

    In the launch's own transaction, after the launch is written down. `now`: milliseconds since 1970
    UTC. Also sets the timer that sums up the broadcast's receipts.
    """
    timers.put(connection, "sum_receipts", [(broadcast_id, now + _SUM_AFTER)])
    chain = Chain(plan, obligations.chain(connection, episode_id))
    book = _Book(connection, plan, episode_id, chain.decision.exercise, now)
    action = chain.decision.action
    own = () if chain.ends_a_hint else chain.owed(-1)
    if action == "tip":
        book.owe(own, chain.newest.id)
        return
    stands = chain.standing()
    holds = own if action != "retract" else () if stands is None else chain.owed(stands)
    book.meet(EXPECTED_END_PASSED)
    if not any(each.code == "decision" for each in holds):
        book.meet("decision")
    if chain.counts_as == "lift" and action != "retract":
        book.meet("lift")
    if action in ("correct", "retract"):
        because = RETRACTED if action == "retract" else CORRECTED
        book.end_of(chain.mended, holds, because, moves=action == "correct")
    if action == "retract":
        if stands is None:
            book.end_all(RETRACTED)
        else:
            book.restore(holds, chain.launched[stands].id)
        book.owe(own, chain.newest.id)
        return
    if action == "correct" and chain.counts_as == "lift":  # perhaps it ends on another day
        book.restore([each for each in chain.owed_before() if each.repeats], chain.newest.id)
    book.stop_days(holds, 0 if chain.ends_before_start else milliseconds(chain.decision.starts_at))
    if action in WARNING_ACTIONS:
        book.end_unasked(holds)
    book.owe(own, chain.newest.id, mended=chain.newest.mends_id if action == "correct" else None)


Key = tuple[str, str]  # code and who owes


@dataclass(frozen=True, slots=True)
class _Book:
    """An episode's obligations in the ledger."""

    connection: Connection
    plan: Plan
    episode_id: str
    exercise: bool
    now: int

    def meet(self, code: str) -> None:
        """The decision is what was owed."""
        for row in self._rows():
            if row.code == code and row.open:
                obligations.met(self.connection, row.id, self.now)
                subject = f"obligation:{row.id}"
                audit.append(
                    self.connection, self.now, "(airwarn)", "obligation_met", subject, {"code": code}
                )

    def end_of(self, mended: Collection[str], holds: Iterable[Owed], because: str, *, moves: bool) -> None:
        """End what these decisions opened. `moves`: but for what their correction owes in its place."""
        kept = {(each.code, each.by_whom) for each in holds if moves or _lasts(each)}
        for row in self._rows():
            if row.decision_id in mended and row.open and _key(row) not in kept:
                obligations.end(self.connection, row.id, because, self.now)

    def end_all(self, because: str) -> None:
        """Nothing holds any more."""
        for row in self._rows():
            if row.open or row.next_at is not None:
                obligations.end(self.connection, row.id, because, self.now)

    def end_unasked(self, holds: Iterable[Owed]) -> None:
        """End what hangs on the end of a warning that no longer asks for it."""
        kept = {(each.code, each.by_whom) for each in holds}
        at_end = {report.code for report in self.plan.reports if report.deadline.event == "end"}
        for row in self._rows():
            if row.open and row.repeats is None and row.code in at_end and _key(row) not in kept:
                obligations.end(self.connection, row.id, NO_LONGER, self.now)

    def stop_days(self, holds: Iterable[Owed], effect: int) -> None:
        """Daily reports that no longer come: the last is about the day in which the change takes effect
        (`effect`: milliseconds since 1970 UTC; 0: there was none)."""
        kept = {(each.code, each.by_whom) for each in holds if each.repeats}
        until = moment(effect)
        for key, newest in self._newest_days().items():
            if key in kept or newest.next_at is None:
                continue
            obligations.go_on(self.connection, newest.id, None, self.now)
            following = day_after(newest, until)
            while following is not None:
                following = replace(following, opened_at=self.now)
                self._ensure(following)
                following = day_after(following, until)
            for row in self._rows(key):
                if row.open and row.covers and _day_start(row.covers) >= effect:
                    obligations.end(self.connection, row.id, NO_LONGER, self.now)

    def restore(self, holds: Iterable[Owed], decision_id: str) -> None:
        """What lasts as long as a warning is owed again as before what was retracted."""
        lasting = [each for each in holds if _lasts(each)]
        days = self._newest_days()
        kept = {(each.code, each.by_whom) for each in lasting if each.repeats}
        for key, newest in days.items():
            if key not in kept and newest.next_at is not None:
                obligations.go_on(self.connection, newest.id, None, self.now)
        for each in lasting:
            known = days.get((each.code, each.by_whom)) if each.repeats else None
            if known is None:
                self._owe(each, decision_id, None)
            elif known.next_at is None:
                for row in self._rows(_key(known)):
                    if row.ended_at is not None:
                        obligations.reopen(self.connection, row.id, self.now)
                obligations.go_on(self.connection, known.id, _next_start(known.covers), self.now)

    def owe(self, items: Iterable[Owed], decision_id: str, mended: str | None = None) -> None:
        """Open what the decision owes, or go on with what is owed already.

        `mended`: the decision in whose place a correction stands; what that opened moves to the new time.
        """
        for each in items:
            self._owe(each, decision_id, mended)

    def _owe(self, each: Owed, decision_id: str, mended: str | None) -> None:
        yearly = each.deadline is not None and each.deadline.event == "year"
        if yearly and self.exercise and not self._of_exercises(each.code):
            return  # the year's reports are about real warnings
        new = self._new(each, decision_id, yearly)
        if each.repeats:
            key = (each.code, each.by_whom)
            running = self._newest_days(key).get(key)
            if running is None or running.next_at is None:
                self._ensure(new)
            return
        if yearly:
            if obligations.same(self.connection, new) is None:
                obligations.add(self.connection, new, self.now)
            return
        earlier = self._rows((each.code, each.by_whom))
        moved = next(
            (
                row
                for row in earlier
                if each.code in BY_DECISION or (row.open and (_lasts(each) or row.decision_id == mended))
            ),
            None,
        )
        if moved is None:
            self._ensure(new)
        elif moved.due_at == new.due_at and moved.open:
            return
        elif each.code in BY_DECISION or not any(row.due_at == new.due_at for row in earlier):
            obligations.move(self.connection, moved.id, decision_id, new.due_at, self.now)
        else:
            obligations.end(self.connection, moved.id, NO_LONGER, self.now)
            self._ensure(new)

    def _ensure(self, new: New) -> None:
        """Open it, or open it again where it was ended; what was met stays met."""
        known = obligations.same(self.connection, new)
        if known is None:
            obligations.add(self.connection, new, self.now)
        elif known.ended_at is not None:
            obligations.reopen(self.connection, known.id, self.now)
            obligations.go_on(self.connection, known.id, new.next_at, self.now)
        elif new.next_at is not None:
            obligations.go_on(self.connection, known.id, new.next_at, self.now)

    def _new(self, each: Owed, decision_id: str, yearly: bool) -> New:
        covers = each.covers.isoformat() if each.covers else None
        if yearly and each.at is None:  # once in the year, with no day named
            covers = str(local(moment(self.now)).year)
        return New(
            plan=self.plan.id,
            episode_id=None if yearly else self.episode_id,
            decision_id=decision_id,
            exercise=self.exercise,
            code=each.code,
            what=each.what,
            by_whom=each.by_whom,
            to_whom=each.to_whom,
            contents=each.contents,
            clause=each.clause,
            covers=covers,
            due_at=None if each.at is None else milliseconds(each.at),
            repeats=each.repeats,
            opened_at=self.now,
            next_at=_next_start(covers) if each.repeats else None,
        )

    def _of_exercises(self, code: str) -> bool:
        return any(report.exercises_only for report in self.plan.reports if report.code == code)

    def _rows(self, key: Key | None = None) -> list[Obligation]:
        return obligations.of_episode(self.connection, self.episode_id, key)

    def _newest_days(self, key: Key | None = None) -> dict[Key, Obligation]:
        """Of each daily report the row of its last day."""
        found: dict[Key, Obligation] = {}
        for row in self._rows(key):
            known = found.get(_key(row))
            if row.covers is not None and (known is None or row.covers > (known.covers or "")):
                found[_key(row)] = row
        return found


def day_after(row: New, until: datetime | None = None) -> New | None:
    """The next day's row of a daily report, opened when that day begins; None where it comes once.

    `until`: the end of the response, where it is known.
    """
    if row.covers is None or row.due_at is None:
        return None
    due = moment(row.due_at)
    covers = date.fromisoformat(row.covers)
    today = Owed(row.code, row.what, row.by_whom, row.to_whom, due, covers, row.repeats)
    following = core.following(today, until)
    if following is None or following.at is None or following.covers is None:
        return None
    names = New.__dataclass_fields__
    return New(
        **{
            **{name: getattr(row, name) for name in names},
            "covers": following.covers.isoformat(),
            "due_at": milliseconds(following.at),
            "opened_at": _day_start(following.covers.isoformat()),
            "next_at": None if until else _next_start(following.covers.isoformat()),
        }
    )


def _lasts(each: Owed) -> bool:
    """Whether it goes with the warning, not with the one decision: its lift, its days, its end."""
    at_end = each.deadline is not None and each.deadline.event == "end"
    return each.code in BY_DECISION or each.repeats is not None or at_end


def _key(row: Obligation) -> Key:
    return row.code, row.by_whom


def _day_start(day: str) -> int:
    """When a date begins in China."""
    return milliseconds(datetime.combine(date.fromisoformat(day), time(), BEIJING))


def _next_start(covers: str | None) -> int | None:
    return None if covers is None else _day_start(covers) + 86_400_000
