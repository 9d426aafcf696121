"""`/console/season`: a heating season, or any months, as a calendar of the levels that were in force."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from aiohttp import web
from sqlalchemy import Connection

from gateway.directory.areas import within
from gateway.errors import InputError
from gateway.ledger.decisions import seasons
from gateway.ledger.decisions.episodes import Episode
from gateway.moments import local, milliseconds
from gateway.moments import moment as at_moment
from gateway.plans.model import Plan
from gateway.vocabulary import Words
from gateway.web.charts import season as charts
from gateway.web.charts.season import MARKS, Mark, Span
from gateway.web.console.areas import area_words
from gateway.web.console.frame import for_people
from gateway.web.console.limits import plans_of
from gateway.web.console.table import Asked, Column, Filter, Table, answer
from gateway.web.keys import CLOCK, LEDGER
from gateway.web.live.live_words import LEVELS, Speech
from gateway.web.people import Person

PATH: Final = "/console/season"
MOST = 24  # months together
_YEARS = range(1970, 3000)  # those that a calendar may be of
MARK_WORDS: dict[str, Words] = {
    "hint": Words("预警提示", "Early hint"),
    "tip": Words("健康提示", "Health tip"),
    **LEVELS,
}
LETTERS: dict[str, Words] = {  # in a day's box, beside its colour
    "tip": Words("健", "T"),
    "hint": Words("提", "H"),
    "yellow": Words("黄", "Y"),
    "orange": Words("橙", "O"),
    "red": Words("红", "R"),
}
TEXTS: dict[str, Words] = {
    "season": Words("预警日历", "Calendar of warnings"),
    "about_season": Words(
        "每天标出当天生效过的最高级别，不含演练。点日期看这天的决定。",
        "Each day shows the highest level that was in force on it, without exercises. It opens the decision.",
    ),
    "plan": Words("预案", "Plan"),
    "since": Words("从（年-月）", "From (year-month)"),
    "until": Words("到（年-月）", "Through (year-month)"),
    "season_before": Words("上一采暖季 {}", "Season before: {}"),
    "season_after": Words("下一采暖季 {}", "Season after: {}"),
    "month": Words("{}年{}月", "{}-{:0>2}"),
    "weekdays": Words("一 二 三 四 五 六 日", "Mo Tu We Th Fr Sa Su"),
    "months": Words("月份", "Month"),
    "days": Words("{} 天", "{} days"),
    "episodes": Words("污染过程", "Episodes"),
    "counted": Words("天数（截至 {}）", "Days, up to {}"),
    "in_all": Words("合计", "In all"),
    "expected": Words("预计", "expected"),
    "key": Words("图例", "Key"),
    "began": Words("开始", "Began"),
    "ended": Words("结束", "Ended"),
    "still": Words("仍在生效", "in force"),
    "highest": Words("最高级别", "Highest level"),
    "day_number": Words("天数（含预计）", "Days, expected ones too"),
    "decisions": Words("决定", "Decisions"),
    "area": Words("区域", "Area"),
    "summary": Words("{} 至 {}：污染过程 {} 次；{}。", "{} through {}: episodes: {}; {}."),
    "no_days": Words("截至 {} 没有预警生效", "no warning in force up to {}"),
    "list": Words("全部污染过程", "All episodes"),
    "other_months": Words("其他月份", "Other months"),
    "not_begun": Words("尚未开始", "not yet begun"),
}

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Course:
    """An episode as a row of the list; `spans` are what was in force, oldest first; `begun`: already now."""

    spans: Sequence[Span]
    begun: bool
    decisions: int
    area: str

    @property
    def highest(self) -> Mark:
        """The highest of its marks."""
        return max((each.mark for each in self.spans), key=MARKS.index)

    @property
    def days(self) -> int:
        """On how many days a level was in force, those that are only expected included."""
        return len({day for each in self.spans if each.mark in LEVELS for day in charts.days_of(each)})


@routes.get(PATH)
@for_people()
async def get_season(request: web.Request, person: Person) -> web.Response:
    """The season that runs or ran last, unless other months are asked for."""
    app, now = request.app, at_moment(request.app[CLOCK]())
    found = await plans_of(person)
    if not found:
        raise InputError("PLAN_UNKNOWN", "没有您区域的预案", "there is no plan of your areas")
    used = [each for each in await app[LEDGER].read(seasons.plans) if each in found]
    usual = (used or list(found))[0]
    today = local(now).date()
    this = charts.heating_season(charts.season_of(today))
    shown = table(found, usual, *map(_month, this))
    asked = shown.asked(request.query)
    plan = found[asked.chosen.get("plan", usual)]
    first, last = _months(asked, *this)
    begins, ends = charts.begins(first), charts.begins(_after(last))
    listed = await app[LEDGER].read(
        seasons.between,
        plan.id,
        milliseconds(begins),
        milliseconds(ends),
    )
    courses = [
        each
        for each in (_course(episode, plan, person, now) for episode in listed)
        if any(span.since < ends and span.until >= begins for span in each.spans)
    ]
    spans = [span for each in courses for span in each.spans]
    months = charts.months(spans, first, last, today)
    say = Speech(person.language, TEXTS)

    def fetch(_connection: Connection, asked: Asked, after: int | None, limit: int) -> list[Course]:
        rows = sorted(courses, key=lambda each: each.spans[0].since, reverse=asked.descending)
        start = next((n for n, each in enumerate(rows, 1) if shown.key(each) == after), 0)
        return rows[start : start + limit]

    totals = charts.totals(months)
    year = charts.season_of(first)
    before = year - 1 if first.month == this[0].month else year
    return await answer(
        person,
        shown,
        asked,
        fetch,
        "season.html",
        words=TEXTS,
        plan=plan,
        today=today,
        months=[(each, charts.totals([each])) for each in months],
        totals=totals,
        marks=[mark for mark in reversed(MARKS) if mark in LEVELS or totals[mark] or _ahead(spans, mark)],
        mark_words=lambda mark: say.of(MARK_WORDS[mark]),
        letter=lambda mark: say.of(LETTERS[mark]),
        day_words=lambda day: _day_words(day, say),
        sees=lambda span: all(person.sees(code) for code in span.area),
        says=_summary(courses, totals, first, last, today, say),
        before=_season_link(shown, asked, before),
        after=_season_link(shown, asked, year + 1) if first < this[0] else None,
    )


def table(plans: dict[str, Plan], usual: str, since: str, until: str) -> Table[Course]:
    """The list of episodes; `usual` is the plan, `since` and `until` the months, unless others are asked."""
    named = {identifier: Words(plan.title, plan.title) for identifier, plan in plans.items()}
    return Table(
        "season",
        TEXTS["episodes"],
        (
            Column(
                "began",
                TEXTS["began"],
                lambda row, _say: f"{row.spans[0].since:%Y-%m-%d %H:%M}",
                sorts=True,
                link=lambda row: f"/console/episodes/{row.spans[0].episode}",
            ),
            Column(
                "ended",
                TEXTS["ended"],
                _ended,
            ),
            Column(
                "highest",
                TEXTS["highest"],
                lambda row, say: say.of(MARK_WORDS[row.highest]),
                mark=lambda row: row.highest,
                matters="deciding",
            ),
            Column("days", TEXTS["day_number"], lambda row, _say: str(row.days), number=True),
            Column("decisions", TEXTS["decisions"], lambda row, _say: str(row.decisions), number=True),
            Column("area", TEXTS["area"], lambda row, _say: row.area),
        ),
        lambda row: row.spans[0].broadcast_id,
        "-began",
        (
            Filter("plan", TEXTS["plan"], named, usual=usual),
            Filter("since", TEXTS["since"], longest=7, usual=since),
            Filter("until", TEXTS["until"], longest=7, usual=until),
        ),
    )


def _ended(row: Course, say: Speech) -> str:
    last = row.spans[-1]
    if last.open:
        return say.of(TEXTS["still" if row.begun else "not_begun"])
    return f"{last.until:%Y-%m-%d %H:%M}"


def _course(episode: Episode, plan: Plan, person: Person, now: datetime) -> Course:
    """An episode, of which only what holds in the areas of whoever looks counts."""
    limits = person.user.areas
    here = [
        span
        for span in charts.spans(episode, now)
        if any(within(code, limits) for code in span.area) or any(within(one, span.area) for one in limits)
    ]
    codes = dict.fromkeys(code for span in here for code in span.area)
    return Course(
        here,
        bool(here) and here[0].since <= now,
        len(episode.launched),
        area_words(person.language, plan, list(codes)),
    )


def _summary(
    courses: Sequence[Course], totals: dict[Mark, int], first: date, last: date, today: date, say: Speech
) -> str:
    days = [
        f"{say.of(MARK_WORDS[mark])} {say('days', totals[mark])}"
        for mark in MARKS
        if mark in LEVELS and totals[mark]
    ]
    said = say.listed(days) or say("no_days", today)
    return say("summary", _month(first), _month(last), len(courses), said)


def _day_words(day: charts.Day, say: Speech) -> str:
    """A day as it is read aloud."""
    words = [day.date.isoformat()]
    if day.span is not None:
        words.append(say.of(MARK_WORDS[day.span.mark]))
        if day.ahead:
            words.append(say("expected"))
    return " ".join(words)


def _ahead(spans: Iterable[Span], mark: Mark) -> bool:
    return any(span.mark == mark for span in spans)


def _months(asked: Asked, first: date, last: date) -> tuple[date, date]:
    """The first days of the months asked for. Raises `InputError` (FIELD_INVALID)."""
    since = _read(asked, "since", first)
    until = _read(asked, "until", last if "since" not in asked.chosen else _ahead_of(since))
    if not since <= until < _ahead_of(since, MOST):
        raise InputError(
            "FIELD_INVALID",
            f"结束月份应不早于开始月份，最多 {MOST} 个月",
            f"the last month comes after the first, at most {MOST} months together",
            field="until",
        )
    return since, until


def _read(asked: Asked, name: str, usual: date) -> date:
    stated = asked.chosen.get(name)
    if stated is None:
        return usual
    try:
        month = date.fromisoformat(f"{stated}-01")
    except ValueError:
        month = None
    if month is None or month.year not in _YEARS:
        raise InputError(
            "FIELD_INVALID",
            f"月份写成 2025-10 这样：{stated}",
            f"a month is written like 2025-10: {stated}",
            field=name,
        )
    return month


def _season_link(shown: Table[Course], asked: Asked, year: int) -> tuple[str, str]:
    first, last = charts.heating_season(year)
    return shown.address(asked, since=_month(first), until=_month(last)), f"{year}–{year + 1}"


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _after(day: date) -> date:
    """The first day of the next month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _ahead_of(day: date, months: int = 5) -> date:
    """So many months later; a heating season is five ahead of its first month."""
    place = day.year * 12 + day.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)
