"""The English `Words`: how dates, levels, places, figures and measures are said in English texts.

What the plan names in English is said so; any other Chinese value of a decision stays as it is.
Hours are China Standard Time on a 24-hour clock.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from gateway.decisions.model import AqiRange, Decision, ForecastDay
from gateway.moments import local
from gateway.notices.chinese import SENT_IN_ERROR, WAS_WRONG, one_line, ranges
from gateway.notices.model import Mark
from gateway.plans.model import Body, Condition, Gap, Measure, Nothing, Plan, Wording
from gateway.vocabulary import RESPONSES, Category, Language, Level, Pollutant, Source

LANGUAGE: Language = "en"
EXERCISE = "【演练 EXERCISE】"
SMS_EXERCISE = "EXERCISE: "
STOP = "."
BETWEEN = ". "
CONTINUED = " (continued)"
LESSONS_GO_ON = "Lessons go on: this warning does not suspend them"
LABELS: dict[Category, str] = {
    "health": "",
    "mandatory": "Mandatory: ",
    "suggested": "Advice: ",
    "procedure": "Required: ",
}
_CATEGORIES: dict[Category, str] = {
    "health": "Health protection",
    "suggested": "Suggested measures",
    "mandatory": "Mandatory measures",
    "procedure": "Procedures",
}
SOURCES: dict[Source, str] = {
    "industrial": "Industrial sources",
    "dust": "Dust sources",
    "mobile": "Mobile sources",
    "area": "Area sources",
    "other": "Other",
}
POLLUTANTS: dict[Pollutant, str] = {
    "PM2.5": "fine particles (PM2.5)",
    "PM10": "inhalable particles (PM10)",
    "O3": "ozone (O3)",
    "NO2": "nitrogen dioxide (NO2)",
    "SO2": "sulphur dioxide (SO2)",
    "CO": "carbon monoxide (CO)",
}
# Not `strftime`, which speaks the machine's language.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MARKS: dict[Mark, str] = {"": "", "new": "(NEW) ", "changed": "(CHANGED) "}
_FEW = 3  # names that a short text lists


def day(date_: date, *, year: bool) -> str:
    """`10 January`, or `10 January 2024` with the year."""
    said = f"{date_.day} {MONTHS[date_.month - 1]}"
    return f"{said} {date_.year}" if year else said


def hour(moment: datetime, *, year: bool, closing: bool = False) -> str:
    """`10 January 2024, 12:00`; midnight as the end of something (`closing`) is 24:00 of the day before."""
    at = local(moment)
    if closing and at.hour == at.minute == 0:
        return f"{day(at.date() - timedelta(days=1), year=year)}, 24:00"
    return f"{day(at.date(), year=year)}, {at.hour:02}:{at.minute:02}"


def period(days: Sequence[ForecastDay]) -> str | None:
    """`10 to 12 January 2024`: from the first to the last forecast date; what is equal is said once."""
    if not days:
        return None
    first, last = days[0].date, days[-1].date
    if first == last:
        return day(first, year=True)
    if first.year != last.year:
        return f"{day(first, year=True)} to {day(last, year=True)}"
    since = f"{first.day}" if first.month == last.month else day(first, year=False)
    return f"{since} to {day(last, year=True)}"


def level_word(level: Level) -> str:
    """`orange`."""
    return level


def response_word(plan: Plan, level: Level) -> str | None:
    """`Level II response`; None where the plan has none."""
    return f"Level {RESPONSES[level]} response" if level in plan.responses else None


def warnings(known: Sequence[tuple[Level, str | None]]) -> str:
    """`orange warning (郑环攻坚办〔2024〕1号)`."""
    return " and ".join(f"{level} warning{f' ({number})' if number else ''}" for level, number in known)


def unbegun(known: Sequence[tuple[str, str | None, Level]]) -> str:
    """`the Level II response due from 10 January, 12:00 will not begin`; else the warning."""
    told = (f"the {response or f'{level} warning'} due from {hour}" for hour, response, level in known)
    return f"{' and '.join(told)} will not begin"


def aqi_range(stated: AqiRange | None, days: Sequence[ForecastDay]) -> str | None:
    """`180 to 260`: the printed range, else the one that encloses the forecast days."""
    if stated is not None:
        low, high = stated.low, stated.high
    elif days:
        low, high = min(each.low for each in days), max(each.high for each in days)
    else:
        return None
    return f"{low}" if low == high else f"{low} to {high}"


def forecast_day(day_: ForecastDay) -> str:
    """`10 January 180 to 215 (mean 200)`."""
    mean = "" if day_.mean is None else f" (mean {day_.mean})"
    return f"{day(day_.date, year=False)}: {aqi_range(None, [day_])}{mean}"


def place(plan: Plan, decision: Decision) -> str:
    """`the whole of Zhengzhou`, or the counties' names and `Zhengzhou`."""
    if plan.area in decision.area:
        return f"the whole of {town(plan)}"
    return f"{', '.join(_names(plan, decision))} ({town(plan)})"


def town(plan: Plan) -> str:
    """`Zhengzhou`."""
    return one_line(plan.place_en or plan.place)


def districts(_plan: Plan) -> str:
    """The governments of the areas read Chinese."""
    return ""


def category(_plan: Plan, category: Category) -> str:
    """`Mandatory measures`."""
    return _CATEGORIES[category]


def short_place(plan: Plan, decision: Decision) -> str:
    """The place for short media: the whole area's name, or the counties or how many they are."""
    if plan.area in decision.area:
        return town(plan)
    names = _names(plan, decision)
    if len(names) > _FEW:
        return f"{names[0]} and {len(names) - 1} more areas ({town(plan)})"
    return place(plan, decision)


def _names(plan: Plan, decision: Decision) -> list[str]:
    """A code that the plan does not know is shown as it stands; the checks refuse it."""
    known = {area.code: one_line(area.name_en or area.name) for area in plan.areas}
    return [known.get(code) or one_line(f"unknown area {code}") for code in decision.area]


def items(numbers: Iterable[int]) -> str:
    """`item 2`, `items 1, 4-6`: rising numbers of a list's items, "" for none."""
    found = list(numbers)
    if not found:
        return ""
    return f"item{'s' if len(found) > 1 else ''} {', '.join(ranges(found, '-', ', '))}"


def plan_title(plan: Plan) -> str:
    """The plan's title in English."""
    return one_line(plan.title_en or plan.title)


def issuer(plan: Plan, stated: str | None) -> str:
    """The issuing body's English name; another body is named as the decision states it."""
    body = plan.issuing_body
    said = one_line(stated or "")
    if not said or any(said == name or name.endswith(said) for name in _known(body)):
        return one_line(body.name_en or said or body.name)
    return said


def _known(body: Body) -> tuple[str, ...]:
    return (body.name, body.short_name, *body.also_known_as)


def text(words: Wording) -> str | None:
    """The measure in full."""
    return words.en


def short(words: Wording) -> str | None:
    """The measure in short words, where it has some."""
    return words.en_short


def when(condition: Condition) -> str | None:
    """The condition as `when …`."""
    return sentence(condition.text_en) if condition.text_en else None


def told(gap: Gap) -> str | None:
    """What a reader is told in the gap."""
    return gap.text_en


def why(_nothing: Nothing) -> str:
    """The plan's reasons are Chinese only."""
    return ""


def beside(_measure: Measure, _text: str) -> tuple[str, str]:
    """The English texts of a plan state their exceptions and hours themselves."""
    return "", ""


def conditioned(condition: str, phrase: str) -> str:
    """`When the daily AQI reaches 500: no lessons`, unless the phrase says it itself."""
    if not condition or condition.casefold() in phrase.casefold():
        return phrase
    return f"{condition[:1].upper()}{condition[1:]}: {phrase}"


def marked(mark: Mark, phrase: str) -> str:
    """`(NEW) …`."""
    return f"{_MARKS[mark]}{phrase}"


def from_start(start: str, told: str, *, labelled: bool) -> str:
    """`From 10 January, 12:00: …`; before a label `From 10 January, 12:00. Mandatory: …`."""
    return f"From {start}{'.' if labelled else ':'} {told}"


def reply_within(minutes: int) -> str:
    """`Confirm receipt within 30 minutes`."""
    return f"Confirm receipt within {minutes} minute{'' if minutes == 1 else 's'}"


_STANDARD = {
    WAS_WRONG: "what was published before was wrong; what is published now counts",
    SENT_IN_ERROR: "it was sent in error",
}


def sentence(text: str) -> str:
    """The text as one line without the stop at its end; what is always said the same, in English."""
    return one_line(_STANDARD.get(text, text)).rstrip(".;, ")
