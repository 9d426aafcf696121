"""What a decision changes against the one in force. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.decisions.model import Decision
from gateway.moments import local
from gateway.plans.model import Plan
from gateway.web.console.areas import area_words
from gateway.web.console.decisions.decision_words import TEXTS
from gateway.web.live.live_words import AUDIENCES, LEVELS, Language, Speech


@dataclass(frozen=True, slots=True)
class Difference:
    """One line: what differs, how it was and how it will be."""

    what: str
    before: str
    after: str


def differences(
    language: Language,
    plan: Plan,
    before: Decision,
    after: Decision,
    measures_before: Mapping[str, set[str]],
    measures_after: Mapping[str, set[str]],
) -> list[Difference]:
    """What differs in level, times, area, forecast and (by audience) measures, in words."""
    say = Speech(language, TEXTS)
    lines = [
        Difference(say(key), one, other)
        for key, one, other in zip(
            ("level", "starts", "ends", "area", "forecast"),
            _told(say, plan, before),
            _told(say, plan, after),
            strict=True,
        )
        if one != other
    ]
    for audience in AUDIENCES:
        held, holds = measures_before.get(audience, set()), measures_after.get(audience, set())
        changes = [
            say(key, len(some))
            for key, some in (("new_measures", holds - held), ("ended_measures", held - holds))
            if some
        ]
        if changes:
            comma = "，" if language == "zh" else ", "
            lines.append(Difference(say.among(AUDIENCES, audience), "", comma.join(changes)))
    return lines


def _told(say: Speech, plan: Plan, of: Decision) -> Sequence[str]:
    end = f"{local(of.expected_end_at):%Y-%m-%d %H:%M}" if of.expected_end_at else ""
    span = of.forecast.aqi_range
    forecast = [
        f"{span.low}–{span.high}" if span else "",
        say("mean", of.forecast.aqi_mean) if of.forecast.aqi_mean is not None else "",
        of.forecast.primary_pollutant or "",
    ]
    return (
        say.among(LEVELS, of.level) if of.level else say("none"),
        f"{local(of.starts_at):%Y-%m-%d %H:%M}",
        end or (say("open_ended") if of.open_ended else say("none")),
        area_words(say.language, plan, of.area),
        " ".join(filter(None, forecast)) or say("none"),
    )
