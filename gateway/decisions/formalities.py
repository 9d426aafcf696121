"""The findings about a decision's form: validity, area, cause, lead time, approvals, what it states."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from gateway.decisions.approvals import missing_steps, rule_for
from gateway.decisions.areas import standing
from gateway.decisions.findings import Finding
from gateway.decisions.forecast import daily_highs
from gateway.decisions.names import is_issuer
from gateway.decisions.situation import Situation
from gateway.moments import local
from gateway.plans.model import Element
from gateway.vocabulary import ACTION_WORDS

_LAW = "《中华人民共和国突发事件应对法》（2024年修订）第六十四条"  # a warning names who issues it
_ENDING = ("lift", "correct", "retract")  # about something that was sent already
_STATED_IN: dict[Element, str] = {  # where a document states what is no field of its own name
    "forecast_period": "forecast.days",
    "aqi_range": "forecast.aqi_range",
    "aqi_mean": "forecast.aqi_mean",
    "primary_pollutant": "forecast.primary_pollutant",
}


def formal_findings(situation: Situation, now: datetime, *, launching: bool) -> Iterator[Finding]:
    """Everything about the form; `now` decides whether the start is in the past."""
    yield from _validity(situation)
    yield from _area(situation)
    yield from _cause(situation)
    yield from _approvals(situation)
    yield from _elements(situation)
    yield from _document_number(situation)
    yield from _lead_time(situation)
    yield from _stale(situation, now, launching=launching)


def _validity(situation: Situation) -> Iterator[Finding]:
    """What began while the plan was in force may still be lifted or mended after it ended."""
    decision, validity = situation.decision, situation.plan.validity
    moments = [decision.decided_at, decision.starts_at]
    if decision.action in _ENDING and situation.began is not None:
        moments = [situation.began]
    for day in (local(moment).date() for moment in moments):
        early = validity.valid_from is not None and day < validity.valid_from
        late = validity.valid_until is not None and day > validity.valid_until
        if early or late:
            first, last = validity.valid_from or "发布之日", validity.valid_until or "被替代之日"
            yield Finding(
                "PLAN_EXPIRED",
                "refuse",
                f"{situation.plan.title}自{first}至{last}有效，{day} 不在有效期内",
                f"the plan is in force from {validity.valid_from or 'its publication'} to"
                f" {validity.valid_until or 'its replacement'}; {day} is outside",
                str(validity.clause),
            )
            return


def _area(situation: Situation) -> Iterator[Finding]:
    plan = situation.plan
    for code in situation.decision.area:
        match standing(plan, code):
            case "outside":
                yield Finding(
                    "AREA_OUTSIDE_JURISDICTION",
                    "refuse",
                    f"区域代码 {code} 不在{plan.place}行政区域内",
                    f"area {code} is not under this plan",
                )
            case "unknown":
                yield Finding(
                    "AREA_UNKNOWN",
                    "refuse",
                    f"不认识的区域代码“{code}”；全域为 {plan.area}，其他代码见预案",
                    f"unknown area code {code!r}; the whole area is {plan.area}",
                )


def _cause(situation: Situation) -> Iterator[Finding]:
    """What was sent is lifted or mended whatever the cause turned out to be; a tip is no warning."""
    decision = situation.decision
    if decision.action in (*_ENDING, "tip"):
        return
    for exclusion in situation.plan.exclusions:
        if exclusion.cause == decision.forecast.cause:
            yield Finding(
                "OUT_OF_SCOPE",
                "refuse",
                f"成因不在本预案范围：{exclusion.text}",
                f"the cause {exclusion.cause} is outside this plan's scope",
                str(exclusion.clause),
            )


def _approvals(situation: Situation) -> Iterator[Finding]:
    rule = rule_for(situation)
    for step in missing_steps(situation):
        who = "或".join(step.titles) or f"{situation.plan.issuing_body.short_name}负责人（起草人以外的一人）"
        titles = " or ".join(step.titles) or "one person of the issuing body other than the drafter"
        yield Finding(
            "APPROVAL_MISSING",
            "refuse",
            f"{ACTION_WORDS[situation.decision.action]}须经{who}{step.verb}，没有写明或次序不对",
            f"an approval is missing or out of order: {titles} ({step.verb})",
            str(rule.clause) if rule and rule.clause else None,
        )


def _elements(situation: Situation) -> Iterator[Finding]:
    plan, decision = situation.plan, situation.decision
    # A correction states the whole true content, so what it mends says what must stand in it.
    stating = {decision.action} | ({situation.counts_as} if decision.action == "correct" else set())
    required = [element for element in plan.elements if not stating.isdisjoint(element.actions)]
    for element in required:
        if not _states(situation, element.element):
            yield Finding(
                "ELEMENT_MISSING",
                "refuse",
                f"缺少“{element.name}”：预案要求发布时说明",
                f"{element.element} is missing: the plan requires the announcement to state it",
                str(element.clause),
                field=stated_in(element.element),
            )
    if decision.issuer is None and not any(element.element == "issuer" for element in required):
        yield Finding(
            "ELEMENT_MISSING",
            "refuse",
            "缺少“发布机关”",
            "issuer is missing: the law requires it",
            _LAW,
            field="issuer",
        )
    if decision.action in ("correct", "retract") and decision.corrects is None:
        yield Finding(
            "ELEMENT_MISSING",
            "refuse",
            f"缺少“corrects”：{ACTION_WORDS[decision.action]}须写明有误的内容、正确的内容",
            f"corrects is missing: a {decision.action} states what was wrong and what is true",
            field="corrects",
        )
    if decision.issuer is not None and situation.whole_area and not is_issuer(plan, decision.issuer):
        body = plan.issuing_body
        yield Finding(
            "ELEMENT_MISSING",
            "refuse",
            f"发布机关“{decision.issuer}”不是本预案的发布机关；应为{body.name}",
            f"the issuer {decision.issuer!r} is not the plan's issuing body; it is {body.name}",
            str(body.clause),
            field="issuer",
        )


def stated_in(element: Element) -> str:
    """The part of a document in which an element that a plan requires is stated."""
    return _STATED_IN.get(element, element)


def _states(situation: Situation, element: Element) -> bool:
    decision, forecast = situation.decision, situation.decision.forecast
    stated: dict[Element, bool] = {
        "forecast_period": bool(daily_highs(decision)),  # measured days count where they are the basis
        "aqi_range": forecast.aqi_range is not None,
        "aqi_mean": forecast.aqi_mean is not None,
        "primary_pollutant": forecast.primary_pollutant is not None,
        "expected_end_at": decision.expected_end_at is not None or decision.open_ended,
        "issuer": decision.issuer is not None,
    }
    # The others are always there: the model asks for them, or the plan's own texts carry them.
    return stated.get(element, True)


def _document_number(situation: Situation) -> Iterator[Finding]:
    if situation.decision.document_number is None:
        yield Finding(
            "DOCUMENT_NUMBER_MISSING",
            "refuse",
            "没有写明文号；没有文号的决定不能发出",
            "no document number is stated; nothing leaves without one",
        )


def _lead_time(situation: Situation) -> Iterator[Finding]:
    """A start takes effect after the lead time; to extend, lower or lift is no start.

    A raise on measurements and the bases that the plan names are not held back.
    """
    decision, rule = situation.decision, situation.plan.lead_time
    if rule is None or decision.action not in ("issue", "raise"):
        return
    kind = decision.basis.kind
    monitored_raise = decision.action == "raise" and kind == "monitored" and situation.plan.monitored_raise
    if monitored_raise or kind in rule.not_for or situation.lead >= timedelta(hours=rule.hours):
        return
    hours = _hours(situation.lead)
    absolute = rule.minimum_hours is not None and situation.lead < timedelta(hours=rule.minimum_hours)
    if absolute:
        asked, english = (
            f"至少 {rule.minimum_hours} 小时",
            f"at least {rule.minimum_hours} h, without exception",
        )
    else:
        asked, english = f" {rule.hours} 小时以上", f"{rule.hours} h"
    yield Finding(
        "LEAD_TIME_SHORT",
        "refuse" if absolute else "reason",
        f"应提前{asked}发布，从决定到启动只有 {hours} 小时",
        f"the plan asks for {english} between decision and start; there are {hours}",
        str(rule.clause),
    )


def _hours(span: timedelta) -> str:
    """Hours rounded down to a tenth, so that a lead just short of its figure never reads as it."""
    tenths = span // timedelta(minutes=6)
    return f"{tenths / 10:g}"


def _stale(situation: Situation, now: datetime, *, launching: bool) -> Iterator[Finding]:
    """A correction or retraction is about times that were announced, so none of them is too late; nor
    is a lift at the end that was announced."""
    decision, start = situation.decision, situation.decision.starts_at
    if start >= now or decision.action in ("correct", "retract"):
        return
    announced = decision.action == "lift" and situation.on_schedule
    yield Finding(
        "STALE",
        "refuse" if launching and not announced else "note",
        f"启动或生效时间 {local(start):%Y-%m-%d %H:%M} 已过（现在是 {local(now):%Y-%m-%d %H:%M}）",
        f"the start {local(start):%Y-%m-%d %H:%M} is in the past (now {local(now):%Y-%m-%d %H:%M},"
        " China Standard Time)",
    )
