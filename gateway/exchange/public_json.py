"""What the public's programs read as JSON: the state now, what was issued, and whether a text is real.

Plain data; times as payloads write them, in China Standard Time. `address` gives where a message is read.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from gateway.exchange.model import (
    ALERT_LEVEL,
    DIVISION,
    EXPECTED_END,
    POSSIBLE_LEVEL,
    RESPONSE_LEVEL,
    Area,
    Info,
    read_moment,
    written,
)
from gateway.exchange.register import Current, Issued, Match, Register, State
from gateway.notices import chinese
from gateway.notices import english as english_words
from gateway.vocabulary import LEVEL_WORDS, Level, rank

Address = Callable[[str], str]
PAGE = 100
_MOST_MATCHES = 5
_LEVELS: dict[str, Level] = {word: level for level, word in LEVEL_WORDS.items()}
_RUN_OUT = (
    "最近的预警已到期，没有看到解除信息",
    "the last warning has run out; no lift has been issued",
)


def state(register: Register, now: datetime, as_of: datetime, address: Address) -> dict[str, Any]:
    """What holds, by plan; that nothing does is said, and as of when. `as_of`: when it was last known so."""
    plans = [_plan(register, plan, now, as_of, address) for plan in register.plans()]
    in_force = any(each["in_force"] for each in plans)
    said, said_en = _said([each for plan in plans for each in plan["warnings"]], as_of)
    return {
        "as_of": written(as_of),
        "in_force": in_force,
        "said": said,
        "said_en": said_en,
        "plans": plans,
    }


def _plan(register: Register, plan: str, now: datetime, as_of: datetime, address: Address) -> dict[str, Any]:
    warnings: list[dict[str, Any]] = []
    advice: list[dict[str, Any]] = []
    for each in register.current(plan):
        for block, english in _pairs(each.blocks(now)):
            if block.ends:
                continue
            told = _block(each, block, english, now, address)
            (warnings if told["level"] else advice).append(told)
    warnings.sort(key=lambda each: -rank(each["level"]))
    newest = register.newest(plan)
    became, _ = register.state(newest, now)
    said, said_en = _said(warnings, as_of)
    if not warnings and became == "ran_out":
        said, said_en = f"{said}；{_RUN_OUT[0]}", f"{said_en}; {_RUN_OUT[1]}"
    begun = [each["level"] for each in warnings if each["begun"]]
    return {
        "plan": plan,
        "issuer": newest.issuer,
        "in_force": bool(warnings),
        "level": warnings[0]["level"] if warnings else None,
        "level_begun": max(begun, key=rank, default=None),
        "said": said,
        "said_en": said_en,
        "warnings": warnings,
        "advice": advice,
        "newest": {
            "identifier": newest.identifier,
            "message_type": newest.message_type,
            "headline": newest.headline,
            "sent": newest.sent,
            "state": became,
            "url": address(newest.identifier),
        },
    }


def _said(warnings: list[dict[str, Any]], as_of: datetime) -> tuple[str, str]:
    at, at_en = chinese.hour(as_of, year=True), english_words.hour(as_of, year=True)
    if not warnings:
        return f"截至{at}，没有生效的预警", f"no warning in force as of {at_en}"
    begun = max((each["level"] for each in warnings if each["begun"]), key=rank, default=None)
    highest = max(warnings, key=lambda each: rank(each["level"]))
    level, since = highest["level"], highest["since"]
    parts = [(f"{LEVEL_WORDS[begun]}预警正在生效", f"{begun} warning in force")] if begun else []
    if level != begun:
        parts.append(
            (
                f"已发布{LEVEL_WORDS[level]}预警，{_hour(since)}起生效",
                f"{level} warning announced, in force from {_hour_en(since)}",
            )
        )
    zh, en = zip(*parts, strict=True)
    return f"截至{at}，{'；'.join(zh)}", f"as of {at_en}: {'; '.join(en)}"


def _pairs(blocks: tuple[Info, ...]) -> list[tuple[Info, Info | None]]:
    """Each warning's Chinese block with its English one, which follows it where there is one."""
    found: list[tuple[Info, Info | None]] = []
    for block in blocks:
        if block.language == "en-US" and found and found[-1][1] is None:
            found[-1] = (found[-1][0], block)
        else:
            found.append((block, None))
    return found


def _block(
    message: Current, block: Info, english: Info | None, now: datetime, address: Address
) -> dict[str, Any]:
    issued = message.issued
    return {
        "identifier": issued.identifier,
        "url": address(issued.identifier),
        "level": _LEVELS.get(block.parameter(ALERT_LEVEL) or ""),
        "possible_level": _LEVELS.get(block.parameter(POSSIBLE_LEVEL) or ""),
        "response": block.parameter(RESPONSE_LEVEL),
        "event": block.event,
        "issuer": block.sender_name,
        "sent": issued.sent,
        "since": block.onset or block.effective,
        "begun": block.onset is None or read_moment(block.onset) <= now,
        "expected_end": block.parameter(EXPECTED_END),
        "valid_until": block.expires,
        "areas": [_area(area) for area in block.areas],
        **_words(block),
        "contact": block.contact,
        "en": None if english is None else _words(english),
    }


def _words(block: Info) -> dict[str, Any]:
    return {"headline": block.headline, "description": block.description, "advice": block.instruction}


def _area(area: Area) -> dict[str, Any]:
    """With its official code first; a code that only the plan knows stands under its own name."""
    codes = {code.name: code.value for code in area.geocodes}
    return {"name": area.description, "code": codes.get(DIVISION), "codes": codes}


def issued(register: Register, before: int | None, address: Address) -> dict[str, Any]:
    """A page of what was ever issued, newest first, with hashes against which any text can be held.

    `next`: what `before` is for the page after it; None: this was the last.
    """
    page = register.page(before, PAGE)
    return {
        "issued": [_issued(each, address) for each in page],
        "next": page[-1].number if page and page[-1].number > 1 else None,
    }


def _issued(each: Issued, address: Address) -> dict[str, Any]:
    return {
        "number": each.number,
        "identifier": each.identifier,
        "kind": each.kind,
        "plan": each.plan,
        "message_type": each.message_type,
        "headline": each.headline,
        "headline_en": each.headline_en,
        "issuer": each.issuer,
        "sent": each.sent,
        "expires": each.expires,
        "sha256": each.sha256,
        "url": address(each.identifier),
        "texts": [
            {"name": text.name, "language": text.language, "sha256": text.sha256} for text in each.texts
        ],
    }


def checked(
    register: Register, words: str, now: datetime, as_of: datetime, address: Address
) -> dict[str, Any]:
    """Whether a text that somebody was sent is one of ours, and whether it still counts."""
    found = sorted(register.find(words), key=lambda each: register.state(each.issued, now)[0] != "holds")
    told = [_match(register, each, now, address) for each in found[:_MOST_MATCHES]]
    if told:
        said, said_en = told[0]["said"], told[0]["said_en"]
    else:
        said = (
            "没有发布过与此文字相同的公众预警信息。被改动、删节或拼接过的文字，以及发给学校、企业等单位的通知，"
            "这里都查不到"
        )
        said_en = (
            "no message to the public was issued with these very words; altered or shortened texts, and "
            "notices to schools, enterprises and other units, are not found here"
        )
    return {
        "as_of": written(as_of),
        "found": bool(told),
        "holds": any(each["state"] == "holds" for each in told),
        "said": said,
        "said_en": said_en,
        "messages": told,
    }


def standing(register: Register, issued: Issued, now: datetime) -> tuple[State, Issued | None, str, str]:
    """What has become of a message: its state, the message that counts in its place (None: itself), and a
    sentence about it in Chinese and English."""
    became, instead = register.state(issued, now)
    later = instead if instead is not issued else None
    return became, later, *_became(became, issued, later)


def _match(register: Register, match: Match, now: datetime, address: Address) -> dict[str, Any]:
    issued = match.issued
    became, later, zh, en = standing(register, issued, now)
    if match.signature is not None:
        zh = f"{zh}；开头的“{match.signature}”不是我们写的"
        en = f"{en}; {match.signature} at its beginning is not ours"
    if match.origin:
        zh = f"{zh}；末尾的“{match.origin}”不是我们写的"
        en = f"{en}; {match.origin!r} at its end is not ours"
    return {
        "number": issued.number,
        "identifier": issued.identifier,
        "message_type": issued.message_type,
        "headline": issued.headline,
        "sent": issued.sent,
        "text": match.text.name,
        "language": match.text.language,
        "signature": match.signature,
        "state": became,
        "later": None if later is None else later.identifier,
        "url": address(issued.identifier),
        "said": zh,
        "said_en": en,
    }


def _became(became: str, issued: Issued, later: Issued | None) -> tuple[str, str]:
    zh = f"这条信息（{issued.headline}）是我们在{_hour(issued.sent)}发布的"
    en = f"this was issued on {_hour_en(issued.sent)} ({issued.headline_en or issued.headline})"
    if became == "holds":
        return f"{zh}，现在仍然有效", f"{en} and still holds"
    if became == "ends":
        return f"{zh}，它所说的预警已经结束", f"{en}; the warning that it speaks of is over"
    if became == "ran_out" or later is None:
        at = issued.expires or issued.sent
        return f"{zh}，已在{_hour(at)}到期", f"{en}; it ran out on {_hour_en(at)}"
    after = f"{_hour(later.sent)}的“{later.headline}”"
    after_en = f"{later.headline_en or later.headline!r} of {_hour_en(later.sent)}"
    if became == "ended":
        return f"{zh}，但已经结束，见{after}", f"{en} but has ended, see {after_en}"
    return f"{zh}，但已被{after}代替", f"{en} but was replaced by {after_en}"


def _hour(at: str) -> str:
    return chinese.hour(read_moment(at), year=True)


def _hour_en(at: str) -> str:
    return english_words.hour(read_moment(at), year=True)
