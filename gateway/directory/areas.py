"""Which of a plan's areas an organisation belongs to: its own code, or that of its street or town."""

from collections.abc import Container

_STREET = 12  # digits of a village's code in GB/T 10114; a street or town has 9
_TOWN = 9
_COUNTY = 6


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
