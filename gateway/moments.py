"""Moments: the ledger counts milliseconds since 1970 UTC; people read China Standard Time."""

from datetime import UTC, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))  # every text and calendar date is China Standard Time


def moment(milliseconds: int) -> datetime:
    """A ledger time, in UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def milliseconds(at: datetime) -> int:
    """A moment as the ledger counts it."""
    return int(at.timestamp() * 1000)


def local(at: datetime) -> datetime:
    """The moment in China Standard Time."""
    return at.astimezone(BEIJING)


def iso(milliseconds: int | None) -> str | None:
    """A ledger time as ISO 8601 in China Standard Time, to the second."""
    return None if milliseconds is None else local(moment(milliseconds)).isoformat(timespec="seconds")
