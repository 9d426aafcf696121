"""`/console/directory/campaigns/{id}`: how far a campaign is, what people answered, and ending it early."""

from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from gateway.bus.words import Word
from gateway.delivery.words import STATE_WORDS
from gateway.directory.masking import mask, masked_name
from gateway.errors import InputError
from gateway.follow_up.campaigns import campaigns, present
from gateway.ledger.directory import verifications
from gateway.ledger.directory.campaigns import Campaign
from gateway.ledger.directory.verifications import Verification
from gateway.web.console.directory.campaign_words import ANSWERS, TEXTS, VIAS
from gateway.web.console.directory.campaigns import CAMPAIGNS
from gateway.web.console.directory.directory_words import TEXTS as DIRECTORY_TEXTS
from gateway.web.console.frame import for_people, moment, went_to
from gateway.web.console.navigation import DIRECTORY as PATH
from gateway.web.console.table import Asked, Column, Filter, Table, answer, told
from gateway.web.keys import BUS, CLOCK, LEDGER
from gateway.web.people import Person, sent_form

_ONE = CAMPAIGNS + r"/{id:\d{1,18}}"
_STATES = {str(state): words for state, words in STATE_WORDS.items()}

routes = web.RouteTableDef()


def questions_table() -> Table[Verification]:
    """The list of a campaign's questions; names and numbers are masked."""
    return Table(
        "questions",
        TEXTS["questions"],
        (
            Column(
                "name",
                DIRECTORY_TEXTS["org_name"],
                lambda row, _say: row.organisation,
                link=lambda row: f"{PATH}/{row.organisation_id}",
            ),
            Column("contact", DIRECTORY_TEXTS["contact"], lambda row, _say: masked_name(row.contact) or ""),
            Column("address", TEXTS["address"], lambda row, _say: mask(row.kind, row.address)),
            Column("asked", TEXTS["asked_at"], lambda row, _say: moment(row.asked_at), matters="beside"),
            Column(
                "delivery",
                TEXTS["delivery"],
                lambda row, say: say.among(_STATES, row.state) if row.state else "",
            ),
            Column(
                "answer",
                TEXTS["answer"],
                lambda row, say: say.of(ANSWERS[row.answer or "open"]),
                matters="deciding",
            ),
            Column("answered", TEXTS["answered_at"], lambda row, _say: moment(row.answered_at)),
            Column(
                "via",
                TEXTS["via"],
                lambda row, say: say.among(VIAS, row.via) if row.via else "",
                matters="beside",
            ),
        ),
        lambda row: row.id,
        "",
        (Filter("answer", TEXTS["answer"], ANSWERS),),
    )


@routes.get(_ONE)
@for_people("directory_keeper")
async def get_campaign(request: web.Request, person: Person) -> web.Response:
    """How far a campaign is, and its questions about organisations of theirs."""
    app = request.app
    told_of, campaign = await app[LEDGER].read(_told, int(request.match_info["id"]))
    shown = questions_table()
    asked = shown.asked(request.query)

    def fetch(connection: Connection, asked: Asked, after: int | None, limit: int) -> list[Verification]:
        said: Any = asked.chosen.get("answer")
        return verifications.page(
            connection, campaign.id, answer=said, after=after or 0, limit=limit, limits=person.user.areas
        )

    return await answer(
        person,
        shown,
        asked,
        fetch,
        "campaign.html",
        words=DIRECTORY_TEXTS | TEXTS,
        exercise=campaign.exercise,
        one=told_of,
        told=told,
        answers=[(code, words, told_of[code]) for code, words in ANSWERS.items()],
        may_end=campaign.ended_at is None and _may_end(person, campaign),
    )


@routes.post(_ONE + "/end")
@for_people("directory_keeper")
async def post_end(request: web.Request, person: Person) -> web.Response:
    """Ends it early. Whoever is limited to areas ends what they began."""
    await sent_form(person)
    app = request.app
    _, campaign = await app[LEDGER].read(_told, int(request.match_info["id"]))
    if not _may_end(person, campaign):
        raise InputError(
            "PERSON_NOT_ALLOWED",
            "这次核实不是您发起的，也不限于您的区域",
            "somebody else began it, and not for your areas alone",
        )
    await app[LEDGER].write(campaigns.end, campaign, app[CLOCK](), person.caller.name)
    app[BUS].say(Word.TIMER)
    return went_to(f"{CAMPAIGNS}/{campaign.id}")


def _told(connection: Connection, identifier: int) -> tuple[dict[str, Any], Campaign]:
    campaign = campaigns.known(connection, identifier)
    return present.campaign_json(connection, campaign), campaign


def _may_end(person: Person, campaign: Campaign) -> bool:
    return not person.user.areas or campaign.started_by == person.caller.name
