"""Checks of a plan's rules: names, areas, levels, approvals."""

import re
from collections.abc import Iterator
from itertools import product

from gateway.documents import Path
from gateway.plans.faults import Fault
from gateway.plans.measures import MONTH_DAYS
from gateway.plans.model import ApprovalRule, Plan
from gateway.vocabulary import ACTIONS, LEVEL_WORDS, LEVELS, WARNING_ACTIONS, Level


def repeated(plan: Plan) -> Iterator[Fault]:
    """What names something stands once."""
    keys: list[tuple[Path, str]] = [
        *((("measures", i, "id"), measure.id) for i, measure in enumerate(plan.measures)),
        *((("reports", i, "code"), report.code) for i, report in enumerate(plan.reports)),
        *((("grounds", i, "basis"), ground.basis) for i, ground in enumerate(plan.grounds)),
        *((("areas", i, "code"), area.code) for i, area in enumerate(plan.areas)),
        *((("areas", i, "name"), area.name) for i, area in enumerate(plan.areas)),
    ]
    seen: set[tuple[object, object, str]] = set()
    for path, key in keys:
        kind = (path[0], path[2], key)
        if kind in seen:
            yield Fault(path, "PLAN_REPEATED", f"“{key}”重复", f"{key!r} stands twice")
        seen.add(kind)


def areas(plan: Plan) -> Iterator[Fault]:
    """The plan's area and the codes of its parts."""
    if plan.area_name(plan.area) is None:
        yield Fault(
            ("area",),
            "PLAN_AREA_UNKNOWN",
            f"area “{plan.area}”不在 areas 中",
            f"area {plan.area} is not among areas",
        )
    prefix = re.sub("(00)+$", "", plan.area)  # 410100 is the city 4101
    for i, area in enumerate(plan.areas):
        if not area.code.startswith(prefix):
            yield Fault(
                ("areas", i, "code"),
                "PLAN_AREA_PREFIX",
                f"区划代码“{area.code}”不以 {prefix} 开头",
                f"the code {area.code} does not start with {prefix}",
                "error" if area.own_code else "warning",
            )
        if not area.own_code and not area.code.isdigit():
            yield Fault(
                ("areas", i, "code"),
                "PLAN_AREA_OWN",
                f"“{area.code}”含字母，不是国家标准代码，应写 own_code: true",
                f"{area.code} holds letters, so it is not a national code; say own_code: true",
            )


def rules(plan: Plan) -> Iterator[Fault]:
    """Level rules and responses are whole or absent; no rule is empty or runs backwards.

    A plan that has none of them only follows orders, or sets no levels of its own.
    """
    ruled = {rule.level for rule in plan.level_rules}
    for level in LEVELS:
        if ruled and level not in ruled:
            yield Fault(
                ("level_rules",),
                "PLAN_LEVEL_RULE_MISSING",
                f"缺少{LEVEL_WORDS[level]}预警的分级标准",
                f"no level rule for {level}",
            )
        if plan.responses and level not in plan.responses:
            yield Fault(
                ("responses",),
                "PLAN_RESPONSE_MISSING",
                f"缺少{LEVEL_WORDS[level]}预警对应的响应级别",
                f"no response for {level}",
            )
    for i, rule in enumerate(plan.level_rules):
        if not rule.any_of or not all(rule.any_of):
            yield Fault(
                ("level_rules", i, "any_of"),
                "PLAN_LEVEL_RULE_EMPTY",
                "分级标准是空的，会对任何预报成立",
                "an empty entry is met by any forecast",
            )
    window = plan.validity
    if window.valid_from and window.valid_until and window.valid_until < window.valid_from:
        yield Fault(
            ("validity", "valid_until"),
            "PLAN_VALIDITY",
            "失效日期早于生效日期",
            "valid_until is before valid_from",
        )
    lead = plan.lead_time
    if lead and lead.minimum_hours is not None and lead.minimum_hours > lead.hours:
        yield Fault(
            ("lead_time", "minimum_hours"),
            "PLAN_LEAD_TIME",
            "最短提前量大于提前量",
            "minimum_hours is more than hours",
        )


def reports(plan: Plan) -> Iterator[Fault]:
    """A report that several units owe names them; a day of every year exists."""
    for i, report in enumerate(plan.reports):
        if (report.owed_by == "units") != bool(report.units):
            yield Fault(
                ("reports", i, "units" if report.units else "owed_by"),
                "PLAN_REPORT_UNITS",
                f"“{report.code}”：逐单位报（owed_by: units）须列出 units，其他的不列",
                f"{report.code}: units are named where each of them owes the report, and only there",
            )
        before = report.deadline.before
        if before and before not in MONTH_DAYS:
            yield Fault(
                ("reports", i, "deadline", "before"),
                "PLAN_DATE",
                f"没有“{before}”这一天",
                f"there is no day {before}",
            )


_Case = tuple[str, Level, bool | None]  # action, level, and for a lift whether it is on schedule


def approvals(plan: Plan) -> Iterator[Fault]:
    """Every approval rule can be the first that fits, and every case has one."""
    covered: set[_Case] = set()
    for i, rule in enumerate(plan.approvals):
        cases = _cases(rule)
        if cases <= covered:
            yield Fault(
                ("approvals", i),
                "PLAN_APPROVAL_UNREACHABLE",
                "这条批准规则永远用不上：前面的规则已包括它",
                "this approval rule is never used: earlier ones cover all its cases",
            )
        covered |= cases
    ruled = (*WARNING_ACTIONS, "lift")  # no plan speaks of hints, corrections, retractions and tips
    uncovered = sorted({action for action, _, _ in _every_case() - covered} & {*ruled})
    if uncovered:
        yield Fault(
            ("approvals",),
            "PLAN_APPROVAL_OPEN",
            f"没有写明由谁批准（{'、'.join(uncovered)}），按通用规则办",
            f"approval is not stated for every level of: {', '.join(uncovered)}",
            "warning",
        )


def _cases(rule: ApprovalRule) -> set[_Case]:
    return {
        case
        for case in _every_case()
        if case[0] in rule.actions
        and (not rule.levels or case[1] in rule.levels)
        and (rule.on_schedule is None or case[2] is rule.on_schedule)
    }


def _every_case() -> set[_Case]:
    others = (action for action in ACTIONS if action != "lift")
    return {*product(others, LEVELS, (None,)), *product(("lift",), LEVELS, (True, False))}
