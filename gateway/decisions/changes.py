"""The findings about changing a warning in force: lowering, lifting, and actions that do not fit it."""

from collections.abc import Iterator

from gateway.decisions.findings import Finding
from gateway.decisions.situation import Situation
from gateway.decisions.words import word
from gateway.vocabulary import ACTION_WORDS, WARNING_ACTIONS, rank


def change_findings(situation: Situation) -> Iterator[Finding]:
    """Everything about what is in force now."""
    yield from _action(situation)
    yield from _lift_condition(situation)


def _action(situation: Situation) -> Iterator[Finding]:
    """ACTION_MISMATCH: the action is no change of what is known to be in force.

    Not of DESIGN's table, which leaves the case open: a raise that does not rise, a lower that does
    not fall, an extension that changes the level or ends no later, a hint or an issue beside a warning, a
    correction that changes the level, a change of nothing. A tip stands beside everything.
    """
    decision, active = situation.decision, situation.context.active_level
    if decision.action in ("correct", "retract"):
        yield from _mended(situation)
    elif decision.action == "hint" and active is not None:
        yield _mismatch(
            situation,
            f"已有{word(active)}预警，不能再发提示；请直接升级、降级或延长",
            f"{active} is in force: raise, lower or extend it, a hint would put its level in doubt",
        )
    elif decision.action == "issue" and active is not None:
        yield _mismatch(
            situation,
            f"已有{word(active)}预警，不能另行发布；请升级、降级或延长",
            f"{active} is in force: raise, lower or extend it, a second issue would double it",
        )
    elif decision.action in ("raise", "lower", "extend", "lift"):
        yield from _changed(situation)


def _mended(situation: Situation) -> Iterator[Finding]:
    """A correction or retraction states the level of what it mends, and mends no retraction."""
    decision, before = situation.decision, situation.before
    name, stated = ACTION_WORDS[decision.action], decision.level
    if before is not None and before.action == "retract":
        yield _mismatch(
            situation,
            f"要{name}的是一份撤回；撤回之后请重新发布",
            f"a retraction is not mended by a {decision.action}; issue anew",
        )
        return
    if before is not None:
        mended = before.level
        fits = stated == mended or (decision.action == "retract" and stated is None)
    else:
        mended = situation.context.active_level
        fits = stated is None or mended is None or stated == mended
    if not fits:
        yield _mismatch(
            situation,
            f"{name}不改变级别：原为{word(mended)}，本决定为{word(stated)}；要改级别，请升级或降级",
            f"to {decision.action} changes no level: it was {mended or 'none'}, the decision states"
            f" {stated or 'none'}; raise or lower instead",
        )


def _changed(situation: Situation) -> Iterator[Finding]:
    decision, active = situation.decision, situation.context.active_level
    action, level = decision.action, decision.level
    if active is None:
        if situation.after_hint and action != "lift":
            yield _mismatch(
                situation,
                f"只发过提示，还没有预警，不能{ACTION_WORDS[action]}；请用发布",
                f"only a hint stands, no warning is in force: there is nothing to {action}; issue one",
            )
        elif situation.certain and not situation.after_hint:
            yield _mismatch(
                situation,
                f"现在没有预警，不能{ACTION_WORDS[action]}",
                f"no warning is in force: there is nothing to {action}",
            )
        return
    fits = {
        "raise": rank(level) > rank(active),
        "lower": rank(level) < rank(active),
        "extend": level == active,
    }.get(action, True)
    if not fits:
        asked = {"raise": "高于", "lower": "低于"}.get(action, "等于")
        yield _mismatch(
            situation,
            f"已有{word(active)}预警，{ACTION_WORDS[action]}后的级别应{asked}{word(active)}，本决定为{word(level)}",
            f"{active} is in force; {action} to {level} does not fit",
        )
    end, scheduled = decision.expected_end_at, situation.context.scheduled_end
    if action == "extend" and end is not None and scheduled is not None and end <= scheduled:
        yield _mismatch(
            situation,
            "延长后的预计解除时间应晚于原定时间",
            "the new expected end must be later than the scheduled one",
        )


def _mismatch(situation: Situation, message: str, english: str) -> Finding:
    rule = situation.plan.lower_or_lift if situation.decision.action in WARNING_ACTIONS else None
    return Finding("ACTION_MISMATCH", "refuse", message, english, str(rule.clause) if rule else None)


def _lift_condition(situation: Situation) -> Iterator[Finding]:
    """A lift on schedule asks for no new forecast."""
    decision, rule = situation.decision, situation.plan.lower_or_lift
    if rule is None or decision.action not in ("lower", "lift") or situation.improved:
        return
    if decision.action == "lift" and (situation.on_schedule or situation.ends_hint):
        return
    observed = decision.observed
    below = observed is not None and observed.below_threshold
    hours = observed.improvement_hours if observed else 0
    yield Finding(
        "LIFT_CONDITION_NOT_MET",
        "reason",
        f"{ACTION_WORDS[decision.action]}须空气质量已降到启动标准以下，且预测持续 {rule.forecast_hours}"
        f" 小时以上；现在{'已' if below else '未'}降到标准以下，预测持续 {hours} 小时",
        f"to {decision.action}, air quality must be below the threshold and forecast to stay so for"
        f" {rule.forecast_hours} h; it is {'' if below else 'not '}below, with {hours} h forecast",
        str(rule.clause),
    )
