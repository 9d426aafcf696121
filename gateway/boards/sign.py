"""Sign boards (公示牌): what a plant or a building site shows at its gate. Pure values.

What stands on a board, under which printed names, is the plan's (`Plan.sign_boards`). Zhengzhou 四（二）6
(lines 143-145) and Pingdingshan 4.2.1（6）(line 70) list it, for plants and for sites; Kashgar 8.4 (line
360) and Xigang 6.5 (line 178) ask for boards without listing it, and the 2018 plan asks for none: these
have the form of `_ENTERPRISE` and `_SITE`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from gateway.directory.dialling import shown
from gateway.directory.inventory import InventoryLine
from gateway.directory.model import DIALLED, GRADE_WORDS, Contact, ContactRole, Organisation
from gateway.errors import InputError
from gateway.notices import chinese
from gateway.notices.model import InForce, Mark
from gateway.notices.reading import Measures
from gateway.plans.measures import Facts
from gateway.plans.model import BoardEntry, Plan
from gateway.vocabulary import LEVEL_WORDS, LEVELS, RESPONSE_WORDS, SECTOR_WORDS, Level, rank

Form = Literal["enterprise", "site"]

_ENTERPRISE: dict[BoardEntry, str] = {
    "name": "企业名称",
    "area": "所属区域",
    "industry": "行业类型",
    "grade": "绩效等级",
    "head": "法定代表人",
    "responsible": "应急减排责任人",
    "supervisor": "监督人",
    "measures": "不同预警期间应急措施",
}
_SITE: dict[BoardEntry, str] = {
    "name": "项目名称",
    "industry": "项目类型",
    "location": "项目地址",
    "head": "项目负责人",
    "responsible": "应急减排责任人",
    "measures": "不同预警期间应急措施",
}
_MARKS: dict[Mark, str] = {"": "", "new": "新增", "changed": "调整"}
_NOTHING = "应急减排清单没有列出本级的措施"


@dataclass(frozen=True, slots=True)
class Field:
    """One field under its printed name; `value` None: left empty, to be filled in by hand."""

    name: str
    value: str | None


@dataclass(frozen=True, slots=True)
class BoardMeasure:
    """What is done at a level; `mark` says how it differs from the level below (新增, 调整)."""

    text: str
    mark: str = ""
    own: bool = False  # of the organisation's own inventory, not of the plan


@dataclass(frozen=True, slots=True)
class BoardLevel:
    """The whole list of one level; a reader never adds levels up. `nothing`: why it is empty."""

    level: Level
    title: str
    measures: tuple[BoardMeasure, ...]
    nothing: str = ""


@dataclass(frozen=True, slots=True)
class SignBoard:
    """One board. `address` is the page of the level in force, printed as a QR code.

    `area` is the organisation's code; `measures_name` the printed name of the list of measures; `clause`
    where the plan asks for the board (None: it does not).
    """

    code: str
    organisation: str
    area: str
    form: Form
    exercise: bool
    fields: tuple[Field, ...]
    measures_name: str
    levels: tuple[BoardLevel, ...]
    address: str
    office: tuple[str, ...]
    plan: str
    clause: str | None

    @property
    def blanks(self) -> tuple[str, ...]:
        """The names of the fields that are left empty."""
        return tuple(field.name for field in self.fields if field.value is None)


class Boards:
    """Makes boards under one plan; what the plan says to all sites is resolved once.

    `address`: the page of the level in force; `office`: lines such as `值班电话 0371-00000000`.
    """

    def __init__(self, plan: Plan, address: str, office: Sequence[str]) -> None:
        self._plan = plan
        self._address = address
        self._office = tuple(office)
        self._areas = {area.code: area.name for area in plan.areas}
        self._site_levels = {level: _of_plan(plan, level) for level in LEVELS}

    def board(self, organisation: Organisation, lines: Sequence[InventoryLine]) -> SignBoard:
        """The board of a plant, or of a site (sector `construction`), with its own `lines`.

        Raises `InputError` BOARD_NOT_FOR: only enterprises have boards; BOARD_OUTSIDE_PLAN.
        """
        if organisation.audience != "enterprises":
            raise InputError(
                "BOARD_NOT_FOR",
                f"“{organisation.name}”（{organisation.code}）不是企业或工地，没有公示牌",
                f"{organisation.code} is neither an enterprise nor a site: it has no sign board",
                field="code",
            )
        area = self._area(organisation)
        form: Form = "site" if organisation.sector == "construction" else "enterprise"
        printed = self._printed(form)
        return SignBoard(
            code=organisation.code,
            organisation=organisation.name,
            area=organisation.area,
            form=form,
            exercise=organisation.exercise,
            fields=tuple(
                Field(name, _value(entry, organisation, area))
                for entry, name in printed.items()
                if entry != "measures"
            ),
            measures_name=printed.get("measures", _ENTERPRISE["measures"]),
            levels=tuple(self._level(level, form, lines) for level in LEVELS),
            address=self._address,
            office=self._office,
            plan=self._plan.title,
            clause=str(self._plan.sign_boards.clause) if self._plan.sign_boards else None,
        )

    def _area(self, organisation: Organisation) -> str:
        """The name of the plan's area that the organisation is in: the longest code that begins its own."""
        if organisation.area in self._areas:
            return self._areas[organisation.area]
        codes = [code for code in self._areas if organisation.area.startswith(code)]
        if not codes:
            named = f"“{organisation.name}”（{organisation.code}）"
            raise InputError(
                "BOARD_OUTSIDE_PLAN",
                f"{named}的区域 {organisation.area} 不在“{self._plan.title}”内",
                f"{organisation.code} is in {organisation.area}, which is no area of {self._plan.id!r}",
                field="plan",
            )
        return self._areas[max(codes, key=len)]

    def _printed(self, form: Form) -> Mapping[BoardEntry, str]:
        boards = self._plan.sign_boards
        if form == "site":
            return (boards.site if boards else {}) or _SITE
        return (boards.enterprise if boards else {}) or _ENTERPRISE

    def _level(self, level: Level, form: Form, lines: Sequence[InventoryLine]) -> BoardLevel:
        own = _own(lines, level)
        measures = (*own, *self._site_levels[level]) if form == "site" else own
        response = self._plan.responses.get(level, f"{RESPONSE_WORDS[level]}应急响应")
        title = f"{LEVEL_WORDS[level]}预警 · {response}"
        return BoardLevel(level, title, measures, "" if measures else _NOTHING)


def line_words(line: InventoryLine) -> str:
    """What an inventory line says, in the cell's own words unless these say nothing by themselves (`50%`)."""
    what = line.words
    if line.certain and line.action == "stop" and "停" not in what:
        what = "停产"  # the cell was a tick, or a word such as 全部
    elif line.certain and line.action == "limit" and line.percent is not None and "限" not in what:
        what = f"限产{line.percent}%"
    if line.line and line.line not in what:
        what = f"{line.line}：{what}"
    beside = [
        f"{line.indicator}{line.indicator_value or ''}" if line.indicator else "",
        f"准备时间{_duration(line.preparation_minutes)}"
        if line.preparation_minutes and "准备时间" not in what
        else "",
        f"第{line.batch}批" if line.batch else "",
        f"责任人{line.person}" if line.person else "",
        f"豁免：{line.exemption}" if line.exemption else "",
    ]
    stated = "，".join(each for each in beside if each)
    return f"{what}（{stated}）" if stated else what


def _own(lines: Sequence[InventoryLine], level: Level) -> tuple[BoardMeasure, ...]:
    now = {
        (line.list, line.line, words): words
        for line in lines
        if line.level == level
        for words in [line_words(line)]
    }
    below = [line for line in lines if rank(line.level) == rank(level) - 1]
    before = {line_words(line) for line in below}
    named = {(line.list, line.line) for line in below if line.line}
    found = []
    for (source, name, _), words in now.items():
        mark: Mark = ""
        if level != "yellow" and words not in before:
            mark = "changed" if (source, name) in named else "new"
        found.append(BoardMeasure(words, _MARKS[mark], own=True))
    return tuple(found)


def _of_plan(plan: Plan, level: Level) -> tuple[BoardMeasure, ...]:
    """The plan's orders to building sites at a level; what a decision may settle stays open, in words."""
    lower = LEVELS[LEVELS.index(level) - 1] if level != LEVELS[0] else None
    before = InForce(lower, Facts()) if lower else None
    reading = Measures(plan, level, Facts(), before, chinese).read_by("enterprises", "construction")
    return tuple(
        BoardMeasure(item.line, _MARKS[item.mark]) for item in reading.items if item.category == "mandatory"
    )


def _value(entry: BoardEntry, organisation: Organisation, area: str) -> str | None:
    match entry:
        case "name":
            return organisation.name
        case "area":
            return area
        case "industry":
            return organisation.industry or (
                SECTOR_WORDS[organisation.sector] if organisation.sector else None
            )
        case "grade":
            return _grade(organisation)
        case "location":
            return organisation.location
        case "head" | "responsible" | "supervisor":
            return _person(organisation.contacts, entry)
        case "measures":
            return None


def _grade(organisation: Organisation) -> str | None:
    if organisation.grade is None:
        return None
    since = organisation.grade_valid_from
    return f"{GRADE_WORDS[organisation.grade]}{f'（{chinese.day(since, year=True)}起）' if since else ''}"


def _person(contacts: Sequence[Contact], role: ContactRole) -> str | None:
    """The first person of the role with their numbers; the second stays for the call sheet."""
    for contact in contacts:
        if contact.role == role:
            return "　".join((contact.name, *phones(contact)))
    return None


def phones(contact: Contact) -> tuple[str, ...]:
    """A contact's numbers as they are dialled in China."""
    return tuple(shown(each.address.value) for each in contact.addresses if each.address.kind in DIALLED)


def _duration(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{f'{hours}小时' if hours else ''}{f'{rest}分钟' if rest else ''}"
