"""From the alert that people approved to the one that leaves: nothing of its words is made again.

A draft says everything. What it is called, what it follows and what hangs on the moment (whether the
warning has begun, until when the message holds) is known when it is released.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.decisions.model import Decision
from gateway.exchange.build import beside_warnings, cancels, following, until
from gateway.exchange.life_cycle import at_moment
from gateway.exchange.model import Alert, Authority, Identity, Info, read_moment, written
from gateway.notices.model import InForce
from gateway.plans.model import Plan


@dataclass(frozen=True, slots=True)
class Course:
    """What of a decision counts for its alert beside the words.

    `ends` is when it is expected to end, `standing_ends` the same of the warning that goes on beside it
    until `standing_until` (None: it goes on elsewhere); `monitored` and `standing_monitored`: they were
    measured. `beside` is that of `beside_warnings`.
    """

    ends: datetime | None
    monitored: bool
    standing_ends: datetime | None
    standing_monitored: bool
    standing_until: datetime | None
    beside: bool


def course(
    plan: Plan,
    decision: Decision,
    before: InForce | None,
    after: InForce | None,
    *,
    standing: Decision | None = None,
    ends: datetime | None = None,
) -> Course:
    """The course of a decision; `before`, `after` and `standing` as in `build`, `ends`: when what holds
    after a retraction is expected to end."""
    return Course(
        decision.expected_end_at or ends,
        decision.basis.kind == "monitored",
        standing.expected_end_at if standing else None,
        standing is not None and standing.basis.kind == "monitored",
        until(plan, standing, decision) if standing else None,
        beside_warnings(decision, before, after),
    )


def retimed(draft: Alert, identity: Identity, way: Course, authority: Authority) -> Alert:
    """The draft under another name and time, of no event yet. What went on beside it and is over by then
    is left out; a message that then only ends something is meant to be a Cancel where the office wants one.
    """
    drafted, hours = read_moment(draft.sent), timedelta(hours=authority.valid_hours)
    own, standing = _groups(draft.infos)
    found = [
        info
        for info in (_timed(each, drafted, identity.sent, way.ends, way.monitored, hours) for each in own)
        if info is not None
    ]
    found += [
        info
        for info in (
            _timed(
                each,
                drafted,
                identity.sent,
                way.standing_ends,
                way.standing_monitored,
                hours,
                way.standing_until,
            )
            for each in standing
        )
        if info is not None
    ]
    fell_off = len(found) < len(draft.infos) and cancels(found, authority)
    return replace(
        draft,
        identifier=identity.identifier,
        sent=written(identity.sent),
        message_type="Cancel" if fell_off else draft.message_type,
        infos=tuple(found),
    )


def released(
    draft: Alert, identity: Identity, way: Course, authority: Authority, earlier: Sequence[Alert]
) -> Alert:
    """The alert that leaves: the draft at its moment, after the messages of its event, oldest first.

    Raises what `life_cycle.follow` raises.
    """
    return following(retimed(draft, identity, way, authority), earlier, beside=way.beside)


def open_ended(alert: Alert, way: Course) -> bool:
    """Whether it puts a level in force without saying until when: it is to be renewed before it runs out."""
    own, _ = _groups(alert.infos)
    return own[0].severity != "Unknown" and not own[0].ends and _fixed(own[0], alert.sent, way.ends) is None


def holds_until(alert: Alert) -> datetime | None:
    """When the last of what it warns or tells of runs out; None: it only ends something."""
    ends = [read_moment(info.expires) for info in alert.infos if info.expires and not info.ends]
    return max(ends, default=None)


def own_part(alert: Alert) -> Alert:
    """The alert without the warning that goes on beside it."""
    return replace(alert, infos=_groups(alert.infos)[0])


def _groups(infos: tuple[Info, ...]) -> tuple[tuple[Info, ...], tuple[Info, ...]]:
    """The blocks of the decision, with the end for an area that it drops, and those of what goes on beside
    it: a block a language each."""
    place = next(
        (at for at, info in enumerate(infos) if at and info.language == infos[0].language), len(infos)
    )
    rest = infos[place:]
    return (
        (*infos[:place], *(info for info in rest if info.ends)),
        tuple(info for info in rest if not info.ends),
    )


def _fixed(info: Info, sent: str, ends: datetime | None) -> datetime | None:
    begins = max(read_moment(sent), read_moment(info.onset)) if info.onset else read_moment(sent)
    return ends if ends is not None and ends > begins and not info.ends else None


def _timed(
    info: Info,
    drafted: datetime,
    sent: datetime,
    ends: datetime | None,
    monitored: bool,
    hours: timedelta,
    last: datetime | None = None,
) -> Info | None:
    onset = read_moment(info.onset) if info.onset else None
    begins = max(sent, onset or sent)
    expires = _fixed(info, written(sent), ends) or begins + _held(info, drafted, ends, last, hours)
    effective = max(sent, onset) if info.ends and onset else sent
    if last is not None:
        expires = min(expires, last)
        if expires <= max(effective, onset or effective):
            return None
    moved = replace(info, effective=written(effective), expires=written(expires))
    return at_moment(moved, sent, monitored=monitored)


def _held(
    info: Info, drafted: datetime, ends: datetime | None, last: datetime | None, hours: timedelta
) -> timedelta:
    """For how long it holds that states no end, as drafted: the setting may have changed since."""
    onset = read_moment(info.onset) if info.onset else drafted
    if info.expires is None or _fixed(info, written(drafted), ends) is not None:
        return hours
    held = read_moment(info.expires) - max(drafted, onset)
    return hours if last is not None and read_moment(info.expires) == last else held
