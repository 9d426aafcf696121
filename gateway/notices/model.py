"""What rendering takes and gives."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gateway.plans.measures import Facts
from gateway.vocabulary import Action, Audience, Category, Language, Level, Medium, Sector, Source

Mark = Literal["", "new", "changed"]  # of a measure, where something was in force before


@dataclass(frozen=True, slots=True)
class NoticeMeasure:
    """A measure as one text carries it. `new`: not in force for this audience before the decision."""

    id: str
    category: Category
    source: Source | None
    text: str
    clause: str
    new: bool

    def as_json(self) -> dict[str, object]:
        """Its fields; by hand, because `dataclasses.asdict` copies every value deeply and a decision's
        notices hold a thousand of these."""
        return {
            "id": self.id,
            "category": self.category,
            "source": self.source,
            "text": self.text,
            "clause": self.clause,
            "new": self.new,
        }


@dataclass(frozen=True, slots=True)
class Notice:
    """The rendered text for one audience or sector, medium and language.

    `html` is a document's page: of `email` for mail programs, of `notice` in large print for paper and
    for weak eyes. `parts` are the numbered messages of a webhook (None: one message, `text`). `segments`
    counts SMS segments with the signature, `bytes` the UTF-8 bytes of the longest message.
    `reply_minutes`: the text asks to be signed for so soon after it (None: it does not ask).
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
    reply_minutes: int | None = None

    @property
    def messages(self) -> tuple[str, ...]:
        """The messages that leave for one address, in order."""
        return self.parts or (self.text,)

    def as_json(self) -> dict[str, object]:
        """The shape that `airwarn render` prints; what a medium does not have is left out."""
        optional = {
            "html": self.html,
            "parts": None if self.parts is None else list(self.parts),
            "segments": self.segments,
            "bytes": self.bytes,
        }
        return {
            "audience": self.audience,
            "sector": self.sector,
            "medium": self.medium,
            "language": self.language,
            "title": self.title,
            "text": self.text,
            **{name: value for name, value in optional.items() if value is not None},
            "measures": [measure.as_json() for measure in self.measures],
        }


@dataclass(frozen=True, slots=True)
class InForce:
    """What was in force before a decision: its level, and the facts that settled its conditions.

    `since` and `document_number` say when it began and by which document, where known. `action` is
    that of its newest message; after a hint, a tip or a lift no level is in force (None). `area` holds
    its codes (empty: not known), so that a lift of a part can say that the rest stands. `corrected` are
    the document numbers of the messages in whose place it stands as a correction, the last first ("": it
    had none): retracted with it, they do not come back. `below` is what it changed, and what holds until
    `since`; of a lift what it ended. None: nothing, or it is not known.
    """

    level: Level | None
    facts: Facts
    since: datetime | None = None
    document_number: str | None = None
    action: Action = "issue"
    area: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()
    below: "InForce | None" = None

    def begun(self, at: datetime) -> bool:
        """Whether it had begun before a moment; what ends at the very moment of its start never began.
        Where its start is not known, it had."""
        return self.since is None or self.since < at


@dataclass(frozen=True, slots=True)
class Office:
    """What is the office's own and not the plan's; it comes from settings.

    `signature` is the registered SMS signature without its brackets; `contacts` are lines such as
    `值班电话 0371-00000000`; `reply_by_minutes` says by when an audience answers, in minutes after
    the notice; `full_text_at` is where the full text stands; `sign_at` is what a sign link begins with
    (None: there are no sign links). `safety` is what a plant is told about stopping safely where its
    plan says nothing of it, `safety_en` the same for who reads English.
    """

    signature: str = "重污染天气预警"
    contacts: tuple[str, ...] = ()
    full_text_at: str | None = None
    season_serial: str | None = None
    reply_by_minutes: tuple[tuple[Audience, int], ...] = ()
    sign_at: str | None = None
    safety: str = "停产、限产须先确保安全；不能安全停产的，不要强行停产"
    safety_en: str = (
        "Make sure that it is safe before you stop or limit production; do not force a stop that is not safe"
    )
