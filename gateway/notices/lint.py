"""Whether a plan's words can be rendered at all: every level, action, audience, medium and language, once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from gateway.decisions.model import BEIJING, AqiRange, Decision, Forecast
from gateway.errors import InputError
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


def unrenderable(plan: Plan) -> list[tuple[str, InputError]]:
    """What cannot be rendered: `orange issue enterprises.mining sms`, and why. Empty: everything can.

    Sample decisions issue, extend and lift each level, raise and lower between neighbours, for the
    whole area, with every condition left open: that is when texts are longest. English is rendered
    too where the plan has it (`orange issue schools sms en`).
    """
    found: dict[str, InputError] = {}
    languages = LANGUAGES if plan.title_en else ("zh-CN",)
    for decision, before in _samples(plan):
        for language in languages:
            try:
                render(plan, decision, _OFFICE, language=language, before=before)
            except InputError:
                for where, error in _faults(plan, decision, before, language):
                    found.setdefault(where, error)
    return list(found.items())


def _faults(
    plan: Plan, decision: Decision, before: InForce | None, language: Language
) -> Iterator[tuple[str, InputError]]:
    """Each text that cannot be rendered."""
    level = decision.level or (before.level if before else "")
    for audience, sector in _readers(language):
        for medium in MEDIA:
            try:
                render(
                    plan,
                    decision,
                    _OFFICE,
                    audiences=(audience,),
                    sectors=None if audience != "enterprises" else (sector,),
                    media=(medium,),
                    language=language,
                    before=before,
                )
            except InputError as error:
                who = f"{audience}.{sector}" if sector else audience
                said = "" if language == "zh-CN" else f" {language}"
                yield f"{level} {decision.action} {who} {medium}{said}", error


def _readers(language: Language) -> Iterator[tuple[Audience, Sector | None]]:
    for audience in AUDIENCES if language == "zh-CN" else ENGLISH_AUDIENCES:
        yield audience, None
    for sector in SECTORS:
        yield "enterprises", sector


def _samples(plan: Plan) -> Iterator[tuple[Decision, InForce | None]]:
    for level in LEVELS:
        yield _decision(plan, "issue", level), None
        yield _decision(plan, "extend", level), _in_force(level)
        yield _decision(plan, "lift", None), _in_force(level)
    for lower, higher in pairwise(LEVELS):
        yield _decision(plan, "raise", higher), _in_force(lower)
        yield _decision(plan, "lower", lower), _in_force(higher)


def _decision(plan: Plan, action: Action, level: Level | None) -> Decision:
    starts_at = _DECIDED + timedelta(hours=48)
    return Decision(
        plan=plan.id,
        action=action,
        level=level,
        decided_at=_DECIDED,
        starts_at=starts_at,
        expected_end_at=None if action == "lift" else starts_at + timedelta(hours=72),
        area=[plan.area],
        forecast=Forecast(aqi_range=AqiRange(low=150, high=350), aqi_mean=250, primary_pollutant="PM2.5"),
        document_number="某攻坚办〔2024〕12号",
    )


def _in_force(level: Level) -> InForce:
    return InForce(level, Facts(), _DECIDED - timedelta(hours=48), "某攻坚办〔2024〕11号")
