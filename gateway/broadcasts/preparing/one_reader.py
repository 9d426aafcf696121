"""What one organisation would read of a decision: a preview, of which nothing is stored."""

from typing import Any

from sqlalchemy import Connection

from gateway.broadcasts.desk import Desk
from gateway.broadcasts.preparing import personal, standing, texts
from gateway.broadcasts.preparing.prepare import reached_areas
from gateway.decisions.model import Decision
from gateway.directory.areas import home
from gateway.directory.masking import mask
from gateway.directory.night import at_night
from gateway.directory.selection import plan_codes
from gateway.errors import InputError
from gateway.ledger.decisions import personal as ledger_personal
from gateway.ledger.decisions.listing import Listing
from gateway.ledger.directory import addresses, organisations
from gateway.ledger.directory.organisations import Stored
from gateway.moments import BEIJING, moment
from gateway.notices.compose import render
from gateway.notices.model import Notice
from gateway.slots import filled, own_medium
from gateway.vocabulary import ENGLISH_AUDIENCES, Language, Medium

_OWN: tuple[Medium, ...] = ("sms", "webhook")


def reads(connection: Connection, desk: Desk, decision: Decision, code: str, now: int) -> dict[str, Any]:
    """Every text of the organisation of that code as it would read it, in every medium and each language of
    its people, with its own lines in their places; where it would be told, and why not.

    `{"organisation", "concerned", "told": [{"kind", "address", "language"}], "call", "notices": [{"medium",
    "language", "title", "messages", "own", "measures"}]}`: `concerned` is whether the decision's area holds
    it, `own` whether its own lines stand in the text, `call` whom it is told to call. `now`: milliseconds
    since 1970 UTC, by which night and grade count. The checks are not asked. Raises `InputError`:
    ORGANISATION_UNKNOWN, or what rendering raises.
    """
    found = organisations.by_codes(connection, [code]).get(code)
    if found is None:
        raise InputError(
            "ORGANISATION_UNKNOWN",
            f"通讯录中没有编码“{code}”",
            f"the directory has no organisation {code!r}",
            field="code",
        )
    plan = desk.catalogue.load(decision.plan).plan
    link = standing.find(connection, plan, decision)
    if decision.action in standing.MENDING and decision.level is None and link.follows is not None:
        decision = decision.model_copy(update={"level": link.follows.level})
    organisation = found.organisation
    asked = moment(now)
    night = at_night(asked) or at_night(decision.starts_at)
    listing = Listing(organisation.exercise, night, asked.astimezone(BEIJING).date())
    told = listing.one(connection, found.id)
    of_it = organisation.addresses + tuple(
        at.address for each in organisation.contacts for at in each.addresses
    )
    ids = addresses.ids(connection, ((each, organisation.exercise) for each in of_it))
    shown = {identifier: address for (address, _exercise), identifier in ids.items()}
    reached = reached_areas(plan, decision, link)
    known = plan_codes(plan)
    return {
        "organisation": {
            "code": code,
            "name": organisation.name,
            "audience": organisation.audience,
            "sector": organisation.sector,
            "area": organisation.area,
            "grade": organisation.grade,
            "grade_valid_from": organisation.grade_valid_from and organisation.grade_valid_from.isoformat(),
            "exercise": organisation.exercise,
            "active": found.active,
        },
        "concerned": found.active
        and organisation.exercise == decision.exercise
        and home(organisation.area, known) in (known if plan.area in reached else {plan.area, *reached}),
        "told": [
            {"kind": at.kind, "address": mask(at.kind, shown[at.id].value), "language": at.language}
            for at in (told.addresses if told is not None else ())
        ],
        "call": list(desk.office.contacts),
        "notices": [
            notice
            for language in _languages(found)
            for notice in _notices(connection, desk, decision, found, link, language)
        ],
    }


def _languages(found: Stored) -> tuple[Language, ...]:
    organisation = found.organisation
    english = organisation.audience in ENGLISH_AUDIENCES and any(
        contact.language == "en" for contact in organisation.contacts
    )
    return ("zh-CN", "en") if english else ("zh-CN",)


def _notices(
    connection: Connection,
    desk: Desk,
    decision: Decision,
    found: Stored,
    link: standing.Link,
    language: Language,
) -> list[dict[str, Any]]:
    plan = desk.catalogue.load(decision.plan).plan
    organisation = found.organisation
    before, after = standing.before(link), standing.in_force(link.after)
    try:
        rendered = render(
            plan,
            decision,
            desk.office,
            audiences=[organisation.audience],
            sectors=[organisation.sector] if organisation.audience == "enterprises" else None,
            language=language,
            before=before,
            after=after,
            slots=True,
        )
        own = _own(connection, desk, decision, found, link, language)
    except InputError as error:
        if language == "zh-CN" or error.code not in texts.NO_ENGLISH:
            raise
        return []
    return [
        _read(notice, own.get("notice" if notice.medium == "spoken" else own_medium(notice.medium)))
        for notice in rendered
    ]


def _own(
    connection: Connection,
    desk: Desk,
    decision: Decision,
    found: Stored,
    link: standing.Link,
    language: Language,
) -> dict[str, str]:
    """Its own words by medium, as they would be kept."""
    if found.organisation.audience != "enterprises":
        return {}
    plan = desk.catalogue.load(decision.plan).plan
    writers = personal.writers(plan, decision, desk.office, link, language)
    enterprise = ledger_personal.enterprises(connection, [found.id], writers.levels).get(found.id)
    words = None if enterprise is None else writers.told.words(enterprise, _OWN)
    return (
        {}
        if words is None
        else {each.medium: each.words for each in personal.kept(found.id, words, language)}
    )


def _read(notice: Notice, own: str | None) -> dict[str, Any]:
    messages, _html = filled(notice.medium, notice.messages, notice.html, own)
    if own is not None and notice.medium == "spoken":
        messages = (*messages, *own.splitlines())  # who calls reads its own lines out after the text
    return {
        "medium": notice.medium,
        "language": notice.language,
        "title": notice.title,
        "messages": list(messages),
        "own": own is not None,
        "measures": [each.as_json() for each in notice.measures],
    }
