"""Episodes: what was decided in one, whom it reached, its bulletins, report drafts and archive."""

import io
import json
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from gateway.broadcasts.actor import Actor
from gateway.errors import InputError
from gateway.follow_up.papers import archive
from gateway.follow_up.papers.bulletins import draft, kept_bulletin, make_bulletin
from gateway.follow_up.papers.chronicle import chronicle
from gateway.follow_up.papers.formats import MEDIA, SUFFIX, Format, as_file
from gateway.ledger.decisions import bulletins, chronicles, papers
from gateway.ledger.decisions.chronicles import Head
from gateway.ledger.trail import audit
from gateway.moments import iso, moment
from gateway.notices.papers.chronicle import Chronicle
from gateway.notices.papers.model import Paper, paper_from
from gateway.vocabulary import Action, Audience, Level
from gateway.web.api import areas
from gateway.web.api.operation import INTEGER, Answer, Call, Download, Files, Operations, Output, Query
from gateway.web.api.values import PAGE, Limit, Sha256, Time
from gateway.web.heavy import HEAVY
from gateway.web.keys import CLOCK, DESK, LEDGER

OPERATIONS = Operations()
_PAPER = Files(tuple(MEDIA.values()))


class EpisodeHead(Output):
    """One episode; `closed_at` is absent while something of it stands."""

    id: str
    plan: str
    exercise: bool
    opened_at: Time
    closed_at: Time | None


class EpisodePage(Output):
    """Episodes, oldest first."""

    episodes: list[EpisodeHead]
    next: str | None


class EpisodeStep(Output):
    """A launched decision; `counts` is false once a later one took its place or took it back."""

    decision: str
    action: Action
    level: Level | None
    document_number: str | None
    starts_at: str
    launched_at: str
    counts: bool


class AudienceReached(Output):
    """How far the messages came for one audience."""

    audience: Audience
    organisations: int
    messages: int
    arrived: int
    failed: int


class BulletinEntry(Output):
    """A situation bulletin that was made out."""

    number: int
    sha256: Sha256
    made_at: Time


class WholeEpisode(EpisodeHead):
    """An episode with its decisions, whom it reached, and its bulletins."""

    standing: Annotated[str | None, Field(description="the decision that counts now")]
    steps: list[EpisodeStep]
    reached: list[AudienceReached]
    bulletins: list[BulletinEntry]


class MadeBulletin(BulletinEntry):
    """A bulletin just made out, in plain text."""

    title: str
    text: str


class Episodes(Query):
    """Which episodes: those after the one that the last page named as `next`."""

    after: Annotated[str, Field(max_length=64)] = ""
    limit: Limit = PAGE


class AsFile(Query):
    """In which form."""

    format: Format = "docx"


class DraftQuery(AsFile):
    """In which form; for a daily report, which day it is about."""

    covers: Annotated[str | None, Field(json_schema_extra={"format": "date"})] = None


@OPERATIONS("GET", "/api/v1/episodes", "read", {200: EpisodePage}, query=Episodes, areas="within")
async def list_episodes(call: Call[Episodes]) -> Answer:
    """Episodes in which something was launched, drills among them, oldest first.

    A token limited to areas may get pages shorter than `limit`: it goes on until `next` is null.
    """
    query = call.query
    app, limits = call.app, call.caller.areas
    found = await app[LEDGER].read(chronicles.page, query.after, query.limit)
    theirs = [
        each
        for each in found
        if not limits or await app[LEDGER].read(areas.episode_lies_within, each.id, limits)
    ]
    return 200, {
        "episodes": [_head(each) for each in theirs],
        "next": found[-1].id if len(found) == query.limit else None,
    }


@OPERATIONS("GET", "/api/v1/episodes/{id}", "read", {200: WholeEpisode}, query=Query, areas=areas.episode)
async def get_episode(call: Call[Query]) -> Answer:
    """An episode with its decisions, whom it reached, and its bulletins."""
    return 200, await call.app[LEDGER].read(_whole, call.path["id"], call.app[CLOCK]())


@OPERATIONS(
    "POST", "/api/v1/episodes/{id}/bulletins", "submit", {201: MadeBulletin}, query=Query, areas=areas.episode
)
async def post_bulletin(call: Call[Query]) -> Answer:
    """Make out the episode's next situation bulletin, filled from the ledger and kept as it is."""
    app = call.app
    actor = Actor(call.caller.name)
    made = await app[LEDGER].write(make_bulletin, app[DESK], call.path["id"], actor, app[CLOCK]())
    paper = paper_from(json.loads(made.content))
    entry = {"number": made.number, "sha256": made.sha256, "made_at": iso(made.made_at)}
    return 201, {**entry, "title": paper.title, "text": paper.text}


@OPERATIONS(
    "GET",
    f"/api/v1/episodes/{{id}}/bulletins/{{number:{INTEGER}}}",
    "read",
    {200: _PAPER},
    query=AsFile,
    areas=areas.episode,
)
async def get_bulletin(call: Call[AsFile]) -> Answer:
    """A situation bulletin as it was made out."""
    number = int(call.path["number"])
    paper = await call.app[LEDGER].read(kept_bulletin, call.path["id"], number)
    return 200, _download(call, paper, call.query.format, f"bulletin-{number}")


@OPERATIONS(
    "GET", "/api/v1/episodes/{id}/drafts/{code}", "read", {200: _PAPER}, query=DraftQuery, areas=areas.episode
)
async def get_draft(call: Call[DraftQuery]) -> Answer:
    """The draft of one of the plan's reports, filled from the ledger as of now."""
    app, code = call.app, call.path["code"]
    covers = _day(call.query.covers)
    paper = await app[LEDGER].read(draft, app[DESK], call.path["id"], code, covers, app[CLOCK]())
    return 200, _download(call, paper, call.query.format, code)


@OPERATIONS(
    "GET",
    "/api/v1/episodes/{id}/archive",
    "read",
    {200: Files((archive.MEDIA_TYPE,))},
    query=Query,
    areas=areas.episode,
)
async def get_archive(call: Call[Query]) -> Answer:
    """Everything that was decided, said, sent and received in an episode; addresses are masked."""
    app, identifier = call.app, call.path["id"]
    ledger, now = app[LEDGER], app[CLOCK]()
    file = io.BytesIO()
    await app[HEAVY].run(
        call.caller.name, archive.archive, ledger, app[DESK], identifier, file, now, full=False
    )
    detail = {"what": "archive", "full_addresses": False}
    await ledger.write(audit.append, now, call.caller.name, "exported", f"episode:{identifier}", detail)
    return 200, Download(file.getvalue(), archive.MEDIA_TYPE, f"episode-{identifier}.zip")


@OPERATIONS(
    "GET", "/api/v1/decisions/{id}/papers/{kind}", "read", {200: _PAPER}, query=AsFile, areas=areas.decision
)
async def get_paper(call: Call[AsFile]) -> Answer:
    """A paper frozen with a decision: order, proclamation, news, social or guidance."""
    kind = call.path["kind"]
    found = await call.app[LEDGER].read(papers.of_decision, call.path["id"])
    for each in found:
        if each.kind == kind:
            return 200, _download(call, paper_from(each.plain()), call.query.format, kind)
    kinds = ", ".join(each.kind for each in found) or "none"
    raise InputError(
        "PAPER_UNKNOWN",
        f"这份决定没有公文“{kind}”；有 {kinds}",
        f"the decision has no paper {kind!r}; it has {kinds}",
        field="kind",
    )


def _whole(connection: Any, identifier: str, now: int) -> dict[str, Any]:
    told: Chronicle = chronicle(connection, identifier, now)
    head = chronicles.head(connection, identifier)
    counting = [step.id for step in told.steps if step.counts]
    return {
        **(_head(head) if head else {}),
        "standing": counting[-1] if told.standing is not None and counting else None,
        "steps": [
            {
                "decision": step.id,
                "action": step.decision.action,
                "level": step.decision.level,
                "document_number": step.decision.document_number,
                "starts_at": step.decision.starts_at.isoformat(),
                "launched_at": step.launched_at.isoformat(),
                "counts": step.counts,
            }
            for step in told.steps
        ],
        "reached": [
            {
                "audience": each.audience,
                "organisations": each.organisations,
                "messages": each.messages,
                "arrived": each.arrived,
                "failed": each.failed,
            }
            for each in told.reached
        ],
        "bulletins": [
            {"number": each.number, "sha256": each.sha256, "made_at": iso(each.made_at)}
            for each in bulletins.of_episode(connection, identifier)
        ],
    }


def _head(head: Head) -> dict[str, Any]:
    return {
        "id": head.id,
        "plan": head.plan,
        "exercise": head.exercise,
        "opened_at": iso(head.opened_at),
        "closed_at": iso(head.closed_at),
    }


def _download(call: Call[Any], paper: Paper, form: Format, stem: str) -> Download:
    content = as_file(paper, form, moment(call.app[CLOCK]()))
    return Download(content, MEDIA[form], f"{stem}.{SUFFIX[form]}")


def _day(written: str | None) -> date | None:
    if written is None:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise InputError(
            "FIELD_INVALID",
            f"covers“{written}”不是日期，应如 2024-01-10",
            f"covers {written!r} is no date; it should be like 2024-01-10",
            field="covers",
        ) from None
