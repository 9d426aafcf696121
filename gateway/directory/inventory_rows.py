"""Reads the rows that an inventory holds of one organisation into its lines, one line of production a row."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from gateway.directory import actions, cells
from gateway.directory.actions import Stated
from gateway.directory.cells import Refused
from gateway.directory.inventory import INVENTORY_LIST_WORDS, InventoryLine, InventoryList
from gateway.directory.row import Cells
from gateway.vocabulary import LEVEL_WORDS, LEVELS, Audience, Level, Sector

LIST_MARKS: dict[InventoryList, tuple[str, ...]] = {  # in the name of a sheet or in its title
    "white_list": ("白名单",),
    "co_heating": ("协同供暖", "协同供热"),
    "guaranteed": ("保障类",),
    "dust": ("扬尘源",),
    "mobile": ("移动源", "用车大户"),
    "industrial": ("工业源",),
}
# What an organisation that only a list names is: by the list that it stands in.
READERS: dict[InventoryList, tuple[Audience, Sector]] = {
    "industrial": ("enterprises", "industry"),
    "dust": ("enterprises", "construction"),
    "mobile": ("enterprises", "transport"),
    "white_list": ("enterprises", "transport"),
    "co_heating": ("enterprises", "power"),
    "guaranteed": ("enterprises", "industry"),
}
_SAME = re.compile(r"(?:同|与|执行|按)(黄|橙)色?(?:预警)?(?:期间)?(?:减排|管控)?(?:措施)?(?:相同|一致|执行)?")
_BATCH = re.compile(r"第?([一二三四五六七八九\d]{1,2})批?次?组?")
_HAN = "零一二三四五六七八九"


def marked(*titles: str) -> InventoryList | None:
    """The one list that these titles name; None for none or several."""
    found = [
        kind for kind, marks in LIST_MARKS.items() if any(mark in title for title in titles for mark in marks)
    ]
    return found[0] if len(found) == 1 else None


def lines(rows: Sequence[Cells], kind: InventoryList, *, knows_merges: bool) -> tuple[InventoryLine, ...]:
    """The lines of an organisation's rows, by level, then row. Faults go to the rows.

    In a text file a blank below an order is refused: the cells may have been merged, or there is no
    order for that line of production. `/` says the one, 同上 the other.
    """
    stated = [_stated(row) for row in rows]
    found: list[InventoryLine] = []
    for level in LEVELS:
        name = f"measure.{level}"
        if name not in rows[0]:
            continue
        orders = any(row.get(name) for row in rows)
        for number, (row, says) in enumerate(zip(rows, stated, strict=True)):
            if name in row.merged and number > 0:
                continue  # read with the row where its text stands
            if not row.get(name):
                if orders and not knows_merges and name in row.blank and row.get("line"):
                    row.fault(
                        name,
                        f"{LEVEL_WORDS[level]}措施空着，同一企业的其他行却有："
                        "没有措施请填 /，同上一行请填 同上",
                        f"the {level} measure is blank while other rows of the enterprise have one:"
                        " enter / for none, 同上 for the same",
                    )
                continue
            together = [says.line] if says.line else []
            for other, other_says in zip(rows[number + 1 :], stated[number + 1 :], strict=True):
                if name not in other.merged:
                    break
                if other_says.line and other_says.line not in together:
                    together.append(other_says.line)
            whose = "、".join(together) or None
            text = row.attempt(name, str, _same_as(row, level)) or ""
            found += actions.parse(text, kind, level, replace(says, line=whose))
    if not any(f"measure.{level}" in rows[0] for level in LEVELS):
        found += [_named(says, kind, level) for level in LEVELS for says in stated]
    return tuple(found)


def _same_as(row: Cells, level: Level) -> str:
    """The text of a measure; of another level's where it says no more than "as for yellow"."""
    text = row.get(f"measure.{level}")
    found = _SAME.fullmatch("".join(text.split()))
    if found is None:
        return text
    other: Level = "yellow" if found[1] == "黄" else "orange"
    return row.get(f"measure.{other}") or text


def _named(says: Stated, kind: InventoryList, level: Level) -> InventoryLine:
    """A list without measures tells of exemptions: trucks that may run, units that are guaranteed."""
    ground = says.exemption or INVENTORY_LIST_WORDS[kind].removesuffix("清单")
    words = f"{says.line}：{ground}" if says.line else ground
    return InventoryLine(
        kind, level, says.line, "own_words", words, certain=False, person=says.person, exemption=ground
    )


def _stated(row: Cells) -> Stated:
    preparation = row.get("preparation")
    ready = actions.minutes(preparation) if preparation else None
    if preparation and ready is None:
        row.fault(
            "preparation",
            f"准备时间“{preparation[:20]}”看不懂，请写成 4小时 或 30分钟",
            f"preparation {preparation[:20]!r} is not understood; write 4小时 or 30分钟",
        )
    return Stated(
        _short(row, "line", "生产线"),
        _short(row, "indicator", "核查指标"),
        ready,
        _short(row, "in_charge", "责任人"),
        _short(row, "exemption", "豁免理由"),
        row.attempt("batch", _batch) if row.get("batch") else None,
    )


def _short(row: Cells, name: str, title: str) -> str | None:
    if not row.get(name):
        return None
    words = " ".join(row.get(name).split())
    return row.attempt(name, lambda text: cells.line(title, name, text, 200), words)


def _batch(text: str) -> int:
    found = _BATCH.fullmatch("".join(unicodedata.normalize("NFKC", cells.integral(text)).split()))
    if found:
        figure = found[1]
        number = int(figure) if figure.isdecimal() else _HAN.find(figure)
        if 0 < number < 100:
            return number
    raise Refused(
        f"批次“{text[:20]}”看不懂，请写成 第1批", f"batch {text[:20]!r} is not understood; write 第1批"
    )
