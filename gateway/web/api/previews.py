"""What the API says of a decision before its launch: its checks, whom it would reach, what would leave."""

from typing import Annotated, Literal

from pydantic import Field

from gateway.directory.model import Grade
from gateway.directory.targeting import SkipReason
from gateway.vocabulary import Audience, Language, Level, Medium, Response, Sector
from gateway.web.api.operation import Output
from gateway.web.api.values import Sha256, Time


class Finding(Output):
    """One thing that does not fit, or is to be known."""

    code: str
    severity: Literal["refuse", "reason", "note"]
    message: str
    message_en: str
    clause: str | None
    deviation: Annotated[bool, Field(description="absent where false")] = False


class Obligation(Output):
    """What is owed, to whom, by when."""

    code: str
    what: str
    by_whom: str
    to_whom: str
    at: Time | None
    repeats: Annotated[str, Field(description="absent where it is owed once")] = ""


class Check(Output):
    """What the checks say about a decision."""

    outcome: Literal["ready", "needs_reason", "refused"]
    level: Level | None
    response: Response | None
    level_by_forecast: Level | None
    findings: list[Finding]
    due: list[Obligation]


class RecipientCount(Output):
    """How many addresses of one channel."""

    audience: Audience
    channel: str
    recipients: int


class Skipped(Output):
    """An organisation that is meant and not told, or not at one of its addresses."""

    code: str
    name: str
    reason: SkipReason


class Step(Output):
    """A step of approval that is still to be given; without `titles` by any person of the issuing body
    other than the drafter."""

    place: int
    titles: list[str]
    verb: str


class Selected(Output):
    """Who is meant, where not everybody is whom the area concerns; null does not limit."""

    audiences: list[Audience] | None
    sectors: list[Sector] | None
    areas: list[str] | None
    grades: list[Grade] | None
    groups: list[str] | None
    organisations: list[str] | None


class Formless(Output):
    """Systems that would get nothing, for they read the 12379 form and the alert has none; and why."""

    receivers: list[str]
    message: str
    message_en: str


class Recipients(Output):
    """Whom it would reach; `outside` counts organisations that the area does not concern, `unselected`
    those of it that the selection leaves out. `dropped` of the `total` are told the end for an area that a
    change leaves out."""

    total: int
    dropped: int
    organisations: int
    counts: list[RecipientCount]
    skipped: list[Skipped]
    languages: Annotated[dict[Language, int], Field(description="addresses by the language that is read")]
    untranslated: Annotated[int, Field(description="addresses where English is read, and there is none")]
    outside: int
    unselected: int
    formless: Formless | None


class NoticeSize(Output):
    """A text that would leave, and how long it is."""

    audience: Audience
    sector: Sector | None
    medium: Medium
    language: Language
    title: str
    messages: int
    segments: int | None
    bytes: int | None


class Preview(Output):
    """What would leave for a decision."""

    check: Check
    plan_version: str
    manifest: Sha256
    steps: list[Step]
    prepared_by: Annotated[
        str | None, Field(description="the decision with which these very words were approved")
    ]
    selection: Selected | None
    recipients: Recipients
    notices: list[NoticeSize]
