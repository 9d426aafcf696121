"""`/console/objections/replies`: what came back by SMS, and what was made of it."""

from dataclasses import replace
from typing import get_args

from aiohttp import web
from sqlalchemy import Connection

from gateway.directory.masking import mask
from gateway.errors import InputError
from gateway.ledger.directory.changes import mask_numbers
from gateway.ledger.follow_up import objections as ledger
from gateway.ledger.follow_up.objections import Reply
from gateway.ledger.follow_up.replies import Meaning
from gateway.web.console.episodes.objection_words import MEANINGS, TEXTS
from gateway.web.console.episodes.objections import PATH
from gateway.web.console.frame import for_people, moment
from gateway.web.console.table import Asked, Column, Filter, Table, answer
from gateway.web.looking import shown_numbers
from gateway.web.people import Person

REPLIES: Table[Reply] = Table(
    "replies",
    TEXTS["replies"],
    (
        Column("text", TEXTS["text"], lambda row, _say: row.text, long=True),
        Column(
            "meaning",
            TEXTS["meaning"],
            lambda row, say: say.of(MEANINGS[row.meaning]),
            mark=lambda row: "waits" if row.meaning in ("unclear", "other", "wrong_number", "object") else "",
            matters="deciding",
        ),
        Column(
            "organisation",
            TEXTS["organisation"],
            lambda row, say: row.organisation or say.of(TEXTS["nobody"]),
            link=lambda row: f"/console/directory/{row.organisation_id}" if row.organisation_id else None,
        ),
        Column(
            "address",
            TEXTS["address"],
            lambda row, _say: "" if row.address is None else mask("sms", row.address),
        ),
        Column("at", TEXTS["at"], lambda row, _say: moment(row.received_at), sorts=True),
    ),
    lambda row: row.id,
    "-at",
    (Filter("meaning", TEXTS["meaning"], MEANINGS), Filter("search", TEXTS["words_in_it"])),
)

routes = web.RouteTableDef()


@routes.get(f"{PATH}/replies")
@for_people()
async def get_replies(request: web.Request, person: Person) -> web.Response:
    """What came back by SMS; people write numbers into it, which not everybody sees in full."""
    full = await shown_numbers(person, "replies")

    def fetch(connection: Connection, asked: Asked, after: int | None, limit: int) -> list[Reply]:
        meaning, search = asked.chosen.get("meaning"), asked.chosen.get("search")
        if not full and search is not None and any(each.isdigit() for each in search):
            raise InputError(  # digit by digit it would tell the number that is masked
                "FIELD_INVALID",
                "您的账户不能按数字查找，请用文字",
                "your account does not search for digits: use words",
                field="search",
            )
        found = ledger.received(
            connection,
            limits=person.user.areas,
            meaning=next((each for each in get_args(Meaning) if each == meaning), None),
            search=search,
            descending=asked.descending,
            after=after,
            limit=limit,
        )
        return found if full else [replace(row, text=mask_numbers(row.text)) for row in found]

    return await answer(
        person, REPLIES, REPLIES.asked(request.query), fetch, "objections.html", words=TEXTS, replies=True
    )
