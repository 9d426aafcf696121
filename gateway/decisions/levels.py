"""The findings about a decision's level: forecast, measurement, upper levels, episodes, scope."""

from collections.abc import Iterator
from datetime import date

from gateway.decisions.approvals import is_issuer, is_upper_body
from gateway.decisions.findings import Finding, Severity
from gateway.decisions.forecast import Episode, Run, daily_highs, judged, longest_hours
from gateway.decisions.model import local
from gateway.decisions.situation import Situation
from gateway.vocabulary import LEVEL_WORDS, Level, rank


def level_findings(situation: Situation) -> Iterator[Finding]:
    """Everything about the level, gravest kind first."""
    yield from _upstream_order(situation)
    yield from _below_floor(situation)
    yield from _red_stays(situation)
    yield from _scope(situation)
    yield from _forecast(situation)
    yield from _prompt(situation)


def word(level: Level | None) -> str:
    """黄色, 橙色, 红色, or that there is none."""
    return LEVEL_WORDS[level] if level else "无预警级别"


def _upstream_order(situation: Situation) -> Iterator[Finding]:
    """Where a plan's every ground is an upper order, the order is what decides."""
    plan, decision = situation.plan, situation.decision
    only_orders = bool(plan.grounds) and all(ground.effect == "exact" for ground in plan.grounds)
    ordered = decision.basis.level
    if situation.effect == "exact" and situation.ground is not None:
        clause = str(situation.ground.clause)
        if decision.level is None:
            return
        if ordered is None:
            yield Finding(
                "UPSTREAM_ORDER_MISSING",
                "refuse",
                "依据上级指令启动，但没有写明指令的级别；请在 basis.level 写明",
                "the upper order's level is not stated; state it as basis.level",
                clause,
            )
        elif ordered != decision.level:
            yield Finding(
                "LEVEL_DIFFERS_FROM_ORDER",
                "refuse",
                f"上级指令为{word(ordered)}预警，本决定为{word(decision.level)}；应与指令一致",
                f"the upper order is {ordered}, the decision {decision.level}; they must be the same",
                clause,
            )
    elif only_orders:
        yield Finding(
            "UPSTREAM_ORDER_MISSING",
            "refuse",
            "本预案只按上级指令发布、调整和解除预警，没有写明上级指令",
            "this plan acts on upper orders only, and none is stated",
            str(plan.grounds[0].clause),
        )


def _below_floor(situation: Situation) -> Iterator[Finding]:
    plan, level, floor = situation.plan, situation.decision.level, situation.floor
    if floor is None or rank(level) >= rank(floor):
        return
    of_plan = plan.floor.clause if plan.floor and plan.floor.not_below_upper else None
    clause = of_plan or (situation.ground.clause if situation.ground else None)
    whose, english = "上级", "the upper level's"
    if situation.decision.basis.kind == "regional_linkage":
        whose, english = "区域联动的", "the region's"
    if level is None:
        message = f"{whose}{word(floor)}预警仍在执行，不能解除"
        english = f"{english} {floor} warning is in force: this one cannot be lifted"
    else:
        message = f"{whose}{word(floor)}预警已启动，本决定为{word(level)}；应不低于{word(floor)}"
        english = f"{english} {floor} warning has started, the decision is {level}; it must not be lower"
    yield Finding("BELOW_FLOOR", "refuse", message, english, str(clause) if clause else None)


def _red_stays(situation: Situation) -> Iterator[Finding]:
    rule, level, upper = situation.plan.floor, situation.decision.level, situation.upper_level
    if rule is None or not rule.red_stays or situation.context.active_level != "red":
        return
    if level in (None, "red") or upper in (None, "red") or situation.improved:
        return
    yield Finding(
        "RED_STAYS",
        "refuse",
        f"正在执行红色预警，上级启动的是{word(upper)}预警：未达到本预案的降级条件前，仍执行Ⅰ级响应，"
        f"不能降为{word(level)}",
        f"red is in force and the upper level started {upper}: red stays until the plan's own conditions"
        f" for lowering are met; it cannot become {level}",
        str(rule.clause),
    )


def _scope(situation: Situation) -> Iterator[Finding]:
    """A plan that counts counties counts them when it acts by itself, not when a county does."""
    plan, decision, rule = situation.plan, situation.decision, situation.plan.contiguous_scope
    if rule is None or decision.action not in ("issue", "raise") or situation.effect != "forecast":
        return
    if not situation.whole_area and len(decision.area) == 1:
        return
    counties, contiguous = decision.scope.counties_meeting, decision.scope.contiguous_counties
    counted = (
        contiguous if contiguous is not None else (counties if (counties or 0) < rule.counties else None)
    )
    if counted is not None and counted >= rule.counties:
        return
    stated = "没有写明" if counted is None else f"写明的是 {counted} 个"
    yield Finding(
        "SCOPE_NOT_MET",
        "refuse",
        f"{plan.place}启动预警须有 {rule.counties} 个及以上连片县（市、区）达到分级标准，{stated}",
        f"{rule.counties} contiguous counties must meet the level;"
        f" {'none are stated' if counted is None else f'{counted} are stated'}",
        str(rule.clause),
    )


def _forecast(situation: Situation) -> Iterator[Finding]:
    """LEVEL_NOT_MET and MERGE_EPISODES: the level asked against what the rules give."""
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
    bound = situation.effect == "exact"
    # An active upper warning lifts a weaker forecast to its level; it does not excuse a weaker decision.
    lifted = situation.floor == asked and rank(given) < rank(asked)
    if situation.started_level != asked and not lifted:
        unmeasured = _unmeasured(situation, given)
        if unmeasured is not None:
            yield unmeasured
        elif given != asked:
            yield _differs(situation, episode, "note" if bound else "reason")
        if episode and len(episode.peaks) > 1 and rank(asked) < rank(given) and not bound:
            yield _merge(situation, episode)
    elif given != asked and not _named_by_plan(situation):
        yield _by_another(situation)
    for other in later:
        yield Finding(
            "LEVEL_NOT_MET",
            "note",
            f"{_days(other.span)}另有一次污染过程，达到{word(other.level)}标准，不在本次判断之内",
            f"another episode, {_span(other.span)}, reaches {other.level}; it is not judged here",
            _rule_clause(situation, other.level),
        )


def _named_by_plan(situation: Situation) -> bool:
    """Whether the body whose start gives the level is one that the plan takes it from.

    A county may be started by the plan's own body; nobody stated is nobody to doubt.
    """
    plan, by, ground = situation.plan, situation.decision.basis.by, situation.ground
    if by is None or ground is None or not ground.by:
        return True
    of_city = not situation.whole_area and is_issuer(plan, by)
    return of_city or any(is_upper_body(by, printed) for printed in ground.by)


def _by_another(situation: Situation) -> Finding:
    """A name is no proof, so this is for people to judge, not a refusal."""
    by, ground = situation.decision.basis.by, situation.ground
    printed = "、".join(ground.by) if ground else ""
    return Finding(
        "LEVEL_NOT_MET",
        "note",
        f"级别只来自“{by}”的启动，预案写的是{printed}；请核实",
        f"the level comes only from a start by {by!r}; the plan names {printed}: verify it",
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
            f"{_days(episode.span)}的日 AQI（上限）{above}，达到{word(episode.level)}标准；"
            f"本决定为{word(asked)}，按预案应为{word(episode.level)}"
        )
        english = f"{_span(episode.span)}, {above_en}: this reaches {episode.level}; the decision is {asked}"
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
    if latest is not None and latest > rule.above and not improving:
        return None
    forecast_only = decision.model_copy(update={"observed": None})
    episode, _ = judged(situation.plan, forecast_only)
    if episode is not None and episode.level == decision.level:
        return None
    hours = rule.no_improvement_within_hours
    if latest is None:
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
    peaks = "、".join(_days(peak) for peak in episode.peaks)
    english = ", ".join(_span(peak) for peak in episode.peaks)
    return Finding(
        "MERGE_EPISODES",
        "reason",
        f"预报有 {len(episode.peaks)} 个污染高峰（{peaks}），间隔不足 {hours} 小时、达不到解除条件，应按一次"
        f"过程从高级别{word(episode.level)}启动，本决定为{word(asked)}",
        f"the forecast has {len(episode.peaks)} peaks ({english}) less than {hours} h apart: one episode,"
        f" to be started at {episode.level}; the decision is {asked}",
        str(plan.merge.clause) if plan.merge else None,
    )


def _prompt(situation: Situation) -> Iterator[Finding]:
    basis, asked = situation.decision.basis, situation.decision.level
    if basis.kind != "upper_prompt":
        return
    prompted = f"建议{word(basis.level)}预警" if basis.level else "没有写明级别"
    followed = "一致" if basis.level == asked else "不一致"
    yield Finding(
        "PROMPT_JUDGED",
        "note",
        f"收到上级预警提示（{prompted}），结合本地实际研判，决定为{word(asked)}，与提示{followed}，已记录",
        f"an upper prompt ({basis.level or 'no level stated'}) was judged locally; the decision is"
        f" {asked or 'no level'}",
        str(situation.ground.clause) if situation.ground else None,
    )


def _rule_clause(situation: Situation, level: Level | None) -> str | None:
    clause = next((rule.clause for rule in situation.plan.level_rules if rule.level == level), None)
    return str(clause) if clause else None


def _days(run: Run) -> str:
    first, last = run.first, run.last
    if first == last:
        return f"{first.month}月{first.day}日"
    same_month = (first.year, first.month) == (last.year, last.month)
    end = f"{last.day}日" if same_month else f"{last.month}月{last.day}日"
    return f"{first.month}月{first.day}日至{end}"


def _span(run: Run) -> str:
    return str(run.first) if run.first == run.last else f"{run.first} to {run.last}"
