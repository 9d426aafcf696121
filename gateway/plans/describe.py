"""A plan for people to read, and as data for programs. Pure: printing is the command line's."""

from typing import Any

from gateway.plans.loaded import LoadedPlan
from gateway.plans.measures_described import measures_of, notes
from gateway.plans.rules_described import rules
from gateway.vocabulary import LEVEL_WORDS, LEVELS


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
    for heading, content in rules(plan):
        lines += ["", heading, *(content or ["  预案没有规定"])]
    for level in LEVELS:
        lines += ["", f"措施：{LEVEL_WORDS[level]}预警（{plan.responses.get(level, '无响应名称')}）"]
        lines += measures_of(plan, level) or ["  没有这一级的措施"]
    lines += notes(plan)
    return "\n".join(lines) + "\n"
