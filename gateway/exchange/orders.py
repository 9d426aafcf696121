"""From an alert of another level to an order: what it asks of this plan's area, and nothing more."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gateway.errors import InputError
from gateway.exchange.model import (
    AHEAD,
    ALERT_LEVEL,
    DOCUMENT_NUMBER,
    EXPECTED_END,
    FORMER_LEVEL,
    HAZE,
    POSSIBLE_LEVEL,
    RESPONSE_LEVEL,
    Alert,
    Info,
    MessageType,
    read_moment,
)
from gateway.exchange.overlap import Meeting, few, meet
from gateway.plans.model import Plan
from gateway.vocabulary import LEVEL_WORDS, LEVELS, RESPONSES, Level, rank

Kind = Literal["warning", "end", "hint", "tip"]

_SEVERITIES: Mapping[str, Level] = {"Extreme": "red", "Severe": "orange", "Moderate": "yellow"}
_RESPONSES: dict[str, Level] = {
    **{word: level for level, word in RESPONSES.items()},
    "Ⅰ": "red",
    "Ⅱ": "orange",
    "Ⅲ": "yellow",
}
_BLUE = ("蓝", "blue")
_COLOUR_NAME = re.compile(r"colou?r|level|颜色|级别|等级", re.IGNORECASE)
_NOT_IN_FORCE = {FORMER_LEVEL, POSSIBLE_LEVEL, RESPONSE_LEVEL}
_HEAVY = "重污染"  # 重污染天气, 空气重污染, 臭氧重污染天气


@dataclass(frozen=True, slots=True)
class Remark:
    """What a person should know of an order besides, in Chinese and English."""

    message: str
    message_en: str


@dataclass(frozen=True, slots=True)
class Order:
    """What another level's message asks.

    `level`: put in force by a warning, possible by a hint, else None. `until_then` is what goes on in force
    here until `starts_at` (a lift or a lower level for later). `area`: codes of this plan; empty where the
    message names no place (`meeting.named` tells) or only others. `earlier` are the identifiers that it
    refers to, `incident` that of its event's first message, where it says so. `expected_end` is the end as
    decided; `expires` only when the message runs out.
    """

    identifier: str
    sent: datetime
    message_type: MessageType
    exercise: bool
    kind: Kind
    level: Level | None
    until_then: Level | None
    area: tuple[str, ...]
    meeting: Meeting
    starts_at: datetime | None
    expected_end: datetime | None
    expires: datetime | None
    earlier: tuple[str, ...]
    incident: str | None
    issuer: str | None
    document_number: str | None
    headline: str | None
    remarks: tuple[Remark, ...]

    @property
    def ends(self) -> bool:
        """Whether it ends what was in force."""
        return self.kind == "end"


def order(alert: Alert, plan: Plan, own: Sequence[str], event_codes: Collection[str], now: datetime) -> Order:
    """The order in an alert, for `own` (codes of `plan`). `event_codes` are those of heavy pollution.

    Raises `InputError`: ORDER_NOT_REAL (a draft or a system's message), ORDER_TYPE, ORDER_SENT_IN_FUTURE,
    ORDER_OTHER_EVENT, ORDER_LEVEL_UNKNOWN.
    """
    _check(alert, event_codes, now)
    told = [(info, meet(plan, own, info.areas)) for info in _blocks(alert)]
    meeting = _together([each for _, each in told])
    here = [info for info, met in told if met.common] or [info for info, _ in told]
    main = here[0] if here else None
    area = next((met.common for _, met in told if met.common), ())
    cancelled = alert.message_type == "Cancel"
    kind: Kind = "end" if main is None or cancelled or main.ends else _kind(main)
    level, guess = _level(main, kind) if main is not None else (None, None)
    starts = None if main is None else main.onset or main.effective
    if kind == "end" and main is not None:
        starts = main.effective or alert.sent
    until_then = None
    if len(here) > 1 and not cancelled:
        going_on = [_level(each, "warning")[0] for each in here[1:] if not each.ends]
        until_then = max(going_on, key=rank, default=None)
    ends = main.parameter(EXPECTED_END) if main is not None and kind == "warning" else None
    return Order(
        identifier=alert.identifier,
        sent=read_moment(alert.sent),
        message_type=alert.message_type,
        exercise=not alert.real,
        kind=kind,
        level=level,
        until_then=until_then,
        area=area,
        meeting=meeting,
        starts_at=_moment(starts),
        expected_end=_moment(ends),
        expires=_moment(main.expires) if main is not None else None,
        earlier=tuple(dict.fromkeys(each.identifier for each in alert.references)),
        incident=(alert.incidents or "").split()[0] if (alert.incidents or "").split() else None,
        issuer=main.sender_name if main is not None else None,
        document_number=main.parameter(DOCUMENT_NUMBER) if main is not None else None,
        headline=main.headline if main is not None else alert.note,
        remarks=(*((guess,) if guess else ()), *_of_places(meeting)),
    )


def _check(alert: Alert, event_codes: Collection[str], now: datetime) -> None:
    if alert.status not in ("Actual", "Exercise", "Test"):
        raise InputError(
            "ORDER_NOT_REAL",
            f"status 为 {alert.status} 的消息不是指令",
            f"a message of the status {alert.status} is no order",
            field="status",
        )
    if alert.message_type not in ("Alert", "Update", "Cancel"):
        raise InputError(
            "ORDER_TYPE",
            f"msgType 为 {alert.message_type} 的消息不是指令",
            f"a message of the type {alert.message_type} is no order",
            field="msgType",
        )
    if read_moment(alert.sent) > now + AHEAD:
        raise InputError(
            "ORDER_SENT_IN_FUTURE",
            f"发送时间 {alert.sent} 在将来；请核对双方的时钟",
            f"it says that it was sent at {alert.sent}, in the future; compare the clocks",
            field="sent",
        )
    others = [info for info in alert.infos if not _of_heavy_pollution(info, event_codes)]
    if others:
        raise InputError(
            "ORDER_OTHER_EVENT",
            f"事件是“{others[0].event[:40]}”，不是重污染天气",
            f"its event is {others[0].event[:40]!r} and not heavy air pollution",
            field="event",
        )


def _of_heavy_pollution(info: Info, event_codes: Collection[str]) -> bool:
    if _HEAVY in info.event or _HEAVY in (info.headline or ""):
        return True
    if "heavy air pollution" in info.event.lower():
        return True
    return any(code.value in event_codes and code.value != HAZE for code in info.event_codes)


def _blocks(alert: Alert) -> Sequence[Info]:
    """What is said in one language: Chinese where there is any."""
    chinese = alert.in_language("zh-CN")
    return chinese or alert.in_language(alert.infos[0].language or "en-US") if alert.infos else ()


def _together(found: Sequence[Meeting]) -> Meeting:
    def all_(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code for each in found for code in getattr(each, name)))

    return Meeting(*(all_(name) for name in ("common", "elsewhere", "finer", "unknown", "uncoded")))


def _kind(info: Info) -> Kind:
    if info.severity != "Unknown" or info.parameter(ALERT_LEVEL):
        return "warning"
    return "hint" if info.parameter(POSSIBLE_LEVEL) else "tip"


def _level(info: Info, kind: Kind) -> tuple[Level | None, Remark | None]:
    """The level that a block puts in force, or says is possible; and a remark where it was inferred."""
    if kind == "hint":
        return _one([info.parameter(POSSIBLE_LEVEL) or ""]), None
    if kind != "warning":
        return None, None
    stated = info.parameter(ALERT_LEVEL)
    if stated is not None:
        return _one([stated]), None
    coloured = [
        each.value
        for each in info.parameters
        if each.name not in _NOT_IN_FORCE and _COLOUR_NAME.search(each.name) and _colours(each.value)
    ]
    if coloured:
        return _one(coloured), None
    response = info.parameter(RESPONSE_LEVEL)
    if response is not None:
        found = _RESPONSES.get(response.strip().removesuffix("级"))
        if found is not None:
            return found, None
    level = _SEVERITIES.get(info.severity)
    if level is None:
        raise _no_level(info.severity)
    return level, Remark(
        f"消息没有写颜色，级别按 severity（{info.severity}）为{LEVEL_WORDS[level]}，请与上级核对",
        f"it states no colour: {level} is what the severity {info.severity} stands for; verify it",
    )


def _colours(text: str) -> set[str]:
    found = {level for level in LEVELS if LEVEL_WORDS[level][0] in text or level in text.lower()}
    return found | {"blue" for word in _BLUE if word in text.lower()}


def _one(texts: Sequence[str]) -> Level:
    """The one level that these texts name."""
    colours = {colour for text in texts for colour in _colours(text)}
    found = next((level for level in LEVELS if {level} == colours), None)
    if found is None:
        raise _no_level("、".join(texts))
    return found


def _no_level(stated: str) -> InputError:
    return InputError(
        "ORDER_LEVEL_UNKNOWN",
        f"“{stated[:60]}”不是黄色、橙色、红色中的一级",
        f"{stated[:60]!r} is none of yellow, orange and red",
        field="level",
    )


def _of_places(meeting: Meeting) -> list[Remark]:
    said = []
    if meeting.unknown:
        codes = few(meeting.unknown)
        said.append(Remark(f"不认识的区划代码：{codes}，请与上级核对", f"unknown codes of places: {codes}"))
    if meeting.finer:
        codes = few(meeting.finer)
        said.append(
            Remark(
                f"只涉及本预案区域的一部分（{codes}），预案没有这一级的代码，没有计入",
                f"{codes} are parts of this plan's areas that it has no codes for: left out",
            )
        )
    if meeting.uncoded:
        names = few(meeting.uncoded)
        said.append(Remark(f"没有写区划代码的区域：{names}，没有计入", f"left out, without a code: {names}"))
    return said


def _moment(text: str | None) -> datetime | None:
    try:
        return None if text is None else read_moment(text)
    except ValueError:
        return None
