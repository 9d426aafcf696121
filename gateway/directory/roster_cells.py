"""Reads single cells of a duty roster (值班表): dates, hours of a shift, who is on duty."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from gateway.directory import cells, numbers
from gateway.directory.cells import Refused
from gateway.directory.masking import mask_text
from gateway.directory.model import Address
from gateway.moments import BEIJING

SHIFT_WORDS: dict[str, tuple[str, ...]] = {  # what shifts are called; hours are never guessed from a name
    "白班": ("白班", "日班", "早班", "白天", "白", "日"),
    "中班": ("中班", "小夜班", "中"),
    "夜班": ("夜班", "晚班", "夜间", "大夜班", "夜", "晚"),
    "全天": ("全天", "24小时", "24h", "二十四小时", "昼夜", "全日", "24小时值班"),
}
_CALLED = {word: shift for shift, words in SHIFT_WORDS.items() for word in words}
_LONGEST_FIRST = "|".join(sorted((word for word in _CALLED if len(word) > 1), key=len, reverse=True))
_NAMED = re.compile(rf"(?:{_LONGEST_FIRST})")
_DATE = re.compile(
    r"(?:(?P<year>\d{4})[-/.年])?(?:(?P<month>\d{1,2})[-/.月])?(?P<day>\d{1,2})[日号]?"
    r"(?: ?00:00(?::00)?)?"
)
_WEEKDAY = re.compile(r"[(]?(?:星期|周)[一二三四五六日天][)]?")
_CLOCK = r"(?:[01]?\d|2[0-4])(?:[:时点](?:[0-5]\d)?(?:分)?(?::00)?)"
_SPAN = re.compile(
    rf"(?P<from>{_CLOCK})\s*(?:-|—|–|~|至|到)+\s*(?P<next>次日|第二天|翌日|次晨|明日)?\s*(?P<until>{_CLOCK})"
)
_MONTH = re.compile(r"(?P<year>20\d{2})\s*[年./-]\s*(?:(?P<month>1[0-2]|0?[1-9])(?!\d)\s*月?)?")
_NUMBER = re.compile(r"(?:1\d\d \d{4} \d{4}|[(]?\+?\d[\d\-()]{5,}\d)(?:\s*(?:转|分机)\s*\d{1,6})?")


@dataclass(frozen=True, slots=True)
class Month:
    """What a roster says beside its table: the year, and the month where it names one."""

    year: int | None = None
    month: int | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """From when until when a shift lasts; `days` later it ends (0 or 1). 24:00 is 0:00 of the next day."""

    begins: time
    ends: time
    days: int

    def on(self, day: date) -> tuple[datetime, datetime]:
        """The shift that begins on a day, China Standard Time."""
        return (
            datetime.combine(day, self.begins, BEIJING),
            datetime.combine(day + timedelta(days=self.days), self.ends, BEIJING),
        )


WHOLE_DAY = Hours(time(0), time(0), 1)


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of a roster that stands for a date, a shift, or both: its date as written."""

    day: str | None
    shift: str | None


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody who is named in a cell, with the numbers beside the name. `name` is "" for numbers alone."""

    name: str
    addresses: tuple[Address, ...]


def plain(text: str) -> str:
    """Half-width, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def heading(printed: str) -> Heading | None:
    """What a column's name says, such as 1月5日, 5日 周一 夜班, 2026-01-05, 白班（8:00-20:00）; None where
    it is neither a date nor a shift."""
    written = _SPAN.sub("", unicodedata.normalize("NFKC", printed))
    written = _WEEKDAY.sub("", "".join(written.split())).replace("()", "")
    called = _NAMED.search(written)
    shift = _CALLED[called[0]] if called else None
    rest = written.replace(called[0], "", 1) if called else written
    rest = rest.strip("/()-:值班人员")
    if rest in _CALLED and shift is None:
        return Heading(None, _CALLED[rest])
    if not rest:
        return Heading(None, shift) if shift else None
    if (not rest.isdecimal() and _DATE.fullmatch(rest)) or (rest.isdecimal() and 0 < int(rest) <= 31):
        return Heading(rest, shift)
    return None


def shift(text: str) -> str:
    """The kind of shift that a cell names; its own words where they are none that is known."""
    written = _WEEKDAY.sub("", plain(_SPAN.sub("", unicodedata.normalize("NFKC", text)))).strip("()")
    called = _NAMED.search(written)
    return _CALLED[called[0]] if called else _CALLED.get(written, written)


def hours(text: str) -> Hours | None:
    """The hours that words state, such as 8:00-次日8:00 or 20时至8时; None where they state none.

    Where the end is not after the beginning it is the next day's. Raises `Refused` for two spans.
    """
    found = list(_SPAN.finditer(unicodedata.normalize("NFKC", text)))
    if len(found) > 1:
        raise Refused(
            f"“{text[:20]}”里有两个时段，请分成两行", f"{text[:20]!r} states two spans; use two rows"
        )
    return _hours(found[0]) if found else None


def stated_hours(texts: list[str]) -> dict[str, Hours]:
    """The hours of shifts as titles, remarks and names of columns state them (白班8:00-20:00，夜班…); under
    "" those that are stated once and for no shift: they hold for every one. Contradictions are left out."""
    found: dict[str, set[Hours]] = {}
    for text in texts:
        written = unicodedata.normalize("NFKC", text)
        end = 0
        for span in _SPAN.finditer(written):
            named = _NAMED.findall(written[end : span.start()])
            found.setdefault(_CALLED[named[-1]] if named else "", set()).add(_hours(span))
            end = span.end()
    return {name: next(iter(each)) for name, each in found.items() if len(each) == 1}


def month(texts: list[str]) -> Month:
    """The year, and the month, that titles name; nothing where they name several."""
    found = {
        (int(each["year"]), int(each["month"]) if each["month"] else None)
        for text in texts
        for each in _MONTH.finditer(unicodedata.normalize("NFKC", text))
    }
    whole = {each for each in found if each[1] is not None}
    if len(whole) == 1:
        return Month(*next(iter(whole)))
    years = {year for year, _month in found}
    return Month(next(iter(years))) if len(years) == 1 else Month()


def day(text: str, beside: Month) -> date:
    """A date; what it leaves out is what stands beside the table. Raises `Refused`."""
    written = _WEEKDAY.sub("", " ".join(unicodedata.normalize("NFKC", text).split())).strip()
    found = _DATE.fullmatch(written.replace("()", ""))
    if found is None:
        raise Refused(
            f"日期“{mask_text(text)}”不对，请写成 2026-01-05 这样",
            f"the date {mask_text(text)!r} is none such as 2026-01-05",
        )
    number = int(found["month"]) if found["month"] else beside.month
    year = int(found["year"]) if found["year"] else beside.year
    if number is None or year is None:
        raise Refused(
            f"日期“{mask_text(text)}”没有写明年月；请在标题里写（如 2026年1月值班表），或写全日期",
            f"the date {mask_text(text)!r} lacks its year and month; state them in the title or in full",
        )
    if (
        not 2000 <= year < 2100
        or not 1 <= number <= 12
        or not 1 <= int(found["day"]) <= monthrange(year, number)[1]
    ):
        raise Refused(f"没有“{mask_text(text)}”这一天", f"there is no day {mask_text(text)!r}")
    return date(year, number, int(found["day"]))


def on_duty(text: str, dialling_code: str | None = None) -> tuple[OnDuty, ...]:
    """Everybody whom a cell names, with the numbers beside them: 张三 13800138000、李四. Raises `Refused`."""
    found: list[OnDuty] = []
    for part in cells.parts(unicodedata.normalize("NFKC", cells.checked(text))):
        end = 0
        for number in _NUMBER.finditer(part):
            name = _name(part[end : number.start()])
            value = numbers.telephone(number[0].strip("( "), dialling_code)
            if name or not found:
                found.append(OnDuty(name, (value,)))
            else:
                found[-1] = OnDuty(found[-1].name, (*found[-1].addresses, value))
            end = number.end()
        rest = _name(part[end:])
        found += [OnDuty(cells.line("姓名", "person", name, 50), ()) for name in _names(rest)]
    return tuple(found)


def _name(text: str) -> str:
    """Words beside a number without brackets and what says that it is one. Raises `Refused`."""
    name = re.sub(r"[()\[\]:]|(?:联系|值班|手机|办公)?电话|手机号?码?|座机", " ", text).strip(" -")
    if re.search(r"\d", name):  # hours beside a name would otherwise become a part of it
        raise Refused(
            f"“{mask_text(text.strip())}”里除姓名和号码外还有数字；起止时间请写在班次列或列名里",
            f"{mask_text(text.strip())!r} holds digits beside name and number; hours belong into a column of"
            " shifts, or into a column's name",
        )
    return name


def _names(text: str) -> list[str]:
    """张三 李四 are two; 王 芳 and John Smith are one."""
    return re.split(r"(?<=[\u4e00-\u9fff]{2})\s+(?=[\u4e00-\u9fff]{2})", text) if text else []


def _hours(span: "re.Match[str]") -> Hours:
    begins, before = _clock(span["from"])
    ends, later = _clock(span["until"])
    after = later or before
    if span["next"] or (not later and ends <= begins):
        after = 1
    return Hours(begins, ends, after)


def _clock(text: str) -> tuple[time, int]:
    """A clock time, and whether it is that of the next day (24:00)."""
    parts = [int(part) for part in re.findall(r"\d+", text)]
    minute = parts[1] if len(parts) > 1 else 0
    return (time(0), 1) if parts[0] == 24 else (time(parts[0], minute), 0)


def of_shift(named: str | None, cell: Hours | None, stated: Mapping[str, Hours]) -> Hours:
    """The hours of a shift: those of its own cell, else those stated for it, else the whole day for one
    that says so or has no name. Raises `Refused` for a name whose hours nobody states."""
    if cell is not None:
        return cell
    found = stated.get(named or "") or stated.get("")
    if found is not None:
        return found
    if named in (None, "", "全天"):
        return WHOLE_DAY
    raise Refused(
        f"没有写明{mask_text(named or '')}从几时到几时；请写在班次里或标题里，如 白班8:00-20:00",
        f"nobody says from when until when {mask_text(named or '')!r} lasts; state it with the shift or in"
        " the title, such as 白班8:00-20:00",
    )
