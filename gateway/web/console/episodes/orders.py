"""`/console/orders`: what other levels sent, taken into a draft or dismissed by people."""

from collections.abc import Callable
from functools import partial
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from gateway.bus.words import Word
from gateway.errors import InputError
from gateway.ledger.exchange import order_list
from gateway.ledger.exchange.orders import StoredOrder
from gateway.orders.dismissing import dismiss, known
from gateway.orders.present import draft_json, order_detail
from gateway.vocabulary import Words
from gateway.web.console.episodes.order_words import (
    ANSWERS,
    MARKS,
    MEANINGS,
    RELATIONS,
    SAYS,
    STATES,
    TEXTS,
    VERDICTS,
)
from gateway.web.console.frame import for_people, framed, moment, went_to
from gateway.web.console.limits import areas_of, plans_of
from gateway.web.console.navigation import WRITERS
from gateway.web.console.table import Asked, Column, Filter, Table, answer, told
from gateway.web.console.table_words import KINDS
from gateway.web.keys import BUS, CLOCK, DESK, LEDGER, SETTINGS
from gateway.web.live.live_words import LEVELS, Speech
from gateway.web.people import Person, sent_form
from gateway.web.problems import status_of

PATH = "/console/orders"
_ONE = PATH + r"/{id:\d{1,18}}"

routes = web.RouteTableDef()


def sender_in_words(request: web.Request, name: str) -> str:
    """Who sent it, as people call them, with their name of the settings."""
    known = request.app[SETTINGS].senders.get(name)
    return name if known is None else f"{known.level_name}（{name}）"


def table(
    plans: dict[str, Words], areas: dict[str, Words], sender_words: Callable[[str], str]
) -> Table[StoredOrder]:
    """The list; `plans` and `areas` are those of whoever looks, by id and code."""
    return Table(
        "orders",
        TEXTS["orders"],
        (
            Column(
                "headline",
                TEXTS["headline"],
                lambda row, say: row.facts.get("headline") or say.of(TEXTS["order_number"]).format(row.id),
                link=lambda row: f"{PATH}/{row.id}",
            ),
            Column(
                "state",
                TEXTS["state"],
                lambda row, say: say.of(STATES[row.state]),
                mark=lambda row: MARKS[row.state],
                matters="deciding",
            ),
            Column("sender", TEXTS["sender"], lambda row, _say: sender_words(row.sender)),
            Column(
                "relation",
                TEXTS["relation"],
                lambda row, say: say.among(RELATIONS, row.relation),
                matters="beside",
            ),
            Column("says", TEXTS["says"], lambda row, say: say.among(SAYS, row.kind or "")),
            Column(
                "level",
                TEXTS["level"],
                lambda row, say: say.among(LEVELS, row.level or ""),
                mark=lambda row: row.level or "",
                matters="deciding",
            ),
            Column(
                "area",
                TEXTS["area"],
                lambda row, say: say.listed(say.among(areas, code) for code in row.area),
                matters="beside",
            ),
            Column("starts", TEXTS["starts"], lambda row, _say: moment(row.starts_at)),
            Column(
                "received",
                TEXTS["received"],
                lambda row, _say: moment(row.received_at),
                sorts=True,
                matters="beside",
            ),
            Column(
                "document", TEXTS["document"], lambda row, _say: row.document_number or "", matters="beside"
            ),
            Column(
                "kind",
                TEXTS["kind"],
                lambda row, say: say.of(KINDS["exercise"]) if row.exercise else "",
                mark=lambda row: "exercise" if row.exercise else "",
                matters="name",
            ),
        ),
        lambda row: row.id,
        "-received",
        (
            Filter("state", TEXTS["state"], STATES),
            Filter("relation", TEXTS["relation"], RELATIONS),
            Filter("plan", TEXTS["plan"], plans),
            Filter("kind", TEXTS["kind"], KINDS),
            Filter("search", TEXTS["search"]),
        ),
    )


@routes.get(PATH)
@for_people()
async def get_orders(request: web.Request, person: Person) -> web.Response:
    """What came in, the newest first."""
    areas = await areas_of(person)
    plans = {name: Words(plan.title, plan.title) for name, plan in (await plans_of(person)).items()}
    shown = table(plans, areas, partial(sender_in_words, request))
    limits = areas.keys() if person.user.areas else None

    def fetch(connection: Connection, asked: Asked, after: int | None, limit: int) -> list[StoredOrder]:
        chosen = asked.chosen
        kind = chosen.get("kind")
        return order_list.page(
            connection,
            areas=limits,
            state=chosen.get("state"),
            plan=chosen.get("plan"),
            relation=chosen.get("relation"),
            exercise=None if kind is None else kind == "exercise",
            search=chosen.get("search"),
            descending=asked.descending,
            after=after,
            limit=limit,
        )

    return await answer(person, shown, shown.asked(request.query), fetch, "orders.html", words=TEXTS)


@routes.get(_ONE)
@for_people()
async def get_order(_request: web.Request, person: Person) -> web.Response:
    """One of them, how it was proved, and what its sender was told."""
    return await _page(person, await _order(person))


@routes.post(_ONE + "/dismiss")
@for_people(*WRITERS)
async def post_dismiss(request: web.Request, person: Person) -> web.Response:
    """Nobody acts on it."""
    order = await _order(person)
    form = await sent_form(person, ("reason",))
    reason, by, app = form["reason"].strip(), person.user.person, request.app
    try:
        if not 1 <= len(reason) <= 200:
            raise InputError(
                "FIELD_INVALID",
                "请写明原因，最多 200 字",
                "say why, in 200 characters at most",
                field="reason",
            )
        await app[LEDGER].write(dismiss, order.id, by, reason, app[CLOCK](), person.caller.actor)
    except InputError as error:
        return await _page(person, order, error)
    app[BUS].say(Word.TIMER)
    app[BUS].say(Word.CHANGED)
    return went_to(f"{PATH}/{order.id}")


async def _order(person: Person) -> StoredOrder:
    """The order of the path; one outside their areas is as one that is not there."""
    request = person.request
    order: StoredOrder = await request.app[LEDGER].read(
        known, int(request.match_info["id"]), person.user.areas
    )
    return order


async def _page(person: Person, order: StoredOrder, error: InputError | None = None) -> web.Response:
    app, now = person.request.app, person.request.app[CLOCK]()
    detail: dict[str, Any] = await app[LEDGER].read(order_detail, order.id)
    areas = await areas_of(person)
    say = Speech(person.language)
    known_sender = app[SETTINGS].senders.get(order.sender)
    draft = None
    if person.holds(*WRITERS) and order.state == "received":
        try:
            draft = await app[LEDGER].read(draft_json, app[DESK].catalogue, order.id, now)
        except InputError:  # it asks for no decision: its verdict says why
            draft = None
    return framed(
        person,
        "order.html",
        status=200 if error is None else status_of(error),
        exercise=order.exercise,
        words=TEXTS,
        one=detail,
        state=(MARKS[order.state], STATES[order.state]),
        sender=sender_in_words(person.request, order.sender),
        relation=say.among(RELATIONS, order.relation),
        meaning=say.among(MEANINGS, order.meaning),
        says=say.among(SAYS, order.kind or ""),
        verdict=say.among(VERDICTS, order.verdict),
        level=say.among(LEVELS, order.level or ""),
        area=say.listed(say.among(areas, code) for code in order.area),
        answers=ANSWERS,
        draft=draft,
        begin="/console/exercises/new" if order.exercise else "/console/drafts/new",
        waits=order.state == "received",
        telephone=None if known_sender is None else known_sender.telephone,
        dial=lambda number: f"tel:{number.replace(' ', '').replace('-', '')}",
        may_dismiss=person.holds(*WRITERS) and order.state in ("received", "taken"),
        ahead=order.starts_at is not None and order.starts_at > now,
        told=told,
        error=error,
    )
