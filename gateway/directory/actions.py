"""Reads the cell of an inventory that says what is done at a level, such as
`1#回转窑停产；2#窑限产50%，准备时间4小时`. Pure.

A sentence becomes an order only where every part of it is one of the few forms below; anything else
stays the cell's own words, which are then what is sent. A wrongly read order stops the wrong kiln, so
conditions, exceptions, hours of the day and words unknown here are never read around: a sentence that
limits others ("民生保障除外") leaves the whole cell in its own words. All figures and all clauses of the
cell stand in the `words` of its lines, in the cell's order.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from gateway.directory.inventory import InventoryLine, InventoryList, LineAction
from gateway.vocabulary import Level

_SENTENCES = re.compile(r"[；;。\r\n]+")
_CLAUSES = re.compile(r"[，,](?!\d{3}(?!\d))")  # not the comma of 1,200
_ITEM = re.compile(
    r"(?:[(（]\d{1,2}[)）]|[①-⑳]|\d{1,2}[)）]|\d{1,2}[、.．](?=\D)|[一二三四五六七八九十]、)\s*"
)
_LIMITING = re.compile(
    r"除|例外|但|如[遇需有果]|若|其中|上述|以上|以下[^货柴车排]|视情|期间|情况|可不|不停|不限|豁免|免于|免予|原则|保留|恢复|小时|时段|夜间|白天|每[日天]|分别|交替|轮|前提"
    r"|^其|[:：]$"
)
# What a line of production may be called: no verb, figure of an amount, time or condition.
_LINE = (
    r"(?:(?!停|限|减|除|外$|脱硫|脱硝|治理|环保|净化|安全|消防|不|未|非|可|若|如|当|时|期|间|前|后|至|到|每|日|夜|轮|批|部分|原则|视|根据|按|必要|允许|保留"
    r"|启|其余|其他|一半|以上|以下|或|超|实施|采取|执行|落实|禁止|全|运输|使用|应急|预警|措施)"
    r"[\w#＃\-—~/、和及与()（）·.])"
)
_HOW = r"(?:全部|立即|均)?(?:实施|采取|执行)?"
_WHOLE = r"(?P<whole>全厂|全部|全部生产线|全线|整厂|企业|全企业|所有生产线|全厂区)?"
_STOP = re.compile(
    rf"(?:{_WHOLE}|(?P<line>{_LINE}{{1,40}}?)){_HOW}(?:停产|停止生产|停止运行|停运|停机)(?:措施)?"
)
_STOP_FIRST = re.compile(rf"(?:停止|停运|停用)(?P<line>{_LINE}{{1,40}}?)(?:运行|生产|作业)?")
_LIMIT = re.compile(
    rf"(?:{_WHOLE}|(?P<line>{_LINE}{{1,40}}?)){_HOW}"
    r"(?:限产|减产|压减产量|压减(?:生产)?负荷|降低(?:生产)?负荷|降负荷|限产比例)(?:比例)?(?P<to>降?至|降?到)?[为:：]?(?P<figure>\d{1,3})%"
)
_OFF_PEAK = re.compile(
    r"(?:大宗|物料|原料|原辅料|原辅材料|产品|货物|的|和|及|、|车辆|运输|厂内外|实施|实行|采取|执行|落实|进行)*"
    r"错峰运输(?:措施)?"
)
_TRUCKS = re.compile(
    r"(?:禁止|停止|停用|严禁|禁用)(?:使用)?国[一二三四五六\dIV]+(?:及以下)?(?:排放标准|标准)?的?"
    r"(?:和|、|及|燃油|燃气|重型|中型|轻型|柴油|载货|载重)*(?:货车|汽车|车辆|运输车辆|卡车)"
    r"(?:运输|进行运输|进行物料运输|物料运输|运输物料|进出厂区?|进厂|通行|上路行驶)?"
)
_PREPARATION = re.compile(
    r"(?:停限?产|限产|响应)?(?:所需)?准备时间[为:：]?(?P<figure>\d{1,3}(?:\.\d)?)个?(?P<unit>小时|h|分钟|min|天)"
)
_PERSON = re.compile(r"(?:现场|措施)?(?:负责人|责任人)[为:：]?(?P<person>[\u4e00-\u9fff·]{2,6})")
_INDICATOR = re.compile(
    r"(?P<word>日?用电量|日?电量|日?耗电量|日?用气量|日?天然气用量|日?耗气量)"
    r"(?P<value>(?:不超过|不高于|低于|小于|控制在|≤|<=|<|降至)[\d.,]+(?:万)?(?:kwh|千瓦时|度|立方米|m3|方)(?:/(?:日|天|d|h|小时))?(?:以下|以内)?)",
    re.IGNORECASE,
)
_EXEMPTION = re.compile(
    r"(?:因|由于|属于?)(?P<ground>[\w、]{2,40}?)[，,]?(?:予以|给予)?(?:豁免|不停产|不限产|免于停产|免于停限产|不采取停限产措施|不采取减排措施|自主减排)"
)
_MINUTES = {"小时": 60, "h": 60, "分钟": 1, "min": 1, "天": 1440}


@dataclass(frozen=True, slots=True)
class Stated:
    """What columns beside the measures say of a row's lines; None: nothing."""

    line: str | None = None
    indicator: str | None = None
    preparation_minutes: int | None = None
    person: str | None = None
    exemption: str | None = None
    batch: int | None = None


def parse(
    text: str, kind: InventoryList, level: Level, stated: Stated | None = None
) -> tuple[InventoryLine, ...]:
    """The lines that a cell orders at a level; none for a cell without a word.

    What the row's other columns state holds for each line that does not say it itself.
    """
    stated = stated or Stated()
    sentences = [sentence for each in _SENTENCES.split(text) if _says(sentence := each.strip(" \t，,、"))]
    readings = [(sentence, _sentence(sentence)) for sentence in sentences]
    if any(reading is None and _LIMITING.search(_plain(sentence)) for sentence, reading in readings):
        whole = text.strip()
        return (_line(_Order("own_words", whole, exemption=_ground(whole)), kind, level, stated),)
    orders = [
        order
        for sentence, reading in readings
        for order in ((_Order("own_words", sentence),) if reading is None else reading)
    ]
    return tuple(_line(order, kind, level, stated) for order in orders)


def minutes(text: str) -> int | None:
    """The minutes of a cell that holds a time of preparation and nothing else; None: not understood."""
    found = _PREPARATION.fullmatch(_plain(text)) or _PREPARATION.fullmatch("准备时间" + _plain(text))
    return _minutes(found) if found else None


@dataclass(frozen=True, slots=True)
class _Order:
    action: LineAction
    words: str
    line: str | None = None
    percent: int | None = None
    indicator: str | None = None
    indicator_value: str | None = None
    preparation_minutes: int | None = None
    person: str | None = None
    exemption: str | None = None


@lru_cache(maxsize=8192)  # a list says the same a thousand times
def _sentence(sentence: str) -> tuple[_Order, ...] | None:
    """The orders of a sentence; None where any part of it is not understood.

    Parts that qualify (time, person, figure) belong to the one order of their sentence; beside several
    orders it is open which of them they belong to.
    """
    clauses = [clause for each in _CLAUSES.split(sentence) if (clause := each.strip())]
    orders: list[_Order] = []
    qualities: list[dict[str, str | int]] = []
    for clause in clauses:
        order = _order(clause)
        if order is not None:
            orders.append(order)
            continue
        quality = _quality(clause)
        if quality is None:
            return None
        qualities.append(quality)
    if not orders or (qualities and len(orders) > 1):
        return None
    if not qualities:
        return tuple(orders)
    (order,) = orders
    known: dict[str, str | int] = {}
    for quality in qualities:
        if known.keys() & quality.keys():
            return None  # two times of preparation: one of them belongs to something else
        known |= quality
    return (replace(order, words=sentence, **known),)  # type: ignore[arg-type]


def _order(clause: str) -> _Order | None:
    text = _plain(clause)
    item = _ITEM.match(text)
    if item:
        text = text[item.end() :]
    elif re.match(r"\d{1,2}、", text):
        return None  # item 1, kiln 2, or kilns 1 and 2
    if found := _LIMIT.fullmatch(text):
        figure = int(found["figure"])
        percent = 100 - figure if found["to"] else figure
        return _Order("limit", clause, _named(found, clause), percent) if 0 < percent <= 100 else None
    if found := _STOP.fullmatch(text):
        return _Order("stop", clause, _named(found, clause))
    if _TRUCKS.fullmatch(text):
        return _Order("trucks", clause)
    if _OFF_PEAK.fullmatch(text):
        return _Order("off_peak", clause)
    if found := _STOP_FIRST.fullmatch(text):
        return _Order("stop", clause, found["line"])
    return None


def _named(found: re.Match[str], clause: str) -> str | None:
    line = found["line"] or found["whole"]
    return line if line and line not in ("全部", "企业", "全企业") else None


def _quality(clause: str) -> dict[str, str | int] | None:
    text = _plain(clause)
    if found := _PREPARATION.fullmatch(text):
        after = _minutes(found)
        return None if after is None else {"preparation_minutes": after}
    if found := _PERSON.fullmatch(text):
        return {"person": found["person"]}
    if found := _INDICATOR.fullmatch(text):
        return {"indicator": "power" if "电" in found["word"] else "gas", "indicator_value": found["value"]}
    return None


def _minutes(found: re.Match[str]) -> int | None:
    amount = float(found["figure"]) * _MINUTES[found["unit"]]
    return int(amount) if amount == int(amount) and amount <= 3 * 1440 else None


def _ground(text: str) -> str | None:
    """The ground of an exemption that is all that a cell says."""
    found = _EXEMPTION.fullmatch(_plain(text).rstrip("。;"))
    return found["ground"] if found else None


def _line(order: _Order, kind: InventoryList, level: Level, stated: Stated) -> InventoryLine:
    return InventoryLine(
        list=kind,
        level=level,
        line=order.line or stated.line,
        action=order.action,
        words=order.words,
        certain=order.action != "own_words",
        percent=order.percent,
        indicator=order.indicator or stated.indicator,
        indicator_value=order.indicator_value,
        preparation_minutes=order.preparation_minutes or stated.preparation_minutes,
        person=order.person or stated.person,
        exemption=order.exemption or stated.exemption,
        batch=stated.batch,
    )


def _says(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
