"""`/console/obligations`: what is owed and by when, what came in for it, and what need not be met."""

from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from gateway.errors import InputError
from gateway.follow_up.obligations import obligations as use_case
from gateway.follow_up.papers.reporting import has_draft, known
from gateway.ledger.follow_up import owed
from gateway.ledger.follow_up.obligations import (
    BY_DECISION,
    EXPECTED_END_PASSED,
    ORDER_RECEIVED,
    STATES,
    Obligation,
    State,
)
from gateway.vocabulary import Words
from gateway.web.console.episodes.obligation_words import DAILY, STATE_WORDS, TEXTS
from gateway.web.console.frame import for_people, framed, moment, went_to
from gateway.web.console.limits import plans_of, units_of
from gateway.web.console.table import Asked, Column, Filter, Table, answer, told
from gateway.web.console.table_words import KINDS
from gateway.web.keys import CLOCK, DESK, LEDGER
from gateway.web.people import Form, Person, sent_form
from gateway.web.problems import status_of

PATH = "/console/obligations"
ONE = PATH + r"/{id:\d{1,18}}"
_WHICH: dict[str, tuple[State, ...]] = {
    "owed": ("open", "overdue"),
    **{state: (state,) for state in STATES},
    "all": STATES,
}
_SHOWN = {"owed": TEXTS["owed"], **STATE_WORDS, "all": TEXTS["all_states"]}
_WHOSE = {"ours": TEXTS["ours"], "theirs": TEXTS["theirs"]}
_HEADING = "heading-"
Row = tuple[Obligation, State]

routes = web.RouteTableDef()


def table(plans: dict[str, Words]) -> Table[Row]:
    """The list; `plans` are those that whoever looks can choose from."""
    return Table(
        "obligations",
        TEXTS["obligations"],
        (
            Column(
                "what",
                TEXTS["what"],
                lambda row, say: row[0].what + (say.bracketed(row[0].covers) if row[0].covers else ""),
                link=lambda row: f"{PATH}/{row[0].id}",
            ),
            Column(
                "state",
                TEXTS["state"],
                lambda row, say: say.of(STATE_WORDS[row[1]]),
                mark=lambda row: row[1],
                matters="deciding",
            ),
            Column(
                "due", TEXTS["due"], lambda row, _say: moment(row[0].due_at), sorts=True, matters="deciding"
            ),
            Column("by_whom", TEXTS["by_whom"], lambda row, _say: row[0].by_whom),
            Column("to_whom", TEXTS["to_whom"], lambda row, _say: row[0].to_whom),
            Column("plan", TEXTS["plan"], lambda row, say: say.among(plans, row[0].plan), matters="beside"),
            Column("clause", TEXTS["clause"], lambda row, _say: row[0].clause or "", matters="beside"),
            Column(
                "opened",
                TEXTS["opened"],
                lambda row, _say: moment(row[0].opened_at),
                sorts=True,
                matters="beside",
            ),
            Column(
                "exercise",
                TEXTS["kind"],
                lambda row, say: say.of(KINDS["exercise"]) if row[0].exercise else "",
                mark=lambda row: "exercise" if row[0].exercise else "",
                matters="name",
            ),
        ),
        lambda row: row[0].id,
        "due",
        (
            Filter("show", TEXTS["state"], _SHOWN, usual="owed"),
            Filter("whose", TEXTS["whose"], _WHOSE),
            Filter("plan", TEXTS["plan"], plans),
            Filter("kind", TEXTS["kind"], KINDS),
            Filter("search", TEXTS["search"]),
        ),
    )


@routes.get(PATH)
@for_people()
async def get_obligations(request: web.Request, person: Person) -> web.Response:
    """What is owed, the soonest first; what was met or ended too where asked."""
    app, now = request.app, request.app[CLOCK]()
    plans = await plans_of(person)
    units = units_of(person, plans)
    titles = {identifier: Words(plan.title, plan.title) for identifier, plan in plans.items()}
    shown = table(titles)
    asked = shown.asked(request.query)

    def fetch(connection: Connection, asked: Asked, after: int | None, limit: int) -> list[Row]:
        kind, whose = asked.chosen.get("kind"), asked.chosen.get("whose")
        return owed.page(
            connection,
            now,
            states=_WHICH[asked.chosen.get("show", "owed")],
            units=units,
            plan=asked.chosen.get("plan"),
            ours=None if whose is None else whose == "ours",
            of_units={
                name: [each.code for each in plan.reports if each.owed_by != "body"]
                for name, plan in plans.items()
            },
            exercise=None if kind is None else kind == "exercise",
            search=asked.chosen.get("search"),
            sort=asked.sort,
            descending=asked.descending,
            after=after,
            limit=limit,
        )

    counts = await app[LEDGER].read(owed.counts, now, units)
    return await answer(
        person,
        shown,
        asked,
        fetch,
        "obligations.html",
        words=TEXTS,
        counts=[(state, STATE_WORDS[state], counts[state]) for state in ("overdue", "open", "met", "ended")],
    )


@routes.get(ONE)
@for_people()
async def get_obligation(_request: web.Request, person: Person) -> web.Response:
    """One of them with its reports, and the forms of whoever may report or waive."""
    return await _page(person, await detail_of(person))


@routes.post(ONE + "/report")
@for_people("duty_officer")
async def post_report(request: web.Request, person: Person) -> web.Response:
    """Keeps a report that came by telephone, fax or mail."""
    detail = await detail_of(person)
    headings = _headings(detail)
    form = await sent_form(person, ("from_whom", *(name for name, _ in headings)))
    contents = {heading: form[name] for name, heading in headings}
    try:
        from_whom = _short(form["from_whom"], "from_whom")
        await request.app[LEDGER].write(
            use_case.receive, person.caller.actor, detail["id"], from_whom, contents, request.app[CLOCK]()
        )
    except InputError as error:
        return await _page(person, detail, form, error)
    return went_to(f"{PATH}/{detail['id']}")


@routes.post(ONE + "/waive")
@for_people("duty_officer")
async def post_waive(request: web.Request, person: Person) -> web.Response:
    """Closes what need not be met, with the reason."""
    detail = await detail_of(person)
    form = await sent_form(person, ("reason",))
    try:
        reason = _short(form["reason"], "reason")
        await request.app[LEDGER].write(
            use_case.waive,
            person.caller.actor,
            detail["id"],
            person.user.person,
            reason,
            request.app[CLOCK](),
        )
    except InputError as error:
        return await _page(person, detail, form, error)
    return went_to(f"{PATH}/{detail['id']}")


async def detail_of(person: Person) -> dict[str, Any]:
    """The obligation of the path; one outside their areas is as one that is not there."""
    request = person.request
    app, identifier = request.app, int(request.match_info["id"])
    units = units_of(person, await plans_of(person))
    if not await app[LEDGER].read(owed.holds, identifier, units):
        raise InputError("OBLIGATION_UNKNOWN", "没有这项待办", "there is no such obligation", field="id")
    return await app[LEDGER].read(use_case.detail, identifier, app[CLOCK]())


async def _page(
    person: Person, detail: dict[str, Any], form: Form | None = None, error: InputError | None = None
) -> web.Response:
    by_decision = detail["code"] in (*BY_DECISION, EXPECTED_END_PASSED)
    by_order = detail["code"] == ORDER_RECEIVED
    takes = person.holds("duty_officer") and detail["ended_at"] is None and not by_decision and not by_order
    headings = _headings(detail)
    row = await person.request.app[LEDGER].read(known, detail["id"])
    stated = {name for report in detail["reports"] for name in report["contents"]}
    return framed(
        person,
        "obligation.html",
        status=200 if error is None else status_of(error),
        exercise=detail["exercise"],
        words=TEXTS,
        told=told,
        one=detail,
        state=STATE_WORDS[detail["state"]],
        daily=DAILY if detail["repeats"] else None,
        by_decision=by_decision,
        by_order=by_order,
        takes_report=takes,
        drafts=takes and has_draft(person.request.app[DESK], row),
        may_waive=takes and detail["met_at"] is None,
        headings=[(name, heading, heading in stated) for name, heading in headings],
        filled={
            name: form[name] if form else "" for name in ("from_whom", "reason", *(n for n, _ in headings))
        },
        error=error,
    )


def _headings(detail: dict[str, Any]) -> list[tuple[str, str]]:
    """(field, heading) of what the plan wants to read; one for all where it says nothing."""
    wanted = detail["contents"] or [TEXTS["contents"].zh]
    return [(f"{_HEADING}{number}", heading) for number, heading in enumerate(wanted, 1)]


def _short(text: str, field: str) -> str:
    text = text.strip()
    if not 1 <= len(text) <= 200:
        raise InputError(
            "FIELD_INVALID", "请填写，最多 200 字", "state it, in 200 characters at most", field=field
        )
    return text
