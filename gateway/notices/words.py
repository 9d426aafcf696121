"""What a language gives to the texts: `chinese` is the Chinese one, `english` the English one."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Protocol

from gateway.decisions.model import AqiRange, Decision, ForecastDay
from gateway.notices import chinese, english
from gateway.notices.model import Mark
from gateway.plans.model import Condition, Gap, Measure, Nothing, Plan, Wording
from gateway.vocabulary import Category, Language, Level, Pollutant, Source


class Words(Protocol):
    """One language: a module with these names. Every text that it gives is one plain line.

    Whole sentences are in the templates of `LANGUAGE`. `EXERCISE` is first in a title and a text,
    `SMS_EXERCISE` right after an SMS's signature (providers reject a second 【】). In an SMS an order must
    not read as advice, nor advice as an order: `LABELS`; health advice speaks for itself. `BETWEEN`
    joins phrases, `STOP` ends a sentence, `CONTINUED` stands behind a heading that goes on in another
    message.
    """

    LANGUAGE: Language
    EXERCISE: str
    SMS_EXERCISE: str
    STOP: str
    BETWEEN: str
    CONTINUED: str
    LESSONS_GO_ON: str
    LABELS: dict[Category, str]
    SOURCES: dict[Source, str]
    POLLUTANTS: dict[Pollutant, str]

    def day(self, date_: date, *, year: bool) -> str:
        """A calendar date."""

    def hour(self, moment: datetime, *, year: bool, closing: bool = False) -> str:
        """A date and its hour in China Standard Time; `closing`: midnight ends the day before."""

    def period(self, days: Sequence[ForecastDay]) -> str | None:
        """From the first to the last forecast date."""

    def level_word(self, level: Level) -> str:
        """The level's colour."""

    def response_word(self, plan: Plan, level: Level) -> str | None:
        """The response that the level starts; None where the plan has none."""

    def warnings(self, known: Sequence[tuple[Level, str | None]]) -> str:
        """Warnings by their levels and their documents' numbers."""

    def unbegun(self, known: Sequence[tuple[str, str | None, Level]]) -> str:
        """What was to begin and does not, by its hour: the response, or the warning where a plan has none."""

    def aqi_range(self, stated: AqiRange | None, days: Sequence[ForecastDay]) -> str | None:
        """The printed range, else the one that encloses the forecast days."""

    def forecast_day(self, day_: ForecastDay) -> str:
        """One forecast day with its range and mean."""

    def place(self, plan: Plan, decision: Decision) -> str:
        """The whole area, or its counties by name."""

    def districts(self, plan: Plan) -> str:
        """How the governments of the plan's areas are addressed."""

    def town(self, plan: Plan) -> str:
        """The name of the whole area."""

    def short_place(self, plan: Plan, decision: Decision) -> str:
        """The shortest way to say the place."""

    def category(self, plan: Plan, category: Category) -> str:
        """A category as the plan calls it."""

    def items(self, numbers: Iterable[int]) -> str:
        """Rising numbers of a list's items, "" for none."""

    def plan_title(self, plan: Plan) -> str:
        """The plan's title."""

    def issuer(self, plan: Plan, stated: str | None) -> str:
        """Who decided: as stated, else the plan's issuing body."""

    def sentence(self, text: str) -> str:
        """The text as one line without the stop at its end."""

    def text(self, words: Wording) -> str | None:
        """A measure in full; None where the plan lacks it in this language."""

    def short(self, words: Wording) -> str | None:
        """A measure in short words; None where it has none."""

    def when(self, condition: Condition) -> str | None:
        """A condition in words; None where the plan lacks it in this language."""

    def told(self, gap: Gap) -> str | None:
        """What a reader is told in a gap; None where the plan lacks it in this language."""

    def why(self, nothing: Nothing) -> str:
        """Why there is nothing for a reader, "" where this language has no words for it."""

    def beside(self, measure: Measure, text: str) -> tuple[str, str]:
        """The measure's exceptions and hours that its text does not state itself."""

    def conditioned(self, condition: str, phrase: str) -> str:
        """The phrase with an open condition, unless it says it itself."""

    def marked(self, mark: Mark, phrase: str) -> str:
        """The phrase with the mark of what is new or changed."""

    def from_start(self, start: str, told: str, *, labelled: bool) -> str:
        """What is done from the start on."""

    def reply_within(self, minutes: int) -> str:
        """By when to answer."""


WORDS: dict[Language, Words] = {"zh-CN": chinese, "en": english}
