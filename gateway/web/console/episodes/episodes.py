"""`/console/episodes`: every course of pollution; one with its decisions, what is owed, its whole file."""

import asyncio
import tempfile
from dataclasses import dataclass
from typing import BinaryIO

from aiohttp import web
from sqlalchemy import Connection

from gateway.decisions.model import Decision
from gateway.errors import InputError
from gateway.follow_up.papers import archive
from gateway.ledger.accounts.users import Role, User
from gateway.ledger.decisions import episode_list
from gateway.ledger.decisions.episode_list import Listed
from gateway.ledger.decisions.episodes import levels
from gateway.ledger.trail import audit
from gateway.notices.papers.model import PAPER_WORDS
from gateway.plans.model import Plan
from gateway.vocabulary import LEVELS as ALL_LEVELS
from gateway.vocabulary import Words
from gateway.web.console.areas import area_words
from gateway.web.console.episodes.episode_view import View, may_act, may_see, seen, view
from gateway.web.console.episodes.episode_words import DONE, STANDING, TEXTS
from gateway.web.console.episodes.obligation_words import STATE_WORDS
from gateway.web.console.frame import for_people, framed, moment
from gateway.web.console.limits import plans_of, units_of
from gateway.web.console.navigation import WRITERS
from gateway.web.console.table import Asked, Column, Filter, Table, answer
from gateway.web.console.table_words import KINDS
from gateway.web.heavy import HEAVY
from gateway.web.keys import CLOCK, DESK, LEDGER
from gateway.web.live.live_words import LEVELS, Speech
from gateway.web.live.rendering import HEADERS
from gateway.web.live.standing_words import ends_later, episode_standing, step_standing, when
from gateway.web.people import Person

PATH = "/console/episodes"
ONE = PATH + r"/{id:[0-9a-f-]{36}}"
_KEEPERS: tuple[Role, ...] = ("duty_officer", "auditor")
_PIECE = 262_144  # bytes of the archive sent at once

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Row:
    """An episode of the list as it is at `now` (ms since 1970 UTC), with its newest decision that counts."""

    listed: Listed
    decision: Decision
    now: int

    @property
    def highest(self) -> str:
        """The highest level that was in force; "" for none."""
        held = levels(self.listed.episode.counting)
        return max(held, key=ALL_LEVELS.index) if held else ""

    @property
    def standing(self) -> str:
        """What stands: a level, hint, or over."""
        episode = self.listed.episode
        if ends_later(episode, self.now):
            return levels(episode.counting)[-1]
        if episode.newest is None or episode.over:
            return "over"
        return "hint" if episode.newest.kind == "hint" else episode.newest.level or "hint"


def table(plans: dict[str, Plan]) -> Table[Row]:
    """The list; `plans` are those that whoever looks can choose from."""
    titles = {identifier: Words(plan.title, plan.title) for identifier, plan in plans.items()}

    def name(row: Row, say: Speech) -> str:
        plan = plans.get(row.listed.episode.plan)
        place = "" if plan is None else area_words(say.language, plan, row.decision.area)
        return f"{moment(row.listed.opened_at)[:10]} {place}".strip()

    return Table(
        "episodes",
        TEXTS["episodes"],
        (
            Column("episode", TEXTS["episode"], name, link=lambda row: f"{PATH}/{row.listed.episode.id}"),
            Column(
                "standing",
                TEXTS["standing"],
                lambda row, say: say.among(LEVELS | STANDING, row.standing),
                mark=lambda row: "rests" if row.standing == "over" else row.standing,
                matters="deciding",
            ),
            Column(
                "in_force",
                TEXTS["in_force"],
                lambda row, say: episode_standing(say.language, row.listed.episode, row.now),
            ),
            Column("highest", TEXTS["highest"], lambda row, say: say.among(LEVELS, row.highest)),
            Column("opened", TEXTS["opened"], lambda row, _say: moment(row.listed.opened_at), sorts=True),
            Column(
                "closed", TEXTS["closed"], lambda row, _say: moment(row.listed.closed_at), matters="beside"
            ),
            Column(
                "decisions",
                TEXTS["decisions_of"],
                lambda row, _say: str(len(row.listed.episode.launched)),
                number=True,
                matters="beside",
            ),
            Column(
                "plan",
                TEXTS["plan"],
                lambda row, say: say.among(titles, row.listed.episode.plan),
                matters="beside",
            ),
            Column(
                "kind",
                TEXTS["kind"],
                lambda row, say: say.of(KINDS["exercise"]) if row.listed.episode.exercise else "",
                mark=lambda row: "exercise" if row.listed.episode.exercise else "",
                matters="name",
            ),
        ),
        lambda row: row.listed.number,
        "-opened",
        (
            Filter("state", TEXTS["state"], {"open": TEXTS["goes_on"], "over": STANDING["over"]}),
            Filter("plan", TEXTS["plan"], titles),
            Filter("kind", TEXTS["kind"], KINDS),
        ),
    )


@routes.get(PATH)
@for_people()
async def get_episodes(request: web.Request, person: Person) -> web.Response:
    """Episodes in which something was launched, the newest first."""
    shown, now = table(await plans_of(person)), request.app[CLOCK]()

    def fetch(connection: Connection, asked: Asked, after: int | None, limit: int) -> list[Row]:
        return _page(connection, person.user, asked, now, after, limit)

    return await answer(person, shown, shown.asked(request.query), fetch, "episodes.html", words=TEXTS)


@routes.get(ONE)
@for_people()
async def get_episode(_request: web.Request, person: Person) -> web.Response:
    """One of them."""
    found, plan = await viewed(person)
    exercise, now = found.episode.exercise, person.request.app[CLOCK]()
    acts = may_act(person.user, found.episode)
    return framed(
        person,
        "episode.html",
        exercise=exercise,
        words=TEXTS,
        done=DONE.get(person.request.query.get("done", "")),
        view=found,
        standing=episode_standing(person.language, found.episode, now),
        standing_of=lambda step: step_standing(
            person.language, found.episode, step.launched.decision_id, now
        ),
        path_of=f"{PATH}/{found.episode.id}",
        area=area_words(person.language, plan, found.newest.decision.area),
        plan=plan,
        writes=acts and person.holds(*WRITERS),
        publishes=acts and person.holds("duty_officer") and not exercise,
        keeps=_may_keep(person),
        when=lambda at: when(person.language, at),
        paper_words=PAPER_WORDS,
        state_of=lambda state: Speech(person.language).of(STATE_WORDS[state]),
    )


@routes.get(ONE + "/archive")
@for_people(*_KEEPERS)
async def get_archive(request: web.Request, person: Person) -> web.StreamResponse:
    """The whole file of an episode, addresses masked; the audit trail tells who took it."""
    app, now = request.app, request.app[CLOCK]()
    episode = await app[LEDGER].read(seen, person.user, request.match_info["id"])
    if not _may_keep(person):
        raise InputError(
            "AREA_NOT_YOURS",
            "归档含全部区域的单位，只对不限区域的人开放",
            "the archive names organisations of all areas: only people without limits take it",
        )
    detail: dict[str, object] = {"what": "archive", "full_addresses": False}
    await app[LEDGER].write(
        audit.append, now, person.caller.name, "exported", f"episode:{episode.id}", detail
    )
    with tempfile.TemporaryFile() as file:
        whole = (app[LEDGER], app[DESK], episode.id, file, now)
        await app[HEAVY].run(person.caller.name, archive.archive, *whole, full=False)
        return await _sent(request, file, f"episode-{episode.id}.zip")


async def viewed(person: Person) -> tuple[View, Plan]:
    """The episode of the request's path, and its plan. Raises `InputError` (EPISODE_UNKNOWN)."""
    app, identifier = person.request.app, person.request.match_info["id"]
    episode = await app[LEDGER].read(seen, person.user, identifier)
    plan = app[DESK].catalogue.load(episode.plan).plan
    now = app[CLOCK]()
    units = units_of(person, {plan.id: plan})
    return await app[LEDGER].read(view, person.user, identifier, now, plan, person.language, units), plan


def _page(
    connection: Connection, user: User, asked: Asked, now: int, after: int | None, limit: int
) -> list[Row]:
    """At most so many of those that the person may see."""
    chosen, found = asked.chosen, list[Row]()
    kind, state = chosen.get("kind"), chosen.get("state")
    while True:
        read = episode_list.page(
            connection,
            plan=chosen.get("plan"),
            exercise=None if kind is None else kind == "exercise",
            over=None if state is None else state == "over",
            sort=asked.sort,
            descending=asked.descending,
            after=after,
            limit=limit,
        )
        found += [_row(each, now) for each in read if may_see(user, each.episode)]
        if len(read) < limit or len(found) >= limit:
            return found[:limit]
        after = read[-1].number


def _row(each: Listed, now: int) -> Row:
    newest = each.episode.newest or each.episode.launched[-1]
    return Row(each, Decision.model_validate_json(newest.document), now)


def _may_keep(person: Person) -> bool:
    return person.holds(*_KEEPERS) and not person.user.areas


async def _sent(request: web.Request, file: BinaryIO, name: str) -> web.StreamResponse:
    file.seek(0)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    response = web.StreamResponse(headers=HEADERS | headers)
    response.content_type = archive.MEDIA_TYPE
    await response.prepare(request)
    while piece := await asyncio.to_thread(file.read, _PIECE):
        await response.write(piece)
    await response.write_eof()
    return response
