"""What a receiver reports of an alert: a JSON document of bounded size, read strictly."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast, get_args

from channels.contract import Progress, ProgressState

TYPE = "alert.progress"
LONGEST = 16 * 1024  # bytes; a report has some hundred
MOST_PEOPLE = 10_000_000_000
_LONGEST_IDENTIFIER = 256
_LONGEST_OPERATOR = 40
_LONGEST_MESSAGE = 500
_YEARS = range(2000, 2101)  # the year 1 is what some programs write for no time at all
_STATES: tuple[ProgressState, ...] = get_args(ProgressState)


class ProgressInvalid(Exception):
    """A genuine report that cannot be read; `status` is how it is answered."""

    def __init__(self, message: str, message_en: str, status: int = 422) -> None:
        super().__init__(message_en)
        self.message = message
        self.message_en = message_en
        self.status = status


def read_progress(body: bytes, report_id: str, receiver: str) -> Progress:
    """Read a report `{"type": "alert.progress", "timestamp": …, "data": {…}}`; names that nobody knows are
    passed over, so that receivers may say more. Raises `ProgressInvalid`."""
    if len(body) > LONGEST:
        raise ProgressInvalid(f"内容超过 {LONGEST} 字节", f"more than {LONGEST} bytes", 413)
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise ProgressInvalid("不是 JSON", "not JSON") from None
    if not isinstance(document, dict) or document.get("type") != TYPE:
        raise ProgressInvalid(f"type 应为 {TYPE}", f"type is {TYPE}")
    data = document.get("data")
    if not isinstance(data, dict):
        raise ProgressInvalid("缺少 data", "data is missing")
    alert = _text(data, "identifier", _LONGEST_IDENTIFIER)
    if not alert:
        raise ProgressInvalid("缺少 data.identifier", "data.identifier is missing")
    state = data.get("state")
    if state not in _STATES:
        names = ", ".join(_STATES)
        raise ProgressInvalid(f"data.state 应为 {names} 之一", f"data.state is one of {names}")
    return Progress(
        id=report_id,
        alert=alert,
        receiver=receiver,
        state=cast(ProgressState, state),
        at=_moment(document.get("timestamp")),
        operator=(_text(data, "operator", _LONGEST_OPERATOR) or "").strip(),
        targeted=_people(data, "targeted"),
        sent=_people(data, "sent"),
        failed=_people(data, "failed"),
        message=_text(data, "message", _LONGEST_MESSAGE),
    )


def _text(data: Mapping[str, Any], name: str, longest: int) -> str | None:
    value = data.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > longest or not _readable(value):
        raise ProgressInvalid(
            f"data.{name} 应为不超过 {longest} 字的文字",
            f"data.{name} is text of at most {longest} characters",
        )
    return value


def _readable(text: str) -> bool:
    """No control characters and no half characters: it is stored, and shown on one line."""
    return text.isprintable()


def _people(data: Mapping[str, Any], name: str) -> int | None:
    value = data.get(name)
    if value is None:
        return None
    if type(value) is not int or not 0 <= value <= MOST_PEOPLE:
        raise ProgressInvalid(f"data.{name} 应为人数（整数）", f"data.{name} is a number of people")
    return value


def _moment(text: object) -> datetime:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) and len(text) < 50 else None
        if moment is not None and moment.utcoffset() is not None and moment.year in _YEARS:
            return moment
    except ValueError:
        pass
    raise ProgressInvalid(
        "timestamp 应为带时区的时间，如 2026-01-10T18:00:00+08:00",
        "timestamp is a moment with its offset, such as 2026-01-10T18:00:00+08:00",
    )
