"""The findings about a decision's level beside other governments' words: orders, floors, prompts, scope."""

from collections.abc import Iterator

from gateway.decisions.findings import Finding
from gateway.decisions.situation import Situation
from gateway.decisions.thresholds import threshold_findings
from gateway.decisions.words import word
from gateway.vocabulary import ACTION_WORDS, WARNING_ACTIONS, rank


def level_findings(situation: Situation) -> Iterator[Finding]:
    """Everything about the level, gravest kind first.

    A tip has none, a retraction takes none, and whoever ends a hint ends no warning. A correction may
    not change the level that was decided, so only what concerns that level's truth is said of it.
    """
    action = situation.decision.action
    if action in ("tip", "retract") or situation.ends_hint:
        return
    if action in (*WARNING_ACTIONS, "lift"):
        yield from _upstream_order(situation)
    if action != "correct":
        yield from _below_floor(situation)
    yield from _red_stays(situation)
    yield from _scope(situation)
    yield from threshold_findings(situation)
    if action != "correct":
        yield from _prompt(situation)


def _upstream_order(situation: Situation) -> Iterator[Finding]:
    """Where a plan's every ground is an upper order, the order is what decides."""
    plan, decision = situation.plan, situation.decision
    ordered = decision.basis.level
    if situation.expects_orders:  # nobody has to type what came in, and nobody types less
        ordered = max(ordered, situation.context.upper_active_level, key=rank)
    if situation.effect == "exact" and situation.ground is not None:
        clause = str(situation.ground.clause)
        if decision.level is None:
            yield from _lift_of_another(situation, clause)
            yield from _not_received(situation, clause)
        elif ordered is None:
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
        else:
            yield from _not_received(situation, clause)
    elif situation.only_orders:
        yield Finding(
            "UPSTREAM_ORDER_MISSING",
            "refuse",
            "本预案只按上级指令发布、调整和解除预警，没有写明上级指令",
            "this plan acts on upper orders only, and none is stated",
            str(plan.grounds[0].clause),
        )


def _not_received(situation: Situation, clause: str) -> Iterator[Finding]:
    """Where orders come into the ledger, one that did not may be real (a fax, a call) and may be nobody's:
    people say how it came. A level below what is in force is refused besides (BELOW_FLOOR)."""
    upstream, level = situation.upstream, situation.decision.level
    if upstream is None or not situation.expects_orders:
        return
    before = situation.before
    if level is None:
        since = before.decided_at if before is not None else None
        known = upstream.lifted_at is not None and (since is None or upstream.lifted_at >= since)
    else:
        known = rank(upstream.level) >= rank(level)
    if not known:
        asked = f"{word(level)}预警" if level else "解除"
        yield Finding(
            "UPSTREAM_ORDER_MISSING",
            "reason",
            f"系统没有收到上级的{asked}指令；经传真、电话等收到的，请在 special_reason 写明来源和核实情况",
            f"no upper order to {'start ' + level if level else 'lift'} was received; if it came by fax or"
            " telephone, state in special_reason whose it is and how it was verified",
            clause,
        )


def _lift_of_another(situation: Situation, clause: str) -> Iterator[Finding]:
    """An order to lift has no level of its own; one that is stated can only be the level lifted."""
    ordered, active = situation.decision.basis.level, situation.context.active_level
    if ordered is not None and active is not None and ordered != active:
        yield Finding(
            "LEVEL_DIFFERS_FROM_ORDER",
            "refuse",
            f"上级指令写的是{word(ordered)}预警，已有的是{word(active)}预警；这不是解除它的指令",
            f"the upper order names {ordered}, {active} is in force: it is no order to lift that",
            clause,
        )


def _below_floor(situation: Situation) -> Iterator[Finding]:
    plan, level, floor = situation.plan, situation.decision.level, situation.floor
    if floor is None and plan.floor is None and situation.effect != "exact":
        yield from _below_upper(situation)
    if floor is None or rank(level) >= rank(floor):
        return
    of_plan = plan.floor.clause if plan.floor and plan.floor.not_below_upper else None
    clause = of_plan or (situation.ground.clause if situation.ground else None)
    whose, english = "上级", "the upper level's"
    if situation.decision.basis.kind == "regional_linkage":
        whose, english = "区域联动的", "the region's"
    if level is None:
        message = f"{whose}{word(floor)}预警仍生效，不能解除"
        english = f"{english} {floor} warning is in force: this one cannot be lifted"
    else:
        message = f"{whose}{word(floor)}预警已启动，本决定为{word(level)}；应不低于{word(floor)}"
        english = f"{english} {floor} warning has started, the decision is {level}; it must not be lower"
    yield Finding("BELOW_FLOOR", "refuse", message, english, str(clause) if clause else None)


def _below_upper(situation: Situation) -> Iterator[Finding]:
    """A plan that says nothing of upper levels sets no floor; that one has started more is said all the
    same."""
    level, upper = situation.decision.level, situation.upper_level
    if upper is None or rank(level) >= rank(upper):
        return
    asked = f"为{word(level)}" if level else f"为{ACTION_WORDS[situation.decision.action]}"
    yield Finding(
        "BELOW_FLOOR",
        "note",
        f"上级{word(upper)}预警已启动，本决定{asked}；本预案没有规定不得低于上级，请核实上级的要求",
        f"the upper level's {upper} warning has started, the decision is {level or 'to lift'}; this plan"
        " sets no floor: verify what the upper level asks",
    )


def _red_stays(situation: Situation) -> Iterator[Finding]:
    rule, level, upper = situation.plan.floor, situation.decision.level, situation.upper_level
    if rule is None or not rule.red_stays or situation.context.active_level != "red":
        return
    if situation.decision.action not in WARNING_ACTIONS:
        return
    if level in (None, "red") or upper in (None, "red") or situation.improved:
        return
    yield Finding(
        "RED_STAYS",
        "refuse",
        f"已有红色预警，上级启动的是{word(upper)}预警：未达到本预案的降级条件前，仍执行Ⅰ级响应，"
        f"不能降为{word(level)}",
        f"red is in force and the upper level started {upper}: red stays until the plan's own conditions"
        f" for lowering are met; it cannot become {level}",
        str(rule.clause),
    )


def _scope(situation: Situation) -> Iterator[Finding]:
    """A plan that counts counties counts them when it judges for itself.

    Not when a county does, and not up to the level that an upper government has started.
    """
    plan, decision, rule = situation.plan, situation.decision, situation.plan.contiguous_scope
    if rule is None or decision.action not in ("issue", "raise") or situation.of_county:
        return
    if situation.effect in ("floor", "exact") or rank(situation.floor) >= rank(decision.level):
        return
    if decision.action == "raise" and decision.basis.kind == "monitored":
        return  # its rule is about what was measured
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


def _prompt(situation: Situation) -> Iterator[Finding]:
    decision, basis = situation.decision, situation.decision.basis
    if basis.kind != "upper_prompt":
        return
    prompted = f"建议{word(basis.level)}预警" if basis.level else "没有写明级别"
    chosen = word(decision.level) if decision.level else ACTION_WORDS[decision.action]
    followed = ""
    if basis.level is not None:
        followed = "，与提示一致" if basis.level == decision.level else "，与提示不一致"
    yield Finding(
        "PROMPT_JUDGED",
        "note",
        f"收到上级预警提示（{prompted}），结合本地实际研判，决定为{chosen}{followed}，已记录",
        f"an upper prompt ({basis.level or 'no level stated'}) was judged locally; the decision is"
        f" {decision.level or 'to ' + decision.action}",
        str(situation.ground.clause) if situation.ground else None,
    )
