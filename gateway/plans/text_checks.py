"""Checks of a plan's texts: what no channel carries or no reader may get."""

import re
from collections.abc import Iterator

from gateway.documents import Path
from gateway.plans.faults import Fault

# Characters: two such clauses, place, time and signature fill two segments of SMS (134, 306 in English).
SHORT_LIMITS = {"short": 40, "en_short": 110}

_UNFIT = (
    (
        re.compile("[【】]"),
        "PLAN_BRACKETS",
        "是短信签名的括号，请改用其他括号",
        "is a bracket of SMS signatures; use another",
    ),
    (
        re.compile(r"\{\{|\{%|\{#"),
        "PLAN_PLACEHOLDER",
        "是模板的记号，预案文字中不能有",
        "is a template's mark and no part of a text",
    ),
    (
        re.compile("[０-９Ａ-Ｚａ-ｚ\u3000]"),
        "PLAN_FULL_WIDTH",
        "是全角字符，检索和朗读会出错，请改用半角",
        "is full-width: searching and reading aloud would miss it; write it half-width",
    ),
    (
        re.compile("[，。；：、？！]{2,}"),
        "PLAN_PUNCTUATION",
        "是连在一起的标点，多半漏了字",
        "is punctuation in a row; a word is probably missing",
    ),
    (
        # 说明日期 names no day
        re.compile(r"今[日天]|明天|明日(?!期)|昨[日天]|(?i:\b(?:today|tonight|tomorrow|yesterday)\b)"),
        "PLAN_RELATIVE_DAY",
        "隔天会读错，请写明日期或改写",
        "is wrong a day later; name the day",
    ),
)


def texts(data: object) -> Iterator[Fault]:
    """The faults of every text in a plan file's plain data."""
    for path, text in _strings(data, ()):
        yield from _unfit(path, text)


def _strings(data: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from _strings(value, (*path, key))
    elif isinstance(data, list):
        for i, value in enumerate(data):
            yield from _strings(value, (*path, i))


def _unfit(path: Path, text: str) -> Iterator[Fault]:
    try:
        text.encode("gbk")
    except UnicodeEncodeError as error:  # channels and phones in GBK would drop or garble it
        found = text[error.start]
        yield Fault(
            path,
            "PLAN_CHARACTER",
            f"“{found}”（U+{ord(found):04X}）不在 GBK 字符集中，请改写（如 微克/立方米、O3、PM2.5）",
            f"U+{ord(found):04X} is not in GBK; write it otherwise (such as O3, PM2.5)",
        )
    if path[0] == "source":  # about the document, never sent
        return
    for pattern, code, chinese, english in _UNFIT:
        match = pattern.search(text)
        if match:
            word = match.group()
            yield Fault(path, code, f"“{word}”{chinese}", f"{word!r} {english}")
    limit = SHORT_LIMITS.get(str(path[-1]))
    if limit and len(text) > limit:
        yield Fault(
            path,
            "PLAN_SHORT_LONG",
            f"{path[-1]} 有 {len(text)} 个字，超过 {limit} 个字",
            f"this short text has {len(text)} characters, more than {limit}",
            "warning",
        )
