"""Which of a plan's areas an organisation belongs to, and which organisations a person's areas hold."""

from collections.abc import Collection, Container

_STREET = 12  # digits of a village's code in GB/T 10114; a street or town has 9
_TOWN = 9
_COUNTY = 6
_WHOLE = ("0000", "00")  # how a province's and a city's code end (GB/T 2260)


def home(area: str, known: Container[str]) -> str | None:
    """The code among `known` that holds `area`: itself, else the longest one that its digits begin with.

    `area` has 6, 9 or 12 digits, or is a plan's own code. None where none of them does.
    """
    if area in known:
        return area
    if area.isascii() and area.isdigit() and len(area) in (_TOWN, _STREET):
        for length in (_TOWN, _COUNTY):
            if area[:length] in known:
                return area[:length]
    return None


def within(area: str, limits: Collection[str]) -> bool:
    """Whether somebody limited to these codes may see or act for `area`; no limits are everywhere.

    A code holds itself and its streets, towns and villages; a city's or province's all that lies in it.
    """
    return not limits or any(area == each or _holds(each, area) for each in limits)


def beginning(limit: str) -> str | None:
    """What the codes of all that lies in an area begin with; None for a plan's own code."""
    if not (limit.isascii() and limit.isdigit() and len(limit) in (_COUNTY, _TOWN, _STREET)):
        return None
    if len(limit) == _COUNTY:
        return next((limit[: -len(end)] for end in _WHOLE if limit.endswith(end)), limit)
    return limit


def _holds(limit: str, area: str) -> bool:
    begins = beginning(limit)
    return begins is not None and area.startswith(begins)
