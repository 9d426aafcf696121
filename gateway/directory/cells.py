"""Reads single cells: the words allowed in each kind of column, and what is wrong with others."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from gateway.directory.masking import mask_text
from gateway.directory.model import CONTACT_ROLE_WORDS, GRADE_WORDS, ContactRole, Grade
from gateway.vocabulary import AUDIENCE_WORDS, SECTOR_WORDS, Audience, Language, Sector

Word = TypeVar("Word", bound=str)
T = TypeVar("T")

_NOTHING = frozenset(("/", "\\", "-", "--", "—", "——", "－", "无", "n/a", "na", "//", "无此项"))
_DITTO = frozenset(("同上", "〃", '"', "″", "''", "”", "同前"))
_ERRORS = frozenset(("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!"))
_SEPARATORS = re.compile(r"[;；、,，/／\r\n]")
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}\Z")
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]+\Z", re.IGNORECASE)
_INTEGRAL_FLOAT = re.compile(r"([0-9]+)\.0+\Z")  # 13800138000.0: a number that passed a spreadsheet
_CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015, table 4
_CREDIT_CODE = re.compile(rf"[{_CREDIT_SIGNS}]{{18}}\Z")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00(?::00)?)?\Z|(\d{4})(\d{2})(\d{2})\Z")
_SERIAL = re.compile(r"[3-7]\d{4}(?:\.0+)?\Z")  # 1982 to 2119: a date that a spreadsheet gave out as a number
_FIRST_SERIAL = date(1899, 12, 30)
_HOURS = re.compile(
    r"([01]?\d|2[0-3])[:：时]([0-5]\d)?\s*(?:-|—|–|~|至|到)\s*([01]?\d|2[0-4])[:：时]([0-5]\d)?\Z"
)
_AMOUNT = re.compile(r"\d{1,9}(\.\d{1,12})?\Z")
_ANSWERS = {"": False, "否": False, "no": False, "false": False, "是": True, "yes": True, "true": True}
_GRADES: dict[str, Grade] = {
    "A级企业": "A",
    "B级企业": "B",
    "C级企业": "C",
    "D级企业": "D",
    **dict.fromkeys(("引领", "绩效引领", "绩效引领性", "引领性企业"), "leading"),
    **dict.fromkeys(("非引领", "非引领性企业"), "non_leading"),
    **dict.fromkeys(("保障", "保障性", "保障类企业", "民生保障", "民生保障类"), "guaranteed"),
}
_UNGRADED = frozenset(("未评级", "未评定", "不评级", "未定级", "不参评"))
_LANGUAGES: dict[str, Language] = {
    "": "zh-CN",
    "zh-CN": "zh-CN",
    "中文": "zh-CN",
    "en": "en",
    "英文": "en",
    "英语": "en",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row was refused: the column (None: the row as a whole) and the reason, numbers masked."""

    field: str | None
    message: str
    message_en: str

    def as_json(self) -> dict[str, object]:
        """Plain data."""
        return {"field": self.field, "message": self.message, "message_en": self.message_en}


class Refused(Exception):
    """A cell cannot be used; the reason in Chinese and in English."""

    def __init__(self, message: str, message_en: str) -> None:
        super().__init__(message)
        self.message = message
        self.message_en = message_en


def visible(text: str) -> str:
    """Without blanks around it and without invisible marks, which phones add to copied numbers."""
    if not text.isprintable():
        text = "".join(character for character in text if unicodedata.category(character) != "Cf")
    return text.strip()


def is_nothing(text: str) -> bool:
    """Whether a cell says that there is nothing: empty, /, —, 无."""
    return not text or text.casefold() in _NOTHING


def is_ditto(text: str) -> bool:
    """Whether a cell says that it holds what the cell above it holds."""
    return text in _DITTO


def checked(text: str) -> str:
    """The text, unless a formula failed in the cell. Raises `Refused`."""
    if text in _ERRORS:
        raise Refused(f"单元格里是公式错误 {text}", f"the cell holds a failed formula, {text}")
    return text


def parts(text: str) -> list[str]:
    """The parts of a cell that lists several things."""
    return [part for each in _SEPARATORS.split(text) if not is_nothing(part := visible(each))]


def missing(title: str, field: str) -> Refused:
    """A cell that must not be empty is."""
    return Refused(f"缺少{title}", f"the {field} is missing")


def needed(title: str, field: str, reader: Callable[[str], T]) -> Callable[[str], T]:
    """The reader, for a cell that must not be empty."""

    def read(text: str) -> T:
        if not text:
            raise missing(title, field)
        return reader(text)

    return read


def dated(title: str, field: str) -> Callable[[str], date]:
    """A reader of dates."""
    return lambda text: day(title, field, text)


def line(title: str, field: str, text: str, longest: int) -> str:
    """Words on one line. Raises `Refused` for more than `longest` characters or control characters."""
    if len(text) > longest:
        raise Refused(f"{title}超过 {longest} 个字", f"the {field} is longer than {longest} characters")
    if not text.isprintable() and any(
        unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in text
    ):
        raise Refused(
            f"{title}里有换行或控制字符", f"the {field} holds a line break or another control character"
        )
    return text


def code(text: str) -> str:
    """An organisation's code. Raises `Refused`."""
    written = integral(unicodedata.normalize("NFKC", text))
    if not _CODE.match(written) or _SCIENTIFIC.match(written):
        raise Refused(
            f"编码“{mask_text(text)}”不对：只用字母、数字和 . _ -，最长 40 位",
            f"code {mask_text(text)!r}: use letters, digits, . _ - only, at most 40",
        )
    return written


def credit_code(text: str) -> str:
    """A 统一社会信用代码 with its right check sign (GB 32100-2015). Raises `Refused`."""
    written = "".join(unicodedata.normalize("NFKC", text).upper().split())
    if _SCIENTIFIC.match(written):
        raise Refused(
            "信用代码被 Excel 变成了科学计数法，尾数已丢失；请把该列设为文本后重填",
            "a spreadsheet turned the credit code into scientific notation and lost its last digits;"
            " format the column as text and enter it again",
        )
    if not _CREDIT_CODE.match(written):
        raise Refused(
            f"“{mask_text(text)}”不是 18 位统一社会信用代码",
            f"{mask_text(text)!r} is no credit code of 18 signs",
        )
    total = sum(_CREDIT_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(written[:17]))
    if _CREDIT_SIGNS[-total % 31] != written[17]:
        raise Refused(
            f"信用代码“{mask_text(text)}”的校验位不对，请核对",
            f"the check sign of the credit code {mask_text(text)!r} is wrong",
        )
    return written


def integral(text: str) -> str:
    """Without the `.0` that a spreadsheet adds to a whole number."""
    found = _INTEGRAL_FLOAT.match(text)
    return found[1] if found else text


_AUDIENCES_ALSO: dict[str, Audience] = {
    **dict.fromkeys(("运营商", "电信运营商", "通信运营商", "通信运营企业"), "operators"),
    **dict.fromkeys(("医院", "医疗卫生机构"), "hospitals"),
    **dict.fromkeys(("中小学", "中小学校", "幼儿园", "中小学、幼儿园"), "schools"),
    **dict.fromkeys(("社会公众", "市民"), "public"),
    **dict.fromkeys(("新闻媒体",), "media"),
    **dict.fromkeys(("区县（市）", "县市", "县（市、区）", "县市区"), "districts"),
}


def audience(text: str) -> Audience:
    """An audience by its word in either language, or as lists of offices also call it. Raises `Refused`."""
    found = _AUDIENCES_ALSO.get(text)
    return found if found is not None else _choice("受众", "audience", text, AUDIENCE_WORDS)


def sector(text: str) -> Sector:
    """A sector of enterprises by its word in either language. Raises `Refused`."""
    return _choice("行业", "sector", text, SECTOR_WORDS)


def grade(text: str) -> Grade | None:
    """A performance grade; None where the list says that there is none. Raises `Refused`."""
    written = "".join(unicodedata.normalize("NFKC", text).split())
    if written in _UNGRADED:
        return None
    found = _GRADES.get(written.upper())
    return found if found is not None else _choice("绩效等级", "grade", written, GRADE_WORDS)


def role(text: str, words: Mapping[str, ContactRole]) -> ContactRole:
    """What a contact does, by the words of `words` or those that are printed. Raises `Refused`."""
    written = "".join(text.split())
    found = words.get(written)
    return found if found is not None else _choice("角色", "role", written, CONTACT_ROLE_WORDS)


def language(text: str) -> Language:
    """A language of notices. Raises `Refused`."""
    if text not in _LANGUAGES:
        raise Refused(
            f"语言“{mask_text(text)}”不对：中文或英文", f"language {mask_text(text)!r}: zh-CN or en"
        )
    return _LANGUAGES[text]


def day(title: str, field: str, text: str) -> date:
    """A date as people and spreadsheets write it. Raises `Refused`."""
    written = unicodedata.normalize("NFKC", text)
    if _SERIAL.match(written):
        return _FIRST_SERIAL + timedelta(days=int(integral(written)))
    found = _DATE.match(written)
    try:
        if found:
            return date(*(int(part) for part in found.groups() if part is not None))
    except ValueError:
        pass
    raise Refused(
        f"{title}“{mask_text(text)}”不是日期，请写成 2025-11-15 这样",
        f"the {field} {mask_text(text)!r} is no date such as 2025-11-15",
    )


def amount(text: str) -> float:
    """A figure from 0 on. Raises `Refused`."""
    written = unicodedata.normalize("NFKC", text).replace(",", "")
    if not _AMOUNT.match(written):
        raise Refused(f"“{mask_text(text)}”不是数字", f"{mask_text(text)!r} is no figure")
    return float(written)


def hours(text: str) -> tuple[str, str]:
    """A span of the day such as 22:00-06:30, as `HH:MM` twice. Raises `Refused`."""
    found = _HOURS.match(unicodedata.normalize("NFKC", text).replace(" ", ""))
    if not found:
        raise Refused(
            f"免打扰时段“{mask_text(text)}”不对，请写成 22:00-06:30 这样",
            f"quiet hours {mask_text(text)!r}: write them as 22:00-06:30",
        )
    begin, end = f"{int(found[1]):02}:{found[2] or '00'}", f"{int(found[3]) % 24:02}:{found[4] or '00'}"
    return begin, end


def exercise(text: str) -> bool:
    """Whether an organisation is one for exercises. Raises `Refused`."""
    try:
        return _ANSWERS[text.casefold()]
    except KeyError:
        raise Refused(
            f"演练应填“是”或“否”，不是“{mask_text(text)}”",
            f"exercise must be yes (是) or no (否), not {mask_text(text)!r}",
        ) from None


def _choice(title: str, field: str, text: str, words: Mapping[Word, str]) -> Word:
    for word, chinese in words.items():
        if text.casefold() in (word.casefold(), chinese.casefold()):
            return word
    raise Refused(
        f"不认识的{title}“{mask_text(text)}”；应为：{'、'.join(words.values())}",
        f"unknown {field} {mask_text(text)!r}; one of: {', '.join(words)}",
    )
