"""What every text of a decision says alike: level, place, times, forecast, who decided and why."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.decisions.model import Decision, local
from gateway.notices.model import InForce, Office
from gateway.notices.wording import one_line
from gateway.notices.words import Words
from gateway.plans.model import Plan
from gateway.vocabulary import Action, Level


@dataclass(frozen=True, slots=True)
class Announcement:
    """The decision in words; each is one line. None: not stated. `short_…` is for short media.

    Approvals are not among them: they arise after the texts, whose hash they approve. Nor is the
    reason for a deviation, which is for the record. `afterwards` is what the plan asks of whom once
    a lift takes effect. `colour` is the level as a key, that of the ended
    warning for a lift.
    """

    action: Action
    exercise: bool
    colour: Level | None
    level: str | None
    response: str | None
    former_level: str | None
    former_response: str | None
    former_since: str | None
    former_number: str | None
    starts: str
    short_starts: str
    ends: str | None
    short_ends: str | None
    place: str
    short_place: str
    shortest_place: str
    period: str | None
    aqi_range: str | None
    aqi_mean: int | None
    days: tuple[str, ...]
    observed: tuple[int, ...]
    pollutant: str | None
    basis: str
    basis_by: str | None
    basis_level: str | None
    basis_document: str | None
    plan_title: str
    issuer: str
    number: str | None
    serial: str | None
    dated: str
    contacts: tuple[str, ...]
    full_text_at: str | None
    afterwards: tuple[str, ...]


def announce(
    plan: Plan, decision: Decision, office: Office, before: InForce | None, words: Words
) -> Announcement:
    """The decision in the words of a language."""
    forecast = decision.forecast
    ends = decision.expected_end_at
    former = before.level if before else None
    level = decision.level
    place = words.place(plan, decision)
    return Announcement(
        action=decision.action,
        exercise=decision.exercise,
        colour=level or former,
        level=words.level_word(level) if level else None,
        response=words.response_word(plan, level) if level else None,
        former_level=words.level_word(former) if former else None,
        former_response=words.response_word(plan, former) if former else None,
        former_since=words.hour(before.since, year=True) if before and before.since else None,
        former_number=_line(before.document_number) if before else None,
        starts=words.hour(decision.starts_at, year=True),
        short_starts=words.hour(decision.starts_at, year=False),
        ends=words.hour(ends, year=True, closing=True) if ends else None,
        short_ends=words.hour(ends, year=False, closing=True) if ends else None,
        place=place,
        short_place=words.town(plan) if plan.area in decision.area else place,
        shortest_place=words.short_place(plan, decision),
        period=words.period(forecast.days),
        aqi_range=words.aqi_range(forecast.aqi_range, forecast.days),
        aqi_mean=forecast.aqi_mean,
        days=tuple(map(words.forecast_day, forecast.days)),
        observed=tuple(decision.observed.daily_aqi) if decision.observed else (),
        pollutant=(words.POLLUTANTS[forecast.primary_pollutant] if forecast.primary_pollutant else None),
        basis=decision.basis.kind,
        basis_by=_line(decision.basis.by),
        basis_level=words.level_word(decision.basis.level) if decision.basis.level else None,
        basis_document=_line(decision.basis.document),
        plan_title=words.plan_title(plan),
        issuer=words.issuer(plan, decision.issuer),
        number=_line(decision.document_number),
        serial=_line(office.season_serial),
        dated=words.day(local(decision.decided_at).date(), year=True),
        contacts=tuple(map(one_line, office.contacts)),
        full_text_at=_line(office.full_text_at),
        afterwards=tuple(_afterwards(plan, former)) if decision.action == "lift" else (),
    )


def _afterwards(plan: Plan, lifted: Level | None) -> Iterator[str]:
    for report in plan.reports:
        due = "lift" in report.actions and report.deadline.event == "end"
        if due and (not report.levels or lifted is None or lifted in report.levels):
            yield one_line(f"{report.by_whom}：{report.what}（{report.deadline.text}）")


def _line(text: str | None) -> str | None:
    """The text as one line; None where nothing of it can be read."""
    return one_line(text or "") or None
