"""For whom a live page is rendered: a language, and the doors that it shows."""

from typing import Literal, NamedTuple

from gateway.web.live.live_words import Language

# console: pages of whoever is signed in; operate: stop, decide, lanes; follow: lift, correct, retract
Door = Literal["console", "operate", "follow"]


class Reader(NamedTuple):
    """Whoever reads so sees the same page of the same areas, byte for byte; `limited`: not of all areas."""

    language: Language
    doors: frozenset[Door] = frozenset()
    limited: bool = False
