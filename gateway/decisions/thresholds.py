"""The findings that hold the level asked against the plan's thresholds: forecast, measurement, episodes."""

from collections.abc import Iterator
from datetime import date

from gateway.decisions.findings import Finding, Severity
from gateway.decisions.forecast import Episode, Run, daily_highs, judged, longest_hours
from gateway.decisions.names import is_issuer, is_upper_body
from gateway.decisions.situation import Situation
from gateway.decisions.words import days, span, word
from gateway.moments import local
from gateway.vocabulary import Level, rank


def threshold_findings(situation: Situation) -> Iterator[Finding]:
    """LEVEL_NOT_MET and MERGE_EPISODES: the level asked against what the rules give.

    A hint is given before it is certain what will come: what the forecast does not bear out is a note.
    """
    plan, decision = situation.plan, situation.decision
    asked = decision.level
    if asked is None:
        return
    if not plan.level_rules:
        yield Finding(
            "LEVEL_NOT_MET",
            "note",
            f"本预案没有分级标准，无法按预报核对；{word(asked)}以会商决定为准",
            f"the plan has no thresholds: {asked} cannot be checked against the forecast",
        )
        return
    episode, later = judged(plan, decision)
    given = episode.level if episode else None
    bound = situation.effect == "exact" or decision.action == "hint"
    started, floor = situation.started_level, situation.floor
    if _for_counties_only(situation):
        started, floor = None, situation.context.upper_active_level
    # An active upper warning lifts a weaker forecast to its level; it does not excuse a weaker decision.
    lifted = floor == asked and rank(given) < rank(asked)
    if started != asked and not lifted:
        unmeasured = _unmeasured(situation, given)
        if unmeasured is not None:
            yield unmeasured
        elif given != asked:
            yield _differs(situation, episode, "note" if bound else "reason")
        if episode and len(episode.peaks) > 1 and rank(asked) < rank(given) and not bound:
            yield _merge(situation, episode)
    elif given != asked and not _named_by_plan(situation):
        yield _by_another(situation)
    if situation.effect == "exact" and not _named_by_plan(situation):
        yield _by_another(situation)
    for other in later:
        yield Finding(
            "LEVEL_NOT_MET",
            "note",
            f"{days(other.span)}另有一次污染过程，达到{word(other.level)}标准，不在本次判断之内",
            f"another episode, {span(other.span)}, reaches {other.level}; it is not judged here",
            _rule_clause(situation, other.level),
        )


def _for_counties_only(situation: Situation) -> bool:
    """Whether the plan takes such a start from its own body alone, as its counties do, and the whole area
    decides."""
    plan, ground = situation.plan, situation.ground
    if ground is None or not ground.by or not situation.whole_area:
        return False
    return all(is_issuer(plan, printed) for printed in ground.by)


def _named_by_plan(situation: Situation) -> bool:
    """Whether the body whose start gives the level is one that the plan takes it from.

    A county may be started by the plan's own body, the whole area not: nobody is above itself. Nobody
    stated is nobody to doubt.
    """
    plan, by, ground = situation.plan, situation.decision.basis.by, situation.ground
    if by is None or ground is None or not ground.by:
        return True
    if is_issuer(plan, by):
        return not situation.whole_area
    return any(is_upper_body(by, printed) for printed in ground.by)


def _by_another(situation: Situation) -> Finding:
    """A name is no proof, so this is for people to judge, not a refusal."""
    by, ground = situation.decision.basis.by, situation.ground
    printed = "、".join(ground.by) if ground else ""
    doubt = f"预案写的是{printed}", f"the plan names {printed}"
    if by is not None and is_issuer(situation.plan, by):
        doubt = "它不是发布机关的上级", "it is not above the body that issues"
    return Finding(
        "LEVEL_NOT_MET",
        "note",
        f"级别只来自“{by}”的启动，{doubt[0]}；请核实",
        f"the level comes only from a start by {by!r}; {doubt[1]}: verify it",
        str(ground.clause) if ground else None,
    )


def _differs(situation: Situation, episode: Episode | None, severity: Severity) -> Finding:
    plan, decision = situation.plan, situation.decision
    asked = decision.level
    start = local(decision.starts_at).date()
    figures = longest_hours(plan, decision, episode.span if episode else Run(start, date.max))
    above = "、".join(f"高于 {value} 最长连续 {hours} 小时" for value, hours in figures.items())
    above_en = ", ".join(f"above {value} for up to {hours} h" for value, hours in figures.items())
    if episode is not None:
        message = (
            f"{days(episode.span)}的日 AQI（上限）{above}，达到{word(episode.level)}标准；"
            f"本决定为{word(asked)}，按预案应为{word(episode.level)}"
        )
        english = f"{span(episode.span)}, {above_en}: this reaches {episode.level}; the decision is {asked}"
    elif not daily_highs(decision):
        message = f"没有写明逐日预报，无法确认是否达到{word(asked)}标准"
        english = f"no daily forecast is stated: whether {asked} is met cannot be seen"
    else:
        message = f"{start} 起没有达到任何级别标准的污染过程"
        message += f"（日 AQI 上限{above}）" if above else "（预报没有高于最低标准的日子）"
        message += f"；本决定为{word(asked)}"
        english = f"no episode from {start} on reaches a level ({above_en or 'no day is above a threshold'});"
        english += f" the decision is {asked}"
    clause = _rule_clause(situation, episode.level if episode else asked)
    return Finding("LEVEL_NOT_MET", severity, message, english, clause)


def _unmeasured(situation: Situation, given: Level | None) -> Finding | None:
    """A decision on measurements alone, where the plan's condition for that is not met.

    Where the level follows from the forecast without the measurements, they are not needed.
    """
    decision, rule = situation.decision, situation.plan.monitored_raise
    if rule is None or decision.basis.kind != "monitored":
        return None
    observed = decision.observed
    latest = observed.daily_aqi[-1] if observed and observed.daily_aqi else None
    improving = observed is not None and observed.improving_within_24h
    out_of_place = rule.only_higher and decision.action not in ("raise", "correct")
    if latest is not None and latest > rule.above and not improving and not out_of_place:
        return None
    forecast_only = decision.model_copy(update={"observed": None})
    episode, _ = judged(situation.plan, forecast_only)
    if episode is not None and episode.level == decision.level:
        return None
    hours = rule.no_improvement_within_hours
    if out_of_place:
        state, english = "预案只写了按实测提高级别", "the plan lets measurements raise a level, nothing else"
    elif latest is None:
        state, english = "没有写明实测日 AQI", "no measured daily AQI is stated"
    elif improving:
        state, english = f"预测 {hours} 小时内将明显改善", f"improvement is forecast within {hours} h"
    else:
        state, english = f"最近的实测日 AQI 为 {latest}", f"the latest measured daily AQI is {latest}"
    reached = f"达到{word(given)}标准" if given else "达不到任何级别的标准"
    return Finding(
        "LEVEL_NOT_MET",
        "reason",
        f"按实测调整级别，须实测日 AQI 高于 {rule.above} 且 {hours} 小时内不会明显改善；{state}。"
        f"现有数据{reached}，本决定为{word(decision.level)}",
        f"a change by measurement needs a measured daily AQI above {rule.above} and no improvement within"
        f" {hours} h; {english}. The data reach {given or 'no level'}, the decision is {decision.level}",
        str(rule.clause),
    )


def _merge(situation: Situation, episode: Episode) -> Finding:
    plan, asked = situation.plan, situation.decision.level
    hours = plan.lower_or_lift.forecast_hours if plan.lower_or_lift else 0
    peaks = "、".join(days(peak) for peak in episode.peaks)
    english = ", ".join(span(peak) for peak in episode.peaks)
    return Finding(
        "MERGE_EPISODES",
        "reason",
        f"预报有 {len(episode.peaks)} 个污染高峰（{peaks}），间隔不足 {hours} 小时、达不到解除条件，应按一次"
        f"过程从高级别{word(episode.level)}启动，本决定为{word(asked)}",
        f"the forecast has {len(episode.peaks)} peaks ({english}) less than {hours} h apart: one episode,"
        f" to be started at {episode.level}; the decision is {asked}",
        str(plan.merge.clause) if plan.merge else None,
    )


def _rule_clause(situation: Situation, level: Level | None) -> str | None:
    clause = next((rule.clause for rule in situation.plan.level_rules if rule.level == level), None)
    return str(clause) if clause else None
