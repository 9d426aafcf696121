"""The situation bulletin of an episode, and the draft of each report that a plan asks for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from gateway.decisions.facts import facts
from gateway.decisions.model import Decision
from gateway.moments import BEIJING
from gateway.notices import chinese
from gateway.notices.model import Office
from gateway.notices.papers.chronicle import Chronicle, Step
from gateway.notices.papers.model import Block, Paper
from gateway.notices.templates import say
from gateway.plans.measures import resolve
from gateway.plans.model import Plan, Report
from gateway.vocabulary import ACTION_WORDS, AUDIENCE_WORDS, CATEGORIES, WARNING_ACTIONS, Level

Fill = Callable[["_Told"], Iterator[Block]]
# of the ledger: decisions as they were launched, their forecasts, the launches, the plan's measures,
# counters of deliveries, signatures, and what units reported
Source = Literal["decisions", "forecast", "launches", "plan", "deliveries", "signatures", "reports"]


@dataclass(frozen=True, slots=True)
class Part:
    """One content of a report: its heading, what is known of it, and where that comes from."""

    heading: str
    blocks: tuple[Block, ...]
    sources: tuple[Source, ...]


def bulletin(plan: Plan, chronicle: Chronicle, office: Office, number: int) -> Paper:
    """What is in force, how it came about, what is expected, how far the response is.

    `number` counts the episode's bulletins from 1. Raises `InputError` like `templates.fill`.
    """
    told = _Told(plan, chronicle)
    blocks = [
        *told.opening(None),
        Block(heading="一、当前状态"),
        *told.state(),
        Block(heading="二、发布经过"),
        *told.course(),
        Block(heading="三、预报和监测"),
        *told.forecast(),
        Block(heading="四、应急工作进展"),
        *told.progress(),
    ]
    if office.contacts:
        blocks.append(Block(paragraph=_say("inquiries", "；".join(office.contacts))))
    title = told.marked(_say("bulletin_title", told.place, number))
    return Paper("bulletin", title, None, None, tuple(blocks), told.signature())


def report_draft(plan: Plan, report: Report, chronicle: Chronicle, covers: date | None = None) -> Paper:
    """The draft of one report: each content that the plan lists, filled where the ledger knows it.

    What only people know is left to be filled in, and says so. `covers` is the day that a daily report
    is about. Where the plan lists no contents, the draft has all that the ledger knows of the episode.
    """
    told = _Told(plan, chronicle)
    blocks = [*told.opening(covers)]
    for number, part in enumerate(report_parts(plan, report, chronicle), 1):
        blocks.append(Block(heading=f"{_numeral(number)}、{part.heading}"))
        blocks += part.blocks or [Block(paragraph=_say("to_fill", part.heading))]
    title = told.marked(_say("report_title", told.place, chinese.sentence(report.what)))
    return Paper("report", title, None, chinese.sentence(report.to_whom), tuple(blocks), told.signature())


def report_parts(plan: Plan, report: Report, chronicle: Chronicle) -> tuple[Part, ...]:
    """The contents of one report, in the plan's order; `blocks` are empty where only people know."""
    told = _Told(plan, chronicle)
    parts = []
    for heading in report.contents or _WITHOUT_CONTENTS:
        filled = {source: tuple(fill(told)) for fill, source in _fillings(heading)}
        known = {source: blocks for source, blocks in filled.items() if blocks}
        blocks = tuple(block for some in known.values() for block in some)
        parts.append(Part(heading, blocks, tuple(known)))
    return tuple(parts)


class _Told:
    """An episode in blocks."""

    def __init__(self, plan: Plan, chronicle: Chronicle) -> None:
        self._plan = plan
        self._chronicle = chronicle
        self._latest = chronicle.standing or self._warnings()[-1]

    def _warnings(self) -> tuple[Decision, ...]:
        """The decisions that count, those with a level first of all; never empty."""
        counting = tuple(step.decision for step in self._chronicle.counting)
        with_level = tuple(each for each in counting if each.level is not None)
        return with_level or counting or tuple(step.decision for step in self._chronicle.steps)

    def _begun(self, decision: Decision) -> bool:
        """Whether it was not lifted, or changed, before its own start."""
        counting = [step.decision for step in self._chronicle.counting]
        later = counting[counting.index(decision) + 1 :] if decision in counting else []
        return all(each.starts_at > decision.starts_at for each in later)

    @property
    def place(self) -> str:
        return chinese.short_place(self._plan, self._latest)

    def marked(self, title: str) -> str:
        return f"{chinese.EXERCISE}{title}" if self._chronicle.exercise else title

    def signature(self) -> tuple[str, ...]:
        today = self._chronicle.as_of.astimezone(BEIJING).date()
        return chinese.issuer(self._plan, self._latest.issuer), chinese.day(today, year=True)

    def opening(self, covers: date | None) -> Iterator[Block]:
        if self._chronicle.exercise:
            yield Block(paragraph=_say("drill"))
        if covers is not None:
            yield Block(paragraph=_say("covers", chinese.day(covers, year=True)))
        yield Block(paragraph=_say("as_of", _hour(self._chronicle.as_of)))

    def state(self) -> Iterator[Block]:
        """What is in force now and what was announced, or that it ended."""
        standing, ended = self._chronicle.standing, self._chronicle.ended_at
        place, as_of = chinese.place(self._plan, self._latest), self._chronicle.as_of
        if standing is not None and standing.level is not None:
            if standing.action == "hint":
                yield Block(paragraph=_say("hinted", place, chinese.level_word(standing.level)))
                return
            if standing.starts_at > as_of:
                yield from self._until_then(place)
                yield self._warning("announced", place, standing.level, standing.starts_at)
            else:
                yield self._warning("in_force", place, standing.level, standing.starts_at)
        elif ended is not None and ended > as_of:
            yield from self._until_then(place)
            yield Block(paragraph=_say("ending", place, _hour(ended)))
        elif ended is not None:
            yield Block(paragraph=_say("ended", place, _hour(ended)))

    def _until_then(self, place: str) -> Iterator[Block]:
        """The warning that goes on until what was decided last takes effect."""
        for each in reversed(self._warnings()):
            if each.level is not None and each.action != "hint" and each.starts_at <= self._chronicle.as_of:
                yield self._warning("in_force", place, each.level, each.starts_at)
                return

    def _warning(self, sentence: str, place: str, level: Level, since: datetime) -> Block:
        response = chinese.response_word(self._plan, level)
        return Block(paragraph=_say(sentence, place, chinese.level_word(level), response, _hour(since)))

    def course(self) -> Iterator[Block]:
        """Every launched decision, in order."""
        rows = [("发布时间", "决定", "生效时间", "文号")]
        rows += [
            (
                _hour(step.launched_at),
                _named(step),
                _hour(step.decision.starts_at),
                chinese.one_line(step.decision.document_number or "—"),
            )
            for step in self._chronicle.steps
        ]
        yield Block(rows=tuple(rows))

    def level(self) -> Iterator[Block]:
        """Every level that was in force, or will be."""
        levels = dict.fromkeys(
            each.level
            for each in self._warnings()
            if each.level and each.action != "hint" and self._begun(each)
        )
        words = [_with_response(self._plan, level) for level in levels if level]
        if words:
            yield Block(paragraph=f"{'、'.join(words)}。")

    def times(self) -> Iterator[Block]:
        """When the warning began, and when it ended or is expected to; of one that was lifted before, when it
        was to begin."""
        warned = [each for each in self._warnings() if each.action in WARNING_ACTIONS]
        if not warned:
            return
        first = next(filter(self._begun, warned), None)
        lines = [
            f"启动时间：{_hour(first.starts_at)}"
            if first is not None
            else f"原定启动时间：{_hour(warned[-1].starts_at)}（没有启动）"
        ]
        ended, expected = self._chronicle.ended_at, self._latest.expected_end_at
        if ended is not None:
            lines.append(f"解除时间：{_hour(ended)}")
        elif expected is not None:
            lines.append(f"预计解除时间：{chinese.hour(expected, year=True, closing=True)}")
        yield Block(items=tuple(lines))

    def pollutant(self) -> Iterator[Block]:
        found = self._latest.forecast.primary_pollutant
        if found:
            yield Block(paragraph=f"{chinese.POLLUTANTS[found]}。")

    def forecast(self) -> Iterator[Block]:
        """The newest decision's forecast and measurements."""
        forecast, observed = self._latest.forecast, self._latest.observed
        lines = (
            [f"逐日AQI预报：{'；'.join(map(chinese.forecast_day, forecast.days))}"] if forecast.days else []
        )
        if forecast.primary_pollutant:
            lines.append(f"首要污染物：{chinese.POLLUTANTS[forecast.primary_pollutant]}")
        if observed and observed.daily_aqi:
            lines.append(f"实测日AQI：{'、'.join(map(str, observed.daily_aqi))}")
        if lines:
            yield Block(items=tuple(lines))

    def measures(self) -> Iterator[Block]:
        """How many measures are in force by category, and each mandatory one by its words for districts; none
        of a warning that was lifted before its start."""
        if not self._begun(self._latest):
            return
        resolved = [each.measure for each in resolve(self._plan, self._latest.level, facts(self._latest))]
        counted = [
            (chinese.category(self._plan, category), sum(each.category == category for each in resolved))
            for category in CATEGORIES
        ]
        told = "，".join(f"{word}{number}项" for word, number in counted if number)
        if told:
            yield Block(paragraph=f"按预案执行{told}。")
        texts = [
            chinese.sentence(measure.texts["districts"].text)
            for measure in resolved
            if measure.category == "mandatory" and "districts" in measure.texts
        ]
        if texts:
            yield Block(items=tuple(f"{text}。" for text in texts), numbered=True)

    def told(self) -> Iterator[Block]:
        """Who was reached."""
        reached = self._chronicle.reached
        if not reached:
            return
        organisations = sum(each.organisations for each in reached)
        messages, arrived = (sum(getattr(each, name) for each in reached) for name in ("messages", "arrived"))
        failed = sum(each.failed for each in reached)
        sentence = _say("reached", organisations, messages, arrived)
        yield Block(paragraph=sentence + (_say("failed", failed) if failed else ""))
        rows = [("受众", "单位", "信息", "已送达", "未送达")]
        rows += [
            (
                AUDIENCE_WORDS[each.audience],
                str(each.organisations),
                str(each.messages),
                str(each.arrived),
                str(each.failed),
            )
            for each in reached
        ]
        yield Block(rows=tuple(rows))

    def signatures(self) -> Iterator[Block]:
        """Who signed."""
        if self._chronicle.signed:
            asked = sum(each.asked for each in self._chronicle.signed)
            signed = sum(each.signed for each in self._chronicle.signed)
            yield Block(paragraph=_say("signed", signed, asked))

    def units(self) -> Iterator[Block]:
        """What the units reported, unit by unit."""
        owed = [each for each in self._chronicle.received if each.code != "lift" and each.state != "ended"]
        if not owed:
            return
        received = sum(each.state == "met" for each in owed)
        overdue = sum(each.state == "overdue" for each in owed)
        yield Block(paragraph=_say("reports_in", received, len(owed), overdue))
        told = [
            f"{each.by_whom}：{chinese.sentence(text)}。"
            for each in owed
            for heading, text in each.contents
            if "措施" in heading
        ]
        if told:
            yield Block(items=tuple(told))

    def progress(self) -> Iterator[Block]:
        yield from self.told()
        yield from self.signatures()
        yield from self.units()


_WITHOUT_CONTENTS = (
    "发布经过",
    "预报和监测",
    "采取的应急措施",
    "预警信息发布情况",
    "需要说明的其他情况",
)
# What a content that plans list asks for, by the words in its heading, and where it comes from; the first
# that fits counts.
_FILLINGS: tuple[tuple[tuple[str, ...], tuple[tuple[Fill, Source], ...]], ...] = (
    (("启动时间", "持续时间"), ((_Told.times, "decisions"),)),
    (("级别",), ((_Told.level, "decisions"),)),
    (("污染物",), ((_Told.pollutant, "forecast"),)),
    (("发布情况", "信息发布", "发布及响应"), ((_Told.course, "launches"), (_Told.told, "deliveries"))),
    (("发布经过",), ((_Told.course, "launches"),)),
    (("预报和监测",), ((_Told.forecast, "forecast"),)),
    (("企业措施", "措施落实"), ((_Told.signatures, "signatures"), (_Told.units, "reports"))),
    (("部门响应",), ((_Told.units, "reports"),)),
    (("采取的", "应急措施"), ((_Told.measures, "plan"),)),
)


def _fillings(heading: str) -> tuple[tuple[Fill, Source], ...]:
    for words, fillings in _FILLINGS:
        if any(word in heading for word in words):
            return fillings
    return ()


def _named(step: Step) -> str:
    level = chinese.level_word(step.decision.level) if step.decision.level else ""
    back = "" if step.counts or step.decision.action == "retract" else "（不再有效）"
    return f"{ACTION_WORDS[step.decision.action]}{f'{level}预警' if level else ''}{back}"


def _with_response(plan: Plan, level: Level) -> str:
    """`橙色（Ⅱ级应急响应）`; the colour alone where the plan names no responses."""
    response = chinese.response_word(plan, level)
    return f"{chinese.level_word(level)}（{response}）" if response else chinese.level_word(level)


def _hour(moment: datetime) -> str:
    return chinese.hour(moment, year=True)


def _numeral(number: int) -> str:
    return "一二三四五六七八九十"[number - 1] if number <= 10 else str(number)


def _say(macro: str, *values: object) -> str:
    return say("zh-CN", "papers.j2", macro, *values)
