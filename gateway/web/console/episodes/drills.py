"""`/console/drills`: exercises that were run, and how they went."""

from aiohttp import web
from sqlalchemy import Connection

from gateway.ledger.decisions import drills
from gateway.ledger.decisions.drills import Drill
from gateway.vocabulary import Words
from gateway.web.console.frame import for_people, moment
from gateway.web.console.limits import plans_of
from gateway.web.console.table import Asked, Column, Filter, Table, answer
from gateway.web.live.live_words import ACTIONS, LEVELS, Speech
from gateway.web.people import Person

PATH = "/console/drills"
TEXTS: dict[str, Words] = {
    "drills": Words("演练记录", "Exercises run"),
    "about_drills": Words(
        "每次演练发出、送达、签收了多少。点开可看各受众、渠道和区县的情况。",
        "How many were told, reached and signed in each exercise. Each opens its figures by audience and "
        "district.",
    ),
    "launched": Words("发布时间", "Launched"),
    "plan": Words("预案", "Plan"),
    "what": Words("内容", "What"),
    "document": Words("文号", "Document"),
    "messages": Words("消息", "Messages"),
    "arrived": Words("送达", "Arrived"),
    "failed": Words("失败", "Failed"),
    "asked": Words("应签收", "To sign"),
    "signed": Words("已签收", "Signed"),
    "in_time": Words("按时签收", "In time"),
}

routes = web.RouteTableDef()


def table(plans: dict[str, Words]) -> Table[Drill]:
    """The list; `plans` are those that whoever looks can choose from."""

    def what(row: Drill, say: Speech) -> str:
        level = f" {say.among(LEVELS, row.level)}" if row.level else ""
        return say.among(ACTIONS, row.action) + level

    return Table(
        "drills",
        TEXTS["drills"],
        (
            Column(
                "launched",
                TEXTS["launched"],
                lambda row, _say: moment(row.launched_at),
                sorts=True,
                link=lambda row: f"/live/{row.id}",
            ),
            Column("what", TEXTS["what"], what, matters="deciding"),
            Column("plan", TEXTS["plan"], lambda row, say: say.among(plans, row.plan), matters="beside"),
            Column(
                "document", TEXTS["document"], lambda row, _say: row.document_number or "", matters="beside"
            ),
            Column("messages", TEXTS["messages"], lambda row, _say: f"{row.messages:,}", number=True),
            Column("arrived", TEXTS["arrived"], lambda row, _say: f"{row.arrived:,}", number=True),
            Column("failed", TEXTS["failed"], lambda row, _say: f"{row.failed:,}", number=True),
            Column("asked", TEXTS["asked"], lambda row, _say: f"{row.asked:,}", number=True),
            Column("signed", TEXTS["signed"], lambda row, _say: f"{row.signed:,}", number=True),
            Column("in_time", TEXTS["in_time"], lambda row, _say: f"{row.in_time:,}", number=True),
        ),
        lambda row: row.id,
        "-launched",
        (Filter("plan", TEXTS["plan"], plans),),
    )


@routes.get(PATH)
@for_people()
async def get_drills(request: web.Request, person: Person) -> web.Response:
    """The exercises, the last first; counted in the areas of whoever looks."""
    found = await plans_of(person)
    shown = table({identifier: Words(plan.title, plan.title) for identifier, plan in found.items()})

    def fetch(connection: Connection, asked: Asked, after: int | None, limit: int) -> list[Drill]:
        return drills.page(
            connection,
            limits=person.user.areas,
            plan=asked.chosen.get("plan"),
            descending=asked.descending,
            after=after,
            limit=limit,
        )

    asked = shown.asked(request.query)
    return await answer(person, shown, asked, fetch, "drills.html", words=TEXTS, exercise=True)
