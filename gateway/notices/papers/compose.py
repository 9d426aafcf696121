"""The papers of a decision: order, proclamation, news copy, text for social accounts, advance guidance."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gateway.decisions.model import Decision
from gateway.notices import chinese
from gateway.notices.announcement import Announcement, announce
from gateway.notices.essentials import mains
from gateway.notices.model import InForce, Office
from gateway.notices.papers.model import Block, Paper, PaperKind
from gateway.notices.reading import Measures, Reading
from gateway.notices.stated import stated
from gateway.notices.templates import say
from gateway.plans.duties import MeasureDuty
from gateway.plans.measures import resolve
from gateway.plans.model import Measure, Plan, Report
from gateway.vocabulary import Action, Category, Level

_HEADINGS: dict[Action, str] = {
    "hint": "预警提示",
    "correct": "更正内容",
    "retract": "撤回内容",
    "tip": "提示内容",
}
_NUMERALS = "〇一二三四五六七八九"
_STARTING = ("hint", "issue", "raise", "extend")  # plants can still prepare
_TOLD: tuple[Category, ...] = ("health", "suggested", "mandatory")  # procedure is the offices' own
_SOCIAL_PHRASES = 4
# AQI above which HJ 633-2012, table 2, and its successor describe graver effects
_VERY_UNHEALTHY, _HAZARDOUS = 200, 300


def compose_papers(
    plan: Plan,
    decision: Decision,
    office: Office,
    *,
    before: InForce | None = None,
    after: InForce | None = None,
    duties: Sequence[MeasureDuty] = (),
) -> tuple[Paper, ...]:
    """The papers of a decision, in Chinese: order, proclamation, news, social and, where the plan knows
    it, guidance.

    `before` is what was in force before the decision, `after` what holds after a retraction. `duties` are
    who answers for the plan's measures; the order names them. Raises `InputError` like
    `notices.compose.render`.
    """
    told = _Told(plan, decision, office, before, after)
    papers = [told.order(duties), told.proclamation(), told.news(), told.social()]
    guidance = told.guidance()
    return tuple(papers if guidance is None else [*papers, guidance])


class _Told:
    """One decision's announcement and readings, from which each paper takes its parts."""

    def __init__(
        self, plan: Plan, decision: Decision, office: Office, before: InForce | None, after: InForce | None
    ) -> None:
        self._plan = plan
        self._decision = decision
        holds = stated(decision, before, after)
        self._level: Level | None = holds.level
        self._facts = holds.facts
        self._former = holds.former.level if holds.former else None
        self._a: Announcement = announce(plan, decision, office, before, after, holds, chinese)
        self._measures = Measures(plan, self._level, holds.facts, before, chinese)

    def order(self, duties: Sequence[MeasureDuty]) -> Paper:
        """The inward order to districts and departments, with who answers for what."""
        decided = self._decision.action
        blocks = [
            *self._opening(),
            Block(heading=f"一、{_HEADINGS.get(decided, '预警决定')}"),
            *self._decided("通知"),
        ]
        number = 1
        for heading, reading in (
            (f"{self._a.districts}落实的措施", self._measures.read_by("districts", None)),
            ("各部门、单位的任务", self._measures.read_by("departments", None)),
        ):
            if reading.items:
                number += 1
                blocks += [Block(heading=f"{_NUMERALS[number]}、{heading}"), _listed(reading)]
        answering = tuple(self._answering(duties))
        if answering:
            number += 1
            blocks += [
                Block(heading=f"{_NUMERALS[number]}、措施责任分工"),
                Block(items=answering, numbered=True),
            ]
        owed = tuple(self._reports())
        if owed:
            number += 1
            blocks += [Block(heading=f"{_NUMERALS[number]}、信息报送"), Block(items=owed, numbered=True)]
        blocks += self._contacts()
        return self._paper("order", self._title("通知"), f"{self._a.districts}，各有关部门、单位", blocks)

    def proclamation(self) -> Paper:
        """The outward proclamation, with what the plan wants disclosed: hazard, advice, duration."""
        reading = self._measures.read_by("public", None)
        blocks = [*self._opening(), *self._decided("通告"), *self._hazard()]
        for number, group in enumerate(reading.groups, 1):
            items = tuple(_say("advice", item) for section in group.sections for item in section.items)
            blocks += [
                Block(heading=f"{_NUMERALS[number]}、{group.heading}"),
                Block(items=items, numbered=True),
            ]
        blocks += [Block(paragraph=_say_shared("note", note)) for note in reading.notes]
        blocks += self._contacts()
        return self._paper("proclamation", self._title("通告"), None, blocks)

    def news(self) -> Paper:
        """A copy for the press: told, not ordered; nothing that the decision does not hold."""
        blocks = [*self._opening(), *self._stated("通告", listed=False)]
        if _say_shared("forecast", self._a) and self._level:
            blocks.append(Block(paragraph=_say("expected", self._a)))
        public = self._measures.read_by("public", None)
        advice = [main.phrase for main in mains(public) if main.item.category in ("health", "suggested")]
        if advice:
            blocks.append(Block(paragraph=_say("people", "；".join(advice))))
        if self._level:
            told = {each.measure.category for each in resolve(self._plan, self._level, self._facts)}
            named = "、".join(chinese.category(self._plan, each) for each in _TOLD if each in told)
            blocks.append(Block(paragraph=_say("duties", self._a.districts.removeprefix("各"), named)))
            blocks += self._until()
        blocks.append(Block(paragraph=_say("verify", self._a)))
        return self._paper("news", self._marked(_say("headline", self._a)), None, blocks)

    def social(self) -> Paper:
        """A text for the office's social accounts: what, where, when, what to do, where to verify."""
        blocks = [*self._opening(), *self._stated("通告", listed=False)]
        phrases = [main.phrase for main in mains(self._measures.read_by("public", None))][:_SOCIAL_PHRASES]
        if phrases:
            blocks.append(Block(items=tuple(f"{phrase}。" for phrase in phrases)))
        if self._level:
            blocks += self._until()
        if self._a.full_text_at:
            blocks.append(Block(paragraph=_say("full_text", self._a.full_text_at)))
        blocks.append(Block(paragraph=_say("verify", self._a)))
        return self._paper("social", self._marked(_say("headline", self._a)), None, blocks)

    def guidance(self) -> Paper | None:
        """Advance guidance to plants that cannot stop at once; None where the plan or the action has none."""
        rule = self._plan.advance_guidance
        if rule is None or self._decision.action not in _STARTING:
            return None
        lines = [_say("guidance_why", chinese.sentence(rule.when), self._a.plan_title)]
        if rule.industries:
            lines.append(_say("guidance_whom", "、".join(rule.industries)))
        lines.append(f"{chinese.sentence(rule.text)}。")
        if _say_shared("forecast", self._a):
            lines.append(_say("expected", self._a))
        lines.append(_say("guidance_no_order"))
        blocks = [*self._opening(), *(Block(paragraph=line) for line in lines), *self._contacts()]
        title = self._marked(_say("guidance_title", self._a.short_place))
        return self._paper("guidance", title, "各有关工业企业", blocks)

    def _opening(self) -> Iterator[Block]:
        if self._a.exercise:
            yield Block(paragraph=_say("drill"))

    def _stated(self, kind: str, *, listed: bool = True) -> Iterator[Block]:
        """What is mended, line by line, and the decision in words; a retraction decides nothing besides.
        `listed`: the measures follow."""
        for line in _say_shared("mending", self._a, kind, listed).splitlines():
            yield Block(paragraph=line)
        if self._a.action != "retract":
            yield Block(paragraph=_say_shared("decision", self._a))

    def _until(self) -> Iterator[Block]:
        if self._a.action != "retract":
            yield Block(paragraph=_say("until", self._a) if self._a.ends else _say("open_end"))

    def _decided(self, kind: str) -> Iterator[Block]:
        """The decision in words, and its facts line by line."""
        a = self._a
        yield from self._stated(kind)
        former = _say_shared("former", a, kind)
        if former:
            yield Block(paragraph=former)
        if self._level and a.action == "retract":
            yield Block(items=(_say("level", a), _say("place", a)))
        elif self._level:
            facts_ = ["level", "starts", "ends", "place"]
            facts_ += ["forecast"] if _say_shared("forecast", a) else []
            facts_ += ["days"] if len(a.days) > 1 else []
            facts_ += ["observed"] if a.observed else []
            yield Block(items=tuple(_say(each, a) for each in facts_))
        elif a.action == "lift":
            yield Block(paragraph=_say("lifted", a))

    def _hazard(self) -> Iterator[Block]:
        """What such air does to people, where a level is in force and the forecast tells how bad it is."""
        days = self._decision.forecast.days
        worst = max((day.high for day in days), default=0)
        if self._level is None or worst <= _VERY_UNHEALTHY:
            return
        yield Block(paragraph=_say("hazard_hazardous" if worst > _HAZARDOUS else "hazard_very_unhealthy"))

    def _reports(self) -> Iterator[str]:
        decision = self._decision
        level = decision.level or self._former
        for report in self._plan.reports:
            fits = decision.action in report.actions and (
                level is None or not report.levels or level in report.levels
            )
            asked = (decision.exercise or not report.exercises_only) and (
                self._a.begun or not report.once_begun or decision.action != "lift"
            )
            if fits and asked and report.deadline.event != "year":
                yield _say("report", _owed(report))

    def _answering(self, duties: Sequence[MeasureDuty]) -> Iterator[str]:
        """Who answers for each measure in force, in the order of the measures."""
        for each in resolve(self._plan, self._level, self._facts):
            for duty in duties:
                if duty.measure_id == each.measure.id:
                    yield _say("duty", _task(each.measure), duty)

    def _contacts(self) -> Iterator[Block]:
        if self._a.contacts:
            yield Block(paragraph=_say("inquiries", "；".join(self._a.contacts)))

    def _copied_to(self) -> str | None:
        decision, level = self._decision, self._decision.level or self._former
        whom = [
            each.whom
            for each in self._plan.informed
            if (not each.actions or decision.action in each.actions)
            and (not each.levels or level is None or level in each.levels)
        ]
        return "；".join(whom) or None

    def _title(self, kind: str) -> str:
        return self._marked(_say_shared("title", self._a, kind))

    def _marked(self, title: str) -> str:
        marked = self._a.exercise and not title.startswith(chinese.EXERCISE)
        return f"{chinese.EXERCISE}{title}" if marked else title

    def _paper(self, kind: PaperKind, title: str, addressee: str | None, blocks: Iterable[Block]) -> Paper:
        official = kind not in ("news", "social")  # those name issuer and number in their last sentence
        return Paper(
            kind,
            title,
            self._a.number if official else None,
            addressee,
            tuple(blocks),
            (self._a.issuer, self._a.dated) if official else (),
            self._copied_to() if kind == "order" else None,
        )


def _task(measure: Measure) -> str:
    """What a measure is about, in few words: those that departments read, else any reader's."""
    words = measure.texts.get("departments") or next(iter(measure.texts.values()))
    return chinese.sentence(words.short or words.text)


@dataclass(frozen=True, slots=True)
class _Owed:
    """A report as the order asks for it."""

    what: str
    by_whom: str
    to_whom: str
    deadline: str
    contents: str


def _owed(report: Report) -> _Owed:
    return _Owed(
        chinese.sentence(report.what),
        chinese.sentence(report.by_whom),
        "" if report.to_whom.startswith("（") else chinese.sentence(report.to_whom),  # the plan names nobody
        chinese.sentence(report.deadline.text),
        "、".join(report.contents),
    )


def _listed(reading: Reading) -> Block:
    return Block(items=tuple(_say("measure", item) for item in reading.items), numbered=True)


def _say(macro: str, *values: object) -> str:
    return say("zh-CN", "papers.j2", macro, *values)


def _say_shared(macro: str, *values: object) -> str:
    return say("zh-CN", "macros.j2", macro, *values)
