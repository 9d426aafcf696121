"""What rendering takes and gives."""

from dataclasses import dataclass

from gateway.plans.measures import Facts
from gateway.vocabulary import Audience, Category, Language, Level, Medium, Sector, Source


@dataclass(frozen=True, slots=True)
class NoticeMeasure:
    """A measure as one text carries it. `new`: not in force for this audience before the decision."""

    id: str
    category: Category
    source: Source | None
    text: str
    clause: str
    new: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """The rendered text for one audience or sector, medium and language.

    `parts` are the numbered messages of a webhook (None: one message, `text`). `segments` counts
    SMS segments with the signature, `bytes` the UTF-8 bytes of the longest message.
    """

    audience: Audience
    sector: Sector | None
    medium: Medium
    language: Language
    title: str
    text: str
    measures: tuple[NoticeMeasure, ...]
    html: str | None = None
    parts: tuple[str, ...] | None = None
    segments: int | None = None
    bytes: int | None = None

    @property
    def messages(self) -> tuple[str, ...]:
        """The messages that leave for one address, in order."""
        return self.parts or (self.text,)


@dataclass(frozen=True, slots=True)
class InForce:
    """The warning before this decision. A follow-up names `document_number`, which it replaces."""

    level: Level
    facts: Facts
    document_number: str | None = None


@dataclass(frozen=True, slots=True)
class Office:
    """What is the office's own and not the plan's; it comes from settings.

    `signature` is the registered SMS signature without its brackets; `contacts` are lines such as
    `值班电话 0371-00000000`; `reply_by_minutes` says by when an audience answers, in minutes after
    the notice; `full_text_at` is where the full text stands.
    """

    signature: str = "重污染天气预警"
    contacts: tuple[str, ...] = ()
    full_text_at: str | None = None
    season_serial: str | None = None
    reply_by_minutes: tuple[tuple[Audience, int], ...] = ()
