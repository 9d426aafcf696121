"""What matters most to a reader: the measures that a short medium carries, in order of importance."""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.notices.announcement import Announcement
from gateway.notices.reading import READING_ORDER, Item, Reading
from gateway.notices.words import Words
from gateway.vocabulary import Audience, Category

_MOST = 8  # phrases in the line for a reader in a hurry
_ORDERED: tuple[Audience, ...] = ("enterprises", "departments", "districts")
_ORDERS_FIRST: tuple[Category, ...] = ("mandatory", "health", "procedure", "suggested")


@dataclass(frozen=True, slots=True)
class Main:
    """An item in its short words. `rank` 0 belongs to every short text, 1 and 2 where there is room."""

    item: Item
    phrase: str
    rank: int


def takes_orders(reading: Reading) -> bool:
    """Whether this reader's mandatory measures matter more than anything else."""
    return reading.audience in _ORDERED


def mains(reading: Reading) -> tuple[Main, ...]:
    """The items with short words, most important first; what says the same is said once.

    Rank 0 is the first of each category and, for schools, whatever speaks of suspending lessons; rank
    1 the first of each source; rank 2 the rest. What changed comes before what did not.
    """
    order = _ORDERS_FIRST if takes_orders(reading) else READING_ORDER
    found: dict[str, Main] = {}
    categories: set[Category] = set()
    sources: set[tuple[Category, str | None]] = set()
    for item in sorted(reading.items, key=lambda each: (order.index(each.category), not each.mark)):
        suspends = item.suspends
        phrase = _phrase(item, item.short or (item.text if suspends else ""), reading.words)
        if not phrase or phrase in found:
            continue
        source = (item.category, item.source)
        rank = 0 if suspends or item.category not in categories else 1 if source not in sources else 2
        found[phrase] = Main(item, phrase, rank)
        if not suspends:  # it stands beside what else a school does at once
            categories.add(item.category)
            sources.add(source)
    return tuple(sorted(found.values(), key=lambda main: main.rank))


def lessons(reading: Reading) -> str:
    """What a school is told of its lessons where no measure speaks of suspending them, else "".

    An item that speaks of it is always carried in its own words.
    """
    if reading.audience != "schools" or not reading.warns or any(each.suspends for each in reading.items):
        return ""
    return reading.words.LESSONS_GO_ON


def by_category(chosen: Iterable[Main]) -> tuple[tuple[Category, tuple[str, ...]], ...]:
    """The phrases by category in reading order."""
    phrases: dict[Category, list[tuple[int, str]]] = {category: [] for category in READING_ORDER}
    for main in chosen:
        phrases[main.item.category].append((main.item.number, main.phrase))
    return tuple(
        (category, tuple(phrase for _, phrase in sorted(found)))
        for category, found in phrases.items()
        if found
    )


def labelled(reading: Reading, chosen: Iterable[Main]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The phrases by category in reading order, with the category's label."""
    return tuple((reading.words.LABELS[category], phrases) for category, phrases in by_category(chosen))


def essentials(announcement: Announcement, reading: Reading, reply_minutes: int | None) -> tuple[str, ...]:
    """The sentences that a reader in a hurry reads first, without their stops; none where nothing is ordered.

    What, from when, and by when to answer. For schools the lessons come first.
    """
    if announcement.content != "warning":
        return ()
    words = reading.words
    chosen = mains(reading)[:_MOST]
    school = [main.phrase for main in chosen if main.item.suspends]
    others = labelled(reading, (main for main in chosen if not main.item.suspends))
    sentences = [each for each in (lessons(reading), *school) if each]
    retracts = announcement.action == "retract"
    begins = announcement.after_short_since if retracts else announcement.short_starts
    for number, (label, phrases) in enumerate(others):
        told = f"{label}{words.BETWEEN.join(phrases)}"
        if not number and begins:
            told = words.from_start(begins, told, labelled=bool(label))
        sentences.append(told)
    if sentences and reply_minutes:
        sentences.append(words.reply_within(reply_minutes))
    return tuple(sentences)


def _phrase(item: Item, told: str, words: Words) -> str:
    """The mark of a change, an open condition unless the words say it themselves, and the words."""
    return words.marked(item.mark, words.conditioned(item.condition, told)) if told else ""
