"""What an enterprise's inventory (应急减排清单) orders of it at a level, and what changed. Pure.

Each level of an inventory is whole: only its lines at the level in force count. A line that was not
surely understood is told in the cell's own words.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from gateway.decisions.model import Decision
from gateway.moments import local
from gateway.notices.chinese import one_line
from gateway.notices.model import Mark, Office
from gateway.notices.turns import Rota, Turn
from gateway.notices.words import WORDS
from gateway.plans.model import Plan
from gateway.slots import OWN_SLOT
from gateway.vocabulary import Language

# What is ordered stands before what an order does not touch.
_LISTS = ("industrial", "dust", "mobile", "co_heating", "guaranteed", "white_list")
_SPARED = ("guaranteed", "white_list")


class Line(Protocol):
    """A line of an inventory; `gateway.directory.inventory.InventoryLine` tells what its fields mean."""

    @property
    def list(self) -> str:
        """Which list it stands in."""

    @property
    def line(self) -> str | None:
        """The line of production, vehicle or site."""

    @property
    def action(self) -> str:
        """What is ordered."""

    @property
    def words(self) -> str:
        """The cell's own words."""

    @property
    def certain(self) -> bool:
        """Whether the cell was surely understood."""

    @property
    def percent(self) -> int | None:
        """How much of the load a limit takes away."""

    @property
    def indicator(self) -> str | None:
        """What shows that it is done."""

    @property
    def indicator_value(self) -> str | None:
        """The figure of the indicator, in words."""

    @property
    def preparation_minutes(self) -> int | None:
        """How long before the start it has to be begun."""

    @property
    def person(self) -> str | None:
        """Who is in charge."""

    @property
    def exemption(self) -> str | None:
        """The ground of an exemption."""

    @property
    def batch(self) -> int | None:
        """The turn in a rotation."""


@dataclass(frozen=True, slots=True)
class Enterprise:
    """One enterprise: its grade (`A` … `guaranteed`) with the day from which it counts, and the lines of
    its inventory by level (all of one level together)."""

    sector: str | None
    lines: Mapping[str, Sequence[Line]]
    grade: str | None = None
    grade_valid_from: date | None = None


@dataclass(frozen=True, slots=True)
class OwnItem:
    """A line as it is told; every text is one plain line, "" where there is none. `number` counts from 1.

    `begin` and `finish`: hours by which its preparation must have begun and be done; `late`: it must
    begin at once. `turn`: when its batch's turn comes, of a line that is ordered.
    """

    number: int
    list: str
    name: str
    action: str
    words: str
    certain: bool
    percent: int | None
    batch: int | None
    turn: Turn | None
    indicator: str
    indicator_value: str
    person: str
    ground: str
    mark: Mark
    preparation: str
    begin: str
    finish: str
    late: bool


@dataclass(frozen=True, slots=True)
class Own:
    """Everything that one enterprise is told of its own; hours and days are printed.

    `level` and `starts`: of what holds ("" where nothing does, or its start is not known). `ended` is no
    longer asked. `unlisted`: the inventory has lines at the level before and none at this higher one.
    """

    lifts: bool
    level: str
    starts: str
    grade: str
    grade_since: str
    items: tuple[OwnItem, ...]
    ended: tuple[OwnItem, ...]
    unlisted: bool
    safety: str
    safety_clause: str


@dataclass(frozen=True, slots=True)
class Order:
    """What a decision asks of every enterprise alike: from `former` (None: nothing was in force) to
    `level` (None: it lifts). `starts`: printed, "" where it is not known. `prepares`: lines that are new
    have a time by which they must be ready."""

    decision: Decision
    level: str | None
    level_word: str
    former: str | None
    starts: str
    prepares: bool
    safety: str
    safety_clause: str
    rota: Rota
    language: Language = "zh-CN"


def safety(plan: Plan, office: Office, language: Language) -> tuple[str, str]:
    """The safety clause of the plan and where it stands, else the office's own line; in that language."""
    english = language == "en"
    printed = plan.safety and (plan.safety.en if english else plan.safety.text)
    if plan.safety is None or not printed:
        return one_line(office.safety_en if english else office.safety).rstrip("。."), ""
    return one_line(printed).rstrip("。."), plan.safety.clause.path


def own(order: Order, enterprise: Enterprise) -> Own | None:
    """What the enterprise is told of its own; None where its inventory says nothing of it."""
    now = _ordered(enterprise.lines.get(order.level, ()) if order.level else ())
    before = _ordered(enterprise.lines.get(order.former, ()) if order.former else ())
    if order.level is None:
        before = [line for line in before if line.list not in _SPARED]  # nothing of it ends
    if not now and not before:
        return None
    had = dict(_named(before))
    marks = [
        ("" if order.former is None else "new" if key not in had else _changed(order, had[key], line), line)
        for key, line in _named(now)
    ]
    kept = {key for key, _ in _named(now)}
    fallen = bool(before) and not now and order.level is not None and order.decision.action != "lower"
    grade, since = _grade(enterprise, order, now)
    return Own(
        lifts=order.level is None,
        level=order.level_word,
        starts=order.starts,
        grade=grade,
        grade_since=since,
        items=tuple(_item(order, line, mark, number) for number, (mark, line) in enumerate(marks, 1)),
        ended=()
        if fallen
        else tuple(
            _item(order, line, "", number, ends=True)
            for number, line in enumerate((line for key, line in had.items() if key not in kept), 1)
        ),
        unlisted=fallen,
        safety=order.safety,
        safety_clause=order.safety_clause,
    )


def _ordered(lines: Sequence[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: _LISTS.index(line.list) if line.list in _LISTS else len(_LISTS))


def _named(lines: Sequence[Line]) -> list[tuple[tuple[str, str, int], Line]]:
    """The lines under what tells them apart from level to level: list, name, and their place under it."""
    counted: dict[tuple[str, str], int] = defaultdict(int)
    found = []
    for line in lines:
        name = (line.list, "".join((line.line or "").split()))
        found.append(((*name, counted[name]), line))
        counted[name] += 1
    return found


def _changed(order: Order, old: Line, new: Line) -> Mark:
    if new.batch is not None and order.rota.changed(new.batch):
        return "changed"
    if not (old.certain and new.certain) or new.action not in ("stop", "limit"):
        return "" if (old.words, _asked(old)) == (new.words, _asked(new)) else "changed"
    return "" if _asked(old) == _asked(new) else "changed"


def _asked(line: Line) -> tuple[object, ...]:
    """What makes an order another one; who sees to it, and how long it takes, do not."""
    return (
        line.certain,
        line.action,
        line.percent,
        line.indicator,
        line.indicator_value,
        line.exemption,
        line.batch,
    )


def _grade(enterprise: Enterprise, order: Order, lines: Sequence[Line]) -> tuple[str, str]:
    """The grade as used on the day of the start; the protected one only where a line names its ground."""
    grade, since = enterprise.grade, enterprise.grade_valid_from
    if grade is None or (since is not None and since > local(order.decision.starts_at).date()):
        return "", ""
    if grade == "guaranteed" and not any(line.list == "guaranteed" and line.exemption for line in lines):
        return "", ""
    return grade, WORDS[order.language].day(since, year=True) if since else ""


def _item(order: Order, line: Line, mark: Mark, number: int, *, ends: bool = False) -> OwnItem:
    started = order.former is not None and not mark  # it is being done already
    prepares = order.prepares and not ends and not started and line.list not in _SPARED
    understood = line.action != "own_words" and (line.action != "limit" or bool(line.percent))
    turn = order.rota.turn(line.batch) if line.batch is not None and not ends else None
    starts = order.decision.starts_at if turn is None else turn.begins  # its batch's turn, where it is known
    begin, finish, late = (
        _preparing(order, starts, line.preparation_minutes)
        if prepares and line.preparation_minutes and starts is not None
        else ("", "", False)
    )
    return OwnItem(
        number=number,
        list=line.list,
        name=_plain(line.line),
        action=line.action,
        words=_plain(line.words).rstrip("。；;"),
        certain=line.certain and understood,
        percent=line.percent,
        batch=line.batch,
        turn=turn,
        indicator=line.indicator or "",
        indicator_value=_plain(line.indicator_value),
        person=_plain(line.person),
        ground=_plain(line.exemption),
        mark=mark,
        preparation=_span(order.language, line.preparation_minutes) if line.preparation_minutes else "",
        begin=begin,
        finish=finish,
        late=late,
    )


def _preparing(order: Order, starts: datetime, minutes: int) -> tuple[str, str, bool]:
    """应急准备时间 runs before the start: by when it begins, by when it is done, and whether it is late."""
    decision, hour = order.decision, WORDS[order.language].hour
    begin = starts - timedelta(minutes=minutes)
    if decision.decided_at <= begin:
        return hour(begin, year=False), hour(starts, year=False), False
    return "", hour(starts, year=False) if starts > decision.decided_at else "", True


def _span(language: Language, minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if language == "en":
        return " ".join(filter(None, (f"{hours} h" if hours else "", f"{rest} min" if rest else "")))
    return f"{f'{hours}小时' if hours else ''}{f'{rest}分钟' if rest else ''}"


def _plain(text: str | None) -> str:
    """A cell as one plain line; no cell can look like the slot of a text."""
    return one_line(text or "").replace(OWN_SLOT, OWN_SLOT[1:-1])
