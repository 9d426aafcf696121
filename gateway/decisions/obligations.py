"""What a decision owes: the plan's reports and filings, and the lift that every start owes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, Literal

from gateway.decisions import deadlines
from gateway.decisions.model import Context, Decision
from gateway.decisions.situation import Situation, counts_as
from gateway.moments import BEIJING, local
from gateway.plans.model import Deadline, Plan, Report
from gateway.vocabulary import WARNING_ACTIONS, Action


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something owed by `at` (None: the decision states no time that it could follow from).

    A repeating one names its first moment.
    """

    code: str
    what: str
    by_whom: str
    to_whom: str
    at: datetime | None
    repeats: Literal["daily"] | None = None

    def as_json(self) -> dict[str, Any]:
        """The shape of DESIGN section 7, the time in China Standard Time."""
        shape: dict[str, Any] = {
            "code": self.code,
            "what": self.what,
            "by_whom": self.by_whom,
            "to_whom": self.to_whom,
            "at": local(self.at).isoformat() if self.at else None,
        }
        if self.repeats:
            shape["repeats"] = self.repeats
        return shape


@dataclass(frozen=True, slots=True)
class Owed:
    """One obligation of one body: a report that several units or districts owe is one for each of them.

    `at` is when it is (first) due, None where the decision states no time to count from; `covers` the
    date (China Standard Time) that a daily report is about; `contents` what the plan wants in it;
    `clause` None for the lift that every start owes and the decision that a hint owes.
    """

    code: str
    what: str
    by_whom: str
    to_whom: str
    at: datetime | None
    covers: date | None = None
    repeats: Literal["daily"] | None = None
    contents: tuple[str, ...] = ()
    clause: str | None = None
    deadline: Deadline | None = None


def due(
    plan: Plan, decision: Decision, context: Context | None = None, mends: Decision | None = None
) -> tuple[Obligation, ...]:
    """What the decision owes, one entry a report, the earliest first.

    `context` takes the place of the document's own. `mends` is the decision that a correction or
    retraction mends, where it is known. A lift is judged by the level in force; where that is unknown,
    every level's reports count.
    """
    return tuple(
        Obligation(each.code, each.what, each.by_whom, each.to_whom, each.at, each.repeats)
        for each in _in_order(decision, _as_printed(plan, decision, context, mends))
    )


def owed(
    plan: Plan, decision: Decision, context: Context | None = None, mends: Decision | None = None
) -> tuple[Owed, ...]:
    """The same, one entry for each body that owes: `by_whom` is a unit's or a district's name.

    Districts are the plan's areas, but its whole, that the decision concerns; a plan without any has
    its report owed by whom it prints.
    """
    reports = {report.code: report for report in plan.reports}
    found = []
    for each in _as_printed(plan, decision, context, mends):
        report = reports.get(each.code) if each.deadline is not None else None
        for name in _owing(plan, decision, report) or [each.by_whom]:
            found.append(replace(each, by_whom=name))
    return _in_order(decision, found)


def following(each: Owed, until: datetime | None) -> Owed | None:
    """The next day's entry of a daily report; None for what comes once, and after the end.

    `until` is when the response ends (None: not known). A day on which it is in force, if only for a
    part, is reported on; so the report about the last day may be due after the end.
    """
    if each.repeats is None or each.at is None or each.covers is None:
        return None
    covers = each.covers + deadlines.DAY
    if until is not None and datetime.combine(covers, time(), BEIJING) >= until:
        return None
    return replace(each, at=each.at + deadlines.DAY, covers=covers)


def _as_printed(
    plan: Plan, decision: Decision, context: Context | None, mends: Decision | None
) -> Iterator[Owed]:
    """One entry a report, `by_whom` as the plan prints it."""
    known = context or decision.context or Context()
    action = counts_as(decision, mends)
    level = decision.level or known.active_level
    situation = Situation(plan, decision, known)
    county_issuer = situation.county_issuer
    for report in plan.reports:
        if report.exercises_only and not decision.exercise:
            continue
        if report.county_decisions_only and not situation.of_county:
            continue
        if report.own_decisions_only and county_issuer is not None:
            continue
        if level is not None and report.levels and level not in report.levels:
            continue
        if report.once_begun and action == "lift" and not _begun(decision, known):
            continue
        if _creates(report, decision, action):
            at = deadlines.first(report.deadline, decision, ends=action == "lift")
            yield Owed(
                report.code,
                report.what,
                report.by_whom,
                report.to_whom,
                at,
                deadlines.covered(report.deadline, at) if at else None,
                "daily" if deadlines.is_daily(report.deadline) else None,
                tuple(report.contents),
                str(report.clause),
                report.deadline,
            )
    body = county_issuer or plan.issuing_body.name
    if decision.action == "retract":
        return
    if action in WARNING_ACTIONS:
        yield Owed("lift", "发布预警解除信息", body, "收到过本次预警的全部对象", decision.expected_end_at)
    elif action == "hint":
        what = "决定是否发布预警；不发布的，解除提示"
        yield Owed("decision", what, body, "收到过本次提示的全部对象", decision.expected_end_at)


def _begun(decision: Decision, known: Context) -> bool:
    """Whether the warning that a lift ends had begun by then, or may have."""
    return known.active_since is None or known.active_since < decision.starts_at


def _creates(report: Report, decision: Decision, action: Action) -> bool:
    """A correction takes the mended decision's place and owes what that owed. A retraction owes only
    what is filed once on deciding: whoever was told of the mended decision is told of this."""
    if decision.action in report.actions:
        return True
    if decision.action == "retract":
        once = report.deadline.event == "decision" and not deadlines.is_daily(report.deadline)
        return once and action in report.actions
    return action in report.actions


def _owing(plan: Plan, decision: Decision, report: Report | None) -> list[str]:
    """The names of the units or districts that owe the report; none where one body owes it."""
    if report is None or report.owed_by == "body":
        return []
    if report.owed_by == "units":
        return report.units
    concerned = set(decision.area)
    every = plan.area in concerned
    return [area.name for area in plan.areas if area.code != plan.area and (every or area.code in concerned)]


def _in_order(decision: Decision, found: Iterator[Owed] | list[Owed]) -> tuple[Owed, ...]:
    return tuple(sorted(found, key=lambda each: (each.at is None, each.at or decision.decided_at)))
