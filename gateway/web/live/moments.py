"""Moments as the live pages show them: China Standard Time, for people and for machines."""

from gateway.moments import local, moment


def when(milliseconds: int) -> dict[str, str]:
    """A moment to the second, with its day: `text` for people, `iso` for machines."""
    at = local(moment(milliseconds))
    return {"text": f"{at:%m-%d %H:%M:%S}", "iso": at.isoformat(timespec="seconds")}


def to_the_minute(milliseconds: int | None, launched_at: int) -> dict[str, str] | None:
    """A moment to the minute, with its day where that is not the launch's; None: it is not there yet."""
    if milliseconds is None:
        return None
    at, then = local(moment(milliseconds)), local(moment(launched_at))
    text = f"{at:%H:%M}" if at.date() == then.date() else f"{at:%m-%d %H:%M}"
    return {"text": text, "iso": at.isoformat(timespec="seconds")}
