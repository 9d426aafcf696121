"""A plan for people to read, and as data for programs. Pure: printing is the command line's."""

from collections.abc import Iterable, Iterator
from typing import Any

from gateway.plans.loaded import LoadedPlan
from gateway.plans.model import Body, Clause, LevelRule, Measure, Plan
from gateway.vocabulary import (
    ACTION_WORDS,
    AUDIENCE_WORDS,
    CATEGORIES,
    CATEGORY_WORDS,
    LEVEL_WORDS,
    LEVELS,
    SECTOR_WORDS,
    SOURCE_WORDS,
    Action,
    Level,
)

_BASIS_WORDS = {
    "own_forecast": "本级预测",
    "upper_order": "上级指令",
    "upper_warning": "上级启动预警",
    "upper_prompt": "上级预警提示",
    "regional_linkage": "区域应急联动",
    "monitored": "监测",
}
_EFFECT_WORDS = {
    "forecast": "按预测结果定级",
    "monitored": "按监测结果定级",
    "floor": "级别不低于上级",
    "exact": "级别与上级一致",
    "judgement": "结合本地实际研判",
}
_CAUSE_WORDS = {"ordinary": "一般污染", "sand_dust": "沙尘", "typhoon": "台风", "wildfire": "山火"}

_READER_WORDS: dict[str, str] = {
    str(word): printed for word, printed in (*AUDIENCE_WORDS.items(), *SECTOR_WORDS.items())
}


def summary(loaded: LoadedPlan) -> dict[str, Any]:
    """One plan in a list: id, title, version, place, area, validity, and its measures counted by level."""
    plan = loaded.plan
    return {
        "id": plan.id,
        "title": plan.title,
        "version": loaded.version,
        "place": plan.place,
        "area": plan.area,
        "validity": plan.validity.model_dump(mode="json"),
        "measures": {level: sum(m.level == level for m in plan.measures) for level in LEVELS},
    }


def as_json(loaded: LoadedPlan) -> dict[str, Any]:
    """The plan's data as its file holds it, defaults filled in, with `digest` (SHA-256 of the file)."""
    return {**loaded.plan.model_dump(mode="json"), "digest": loaded.digest}


def describe(loaded: LoadedPlan) -> str:
    """The plan in Chinese, section by section; every rule and measure with its clause in brackets."""
    plan = loaded.plan
    number = f" · {plan.source.document_number}" if plan.source.document_number else ""
    lines = [plan.title, f"{plan.place}（{plan.area}） · 版本 {loaded.version}{number}"]
    for heading, content in (
        ("适用范围", _scope(plan)),
        ("预警分级", _levels(plan)),
        ("启动依据", _grounds(plan)),
        ("提前量", _lead_time(plan)),
        ("批准", _approvals(plan)),
        ("发布要素", _elements(plan)),
        ("调整与解除", _changes(plan)),
        ("响应与减排", _responses(plan)),
        ("报告", _reports(plan)),
    ):
        lines += ["", heading, *(list(content) or ["  预案没有规定"])]
    for level in LEVELS:
        lines += ["", f"措施：{LEVEL_WORDS[level]}预警（{plan.responses.get(level, '无响应名称')}）"]
        lines += list(_measures(plan, level)) or ["  没有这一级的措施"]
    lines += _notes(plan)
    return "\n".join(lines) + "\n"


def reader_words(reader: str) -> str:
    """The printed name of a reader, such as 企业·施工工地."""
    return "·".join(_READER_WORDS[part] for part in reader.split("."))


def _line(text: str, clause: Clause | None) -> str:
    return f"  {text} 〔{clause or '预案未规定，按通用规则'}〕"


def _words(levels: Iterable[Level]) -> str:
    return "、".join(LEVEL_WORDS[level] for level in levels)


def _actions(actions: Iterable[Action]) -> str:
    return "、".join(ACTION_WORDS[action] for action in actions)


def _scope(plan: Plan) -> Iterator[str]:
    areas = "、".join(f"{area.name}（{area.code}）" for area in plan.areas)
    yield f"  区域：{areas}"
    yield _line(f"发布机关：{_body(plan.issuing_body)}", plan.issuing_body.clause)
    valid_from, valid_until = plan.validity.valid_from, plan.validity.valid_until
    period = f"有效期：{valid_from or '自印发起'} 至 {valid_until or '另行废止'}"
    yield _line(period, plan.validity.clause)
    for exclusion in plan.exclusions:
        yield _line(f"不适用（{_CAUSE_WORDS[exclusion.cause]}）：{exclusion.text}", exclusion.clause)
    if plan.aqi_standard:
        yield f"  AQI 依据：{plan.aqi_standard}"


def _body(body: Body) -> str:
    names = [body.short_name, *body.also_known_as]
    titles = f"；职务：{'、'.join(body.titles)}" if body.titles else ""
    return f"{body.name}（{'、'.join(names)}）{titles}"


def _levels(plan: Plan) -> Iterator[str]:
    for rule in plan.level_rules:
        pollutants = f"（{'、'.join(rule.pollutants)}）" if rule.pollutants else ""
        yield _line(f"{LEVEL_WORDS[rule.level]}{pollutants}：{_thresholds(rule)}", rule.clause)


def _thresholds(rule: LevelRule) -> str:
    return "，或 ".join(
        " 且 ".join(f"日 AQI＞{threshold.above} 持续 {threshold.hours} 小时" for threshold in entry)
        for entry in rule.any_of
    )


def _grounds(plan: Plan) -> Iterator[str]:
    for ground in plan.grounds:
        by = f"（{'、'.join(ground.by)}）" if ground.by else ""
        yield _line(f"{_BASIS_WORDS[ground.basis]}{by}：{_EFFECT_WORDS[ground.effect]}", ground.clause)
    if plan.floor:
        rules = [
            "不低于上级的级别" if plan.floor.not_below_upper else "",
            "已启动红色的仍执行红色" if plan.floor.red_stays else "",
        ]
        yield _line(f"上级已发布预警时：{'，'.join(rule for rule in rules if rule)}", plan.floor.clause)
    if plan.contiguous_scope:
        scope = plan.contiguous_scope
        yield _line(f"至少 {scope.counties} 个相连的区县达到级别", scope.clause)


def _lead_time(plan: Plan) -> Iterator[str]:
    lead = plan.lead_time
    if lead:
        text = f"提前 {lead.hours} 小时以上"
        if lead.minimum_hours is not None:
            text += f"，有理由时也不少于 {lead.minimum_hours} 小时"
        if lead.not_for:
            text += f"；不适用于：{'、'.join(_BASIS_WORDS[basis] for basis in lead.not_for)}"
        yield _line(text, lead.clause)


def _approvals(plan: Plan) -> Iterator[str]:
    for rule in plan.approvals:
        levels = _words(rule.levels) or "各级"
        schedule = {None: "", True: "（按期）", False: "（提前）"}[rule.on_schedule]
        steps = " → ".join(f"{'或'.join(step.titles) or '发布机关另一人'}{step.verb}" for step in rule.steps)
        yield _line(f"{levels} {_actions(rule.actions)}{schedule}：{steps or '无须批准'}", rule.clause)


def _elements(plan: Plan) -> Iterator[str]:
    for element in plan.elements:
        yield _line(f"{element.name}（{_actions(element.actions)}）", element.clause)


def _changes(plan: Plan) -> Iterator[str]:
    if plan.lower_or_lift:
        yield _line(f"降级或解除：{plan.lower_or_lift.text}", plan.lower_or_lift.clause)
    if plan.monitored_raise:
        yield _line(f"按监测升级：{plan.monitored_raise.text}", plan.monitored_raise.clause)
    if plan.merge:
        yield _line(f"两次过程合并：{plan.merge.text}", plan.merge.clause)


def _responses(plan: Plan) -> Iterator[str]:
    yield "  " + "；".join(f"{LEVEL_WORDS[level]} {name}" for level, name in plan.responses.items())
    for target in plan.reduction_targets:
        percent = "、".join(f"{LEVEL_WORDS[level]} {value}%" for level, value in target.percent.items())
        text = f"；{target.text}" if target.text else ""
        yield _line(f"减排比例（{'、'.join(target.pollutants)}）：{percent}{text}", target.clause)


def _reports(plan: Plan) -> Iterator[str]:
    for report in plan.reports:
        levels = _words(report.levels) or "各级"
        text = f"{report.by_whom}向{report.to_whom}：{report.what}，{report.deadline.text}"
        contents = f"；内容：{'、'.join(report.contents)}" if report.contents else ""
        yield _line(f"{text}（{levels} {_actions(report.actions)}）{contents}", report.clause)


def _measures(plan: Plan, level: Level) -> Iterator[str]:
    own = [measure for measure in plan.measures if measure.level == level]
    for category in CATEGORIES:
        for source in (None, *SOURCE_WORDS):
            group = [m for m in own if m.category == category and m.source == source]
            if group:
                yield f"  {CATEGORY_WORDS[category]}{f'·{SOURCE_WORDS[source]}' if source else ''}"
            for measure in group:
                yield from _measure(measure)


def _measure(measure: Measure) -> Iterator[str]:
    yield f"    {measure.id} 〔{measure.clause}〕"
    for label, words in (
        ("牵头单位", "、".join(measure.lead_units)),
        ("责任单位", "、".join(measure.responsible_units)),
        ("条件", measure.condition.text if measure.condition else ""),
        ("例外", "；".join(measure.exemptions)),
        ("时段", measure.hours or ""),
        ("代替", "、".join(measure.replaces)),
    ):
        if words:
            yield f"      {label}：{words}"
    for reader, wording in measure.texts.items():
        short = f"（短：{wording.short}）" if wording.short else ""
        yield f"      {reader_words(reader)}：{wording.text}{short}"


def _notes(plan: Plan) -> list[str]:
    lines: list[str] = []
    if plan.gaps:
        lines += ["", "条件之间的空档"]
        lines += [
            _line(
                f"{'、'.join(gap.between)}（{'、'.join(map(reader_words, gap.readers))}）：{gap.text}",
                gap.clause,
            )
            for gap in plan.gaps
        ]
    if plan.nothing:
        lines += ["", "没有内容的读者"]
        lines += [f"  {reader_words(n.reader)}（{_words(n.levels)}）：{n.why}" for n in plan.nothing]
    if plan.source.notes:
        lines += ["", "原文的问题与读法", *(f"  {note}" for note in plan.source.notes)]
    return lines
