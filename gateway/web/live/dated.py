"""A date in full, beside the field that it is typed in: browsers show it in an order of their own."""

from datetime import date, datetime

from gateway.web.live.live_words import Language

_DAYS = ("一", "二", "三", "四", "五", "六", "日")


def dated(typed: str, language: Language) -> str:
    """`2026年11月25日（周三）03:00` for what a field of a date or a moment holds (ISO 8601, to the minute);
    "" for anything else. `gateway/web/static/dates.js` says the same as it is typed."""
    try:
        at: date = datetime.fromisoformat(typed) if "T" in typed else date.fromisoformat(typed)
    except ValueError:
        return ""
    time = f"{at:%H:%M}" if isinstance(at, datetime) else ""
    if language == "zh":
        return f"{at.year}年{at.month}月{at.day}日（周{_DAYS[at.weekday()]}）{time}"
    return f"{at:%a, %-d %b %Y} {time}".rstrip()
