"""The Chinese `Words`: how dates, levels, places, figures and measures are said in Chinese texts.

Every text says dates and hours absolutely, in China Standard Time: a forwarded message ages.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from gateway.decisions.model import AqiRange, Decision, ForecastDay
from gateway.moments import local
from gateway.notices.model import Mark
from gateway.plans.model import Condition, Gap, Measure, Nothing, Plan, Wording
from gateway.vocabulary import (
    CATEGORY_WORDS,
    LEVEL_WORDS,
    SOURCE_WORDS,
    Category,
    Language,
    Level,
    Pollutant,
    Source,
)

LANGUAGE: Language = "zh-CN"
EXERCISE = "【演练】"
SMS_EXERCISE = "演练："
STOP = "。"
BETWEEN = "；"
CONTINUED = "（续）"
LESSONS_GO_ON = "本次预警不要求停课"
LABELS: dict[Category, str] = {
    "health": "",
    "mandatory": "强制：",
    "suggested": "建议：",
    "procedure": "要求：",
}
SOURCES: dict[Source, str] = SOURCE_WORDS
POLLUTANTS: dict[Pollutant, str] = {
    "PM2.5": "细颗粒物（PM2.5）",
    "PM10": "可吸入颗粒物（PM10）",
    "O3": "臭氧（O3）",
    "NO2": "二氧化氮（NO2）",
    "SO2": "二氧化硫（SO2）",
    "CO": "一氧化碳（CO）",
}

# A text states its exceptions beside its order; where one states none, the plan's list is appended.
_EXCEPTION = re.compile("例外|除外")
_MARKS: dict[Mark, str] = {"": "", "new": "（新增）", "changed": "（调整）"}
# Who stands for a district's parts where a plan names no areas in it.
_GRASS_ROOTS = re.compile("各(?:街道|乡|镇)")
_SPACES = re.compile(r"\s+")
_BRACKETS = str.maketrans("【】", "〔〕")


def day(date_: date, *, year: bool) -> str:
    """`1月10日`, or `2024年1月10日` with the year."""
    return f"{date_.year}年{date_.month}月{date_.day}日" if year else f"{date_.month}月{date_.day}日"


def hour(moment: datetime, *, year: bool, closing: bool = False) -> str:
    """`1月10日12时`; minutes only where they are not zero (`12时30分`).

    Midnight as the end of something (`closing`) is 24时 of the day before, as offices write it.
    """
    at = local(moment)
    minutes = f"{at.minute}分" if at.minute else ""
    if closing and at.hour == at.minute == 0:
        return f"{day(at.date() - timedelta(days=1), year=year)}24时"
    return f"{day(at.date(), year=year)}{at.hour}时{minutes}"


def period(days: Sequence[ForecastDay]) -> str | None:
    """`2024年1月10日至12日`: from the first to the last forecast date; what is equal is said once."""
    if not days:
        return None
    first, last = days[0].date, days[-1].date
    if first == last:
        return day(first, year=True)
    if first.year != last.year:
        return f"{day(first, year=True)}至{day(last, year=True)}"
    until = f"{last.day}日" if first.month == last.month else day(last, year=False)
    return f"{day(first, year=True)}至{until}"


def level_word(level: Level) -> str:
    """`橙色`."""
    return LEVEL_WORDS[level]


def response_word(plan: Plan, level: Level) -> str | None:
    """The response as the plan prints it, such as `Ⅱ级应急响应`."""
    return one_line(plan.responses.get(level, "")) or None


def warnings(known: Sequence[tuple[Level, str | None]]) -> str:
    """`重污染天气橙色预警（郑环攻坚办〔2024〕1号）`."""
    return "和".join(
        f"重污染天气{level_word(level)}预警{f'（{number}）' if number else ''}" for level, number in known
    )


def unbegun(known: Sequence[tuple[str, str | None, Level]]) -> str:
    """`原定1月10日12时启动的Ⅱ级应急响应不再启动`; `原定1月10日12时起的橙色预警不再执行`."""
    if all(response for _, response, _ in known):
        return f"原定{'和'.join(f'{hour}启动的{response}' for hour, response, _ in known)}不再启动"
    return f"原定{'和'.join(f'{hour}起的{level_word(level)}预警' for hour, _, level in known)}不再执行"


def aqi_range(stated: AqiRange | None, days: Sequence[ForecastDay]) -> str | None:
    """`180—260`: the printed range, else the one that encloses the forecast days."""
    if stated is not None:
        low, high = stated.low, stated.high
    elif days:
        low, high = min(each.low for each in days), max(each.high for each in days)
    else:
        return None
    return f"{low}" if low == high else f"{low}—{high}"


def forecast_day(day_: ForecastDay) -> str:
    """`1月10日180—215（均值200）`."""
    values = aqi_range(None, [day_])
    mean = "" if day_.mean is None else f"（均值{day_.mean}）"
    return f"{day(day_.date, year=False)}{values}{mean}"


def place(plan: Plan, decision: Decision) -> str:
    """`郑州市全域`, or `郑州市` with the names of the counties."""
    if plan.area in decision.area:
        return f"{plan.place}全域"
    names = _names(plan, decision)
    return f"{_town(plan, names)}{'、'.join(names)}"


def short_place(plan: Plan, decision: Decision) -> str:
    """The place for short media: the whole area's name, or the counties or how many they are."""
    if plan.area in decision.area:
        return plan.place
    names = _names(plan, decision)
    several = f"{names[0]}等{len(names)}个{_parts(plan)}"
    return f"{_town(plan, names)}{min('、'.join(names), several, key=len)}"


def _names(plan: Plan, decision: Decision) -> list[str]:
    """A code that the plan does not know is shown as it stands; the checks refuse it."""
    return [one_line(plan.area_name(code) or f"未知区域{code}") for code in decision.area]


def _town(plan: Plan, names: Sequence[str]) -> str:
    return "" if names[0].startswith(plan.place) else plan.place


def town(plan: Plan) -> str:
    """`郑州市`."""
    return one_line(plan.place)


def districts(plan: Plan) -> str:
    """`各区县市、开发区`, `各街道办事处`: the governments of the plan's areas, or who stands for them."""
    areas, zones = _areas(plan)
    if not areas and not zones:
        named = (unit.name for unit in plan.units)
        return next((name for name in named if _GRASS_ROOTS.match(name)), "各有关单位")
    return f"各{'、'.join([_parts(plan)] * bool(areas) + ['开发区'] * bool(zones))}"


def _parts(plan: Plan) -> str:
    """`区县市`: what several areas of the plan are."""
    kinds, (names, _) = ("区", "县", "市", "街道"), _areas(plan)
    return "".join(each for each in kinds if any(name.endswith(each) for name in names)) or "区县"


def _areas(plan: Plan) -> tuple[list[str], list[str]]:
    """The names of the plan's counties or streets, and of its development zones (own codes)."""
    areas = [area for area in plan.areas if area.code != plan.area]
    zones = [area.name for area in areas if area.own_code and area.name.endswith("区")]
    return [area.name for area in areas if area.name not in zones], zones


def category(plan: Plan, category: Category) -> str:
    """`建议性措施`, or as the plan prints it, such as `倡议性减排措施`."""
    return one_line(plan.category_names.get(category, "")) or CATEGORY_WORDS[category]


def items(numbers: Iterable[int]) -> str:
    """`第1、4—6项`: rising numbers of a list's items, "" for none."""
    told = "、".join(ranges(numbers, "—", "、"))
    return f"第{told}项" if told else ""


def ranges(numbers: Iterable[int], to: str, and_: str) -> Iterator[str]:
    """Rising numbers as runs: three or more in a row from the first `to` the last."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    for run in runs:
        yield f"{run[0]}{to}{run[-1]}" if len(run) > 2 else and_.join(map(str, run))


def plan_title(plan: Plan) -> str:
    """The title as printed."""
    return one_line(plan.title)


def issuer(plan: Plan, stated: str | None) -> str:
    """As stated, else the issuing body as the plan prints it."""
    return one_line(stated or "") or one_line(plan.issuing_body.name)


def text(words: Wording) -> str | None:
    """The measure in full."""
    return words.text


def short(words: Wording) -> str | None:
    """The measure in short words, where it has some."""
    return words.short


def when(condition: Condition) -> str | None:
    """The condition as `…时`."""
    said = sentence(condition.text)
    return said if said.endswith(("时", "的")) else f"{said}时"


def told(gap: Gap) -> str | None:
    """What a reader is told in the gap."""
    return gap.text


def why(nothing: Nothing) -> str:
    """Why there is nothing."""
    return sentence(nothing.why)


def beside(measure: Measure, text: str) -> tuple[str, str]:
    """Exceptions and hours that the text does not state itself."""
    exemptions = "" if _EXCEPTION.search(text) else "；".join(map(sentence, measure.exemptions))
    return exemptions, "" if (measure.hours or "") in text else sentence(measure.hours or "")


def conditioned(condition: str, phrase: str) -> str:
    """`日AQI达到500时，停课`, unless the phrase says it itself."""
    return f"{condition}，{phrase}" if condition and condition.removesuffix("时") not in phrase else phrase


def marked(mark: Mark, phrase: str) -> str:
    """`（新增）…`."""
    return f"{_MARKS[mark]}{phrase}"


def from_start(start: str, told: str, *, labelled: bool) -> str:
    """`1月10日12时起：…`; before a label `1月10日12时起执行。强制：…`."""
    return f"{start}起{'执行。' if labelled else '：'}{told}"


def reply_within(minutes: int) -> str:
    """`收到后30分钟内签收`."""
    return f"收到后{minutes}分钟内签收"


# What is said where nobody has said yet what was wrong.
WAS_WRONG = "此前发布的内容有误，以本次发布的内容为准"
SENT_IN_ERROR = "该消息系误发"


def sentence(text: str) -> str:
    """The text as one line without the stop at its end."""
    return one_line(text).rstrip("。；;，,. ")


def one_line(text: str) -> str:
    """`text` as one plain line: no line breaks, controls or direction marks, no signature brackets.

    A value of a document can thus neither add a line to a notice nor imitate a signature, the mark of
    an exercise or the mark of what is new.
    """
    if not text.isprintable():
        kept = (each if each.isspace() or unicodedata.category(each)[0] != "C" else "" for each in text)
        text = _SPACES.sub(" ", "".join(kept))
    return text.strip().translate(_BRACKETS) if "【" in text or "】" in text else text.strip()
