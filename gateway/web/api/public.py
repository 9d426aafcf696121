"""What anybody may read without a token, as the API's description tells it; see `gateway.web.public`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from gateway.exchange import atom, cap
from gateway.exchange.register import Kind, State
from gateway.vocabulary import Level, Pollutant
from gateway.web.api.operation import Input, Output

JSON = "application/json"


class Told(Output):
    """What is said in one language; `advice` is what to do."""

    headline: str | None
    description: str | None
    advice: str | None


class PublicArea(Output):
    """Where: the official code, and all codes by their kinds."""

    name: str
    code: str | None
    codes: dict[str, str]


class PublicWarning(Told):
    """What was issued and is not over. A hint or tip has no level; `possible_level` is a hint's."""

    identifier: str
    url: str
    level: Level | None
    possible_level: Level | None
    response: str | None
    event: str
    issuer: str | None
    sent: str
    since: str | None
    begun: bool
    expected_end: str | None
    valid_until: str | None
    areas: list[PublicArea]
    contact: str | None
    en: Told | None


class NewestMessage(Output):
    """A plan's newest message and what has become of it."""

    identifier: str
    message_type: str
    headline: str
    sent: str
    state: State
    url: str


class PlanState(Output):
    """What holds under one plan: `level` the highest that was issued, `level_begun` that has begun."""

    plan: str
    issuer: str
    in_force: bool
    level: Level | None
    level_begun: Level | None
    said: str
    said_en: str
    warnings: list[PublicWarning]
    advice: list[PublicWarning]
    newest: NewestMessage


class MeasuredAir(Output):
    """An AQI that was measured, of which pollutant, and when."""

    aqi: int
    pollutant: Pollutant | None
    at: str


class PublicProgress(Output):
    """What the office says of the response in a plan's last episode, the newest first; `expected`: how long
    it is expected to last, in words."""

    plan: str
    episode: str
    published_at: str
    text: str
    text_en: str | None
    measured: MeasuredAir | None
    expected: str | None


class PublicState(Output):
    """What holds, as it was known at `as_of`; `stale`: that is long ago."""

    as_of: str
    stale: bool
    in_force: bool
    said: str
    said_en: str
    plans: list[PlanState]
    progress: list[PublicProgress]
    feed: str


class IssuedText(Output):
    """One of a message's texts: the SHA-256 of its UTF-8."""

    name: str
    language: str
    sha256: str


class IssuedMessage(Output):
    """A message that was issued; `sha256` is of its CAP bytes."""

    number: int
    identifier: str
    kind: Kind
    plan: str
    message_type: str
    headline: str
    headline_en: str | None
    issuer: str
    sent: str
    expires: str | None
    sha256: str
    url: str
    texts: list[IssuedText]


class IssuedPage(Output):
    """Messages, newest first; `next` is the `before` of the page after this one."""

    issued: list[IssuedMessage]
    next: int | None


class FoundMessage(Output):
    """A message that has the text; `signature` stood before it and is not ours."""

    number: int
    identifier: str
    message_type: str
    headline: str
    sent: str
    text: str
    language: str
    signature: str | None
    state: State
    later: str | None
    url: str
    said: str
    said_en: str


class CheckedText(Output):
    """Whether a text is one of ours, and whether it still counts."""

    as_of: str
    stale: bool
    found: bool
    holds: bool
    said: str
    said_en: str
    messages: list[FoundMessage]


LONGEST_TEXT = 10_000  # characters; those that are issued have a few hundred


class TextToCheck(Input):
    """What somebody was sent."""

    text: Annotated[str, Field(max_length=LONGEST_TEXT, pattern=r"\S")]


@dataclass(frozen=True, slots=True)
class Open:
    """An address for everybody.

    It answers with `media`, which is a `model` where that is JSON; `problems` are the statuses of its own,
    `parameters` as OpenAPI writes them.
    """

    method: Literal["GET", "POST"]
    path: str
    name: str
    summary: str
    media: str
    model: type[BaseModel] | None = None
    parameters: tuple[Mapping[str, Any], ...] = ()
    problems: tuple[int, ...] = ()
    body: type[BaseModel] | None = None


_IDENTIFIER = {
    "name": "identifier",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": r"^[A-Za-z0-9_.-]{1,100}$"},
}
_BEFORE = {
    "name": "before",
    "in": "query",
    "required": False,
    "schema": {"type": "integer", "minimum": 1, "maximum": 999_999_999},
}
PUBLIC = (
    Open("GET", "/cap/feed.atom", "get_feed", "The Atom feed of the alerts in force", atom.MEDIA_TYPE),
    Open(
        "GET",
        "/cap/{identifier}.xml",
        "get_message",
        "A message's CAP bytes as they were released",
        cap.MEDIA_TYPE,
        parameters=(_IDENTIFIER,),
        problems=(404,),
    ),
    Open("GET", "/public/state.json", "get_public_state", "What holds, by plan", JSON, PublicState),
    Open(
        "GET",
        "/public/issued.json",
        "list_issued",
        "Every message that was issued to the public, newest first, with hashes of its texts",
        JSON,
        IssuedPage,
        parameters=(_BEFORE,),
        problems=(422,),
    ),
    Open("GET", "/public/check", "get_check_page", "A page on which people have a text checked", "text/html"),
    Open(
        "POST",
        "/public/check",
        "check_text",
        "Whether a text is one that was issued, and whether it still counts; stores nothing",
        JSON,
        CheckedText,
        problems=(408, 413, 415, 422),
        body=TextToCheck,
    ),
)
