"""The shape of a plan file; `docs/plans.md` tells how it carries plans of different kinds.

A plan file is one government's emergency plan as data. Every rule and measure cites its clause:
`path` as printed and `lines` of the source document (first line = 1, both ends included). Hours and
days are numbers of hours and days; AQI values are daily means (日 AQI). A plan may lack English (`en`
and the names ending in `_en`); a notice in English of such a plan is an error.
"""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from gateway.vocabulary import (
    AUDIENCES,
    SECTORS,
    Action,
    Audience,
    Basis,
    Category,
    Cause,
    Level,
    Pollutant,
    Source,
)

Text = Annotated[str, Field(min_length=1, strict=True)]
Code = Annotated[str, Field(pattern=r"^[0-9]{6}[0-9A-Z]{0,6}$", strict=True)]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", strict=True)]
DiallingCode = Annotated[str, Field(pattern=r"^0[1-9][0-9]{1,2}$", strict=True)]
MonthDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", strict=True)]


class Part(BaseModel):
    """Base of every part of a plan file: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Clause(Part):
    """Where a rule stands: the printed path of headings, and first and last line of the source file."""

    path: Text
    lines: Annotated[tuple[int, int], Field(description="first and last line, from 1")]

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if not 1 <= self.lines[0] <= self.lines[1]:
            raise PydanticCustomError(
                "PLAN_LINES", "行号应从小到大", {"english": "lines must rise from first to last"}
            )
        return self

    def __str__(self) -> str:
        first, last = self.lines
        return f"{self.path}（第{first}行）" if first == last else f"{self.path}（第{first}—{last}行）"


class SourceDocument(Part):
    """The document that the file was made from, and what is uncertain or faulty in it."""

    file: Text
    title: Text
    document_number: Text | None = None
    repeals: Text | None = None
    notes: list[Text] = []  # faults of the source and how they are read; where the source is silent


class Area(Part):
    """One area that a decision may name. `upper` is the area that it belongs to."""

    code: Code
    name: Text
    name_en: Text | None = None
    own_code: bool = False  # not of GB/T 2260: given by this file


class Body(Part):
    """A body as printed, and the titles in it that the plan names (empty: it names none)."""

    name: Text
    name_en: Text | None = None
    short_name: Text
    short_name_en: Text | None = None
    also_known_as: list[Text] = []
    titles: list[Text] = []
    clause: Clause


class Validity(Part):
    """When the plan is in force, both days included; None: from publication, or until replaced."""

    valid_from: date | None = None
    valid_until: date | None = None
    clause: Clause


class ScopeExclusion(Part):
    """A cause that the plan leaves to other rules."""

    cause: Cause
    text: Text
    clause: Clause


class Threshold(Part):
    """The daily AQI stays above `above` (strictly) for at least `hours`, without a break."""

    above: int
    hours: int


class LevelRule(Part):
    """A level is met when every threshold of one entry of `any_of` is met in the same episode."""

    level: Level
    pollutants: list[Pollutant] | None = None  # None: whatever the primary pollutant
    any_of: list[list[Threshold]]
    clause: Clause


class Ground(Part):
    """What a basis of a decision means here.

    `effect`: `forecast` – the level comes from the forecast; `monitored` – from measurements;
    `floor` – at least the upper level's; `exact` – the upper level's and no other;
    `judgement` – to be weighed locally.
    """

    basis: Basis
    effect: Literal["forecast", "monitored", "floor", "exact", "judgement"]
    by: list[Text] = []
    clause: Clause


class Floor(Part):
    """What an active upper-level warning asks of this government's level."""

    not_below_upper: bool
    red_stays: bool  # an active red response is kept when the upper level starts a lower one
    clause: Clause


class ContiguousScope(Part):
    """How many contiguous counties must meet a level before this government acts."""

    counties: int
    clause: Clause


class LeadTime(Part):
    """Hours between the decision and its start. `not_for`: bases that the rule does not hold back."""

    hours: int
    minimum_hours: int | None = None  # not undercut even with a reason
    not_for: list[Basis] = []
    clause: Clause


class ApprovalStep(Part):
    """One approval; any of `titles` gives it, any title of the issuing body where it is empty."""

    titles: list[Text] = []
    verb: Text = "批准"


class ApprovalRule(Part):
    """The chain for some levels and actions, in order; the first rule that fits counts."""

    actions: list[Action]
    levels: list[Level] = []  # empty: every level
    on_schedule: bool | None = None  # for a lift: only when on (true) or off (false) its schedule
    steps: list[ApprovalStep]
    clause: Clause | None = None  # None: the plan is silent, the general rule counts


Element = Literal[
    "forecast_period",
    "area",
    "level",
    "aqi_range",
    "aqi_mean",
    "primary_pollutant",
    "starts_at",
    "expected_end_at",
    "issuer",
    "response",
    "hazard",
    "advice",
]


class RequiredElement(Part):
    """Something that an announcement must state."""

    element: Element
    name: Text
    actions: list[Action]
    clause: Clause


class ChangeRule(Part):
    """When a warning may be lowered or lifted: below the threshold, and forecast to stay so."""

    below_threshold: bool
    forecast_hours: int
    text: Text
    clause: Clause


class MonitoredRaise(Part):
    """When measurements alone change the level; `only_higher`: to a higher one than is in force only."""

    above: int
    no_improvement_within_hours: int
    only_higher: bool = False
    text: Text
    clause: Clause


class Merge(Part):
    """Two episodes whose gap is shorter than the lift condition count as one, at the higher level."""

    text: Text
    clause: Clause


class ReductionTarget(Part):
    """Least reduction per level, in percent, for each of the named pollutants (`together`: for their sum).

    `of` is whose emissions the percentage is of, as printed; None: all of society's.
    """

    pollutants: list[Text]
    together: bool = False
    of: Text | None = None
    percent: dict[Level, int]
    text: Text | None = None
    clause: Clause


class Deadline(Part):
    """When something is owed, counted from an event of the episode.

    `event`: `decision`, `start`, `end` (lift takes effect) or `year`. `within_days`/`within_hours` 0
    means at once. `daily_at` is a local hour such as `17:00`; `daily` without it means by the end of
    each day; `covers` says which day a daily report is about. `before` is a month and day such as
    `04-01`, of every year.
    """

    event: Literal["decision", "start", "end", "year"]
    within_hours: int | None = None
    within_days: int | None = None
    daily: bool = False
    daily_at: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] | None = None
    covers: Literal["same_day", "previous_day"] = "same_day"
    before: MonthDay | None = None
    text: Text  # as the plan says it, in words


class Report(Part):
    """Something that a body owes by a deadline; becomes an obligation of each decision it fits.

    `owed_by`: once, by the issuing body or whoever `by_whom` names (`body`); by each of the named
    `units`; or by each district that the decision concerns (`districts`: the plan's areas but its whole).
    `exercises_only`: owed after a drill, and by no real warning; the others are owed by both.
    `county_decisions_only`: owed where a county decides for itself, not where the plan's body does.
    `own_decisions_only`: not owed where another body, such as a county's government, issues.
    `once_begun`: not owed where the response had not begun when it was lifted: there is nothing to sum up.
    """

    code: Identifier
    what: Text
    by_whom: Text
    to_whom: Text
    owed_by: Literal["body", "units", "districts"] = "body"
    units: list[Text] = []
    exercises_only: bool = False
    county_decisions_only: bool = False
    own_decisions_only: bool = False
    once_begun: bool = False
    actions: list[Action]  # the decisions that create it
    levels: list[Level] = []
    contents: list[Text] = []
    deadline: Deadline
    clause: Clause


class Fact(Part):
    """One test of a fact of the decision; exactly one operator.

    `daily_aqi` is the highest of `forecast.days.high` and `observed.daily_aqi`; `date` tests the
    days from start to end against a window of month-days, both ends included.
    """

    fact: Literal["daily_aqi", "humidity_percent", "temperature_c", "pollutant", "date"]
    above: float | None = None
    below: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    equals: Pollutant | None = None
    within: tuple[MonthDay, MonthDay] | None = None

    @model_validator(mode="after")
    def _one_operator(self) -> Self:
        given = [
            name
            for name in ("above", "below", "at_least", "at_most", "equals", "within")
            if getattr(self, name) is not None
        ]
        allowed = {"pollutant": {"equals"}, "date": {"within"}}.get(
            self.fact, {"above", "below", "at_least", "at_most"}
        )
        if len(given) != 1 or given[0] not in allowed:
            raise PydanticCustomError(
                "PLAN_CONDITION",
                "条件“{fact}”须恰有一个适用的运算",
                {"fact": self.fact, "english": f"{self.fact} needs exactly one of {sorted(allowed)}"},
            )
        return self


class Condition(Part):
    """When a measure applies: every fact of `all_of`, or one of `any_of`. `text` says it in words."""

    text: Text
    text_en: Text | None = None
    all_of: list[Fact] = []
    any_of: list[Fact] = []

    @model_validator(mode="after")
    def _one_list(self) -> Self:
        if bool(self.all_of) == bool(self.any_of):
            raise PydanticCustomError(
                "PLAN_CONDITION",
                "条件须有 all_of 或 any_of 之一",
                {"english": "a condition needs one of all_of and any_of"},
            )
        return self


class Wording(Part):
    """What one audience reads. `short` is for SMS and other short media; None: not carried there.

    `en` and `en_short` say the same in English; only `ENGLISH_AUDIENCES` read English.
    """

    text: Text
    short: Text | None = None
    en: Text | None = None
    en_short: Text | None = None


def _wording(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


_READER = rf"({'|'.join(AUDIENCES)}|enterprises\.({'|'.join(SECTORS)}))"
Reader = Annotated[
    str, Field(description="an audience, or `enterprises.` and a sector", pattern=f"^{_READER}$")
]
EVERY_ENTERPRISE = "enterprises.*"  # enterprises without a sector, and every sector


def written_readers(key: str) -> list[str]:
    """The readers that a key of `texts` names: one, or several apart by commas; `enterprises.*` is all."""
    found: list[str] = []
    for name in (each.strip() for each in key.split(",")):
        found += (
            ["enterprises", *(f"enterprises.{s}" for s in SECTORS)] if name == EVERY_ENTERPRISE else [name]
        )
    return found


def _one_reader_each(texts: object) -> object:
    if not isinstance(texts, dict):
        return texts
    spread: dict[str, object] = {}
    for key, wording in texts.items():
        for name in written_readers(str(key)):
            if name in spread:
                raise PydanticCustomError(
                    "PLAN_READER_REPEATED",
                    "读者“{reader}”写了两次",
                    {"reader": name, "english": f"the reader {name} stands there twice"},
                )
            spread[name] = wording
    return spread


_ReaderKeys = dict[
    Annotated[
        str,
        Field(
            description="readers apart by commas; `enterprises.*`: enterprises and every sector",
            pattern=rf"^({_READER}|enterprises\.\*)(, ({_READER}|enterprises\.\*))*$",
        ),
    ],
    str | Wording,
]


class Measure(Part):
    """One instruction. `texts` holds its words for each audience or sector that reads it.

    `enterprises` is read by an enterprise without a sector; a sector reads only
    `enterprises.<sector>`. In the file one key may name several readers of the same words
    (`"schools, hospitals, enterprises.*"`); here each reader has its own.
    `replaces` names measures of lower levels that this one stands in for.
    """

    id: Identifier
    level: Level
    category: Category
    source: Source | None = None
    clause: Clause
    lead_units: list[Text] = []
    responsible_units: list[Text] = []
    replaces: list[Identifier] = []
    condition: Condition | None = None
    exemptions: list[Text] = []
    hours: Text | None = None
    texts: Annotated[
        dict[Reader, Annotated[Wording, BeforeValidator(_wording, json_schema_input_type=str | Wording)]],
        BeforeValidator(_one_reader_each, json_schema_input_type=_ReaderKeys),
    ]


class Gap(Part):
    """Conditions of measures that leave a case open between them, and what a reader is told then."""

    between: list[Identifier]
    readers: list[Reader]
    text: Text
    text_en: Text | None = None
    clause: Clause


class Nothing(Part):
    """An explicit 'nothing for this audience at these levels'."""

    reader: Reader
    levels: list[Level]
    why: Text
    why_en: Text | None = None


class Unit(Part):
    """A unit that the plan gives a part in the response: its name as printed, its duty in our words."""

    name: Text
    duty: Text | None = None  # None: named as a member only
    clause: Clause


class Informed(Part):
    """Who is told of a decision besides the audiences of the notices, and how; for the inward order."""

    whom: Text
    how: Text | None = None
    actions: list[Action] = []  # empty: every one
    levels: list[Level] = []  # empty: every one
    clause: Clause


class Disclosure(Part):
    """What is made public while a warning is in force: contents, forms and who sees to it, as printed."""

    contents: list[Text]
    forms: list[Text] = []
    by_whom: Text
    clause: Clause


class AdvanceGuidance(Part):
    """What plants that cannot stop at once are told ahead of frequent warnings.

    `when` says in words when; `industries` are named as printed (empty: the plan names none); `text` is
    the instruction as the plant reads it.
    """

    when: Text
    industries: list[Text] = []
    text: Text
    text_en: Text | None = None
    by_whom: Text
    clause: Clause


class RotationTurn(Part):
    """How batches turn: so many, one after another, each for so many hours, then the first again.

    The first begins with the start of the level, or at the first 0:00 (China Standard Time) not before it;
    an extension goes on with the turns, another level begins anew. Only where a plan prints all of it.
    """

    batches: Annotated[int, Field(ge=2, le=20)]
    hours: Annotated[int, Field(ge=1, le=24 * 31)]
    begins: Literal["start", "midnight"]
    clause: Clause


class Rotation(Part):
    """Plants that stop in turns: at most so many batches, and how they turn where the plan prints it."""

    batches_at_most: int
    turn: RotationTurn | None = None
    clause: Clause

    @model_validator(mode="after")
    def _no_more_than_allowed(self) -> Self:
        if self.turn is not None and self.turn.batches > self.batches_at_most:
            raise ValueError(f"turn.batches is {self.turn.batches}, batches_at_most {self.batches_at_most}")
        return self


class Safety(Part):
    """Under which safety an enterprise carries out its own measures, as it reads it; in English where the
    plan has English."""

    text: Text
    en: Text | None = None
    clause: Clause


BoardEntry = Literal[
    "name", "area", "industry", "grade", "location", "head", "responsible", "supervisor", "measures"
]


class SignBoards(Part):
    """The boards (公示牌) that listed plants and sites put up: what stands on them, under the printed names.

    The order is the printed one. `head` is the plant's legal representative or the head of the site's
    project; people stand with their numbers. Empty: the plan asks for boards and does not say what
    stands on them.
    """

    enterprise: dict[BoardEntry, Text] = {}
    site: dict[BoardEntry, Text] = {}
    clause: Clause


class Plan(Part):
    """One emergency plan. See the module's docstring for units."""

    id: Identifier
    version: Text
    title: Text
    title_en: Text | None = None
    place: Text
    place_en: Text | None = None
    dialling_code: DiallingCode | None = None  # 区号: of fixed lines that a list writes without it
    source: SourceDocument
    issuing_body: Body
    area: Code
    areas: list[Area]
    validity: Validity
    aqi_standard: Text | None = None
    exclusions: list[ScopeExclusion]
    level_rules: list[LevelRule]
    grounds: list[Ground]
    floor: Floor | None = None
    contiguous_scope: ContiguousScope | None = None
    lead_time: LeadTime | None = None
    approvals: list[ApprovalRule]
    elements: list[RequiredElement]
    lower_or_lift: ChangeRule | None = None
    monitored_raise: MonitoredRaise | None = None
    merge: Merge | None = None
    responses: dict[Level, Text]  # printed name, e.g. Ⅱ级应急响应
    reduction_targets: list[ReductionTarget]
    reports: list[Report]
    units: list[Unit] = []
    informed: list[Informed] = []
    disclosure: Disclosure | None = None
    advance_guidance: AdvanceGuidance | None = None
    rotation: Rotation | None = None
    safety: Safety | None = None
    sign_boards: SignBoards | None = None
    measures_carry_on: bool  # higher levels include the lower ones' measures
    category_names: dict[Category, Text] = {}  # as printed, where it is not `CATEGORY_WORDS`
    measures: list[Measure]
    gaps: list[Gap] = []
    nothing: list[Nothing] = []

    def area_name(self, code: str) -> str | None:
        """The printed name of an area code of this plan, or None."""
        return next((area.name for area in self.areas if area.code == code), None)

    def measure(self, identifier: str) -> Measure:
        """The measure of that id. Raises `KeyError`."""
        for measure in self.measures:
            if measure.id == identifier:
                return measure
        raise KeyError(identifier)


def reader(audience: Audience, sector: str | None) -> str:
    """The key of `Measure.texts` that an audience, or a sector of the enterprises, reads."""
    return f"{audience}.{sector}" if sector else audience
