"""What the ledger tells about an episode, as bulletins and reports take it."""

from dataclasses import dataclass
from datetime import date, datetime

from gateway.decisions.model import Decision
from gateway.vocabulary import Audience


@dataclass(frozen=True, slots=True)
class Step:
    """One launched decision of the episode.

    `counts`: it was not retracted, nor mended by a correction, and is no retraction itself.
    """

    id: str
    decision: Decision
    launched_at: datetime
    counts: bool


@dataclass(frozen=True, slots=True)
class Reached:
    """How many of an audience were told, over all broadcasts of the episode.

    `organisations` counts each once; `messages` are deliveries that left, `arrived` those delivered or
    read (or accepted where nothing better is ever known), `failed` those that ended without arriving.
    """

    audience: Audience
    organisations: int
    messages: int
    arrived: int
    failed: int


@dataclass(frozen=True, slots=True)
class Signed:
    """How many organisations of an audience were asked to sign, and how many did."""

    audience: Audience
    asked: int
    signed: int


@dataclass(frozen=True, slots=True)
class Received:
    """One obligation of the episode and what was received for it.

    `contents` are (heading, text) as reported; `state`: open, met, overdue or ended.
    """

    code: str
    what: str
    by_whom: str
    covers: date | None
    due_at: datetime | None
    state: str
    received_at: datetime | None
    contents: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Chronicle:
    """An episode as the ledger knows it at `as_of`; moments are aware, in any zone.

    `steps` are in the order of their launch, never empty; `standing` is what is in force (None: nothing).
    """

    id: str
    exercise: bool
    as_of: datetime
    steps: tuple[Step, ...]
    standing: Decision | None
    reached: tuple[Reached, ...]
    signed: tuple[Signed, ...]
    received: tuple[Received, ...]

    @property
    def counting(self) -> tuple[Step, ...]:
        """The steps that count."""
        return tuple(step for step in self.steps if step.counts)

    @property
    def ended_at(self) -> datetime | None:
        """When the lift took effect, if one was launched and counts."""
        last = self.counting[-1].decision if self.counting else None
        lifted = last is not None and last.level is None and last.action in ("lift", "correct")
        return last.starts_at if last is not None and lifted and self.standing is None else None
