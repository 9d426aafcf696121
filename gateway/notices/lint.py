"""Whether a plan's words can be rendered at all: every level, action, audience, medium and language, once."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

from gateway.decisions.model import AqiRange, Correction, Decision, Forecast
from gateway.errors import InputError
from gateway.moments import BEIJING
from gateway.notices.compose import render
from gateway.notices.model import InForce, Office
from gateway.plans.measures import Facts
from gateway.plans.model import Plan
from gateway.vocabulary import (
    AUDIENCES,
    ENGLISH_AUDIENCES,
    LANGUAGES,
    LEVELS,
    MEDIA,
    SECTORS,
    Action,
    Audience,
    Language,
    Level,
    Sector,
)

_DECIDED = datetime(2024, 12, 28, 20, 30, tzinfo=BEIJING)  # long dates: the longest text must fit too
_OFFICE = Office(
    signature="某市重污染天气预警",
    contacts=("值班电话 0000-00000000",),
    full_text_at="https://example.gov.cn/notice",
    season_serial="第12期",
    reply_by_minutes=tuple((audience, 30) for audience in AUDIENCES),
)


@dataclass(frozen=True, slots=True)
class _Sample:
    """A decision with what was in force before it, and for a retraction what holds after it."""

    decision: Decision
    before: InForce | None = None
    after: InForce | None = None


def unrenderable(plan: Plan) -> list[tuple[str, InputError]]:
    """What cannot be rendered: `orange issue enterprises.mining sms`, and why. Empty: everything can.

    Every action at every level that it can have, changes between any two levels, for the worst case:
    an exercise (its mark takes room), every area by name but one, long names of issuer and document,
    and every condition left open. English is rendered too where the plan has it (`orange issue schools
    sms en`).
    """
    found: dict[str, InputError] = {}
    languages = LANGUAGES if plan.title_en else ("zh-CN",)
    for sample in _samples(plan):
        for language in languages:
            try:
                _render(plan, sample, language)
            except InputError:
                for where, error in _faults(plan, sample, language):
                    found.setdefault(where, error)
    return list(found.items())


def _render(plan: Plan, sample: _Sample, language: Language, **narrowed: Any) -> None:
    before, after = sample.before, sample.after
    render(plan, sample.decision, _OFFICE, language=language, before=before, after=after, **narrowed)


def _faults(plan: Plan, sample: _Sample, language: Language) -> Iterator[tuple[str, InputError]]:
    """Each text that cannot be rendered."""
    level = sample.decision.level or (sample.before.level if sample.before else None)
    for audience, sector in _readers(language):
        sectors = None if audience != "enterprises" else (sector,)
        for medium in MEDIA:
            try:
                _render(plan, sample, language, audiences=(audience,), sectors=sectors, media=(medium,))
            except InputError as error:
                who = f"{audience}.{sector}" if sector else audience
                said = "" if language == "zh-CN" else language
                yield " ".join(filter(None, [level, sample.decision.action, who, medium, said])), error


def _readers(language: Language) -> Iterator[tuple[Audience, Sector | None]]:
    for audience in AUDIENCES if language == "zh-CN" else ENGLISH_AUDIENCES:
        yield audience, None
    for sector in SECTORS:
        yield "enterprises", sector


def _samples(plan: Plan) -> Iterator[_Sample]:
    for level in LEVELS:
        active = _in_force(level)
        yield _Sample(_decision(plan, "hint", level))
        yield _Sample(_decision(plan, "issue", level))
        yield _Sample(_decision(plan, "extend", level), active)
        yield _Sample(_decision(plan, "correct", level), active)
        yield _Sample(_decision(plan, "retract", level), active)
        yield _Sample(_decision(plan, "lift", None), active)
    for lower, higher in combinations(LEVELS, 2):
        yield _Sample(_decision(plan, "raise", higher), _in_force(lower))
        yield _Sample(_decision(plan, "lower", lower), _in_force(higher))
        yield _Sample(_decision(plan, "retract", higher), _in_force(higher), _in_force(lower))
    yield _Sample(_decision(plan, "correct", None), replace(_in_force(None), action="lift"))
    yield _Sample(_decision(plan, "tip", None))


def _decision(plan: Plan, action: Action, level: Level | None) -> Decision:
    starts_at = _DECIDED + timedelta(hours=48)
    parts = [area.code for area in plan.areas if area.code != plan.area]
    mends = action in ("correct", "retract")
    return Decision(
        plan=plan.id,
        action=action,
        level=level,
        exercise=True,
        decided_at=_DECIDED,
        starts_at=starts_at,
        expected_end_at=starts_at + timedelta(hours=72) if level else None,
        area=parts[:-1] or [plan.area],
        forecast=Forecast(aqi_range=AqiRange(low=150, high=350), aqi_mean=250, primary_pollutant="PM2.5"),
        issuer=plan.issuing_body.name,
        document_number="某攻坚办〔2024〕12号",
        corrects=Correction(wrong="启动时间写错", right="以本次所写为准") if mends else None,
    )


def _in_force(level: Level | None) -> InForce:
    return InForce(level, Facts(), _DECIDED - timedelta(hours=48), "某攻坚办〔2024〕11号")
