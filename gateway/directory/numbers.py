"""Reads phone numbers, mailboxes and names of groups into addresses."""

import re
import unicodedata
from functools import lru_cache

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberType

from gateway.directory.cells import Refused, integral, line
from gateway.directory.masking import mask
from gateway.directory.model import AddressKind

_GROUPING = re.compile(r"[\s()\-‐‑‒–—−]")  # how people group the digits of a number
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]+\Z", re.IGNORECASE)
_NUMBER = re.compile(r"\+?[0-9]{1,20}\Z")


class Landline(Refused):
    """A fixed line: it rings, but takes no text."""


def address(kind: AddressKind, text: str) -> str:
    """The value of an address of that kind. Raises `Refused`, for a fixed line `Landline`."""
    if kind == "sms":
        return mobile(text)
    return group(text) if kind == "wecom" else mailbox(text)


@lru_cache(maxsize=4096)
def mobile(text: str) -> str:
    """E.164 of a mobile number: of mainland China however it is written, of elsewhere only with a +.

    Raises `Refused`, for a fixed line `Landline`.
    """
    text = unicodedata.normalize("NFKC", text)
    shown = mask("sms", text)
    compact = _GROUPING.sub("", text)
    if _SCIENTIFIC.match(compact):
        raise Refused(
            "号码被 Excel 变成了科学计数法，尾数已丢失；请把该列设为文本后重填",
            "a spreadsheet turned the number into scientific notation and lost its last digits;"
            " format the column as text and enter it again",
        )
    compact = integral(compact)
    if not _NUMBER.match(compact):
        raise Refused(
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
        raise Refused(
            f"“{shown}”是内地以外的号码，请以 + 加国家或地区代码开头",
            f"{shown!r} is a number outside the mainland; begin it with + and its country code",
        )
    if not phonenumbers.is_valid_number(number):
        raise _not_valid(shown)
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.FIXED_LINE:
        raise Landline(
            f"“{shown}”是固定电话，不能接收短信",
            f"{shown!r} is a landline and cannot receive text messages",
        )
    if kind not in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE):
        raise Refused(f"“{shown}”不是手机号码", f"{shown!r} is no mobile number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _not_valid(shown: str) -> Refused:
    return Refused(
        f"“{shown}”不是有效的手机号码，请核对位数", f"{shown!r} is no valid mobile number; check its digits"
    )


def group(text: str) -> str:
    """The name of a WeCom group. Raises `Refused`."""
    return line("企业微信群", "wecom", text, 60)


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
