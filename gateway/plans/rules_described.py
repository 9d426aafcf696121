"""A plan's rules, units and reports as lines to read, section by section."""

from collections.abc import Iterator

from gateway.plans.model import Body, Plan, ReductionTarget, Report
from gateway.plans.printed import (
    BASIS_WORDS,
    CAUSE_WORDS,
    EFFECT_WORDS,
    OWED_WORDS,
    action_words,
    cited,
    deadline_words,
    level_words,
    threshold_words,
)
from gateway.vocabulary import LEVEL_WORDS


def rules(plan: Plan) -> list[tuple[str, list[str]]]:
    """Each section's heading and lines; no lines where the plan has nothing of it."""
    return [
        (heading, [f"  {line}" for line in section(plan)])
        for heading, section in (
            ("适用范围", _scope),
            ("单位与职责", _units),
            ("预警分级", _levels),
            ("启动依据", _grounds),
            ("提前量", _lead_time),
            ("批准", _approvals),
            ("发布要素", _elements),
            ("另行告知", _informed),
            ("调整与解除", _changes),
            ("响应与减排", _responses),
            ("提前指导", _guidance),
            ("信息公开", _disclosure),
            ("报告", _reports),
        )
    ]


def body_words(body: Body) -> str:
    """The name, its other names and its titles."""
    names = [body.short_name, *body.also_known_as]
    titles = f"；职务：{'、'.join(body.titles)}" if body.titles else ""
    return f"{body.name}（{'、'.join(names)}）{titles}"


def _scope(plan: Plan) -> Iterator[str]:
    areas = "、".join(f"{area.name}（{area.code}）" for area in plan.areas)
    yield f"区域：{areas}"
    yield cited(f"发布机关：{body_words(plan.issuing_body)}", plan.issuing_body.clause)
    valid_from, valid_until = plan.validity.valid_from, plan.validity.valid_until
    period = f"有效期：{valid_from or '自发布之日起'} 至 {valid_until or '另行废止'}"
    yield cited(period, plan.validity.clause)
    for exclusion in plan.exclusions:
        yield cited(f"不适用（{CAUSE_WORDS[exclusion.cause]}）：{exclusion.text}", exclusion.clause)
    if plan.aqi_standard:
        yield f"AQI 依据：{plan.aqi_standard}"


def _units(plan: Plan) -> Iterator[str]:
    for unit in plan.units:
        yield cited(f"{unit.name}：{unit.duty}" if unit.duty else unit.name, unit.clause)


def _levels(plan: Plan) -> Iterator[str]:
    for rule in plan.level_rules:
        pollutants = f"（{'、'.join(rule.pollutants)}）" if rule.pollutants else ""
        yield cited(f"{LEVEL_WORDS[rule.level]}{pollutants}：{threshold_words(rule)}", rule.clause)


def _grounds(plan: Plan) -> Iterator[str]:
    for ground in plan.grounds:
        by = f"（{'、'.join(ground.by)}）" if ground.by else ""
        yield cited(f"{BASIS_WORDS[ground.basis]}{by}：{EFFECT_WORDS[ground.effect]}", ground.clause)
    if plan.floor:
        kept = [
            "不低于上级的级别" if plan.floor.not_below_upper else "",
            "已启动红色的仍执行红色" if plan.floor.red_stays else "",
        ]
        yield cited(f"上级已发布预警时：{'，'.join(rule for rule in kept if rule)}", plan.floor.clause)
    if plan.contiguous_scope:
        scope = plan.contiguous_scope
        yield cited(f"至少 {scope.counties} 个相连的区县达到级别", scope.clause)


def _lead_time(plan: Plan) -> Iterator[str]:
    lead = plan.lead_time
    if lead:
        text = f"提前 {lead.hours} 小时以上"
        if lead.minimum_hours is not None:
            text += f"，有理由时也不少于 {lead.minimum_hours} 小时"
        if lead.not_for:
            text += f"；不适用于：{'、'.join(BASIS_WORDS[basis] for basis in lead.not_for)}"
        yield cited(text, lead.clause)


def _approvals(plan: Plan) -> Iterator[str]:
    for rule in plan.approvals:
        levels = level_words(rule.levels) or "各级"
        schedule = {None: "", True: "（按期）", False: "（提前）"}[rule.on_schedule]
        steps = " → ".join(f"{'或'.join(step.titles) or '发布机关另一人'}{step.verb}" for step in rule.steps)
        yield cited(f"{levels} {action_words(rule.actions)}{schedule}：{steps or '无须批准'}", rule.clause)


def _elements(plan: Plan) -> Iterator[str]:
    for element in plan.elements:
        yield cited(f"{element.name}（{action_words(element.actions)}）", element.clause)


def _informed(plan: Plan) -> Iterator[str]:
    for informed in plan.informed:
        how = f"：{informed.how}" if informed.how else ""
        when = f"{level_words(informed.levels) or '各级'} {action_words(informed.actions) or '每次决定'}"
        yield cited(f"{informed.whom}{how}（{when}）", informed.clause)


def _changes(plan: Plan) -> Iterator[str]:
    if plan.lower_or_lift:
        yield cited(f"降级或解除：{plan.lower_or_lift.text}", plan.lower_or_lift.clause)
    if plan.monitored_raise:
        which = "升级" if plan.monitored_raise.only_higher else "调整级别"
        yield cited(f"按监测{which}：{plan.monitored_raise.text}", plan.monitored_raise.clause)
    if plan.merge:
        yield cited(f"两次过程合并：{plan.merge.text}", plan.merge.clause)


def _responses(plan: Plan) -> Iterator[str]:
    if plan.responses:
        yield "；".join(f"{LEVEL_WORDS[level]} {name}" for level, name in plan.responses.items())
    for target in plan.reduction_targets:
        percent = "、".join(f"{LEVEL_WORDS[level]} {value}%" for level, value in target.percent.items())
        text = f"；{target.text}" if target.text else ""
        yield cited(f"减排比例（{target_words(target)}）：{percent}{text}", target.clause)
    if plan.rotation:
        rotation = plan.rotation
        yield cited(f"轮流停产：最多分 {rotation.batches_at_most} 批", rotation.clause)
        if rotation.turn:
            turn = rotation.turn
            begins = "自开始执行时起" if turn.begins == "start" else "自开始执行后的第一个 0 时起"
            yield cited(f"轮换：共 {turn.batches} 批，每批 {turn.hours} 小时，{begins}", turn.clause)
    if plan.safety:
        yield cited(f"安全前提：{plan.safety.text}", plan.safety.clause)
    if plan.sign_boards:
        boards = plan.sign_boards
        forms = [("工业企业", boards.enterprise), ("施工工地", boards.site)]
        contents = "；".join(f"{of}：{'、'.join(named.values())}" for of, named in forms if named)
        yield cited(f"公示牌：{contents or '内容未列'}", boards.clause)


def target_words(target: ReductionTarget) -> str:
    """What a reduction target counts: the pollutants, whether their sum, and whose emissions."""
    names = "、".join(target.pollutants) or "未写明污染物"
    return f"{names}{'之和' if target.together else ''}{f'，占{target.of}' if target.of else ''}"


def _guidance(plan: Plan) -> Iterator[str]:
    guidance = plan.advance_guidance
    if guidance:
        industries = f"（{'、'.join(guidance.industries)}）" if guidance.industries else ""
        yield cited(f"{guidance.by_whom}，{guidance.when}{industries}：{guidance.text}", guidance.clause)


def _disclosure(plan: Plan) -> Iterator[str]:
    shown = plan.disclosure
    if shown:
        forms = f"；形式：{'、'.join(shown.forms)}" if shown.forms else ""
        yield cited(f"{shown.by_whom}：{'、'.join(shown.contents)}{forms}", shown.clause)


def _reports(plan: Plan) -> Iterator[str]:
    for report in plan.reports:
        yield cited(_report(report), report.clause)


def _report(report: Report) -> str:
    when = f"{level_words(report.levels) or '各级'} {action_words(report.actions)}"
    only = "，只在演练后" if report.exercises_only else ""
    only += "，只在区县自行决定时" if report.county_decisions_only else ""
    only += "，区县自行发布时除外" if report.own_decisions_only else ""
    only += "，响应没有启动就解除的除外" if report.once_begun else ""
    remarks = [
        f"（{when}{only}）",
        f"；{OWED_WORDS[report.owed_by]}" if report.owed_by != "body" else "",
        f"：{'、'.join(report.units)}" if report.units else "",
        f"；内容：{'、'.join(report.contents)}" if report.contents else "",
    ]
    text = f"{report.by_whom}向{report.to_whom}：{report.what}，{deadline_words(report.deadline)}"
    return text + "".join(remarks)
