"""How a platform does against its duty to send an alert on: what its reports say, and what they lack. Pure.

Times are milliseconds since 1970 UTC, spans milliseconds. The receiver's own times count: a report may be
late, its sending was not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from channels.contract import Reason
from gateway.ledger.exchange.progress import Handed, Reported

Standing = Literal[
    "in_time",  # 95 % were reached within the duty, and red was begun at once
    "late",  # they were not, or not begun in time
    "short",  # it has finished below 95 %
    "under_way",
    "waiting",  # it took the alert and has time left to say more
    "silent",  # it took the alert and said nothing within the duty
    "refused",
    "not_handed_over",  # it has not taken the alert yet
    "unclear",  # nobody knows whether it did
    "stopped",  # it never will: superseded before it left, run out, or no way to it
]
# the order in which the worst of several counts for all
_WORST: tuple[Standing, ...] = (
    *("refused", "stopped", "not_handed_over", "unclear", "silent", "late", "short"),
    *("waiting", "under_way", "in_time"),
)
_SHARE = 95  # percent, of the people concerned


@dataclass(frozen=True, slots=True)
class Duty:
    """What is owed from `released_at` on: 95 % reached `within`; begun within `begin`, None: no such duty."""

    released_at: int
    within: int
    begin: int | None


@dataclass(frozen=True, slots=True)
class Course:
    """Where one network's reports have brought it. Figures are the newest that were told; `fell`: one of
    them was smaller than the one before it. `most_sent_at`: since when 95 % are reached; None: they are not.
    """

    state: Literal["accepted", "running", "finished", "refused"]
    targeted: int | None
    sent: int | None
    failed: int | None
    fell: bool
    message: str | None
    reported_at: int
    accepted_at: int
    begun_at: int | None
    first_sent_at: int | None
    most_sent_at: int | None


def course(reports: Sequence[Reported]) -> Course:
    """One network's reports, at least one, in the order of their times."""
    targeted = sent = failed = None
    begun_at = first_sent_at = most_sent_at = None
    fell = False
    for each in reports:
        fell = fell or _smaller(each.targeted, targeted) or _smaller(each.sent, sent)
        targeted = each.targeted if each.targeted is not None else targeted
        sent = each.sent if each.sent is not None else sent
        failed = each.failed if each.failed is not None else failed
        if first_sent_at is None and sent:
            first_sent_at = each.at
        if begun_at is None and (sent or each.state in ("running", "finished")):
            begun_at = each.at
        if not _reached(each.state, targeted, sent):
            most_sent_at = None
        elif most_sent_at is None:
            most_sent_at = each.at
    newest = reports[-1]
    message = next((each.message for each in reversed(reports) if each.message), None)
    return Course(
        state=newest.state,
        targeted=targeted,
        sent=sent,
        failed=failed,
        fell=fell,
        message=message,
        reported_at=newest.at,
        accepted_at=reports[0].at,
        begun_at=begun_at,
        first_sent_at=first_sent_at,
        most_sent_at=most_sent_at,
    )


def standing_of_course(found: Course, duty: Duty, now: int) -> Standing:
    """How one network does at the moment `now`."""
    if found.state == "refused":
        return "refused"
    if duty.begin is not None and (found.begun_at or now) > duty.released_at + duty.begin:
        return "late"
    ends = duty.released_at + duty.within
    if found.most_sent_at is not None:
        return "in_time" if found.most_sent_at <= ends else "late"
    if found.state == "finished":
        return "short"
    return "under_way" if now <= ends else "late"


def standing_of_delivery(handed: Handed, duty: Duty, now: int) -> Standing:
    """How a receiver stands that has reported nothing."""
    if handed.state == "failed":
        return "stopped" if handed.reason == Reason.NO_FORM else "refused"
    if handed.state in ("expired", "cancelled", "suppressed"):
        return "stopped"
    if handed.state in ("queued", "sending"):
        return "not_handed_over"
    if handed.state == "unknown":
        return "unclear"
    ends = duty.released_at + (duty.within if duty.begin is None else duty.begin)
    return "waiting" if now <= ends else "silent"


def worst(standings: Sequence[Standing]) -> Standing:
    """What counts for a receiver behind which several networks stand; at least one."""
    return min(standings, key=_WORST.index)


def _smaller(told: int | None, before: int | None) -> bool:
    return told is not None and before is not None and told < before


def _reached(state: str, targeted: int | None, sent: int | None) -> bool:
    """Whether 95 % are reached; who gives no figures has reached them when it has finished."""
    if targeted is None or sent is None:
        return state == "finished"
    return sent * 100 >= targeted * _SHARE
