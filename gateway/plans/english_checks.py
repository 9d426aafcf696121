"""Checks of a plan's English: whole where there is any, and no figure other than in the Chinese text.

A plan without any English is sound; one with some must have it for everything that the schools,
hospitals, enterprises and the public read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.documents import Path
from gateway.plans.faults import Fault
from gateway.plans.figures import printed, said
from gateway.plans.model import Plan, Wording
from gateway.vocabulary import ENGLISH_AUDIENCES

_EXCEPTION = re.compile(r"(?i)\b(?:except\w*|exempt\w*|unless)\b")
_CHINESE = re.compile("[Ⅰ-ⅿ⺀-鿿豈-﫿！-￯\U00020000-\U0003ffff]")
_NOT_SMS = re.compile("[^ -Z_a-z]")  # the rest is in GSM 03.38 and ASCII alike, one septet each


@dataclass(frozen=True, slots=True)
class _Pair:
    """A Chinese text and its English, which says the measure's `hours` and exceptions as well."""

    path: Path  # of the English text
    chinese: str
    english: str | None
    required: bool
    hours: str = ""
    exempts: bool = False


def english(plan: Plan) -> Iterator[Fault]:
    """English that is missing, differs in a figure, drops an exception or holds Chinese characters."""
    pairs = tuple(_pairs(plan))
    if all(pair.english is None for pair in pairs):
        return
    for pair in pairs:
        if pair.english is not None:
            yield from _faults(pair, pair.english)
        elif pair.required:
            yield _missing(pair)


def _pairs(plan: Plan) -> Iterator[_Pair]:
    body = plan.issuing_body
    yield _Pair(("title_en",), plan.title, plan.title_en, True)
    yield _Pair(("place_en",), plan.place, plan.place_en, True)
    yield _Pair(("issuing_body", "name_en"), body.name, body.name_en, True)
    yield _Pair(("issuing_body", "short_name_en"), body.short_name, body.short_name_en, True)
    for i, area in enumerate(plan.areas):
        yield _Pair(("areas", i, "name_en"), area.name, area.name_en, True)
    for i, measure in enumerate(plan.measures):
        condition = measure.condition
        if condition:
            required = any(map(_reads_english, measure.texts))
            path: Path = ("measures", i, "condition", "text_en")
            yield _Pair(path, condition.text, condition.text_en, required)
        for reader, wording in measure.texts.items():
            path = ("measures", i, "texts", reader)
            exempts = bool(measure.exemptions)
            yield from _wording(path, wording, measure.hours or "", exempts, _reads_english(reader))
    for i, gap in enumerate(plan.gaps):
        required = any(map(_reads_english, gap.readers))
        yield _Pair(("gaps", i, "text_en"), gap.text, gap.text_en, required)
    guidance = plan.advance_guidance
    if guidance:
        yield _Pair(("advance_guidance", "text_en"), guidance.text, guidance.text_en, True)
    for i, nothing in enumerate(plan.nothing):
        path = ("nothing", i, "why_en")
        yield _Pair(path, nothing.why, nothing.why_en, _reads_english(nothing.reader))


def _wording(path: Path, wording: Wording, hours: str, exempts: bool, required: bool) -> Iterator[_Pair]:
    yield _Pair((*path, "en"), wording.text, wording.en, required, hours, exempts)
    if wording.short is not None or wording.en_short is not None:
        short = wording.short or ""
        yield _Pair((*path, "en_short"), short, wording.en_short, required and bool(short))


def _reads_english(reader: str) -> bool:
    return reader.partition(".")[0] in ENGLISH_AUDIENCES


def _missing(pair: _Pair) -> Fault:
    *part, key = pair.path
    chinese = {"en": "text", "en_short": "short"}.get(str(key), str(key).removesuffix("_en"))
    return Fault(
        (*part, chinese),
        "PLAN_ENGLISH_MISSING",
        f"预案有英文，此处缺 {key}（{pair.chinese}）",
        f"this plan has English, and {key} is missing here",
    )


def _faults(pair: _Pair, text: str) -> Iterator[Fault]:
    if not pair.chinese:
        yield Fault(
            pair.path,
            "PLAN_ENGLISH_ALONE",
            "有 en_short 而没有 short，两种语言的短信会不一致",
            "en_short without short: the short texts of the two languages would differ",
        )
        return
    found = _CHINESE.search(text)
    if found:
        yield Fault(
            pair.path,
            "PLAN_ENGLISH_CHINESE",
            f"英文中有“{found.group()}”，请用英文字母、数字和标点（级别写 I、II、III）",
            f"{found.group()!r} has no place in English; write ASCII (levels as I, II, III)",
        )
    beyond = _NOT_SMS.search(text) if pair.path[-1] == "en_short" else None
    if beyond:
        yield Fault(
            pair.path,
            "PLAN_ENGLISH_SMS",
            f"“{beyond.group()}”不在短信 7 位字符集中，整条短信只能容纳 70 个字符",
            f"{beyond.group()!r} is not in the 7-bit set of SMS: a message would hold only 70 characters",
            "warning",
        )
    english, chinese = said(text), printed(pair.chinese + pair.hours)
    if english != chinese:
        missing = "、".join(sorted(chinese - english)) or "无"
        added = "、".join(sorted(english - chinese)) or "无"
        yield Fault(
            pair.path,
            "PLAN_ENGLISH_FIGURES",
            f"英文的数字、标准或级别颜色与中文不一致：缺 {missing}，多 {added}（英文请写 6 或 VI，不写 six）",
            f"figures, standards or colours differ: {sorted(chinese - english)} are missing,"
            f" {sorted(english - chinese)} are not in the Chinese text (write 6 or VI, not six)",
        )
    if pair.exempts and not _EXCEPTION.search(text):
        yield Fault(
            pair.path,
            "PLAN_ENGLISH_EXCEPTION",
            "这项措施有例外（exemptions），英文没有写（except、exception、exempt 或 unless）",
            "this measure has exemptions; the English names none (except, exception, exempt or unless)",
        )
