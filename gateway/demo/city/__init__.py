"""The sample city: Zhengzhou's plan with organisations, names and numbers that are all invented.

Numbers are 199 0000 0101 to 0999 in rising order. A few addresses stand in two organisations, as one
person holds two posts; one eatery has no address at all; four organisations are for exercises only, and so
are those of a second plan, under which two leaders approve one after the other.
"""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

# What the demo's stand-ins turn away, so that not everything goes well: a number out of service,
# one of a carrier that takes nothing, one that has unsubscribed, a mailbox that was closed.
REFUSED_NUMBERS = frozenset({"+8619900000911", "+8619900000912", "+8619900000913"})
REFUSED_MAILBOXES = frozenset({"mailbox.closed@example.com"})
# The systems that take alerts, and the subscribers of the networks behind each: one operator's own, and the
# office that passes alerts on to two others.
RECEIVERS: Mapping[str, Mapping[str, int]] = {
    "operator-a": {"": 4_200_000},
    "communications-office": {"运营商乙": 2_600_000, "运营商丙": 1_900_000},
}


# the folder of its map: shapes that are invented too
MAPS = Path(__file__).parent


def directory() -> bytes:
    """The city's directory as a CSV file, ready for `gateway.directory.importing.read`."""
    return files(__name__).joinpath("directory.csv").read_bytes()


def exercise_directory() -> bytes:
    """Organisations under a second plan, for exercises only."""
    return files(__name__).joinpath("exercises.csv").read_bytes()
