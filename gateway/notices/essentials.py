"""What matters most to a reader: the measures that a short medium carries, in order of importance."""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.notices.announcement import Announcement
from gateway.notices.reading import READING_ORDER, Item, Reading
from gateway.vocabulary import Audience, Category

# In an SMS an order must not read as advice, nor advice as an order; health advice speaks for itself.
LABELS: dict[Category, str] = {
    "health": "",
    "mandatory": "强制：",
    "suggested": "建议：",
    "procedure": "要求：",
}
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
        suspends = suspends_lessons(reading, item)
        phrase = _phrase(item, item.short or (item.text if suspends else ""))
        if not phrase or phrase in found:
            continue
        source = (item.category, item.source)
        rank = 0 if suspends or item.category not in categories else 1 if source not in sources else 2
        found[phrase] = Main(item, phrase, rank)
        if not suspends:  # it stands beside what else a school does at once
            categories.add(item.category)
            sources.add(source)
    return tuple(sorted(found.values(), key=lambda main: main.rank))


def suspends_lessons(reading: Reading, item: Item) -> bool:
    """Whether a school's item speaks of suspending lessons (停课).

    Read from the words, so that it cannot be forgotten in a plan: an item that speaks of it is always
    carried in its own words, and only where none does a school is told that lessons go on.
    """
    return reading.audience == "schools" and "停课" in item.text + item.short


def lessons(reading: Reading) -> str:
    """What a school is told of its lessons where no measure speaks of suspending them, else ""."""
    if reading.audience != "schools" or any(suspends_lessons(reading, each) for each in reading.items):
        return ""
    return "本次预警不要求停课"


def labelled(chosen: Iterable[Main]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The phrases by category in reading order, with the category's label."""
    phrases: dict[Category, list[tuple[int, str]]] = {category: [] for category in LABELS}
    for main in chosen:
        phrases[main.item.category].append((main.item.number, main.phrase))
    return tuple(
        (LABELS[category], tuple(phrase for _, phrase in sorted(found)))
        for category, found in phrases.items()
        if found
    )


def essentials(announcement: Announcement, reading: Reading, reply_minutes: int | None) -> str:
    """What a reader in a hurry reads first: what, from when, and by when to answer; "" for a lift.

    For schools the lessons come first.
    """
    if announcement.action == "lift":
        return ""
    chosen = mains(reading)[:_MOST]
    school = [main.phrase for main in chosen if suspends_lessons(reading, main.item)]
    others = labelled(main for main in chosen if main.phrase not in school)
    sentences = [each for each in (lessons(reading), *school) if each]
    start = f"{announcement.short_starts}起"
    for number, (label, phrases) in enumerate(others):
        told = f"{label}{'；'.join(phrases)}"
        opening = "" if number else f"{start}执行。" if label else f"{start}："
        sentences.append(f"{opening}{told}")
    if sentences and reply_minutes:
        sentences.append(f"收到后{reply_minutes}分钟内签收")
    return "".join(f"{sentence}。" for sentence in sentences)


def _phrase(item: Item, words: str) -> str:
    """The mark of a change, an open condition unless the words say it themselves, and the words."""
    if not words:
        return ""
    condition = item.condition
    if condition and condition.removesuffix("时") not in words:
        words = f"{condition}，{words}"
    return f"（{item.mark}）{words}" if item.mark else words
