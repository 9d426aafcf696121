"""What every text of a decision says alike: level, place, times, forecast, who decided and why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from gateway.decisions.model import Decision
from gateway.moments import local
from gateway.notices.advice import topic
from gateway.notices.chinese import one_line
from gateway.notices.model import InForce, Office
from gateway.notices.stated import Content, Stated
from gateway.notices.words import Words
from gateway.plans.model import Plan
from gateway.vocabulary import Action, Level


@dataclass(frozen=True, slots=True)
class Announcement:
    """The decision in words; each is one line. None: not stated. `short_…` is for short media.

    Approvals are not among them: they arise after the texts, whose hash they approve. Nor is the
    reason for a deviation, which is for the record.

    `content` is what kind of text it is, `colour` how its level is shown. `level` is the one that the
    text states: of the warning in force, of a hint the one that may come; of a retraction what then
    holds (`after_…`). `former_…` is what the decision changes, or the message that it mends, and
    `former_corrected` the numbers of what that one corrected; `former_begun`: it has begun when the
    decision takes effect, `begun`: so has any warning. What a lift takes back before its start is told in
    `unbegun…`: what does not happen, and which warnings. `partial`: not the whole area;
    `elsewhere`: the warning stands in the rest of its area. `response` is None where the plan has
    none. `districts` addresses the areas' governments; `topic…` is what a tip is about; `afterwards` is
    what the plan asks of whom once a lift takes effect.
    """

    action: Action
    content: Content
    exercise: bool
    colour: Level | Literal["lift", "hint"]
    level: str | None
    response: str | None
    former_action: Action | None
    former_level: str | None
    former_response: str | None
    former_since: str | None
    former_short_since: str | None
    former_number: str | None
    former_corrected: tuple[str, ...]
    former_begun: bool
    begun: bool
    unbegun: str | None
    short_unbegun: str | None
    unbegun_warnings: str
    after_action: Action | None
    after_since: str | None
    after_short_since: str | None
    after_number: str | None
    wrong: str | None
    right: str | None
    starts: str
    short_starts: str
    ends: str | None
    short_ends: str | None
    place: str
    short_place: str
    shortest_place: str
    partial: bool
    elsewhere: bool
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
    districts: str
    topic: str | None
    topic_about: str | None
    topic_short: str | None
    afterwards: tuple[str, ...]


def announce(
    plan: Plan,
    decision: Decision,
    office: Office,
    before: InForce | None,
    after: InForce | None,
    stated: Stated,
    words: Words,
) -> Announcement:
    """The decision in the words of a language."""
    forecast = decision.forecast
    ends = decision.expected_end_at
    retracts = decision.action == "retract"
    # A retraction bears the level of the message that it mends; what then holds is in `stated`.
    level = stated.level if retracts else decision.level
    known = stated.former
    former = known.level if known else None
    if former is None and retracts and (known is None or known.action == "hint"):
        former = decision.level
    place = words.place(plan, decision)
    elsewhere = _elsewhere(plan, decision, before)
    corrects = decision.corrects
    about = topic(forecast.cause, forecast.primary_pollutant, words) if stated.content == "tip" else None
    return Announcement(
        action=decision.action,
        content=stated.content,
        exercise=decision.exercise,
        colour=_colour(stated),
        level=words.level_word(level) if level else None,
        response=words.response_word(plan, level) if level else None,
        former_action=known.action if known else None,
        former_level=words.level_word(former) if former else None,
        former_response=words.response_word(plan, former) if former else None,
        former_since=_hour(known, words, year=True),
        former_short_since=_hour(known, words, year=False),
        former_number=_line(known.document_number) if known else None,
        former_corrected=tuple(map(one_line, known.corrected)) if known else (),
        former_begun=known is None or known.begun(decision.starts_at),
        begun=stated.begun,
        unbegun=_unbegun(plan, stated, words, year=True),
        short_unbegun=_unbegun(plan, stated, words, year=False),
        unbegun_warnings=words.warnings(
            [(each.level, _line(each.document_number)) for each in stated.unbegun if each.level]
        ),
        after_action=after.action if retracts and after else None,
        after_since=_hour(after, words, year=True),
        after_short_since=_hour(after, words, year=False),
        after_number=_line(after.document_number) if after else None,
        wrong=_sentence(corrects.wrong, words) if corrects else None,
        right=_sentence(corrects.right, words) if corrects else None,
        starts=words.hour(decision.starts_at, year=True),
        short_starts=words.hour(decision.starts_at, year=False),
        ends=words.hour(ends, year=True, closing=True) if ends else None,
        short_ends=words.hour(ends, year=False, closing=True) if ends else None,
        place=place,
        short_place=words.town(plan) if plan.area in decision.area else place,
        shortest_place=words.short_place(plan, decision),
        partial=plan.area not in decision.area,
        elsewhere=elsewhere,
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
        districts=words.districts(plan),
        topic=about.name if about else None,
        topic_about=about.about if about else None,
        topic_short=about.short if about else None,
        afterwards=tuple(_afterwards(plan, former, begun=stated.begun))
        if _ends_a_warning(stated, before) and not elsewhere
        else (),
    )


def _colour(stated: Stated) -> Level | Literal["lift", "hint"]:
    if stated.level:
        return stated.level
    return "lift" if stated.content in ("lift", "none") else "hint"


def _hour(known: InForce | None, words: Words, *, year: bool) -> str | None:
    return words.hour(known.since, year=year) if known and known.since else None


def _unbegun(plan: Plan, stated: Stated, words: Words, *, year: bool) -> str | None:
    """What does not happen: `原定1月10日12时启动的Ⅱ级应急响应不再启动`; None where nothing is taken back."""
    known = [
        (words.hour(each.since, year=year), words.response_word(plan, each.level), each.level)
        for each in stated.unbegun
        if each.since and each.level
    ]
    return words.unbegun(known) if known else None


def _elsewhere(plan: Plan, decision: Decision, before: InForce | None) -> bool:
    """Whether what was in force covers more than the decision does."""
    if before is None:
        return False
    return not _counties(plan, before.area) <= _counties(plan, decision.area)


def _counties(plan: Plan, area: Iterable[str]) -> set[str]:
    codes = set(area)
    return {each.code for each in plan.areas} - {plan.area} if plan.area in codes else codes


def _ends_a_warning(stated: Stated, before: InForce | None) -> bool:
    """Nothing is owed after a hint that came to nothing."""
    return stated.content == "lift" and (before is None or before.action != "hint")


def _afterwards(plan: Plan, lifted: Level | None, *, begun: bool) -> Iterator[str]:
    for report in plan.reports:
        due = "lift" in report.actions and report.deadline.event == "end" and not report.exercises_only
        if (
            due
            and (begun or not report.once_begun)
            and (not report.levels or lifted is None or lifted in report.levels)
        ):
            yield one_line(f"{report.by_whom}：{report.what}（{report.deadline.text}）")


def _sentence(text: str | None, words: Words) -> str | None:
    return words.sentence(text or "") or None


def _line(text: str | None) -> str | None:
    """The text as one line; None where nothing of it can be read."""
    return one_line(text or "") or None
