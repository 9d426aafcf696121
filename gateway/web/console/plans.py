"""`/console/plans`: the plans as data, every measure with its clause, by level and audience."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from aiohttp import web
from sqlalchemy import Connection

from gateway.errors import InputError
from gateway.plans.model import Measure, Plan
from gateway.plans.printed import reader_words, readers_words
from gateway.plans.rules_described import rules
from gateway.vocabulary import CATEGORY_WORDS, LEVELS, Words
from gateway.web.console.frame import for_people, framed
from gateway.web.console.limits import plans_of
from gateway.web.console.table import Asked, Column, Filter, Table, answer
from gateway.web.keys import DESK
from gateway.web.live.live_words import AUDIENCES, SECTORS, Speech
from gateway.web.live.live_words import LEVELS as LEVEL_WORDS
from gateway.web.people import Person

PATH = "/console/plans"
_ONE = PATH + r"/{id:[a-z0-9_-]{1,64}}"
TEXTS: dict[str, Words] = {
    "plans": Words("预案", "Plans"),
    "about_plans": Words(
        "本系统按预案工作：条件、审批、措施和期限都来自预案，每一条注明出处。级别由政府决定。",
        "What this program works by: conditions, approvals, measures and deadlines of each plan, with the "
        "clause of every line. Governments set levels.",
    ),
    "version": Words("版本", "Version"),
    "measures": Words("措施", "Measures"),
    "rules": Words("规则", "Rules"),
    "by_reader": Words("谁要做什么", "Who does what"),
    "rules_chinese": Words("", "Rules are printed in Chinese, the plan's own language."),
    "level": Words("级别", "Level"),
    "reader": Words("受众", "Reader"),
    "category": Words("类别", "Category"),
    "text": Words("内容", "What it says"),
    "condition": Words("条件", "Condition"),
    "units": Words("责任单位", "Units"),
    "clause": Words("条款", "Clause"),
    "number": Words("序号", "Number"),
    "search": Words("措施中的字", "Words in it"),
}
_CATEGORIES: dict[str, Words] = {code: Words(words, code) for code, words in CATEGORY_WORDS.items()}

routes = web.RouteTableDef()


class Line(NamedTuple):
    """A measure of a plan at its place, from 1; `reader`: in whose words, None for those of all."""

    number: int
    measure: Measure
    reader: str | None


def table(plan: Plan) -> Table[Line]:
    """The measures of a plan."""
    return Table(
        "measures",
        TEXTS["measures"],
        (
            Column("text", TEXTS["text"], _text, long=True),
            Column(
                "level",
                TEXTS["level"],
                lambda row, say: say.among(LEVEL_WORDS, row.measure.level),
                mark=lambda row: row.measure.level,
                matters="deciding",
            ),
            Column(
                "category", TEXTS["category"], lambda row, say: say.among(_CATEGORIES, row.measure.category)
            ),
            Column(
                "condition",
                TEXTS["condition"],
                lambda row, _say: row.measure.condition.text if row.measure.condition else "",
            ),
            Column(
                "units",
                TEXTS["units"],
                lambda row, say: say.listed(
                    dict.fromkeys([*row.measure.lead_units, *row.measure.responsible_units])
                ),
            ),
            Column("clause", TEXTS["clause"], lambda row, _say: str(row.measure.clause), matters="beside"),
            Column(
                "number",
                TEXTS["number"],
                lambda row, _say: str(row.number),
                sorts=True,
                number=True,
                matters="beside",
            ),
        ),
        lambda row: row.number,
        "number",
        (
            Filter("level", TEXTS["level"], LEVEL_WORDS),
            Filter(
                "reader",
                TEXTS["reader"],
                {each: Words(reader_words(each), _reader_in_english(each)) for each in _numbers(plan)},
            ),
            Filter("category", TEXTS["category"], _CATEGORIES),
            Filter("search", TEXTS["search"]),
        ),
    )


@routes.get(PATH)
@for_people()
async def get_plans(request: web.Request, person: Person) -> web.Response:
    """Every plan that has an area of theirs."""
    theirs = await plans_of(person)
    catalogue = request.app[DESK].catalogue
    found = [await asyncio.to_thread(catalogue.load, identifier) for identifier in theirs]
    return framed(person, "plans.html", words=TEXTS, plans=found, levels=LEVELS, level_words=LEVEL_WORDS)


@routes.get(_ONE)
@for_people()
async def get_plan(request: web.Request, person: Person) -> web.Response:
    """One plan: its rules, and its measures by level and reader."""
    identifier = request.match_info["id"]
    if identifier not in await plans_of(person):
        unknown = InputError("PLAN_UNKNOWN", "没有这个预案", "there is no such plan", field="id")
        return framed(person, "fault.html", status=404, error=unknown)
    loaded = await asyncio.to_thread(request.app[DESK].catalogue.load, identifier)
    plan = loaded.plan
    shown = table(plan)
    lines = [Line(number, measure, None) for number, measure in enumerate(plan.measures, 1)]

    def fetch(_connection: Connection, asked: Asked, after: int | None, limit: int) -> list[Line]:
        fitting = [line for each in lines if (line := _fitting(each, asked)) is not None]
        if asked.descending:
            fitting.reverse()
        rest = [
            each
            for each in fitting
            if after is None or (each.number < after if asked.descending else each.number > after)
        ]
        return rest[:limit]

    return await answer(
        person,
        shown,
        shown.asked(request.query),
        fetch,
        "plan.html",
        words=TEXTS,
        loaded=loaded,
        plan=plan,
        rules=rules(plan),
        readers=[
            (reader, reader_words(reader) if person.language == "zh" else _reader_in_english(reader), number)
            for reader, number in _numbers(plan).items()
        ],
        asked=request.query.get("reader"),
    )


def _numbers(plan: Plan) -> dict[str, int]:
    """How many measures each reader has, by audience."""
    numbers = Counter(str(reader) for measure in plan.measures for reader in measure.texts)
    order = list(AUDIENCES)
    return dict(sorted(numbers.items(), key=lambda each: (order.index(each[0].partition(".")[0]), each[0])))


def _fitting(line: Line, asked: Asked) -> Line | None:
    """The line in the words of the reader that was asked for; None where it is not asked for."""
    chosen, measure = asked.chosen, line.measure
    if chosen.get("level") not in (None, measure.level) or chosen.get("category") not in (
        None,
        measure.category,
    ):
        return None
    reader = chosen.get("reader")
    texts = {str(name): words for name, words in measure.texts.items()}
    if reader is not None and reader not in texts:
        return None
    search = chosen.get("search")
    if search is not None and not any(search in words.text for words in texts.values()):
        return None
    return line._replace(reader=reader)


def _text(line: Line, say: Speech) -> str:
    """Its words for one reader; for all of them with who reads what, each wording once."""
    texts = {str(name): words for name, words in line.measure.texts.items()}
    if line.reader is not None:
        wording = texts[line.reader]
        return (say.language == "en" and wording.en) or wording.text
    alike: dict[str, list[str]] = {}
    for name, words in texts.items():
        alike.setdefault(words.text, []).append(name)
    colon = "：" if say.language == "zh" else ": "
    return "\n".join(f"{_readers(names, say)}{colon}{words}" for words, names in alike.items())


def _readers(names: Sequence[str], say: Speech) -> str:
    """`学校、企业（各行业）`, `Schools, Enterprises · Mines and quarries`."""
    return readers_words(names) if say.language == "zh" else ", ".join(map(_reader_in_english, names))


def _reader_in_english(name: str) -> str:
    audience, _, sector = name.partition(".")
    told = AUDIENCES[audience].en
    return f"{told} · {SECTORS[sector].en}" if sector else told
