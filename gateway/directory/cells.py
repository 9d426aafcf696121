"""Reads the cells of one directory row: the words allowed in each column, and what is wrong with others."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import Literal, TypeVar

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberType

from gateway.directory.masking import mask, mask_text
from gateway.directory.model import Address, AddressKind, Organisation
from gateway.vocabulary import AUDIENCE_WORDS, SECTOR_WORDS, Audience, Sector

Column = Literal["code", "name", "audience", "sector", "area", "contact", "sms", "wecom", "email", "exercise"]
COLUMNS: dict[Column, str] = {
    "code": "编码",
    "name": "名称",
    "audience": "受众",
    "sector": "行业",
    "area": "区域代码",
    "contact": "联系人",
    "sms": "手机",
    "wecom": "企业微信群",
    "email": "邮箱",
    "exercise": "演练",
}
MAX_ADDRESSES = 50  # of one kind in one row: more is a list that needs rows of its own

T = TypeVar("T")
Word = TypeVar("Word", bound=str)

_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}\Z")
_SEPARATORS = re.compile(r"[;；、/／\r\n]")
_GROUPING = re.compile(r"[\s()\-‐‑‒–—−]")  # how people group the digits of a number
_INTEGRAL_FLOAT = re.compile(r"([0-9]+)\.0+\Z")  # 13800138000.0: a number that passed a spreadsheet
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]+\Z", re.IGNORECASE)
_NUMBER = re.compile(r"\+?[0-9]{1,20}\Z")
_ANSWERS = {"": False, "否": False, "no": False, "false": False, "是": True, "yes": True, "true": True}


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row was refused: the column (None: the row as a whole) and the reason, numbers masked."""

    field: Column | None
    message: str
    message_en: str

    def as_json(self) -> dict[str, object]:
        """Plain data."""
        return {"field": self.field, "message": self.message, "message_en": self.message_en}


@dataclass(frozen=True, slots=True)
class OrganisationReader:
    """Reads rows for one set of known area codes."""

    known_areas: Set[str]

    def read(self, cells: Mapping[Column, str]) -> tuple[Organisation | None, str, tuple[Fault, ...]]:
        """The organisation (None where anything is wrong), its code as written, and every fault."""
        faults: list[Fault] = []

        def attempt(column: Column, reader: Callable[[str], T], text: str | None = None) -> T | None:
            try:
                return reader(_visible(cells[column] if text is None else text))
            except _Refused as refused:
                faults.append(Fault(column, refused.message, refused.message_en))
                return None

        code = attempt("code", _code)
        name = attempt("name", _name)
        audience = attempt("audience", _audience)
        sector = attempt("sector", _sector)
        if sector is not None and audience not in (None, "enterprises"):
            faults.append(
                Fault("sector", "只有企业填写行业，请清空", "only enterprises have a sector; empty the cell")
            )
        area = attempt("area", self._area)
        contact = attempt("contact", _contact)
        addresses: dict[Address, None] = {}  # a value that stands twice in a cell counts once
        for kind, reader in _ADDRESS_READERS.items():
            values = [value for value in _SEPARATORS.split(cells[kind]) if _visible(value)]
            for value in values[:MAX_ADDRESSES]:
                address = attempt(kind, reader, value)
                if address is not None:
                    addresses[Address(kind, address)] = None
            if len(values) > MAX_ADDRESSES:
                faults.append(
                    Fault(
                        kind,
                        f"一格最多 {MAX_ADDRESSES} 个，请分成几行",
                        f"a cell holds at most {MAX_ADDRESSES}; use several rows",
                    )
                )
        exercise = attempt("exercise", _exercise)
        written = mask_text(cells["code"]) if code is None else code
        if faults or code is None or name is None or audience is None or area is None or exercise is None:
            return None, written, tuple(faults)
        organisation = Organisation(
            code, name, audience, sector, area, contact, tuple(addresses), exercise=exercise
        )
        return organisation, written, ()

    def _area(self, text: str) -> str:
        if not text:
            raise _missing("area")
        code = unicodedata.normalize("NFKC", text).upper()
        if code not in self.known_areas:
            raise _Refused(
                f"没有哪个预案有区域代码“{mask_text(text)}”",
                f"no plan knows the area code {mask_text(text)!r}",
            )
        return code


class _Refused(Exception):
    """A cell cannot be used; the reason in Chinese and in English."""

    def __init__(self, message: str, message_en: str) -> None:
        super().__init__(message)
        self.message = message
        self.message_en = message_en


def _missing(column: Column) -> _Refused:
    return _Refused(f"缺少{COLUMNS[column]}", f"the {column} is missing")


def _visible(text: str) -> str:
    """Without blanks around it and without invisible marks, which phones add to copied numbers."""
    if not text.isascii():
        text = "".join(character for character in text if unicodedata.category(character) != "Cf")
    return text.strip()


def _line(column: Column, text: str, longest: int) -> str:
    if len(text) > longest:
        raise _Refused(
            f"{COLUMNS[column]}超过 {longest} 个字", f"the {column} is longer than {longest} characters"
        )
    if any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in text):
        raise _Refused(
            f"{COLUMNS[column]}里有换行或控制字符",
            f"the {column} holds a line break or another control character",
        )
    return text


def _code(text: str) -> str:
    if not text:
        raise _missing("code")
    code = unicodedata.normalize("NFKC", text)
    if not _CODE.match(code):
        raise _Refused(
            f"编码“{mask_text(text)}”不对：只用字母、数字和 . _ -，最长 40 位",
            f"code {mask_text(text)!r}: use letters, digits, . _ - only, at most 40",
        )
    return code


def _name(text: str) -> str:
    if not text:
        raise _missing("name")
    return _line("name", text, 100)


def _contact(text: str) -> str | None:
    return _line("contact", text, 50) or None


def _audience(text: str) -> Audience:
    if not text:
        raise _missing("audience")
    return _choice("audience", text, AUDIENCE_WORDS)


def _sector(text: str) -> Sector | None:
    return _choice("sector", text, SECTOR_WORDS) if text else None


def _choice(column: Column, text: str, words: Mapping[Word, str]) -> Word:
    for word, chinese in words.items():
        if text.casefold() in (word, chinese):
            return word
    raise _Refused(
        f"不认识的{COLUMNS[column]}“{mask_text(text)}”；应为：{'、'.join(words.values())}",
        f"unknown {column} {mask_text(text)!r}; one of: {', '.join(words)}",
    )


def _exercise(text: str) -> bool:
    try:
        return _ANSWERS[text.casefold()]
    except KeyError:
        raise _Refused(
            f"演练应填“是”或“否”，不是“{mask_text(text)}”",
            f"exercise must be yes (是) or no (否), not {mask_text(text)!r}",
        ) from None


def _mobile(text: str) -> str:
    """E.164 of a mobile number: of mainland China however it is written, of elsewhere only with a +."""
    text = unicodedata.normalize("NFKC", text)
    shown = mask("sms", text)
    compact = _GROUPING.sub("", text)
    if _SCIENTIFIC.match(compact):
        raise _Refused(
            "号码被 Excel 变成了科学计数法，尾数已丢失；请把该列设为文本后重填",
            "a spreadsheet turned the number into scientific notation and lost its last digits;"
            " format the column as text and enter it again",
        )
    if integral := _INTEGRAL_FLOAT.match(compact):
        compact = integral[1]
    if not _NUMBER.match(compact):
        raise _Refused(
            f"“{shown}”不是手机号码（不能带分机和文字）",
            f"{shown!r} is no mobile number (no extensions or words)",
        )
    if compact.startswith("0086"):
        compact = "+" + compact[2:]
    try:
        number = phonenumbers.parse(compact, "CN")
    except NumberParseException:
        raise _not_valid(shown) from None
    if number.country_code != 86 and not compact.startswith("+"):
        raise _Refused(
            f"“{shown}”是内地以外的号码，请以 + 加国家或地区代码开头",
            f"{shown!r} is a number outside the mainland; begin it with + and its country code",
        )
    if not phonenumbers.is_valid_number(number):
        raise _not_valid(shown)
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.FIXED_LINE:
        raise _Refused(
            f"“{shown}”是固定电话，不能接收短信",
            f"{shown!r} is a landline and cannot receive text messages",
        )
    if kind not in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE):
        raise _Refused(f"“{shown}”不是手机号码", f"{shown!r} is no mobile number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _not_valid(shown: str) -> _Refused:
    return _Refused(
        f"“{shown}”不是有效的手机号码，请核对位数", f"{shown!r} is no valid mobile number; check its digits"
    )


def _group(text: str) -> str:
    return _line("wecom", text, 60)


def _mailbox(text: str) -> str:
    shown = mask("email", text)
    try:
        checked = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise _Refused(
            f"“{shown}”不是可用的邮箱地址（@ 前只能用英文字母、数字和符号）",
            f"{shown!r} is no usable email address (before the @ only ASCII)",
        ) from None
    return checked.ascii_email or checked.normalized


_ADDRESS_READERS: dict[AddressKind, Callable[[str], str]] = {
    "sms": _mobile,
    "wecom": _group,
    "email": _mailbox,
}
