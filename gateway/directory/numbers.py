"""Reads phone numbers, mailboxes and names of groups into addresses."""

import re
import unicodedata
from functools import lru_cache
from typing import Any, Final

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumberType

from gateway.directory.cells import Refused, integral, line
from gateway.directory.masking import mask
from gateway.directory.model import EXTENSION, Address, AddressKind

_GROUPING = re.compile(r"[\s()\-‐‑‒–—−]")  # how people group the digits of a number
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]+\Z", re.IGNORECASE)
_NUMBER = re.compile(r"\+?[0-9]{1,20}\Z")
_EXTENSION = re.compile(
    r"(?P<number>.+?)\s*[,(]?\s*(?:转|分机号?|内线|EXT\.?|X|#)\s*[:.]?\s*(?P<extension>\d{1,6})\)?\Z",
    re.IGNORECASE,
)
_DASHED = re.compile(r"(?P<number>.*\d{7,8}\)?)\s*[-‐‑‒–—−]\s*(?P<extension>\d{1,6})\Z")  # 0371-67180000-802
_LOCAL = re.compile(r"[2-8]\d{6,7}\Z")  # a subscriber's number without its 区号
_CALLED: Final = (  # what rings and takes no text: fixed lines, 400 and 800
    *(PhoneNumberType.FIXED_LINE, PhoneNumberType.SHARED_COST, PhoneNumberType.TOLL_FREE),
)


def _mainland_mobile() -> re.Pattern[str]:
    """The pattern by which phonenumbers itself tells the mobile numbers of the mainland: most of a list
    are such, and asking it for each takes a hundred times as long."""
    china: Any = PhoneMetadata.metadata_for_region("CN")
    return re.compile(china.mobile.national_number_pattern)


_MAINLAND_MOBILE = _mainland_mobile()

_MEMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")


class Landline(Refused):
    """A fixed line: it rings, but takes no text."""


def address(kind: AddressKind, text: str) -> str:
    """The value of an address of that kind. Raises `Refused`, for a fixed line as `sms` `Landline`."""
    if kind == "sms":
        return mobile(text)
    if kind == "phone":
        return telephone(text).value
    if kind == "wecom_user":
        return member(text)
    if kind == "push":
        return receiver(text)
    return group(text) if kind == "wecom" else mailbox(text)


def mobile(text: str) -> str:
    """E.164 of a mobile number: of mainland China however it is written, of elsewhere only with a +.

    Raises `Refused`, for a fixed line `Landline`.
    """
    found = telephone(text)
    if found.kind == "sms":
        return found.value
    shown = mask("sms", text)
    raise Landline(
        f"“{shown}”是固定电话，不能接收短信", f"{shown!r} is a landline and cannot receive text messages"
    )


@lru_cache(maxsize=4096)
def telephone(text: str, dialling_code: str | None = None) -> Address:
    """A number that can be dialled: a mobile one (`sms`), or a fixed line (`phone`), which takes no text.

    Both are E.164; an extension of a fixed line follows as `;ext=802` (RFC 3966). `dialling_code` is the
    区号 with its 0 for a fixed line without one. Raises `Refused`.
    """
    written = " ".join(unicodedata.normalize("NFKC", text).split())
    try:
        return _read(written, "", dialling_code)
    except Refused as refused:
        for form in (_EXTENSION, _DASHED):
            if found := form.match(written):
                return _read(found["number"], found["extension"], dialling_code)
        raise refused from None


def _read(written: str, extension: str, dialling_code: str | None) -> Address:
    shown = mask("sms", written)
    compact = _GROUPING.sub("", written)
    if _SCIENTIFIC.match(compact):
        raise Refused(
            "号码被 Excel 变成了科学计数法，尾数已丢失；请把该列设为文本后重填",
            "a spreadsheet turned the number into scientific notation and lost its last digits;"
            " format the column as text and enter it again",
        )
    compact = integral(compact)
    if not _NUMBER.match(compact):
        raise Refused(f"“{shown}”不是电话号码", f"{shown!r} is no phone number")
    if not extension and _MAINLAND_MOBILE.fullmatch(compact):
        return Address("sms", "+86" + compact)
    if compact.startswith("0086"):
        compact = "+" + compact[2:]
    if _LOCAL.match(compact):
        if dialling_code is None:
            raise Refused(
                f"“{shown}”是没有区号的固定电话，请补上区号",
                f"{shown!r} is a landline without its area code; add it",
            )
        compact = dialling_code + compact
    try:
        number = phonenumbers.parse(compact, "CN")
    except NumberParseException:
        raise _not_valid(shown) from None
    if number.country_code != 86 and not compact.startswith("+"):
        raise Refused(
            f"“{shown}”是内地以外的号码，请以 + 加国家或地区代码开头",
            f"{shown!r} is a number outside the mainland; begin it with + and its country code",
        )
    if not phonenumbers.is_valid_number(number):
        raise _not_valid(shown)
    kind = phonenumbers.number_type(number)
    value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if kind in _CALLED:
        return Address("phone", value + (EXTENSION + extension if extension else ""))
    if kind not in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE):
        raise Refused(
            f"“{shown}”不是手机号码，也不是固定电话", f"{shown!r} is neither a mobile number nor a landline"
        )
    if extension:
        raise Refused(f"“{shown}”是手机号码，不能带分机", f"{shown!r} is a mobile number: no extensions")
    return Address("sms", value)


def _not_valid(shown: str) -> Refused:
    return Refused(
        f"“{shown}”不是有效的电话号码，请核对位数", f"{shown!r} is no valid phone number; check its digits"
    )


def group(text: str) -> str:
    """The name of a WeCom group. Raises `Refused`."""
    return line("企业微信群", "wecom", text, 60)


def receiver(text: str) -> str:
    """The name of a system that takes alerts. Raises `Refused`."""
    return line("推送接收方", "push", text, 60)


def member(text: str) -> str:
    """The user id of a member of WeCom, in lower case as the vendor itself writes it. Raises `Refused`.

    What is none, such as @all, would reach others than the one who is meant.
    """
    if _MEMBER.fullmatch(text) is None:
        shown = mask("wecom_user", text)
        raise Refused(
            f"“{shown}”不是企业微信账号（字母、数字和 _ - @ . ，最长 64 个字符）",
            f"{shown!r} is no WeCom user id (letters, digits and _ - @ . up to 64)",
        )
    return text.lower()


def mailbox(text: str) -> str:
    """A mailbox that every server takes. Raises `Refused`."""
    shown = mask("email", text)
    try:
        checked = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise Refused(
            f"“{shown}”不是可用的邮箱地址（@ 前只能用英文字母、数字和符号）",
            f"{shown!r} is no usable email address (before the @ only ASCII)",
        ) from None
    return checked.ascii_email or checked.normalized
