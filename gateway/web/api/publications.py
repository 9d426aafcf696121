"""What the office tells the public beside its decisions: progress of a response, and the control list."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints
from sqlalchemy import Connection

from gateway.broadcasts.actor import Actor
from gateway.bus.words import Word
from gateway.follow_up.papers import publishing
from gateway.follow_up.papers.chronicle import unknown
from gateway.follow_up.papers.publishing import (
    MOST_AQI,
    MOST_LINE,
    MOST_TEXT,
    ListColumn,
    Measured,
    Progress,
    list_json,
    progress_json,
)
from gateway.ledger.decisions import episodes, publications
from gateway.ledger.decisions.publications import Publication
from gateway.vocabulary import Pollutant
from gateway.web.api import areas
from gateway.web.api.operation import INTEGER, Answer, Body, Call, Input, Operations, Output, Query, json_body
from gateway.web.api.values import Time
from gateway.web.keys import BUS, CLOCK, LEDGER, SETTINGS

OPERATIONS = Operations()
_EPISODE = "/api/v1/episodes/{id}/progress"
_LIST = "/api/v1/control-list"
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MOST_LINE)]
Because = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_LINE)]


class MeasuredAt(Output):
    """An AQI that was measured, of which pollutant, and when."""

    aqi: int
    pollutant: Pollutant | None
    at: Time


class Published(Output):
    """When something was published and by whom; whether it was taken back."""

    published_at: Time | None
    published_by: str | None
    withdrawn_at: Time | None
    withdrawn_by: str | None
    withdrawn_because: str | None


class PublishedProgress(Published):
    """What the public reads of a response, or read until it was withdrawn; `expected`: how long it lasts."""

    id: int
    text: str
    text_en: str
    expected: str
    measured: MeasuredAt | None


class AllProgress(Output):
    """What was published of an episode, the newest first."""

    progress: list[PublishedProgress]


class ControlList(Published):
    """Whether the public reads who is on the 应急减排清单: `columns` beside the names, null where it does not
    read it. `basis`: the document that it stands in."""

    columns: list[ListColumn] | None
    basis: str | None


class MeasuredIn(Input):
    """What was measured, at most three days ago."""

    aqi: Annotated[int, Field(ge=0, le=MOST_AQI)]
    pollutant: Pollutant | None = None
    at: AwareDatetime


class ProgressIn(Input):
    """What the public is to read."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_TEXT)]
    text_en: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2 * MOST_TEXT)] = ""
    expected: Line = ""
    measured: MeasuredIn | None = None


class ControlListIn(Input):
    """Which columns the public reads beside the names, and the document that the list stands in."""

    columns: list[ListColumn]
    basis: Because


class WithdrawalIn(Input):
    """Why it is taken back."""

    because: Because


@OPERATIONS("GET", _EPISODE, "read", {200: AllProgress}, query=Query, areas=areas.episode)
async def list_progress(call: Call[Query]) -> Answer:
    """What was published of an episode beside its decisions, what was withdrawn too."""
    found = await call.app[LEDGER].read(_of_episode, call.path["id"])
    return 200, {"progress": [progress_json(each) for each in found]}


@OPERATIONS(
    "POST",
    _EPISODE,
    "launch",
    {201: PublishedProgress},
    query=Query,
    body=Body(("application/json",), 20_000, ProgressIn),
)
async def publish_progress(call: Call[Query]) -> Answer:
    """Let the public read how the response goes; what the newest says already is not said twice. Nothing of
    an exercise is published."""
    stated: ProgressIn = json_body(call.body, ProgressIn)
    known = stated.measured
    measured = None if known is None else Measured(known.aqi, known.pollutant, _minute(known.at))
    said = Progress(stated.text, stated.text_en, measured, stated.expected)
    app = call.app
    published = await app[LEDGER].write(_publish, call.caller.actor, call.path["id"], said, app[CLOCK]())
    app[BUS].say(Word.CHANGED)
    return 201, progress_json(published)


@OPERATIONS(
    "POST",
    _EPISODE + f"/{{number:{INTEGER}}}/withdraw",
    "launch",
    {200: PublishedProgress},
    query=Query,
    body=Body(("application/json",), 10_000, WithdrawalIn),
    problems=(409,),
)
async def withdraw_progress(call: Call[Query]) -> Answer:
    """The public reads it no more."""
    stated: WithdrawalIn = json_body(call.body, WithdrawalIn)
    app, number = call.app, int(call.path["number"])
    withdrawn = await app[LEDGER].write(
        publishing.withdraw_of_episode,
        call.caller.actor,
        call.path["id"],
        number,
        stated.because,
        app[CLOCK](),
    )
    app[BUS].say(Word.CHANGED)
    return 200, progress_json(withdrawn)


@OPERATIONS("GET", _LIST, "read", {200: ControlList}, query=Query, areas="any")
async def get_control_list(call: Call[Query]) -> Answer:
    """Whether the public reads who is on the 应急减排清单, and with which columns."""
    return 200, await _list(call)


@OPERATIONS(
    "POST",
    _LIST,
    "launch",
    {200: ControlList},
    query=Query,
    body=Body(("application/json",), 10_000, ControlListIn),
)
async def publish_control_list(call: Call[Query]) -> Answer:
    """Let the public read the list, or with other columns than before."""
    stated: ControlListIn = json_body(call.body, ControlListIn)
    app = call.app
    await app[LEDGER].write(
        publishing.publish_list, call.caller.actor, stated.columns, stated.basis, app[CLOCK]()
    )
    app[BUS].say(Word.CHANGED)
    return 200, await _list(call)


@OPERATIONS(
    "POST",
    _LIST + "/withdraw",
    "launch",
    {200: ControlList},
    query=Query,
    body=Body(("application/json",), 10_000, WithdrawalIn),
    problems=(409,),
)
async def withdraw_control_list(call: Call[Query]) -> Answer:
    """The public reads the list no more, whatever the settings say."""
    stated: WithdrawalIn = json_body(call.body, WithdrawalIn)
    app = call.app
    await app[LEDGER].write(publishing.withdraw_list, call.caller.actor, stated.because, app[CLOCK]())
    app[BUS].say(Word.CHANGED)
    return 200, await _list(call)


async def _list(call: Call[Query]) -> dict[str, object]:
    newest = await call.app[LEDGER].read(publications.newest, "control_list")
    return list_json(newest, call.app[SETTINGS].public.control_list)


def _of_episode(connection: Connection, episode_id: str) -> list[Publication]:
    if episodes.of(connection, episode_id) is None:
        raise unknown(episode_id)
    return publications.of_episode(connection, episode_id)


def _publish(connection: Connection, actor: Actor, episode_id: str, said: Progress, now: int) -> Publication:
    number = publishing.publish_progress(connection, actor, episode_id, said, now)
    return publishing.published(connection, number)


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
