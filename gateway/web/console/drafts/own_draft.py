"""A draft of whoever asks, as all its pages need it: read, checked, kept, and who drafts for which areas."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from gateway.broadcasts.preparing import standing
from gateway.broadcasts.preparing.draft_check import Look, look
from gateway.errors import InputError
from gateway.ledger.decisions import drafts
from gateway.ledger.decisions.drafts import Draft
from gateway.moments import local
from gateway.plans.model import Plan
from gateway.vocabulary import Words
from gateway.web.console.drafts.draft_words import (
    ACTIONS,
    BASES,
    CAUSES,
    KINDS,
    LEVELS,
    POLLUTANTS,
    STATES,
    TEXTS,
)
from gateway.web.console.frame import framed
from gateway.web.keys import CLOCK, DESK, LEDGER
from gateway.web.live.live_words import Speech
from gateway.web.people import Person

DOCUMENT_BYTES = 64_000  # of a document that is pasted or uploaded: several times the longest decision
PATH = "/console/drafts"
EXERCISES = "/console/exercises"
OF_ONE = PATH + r"/{id:[0-9a-f-]{36}}"


def framed_draft(
    person: Person,
    template: str,
    draft: Draft,
    /,
    *,
    status: int = 200,
    texts: Mapping[str, Words] | None = None,
    **values: object,
) -> web.Response:
    """A page about a draft, in the colour of exercises where it is one. `texts`: its words beside those of
    drafts."""
    return framed(
        person,
        template,
        status=status,
        exercise=draft.exercise,
        words={**TEXTS, **(texts or {})},
        draft=draft,
        **tables(person),
        **values,
    )


def tables(person: Person) -> dict[str, Any]:
    """The words of what drafts are made of, in the person's language."""
    speech = Speech(person.language)

    def among(table: Mapping[str, Any]) -> Any:
        return lambda key: speech.among(dict(table), key)

    return {
        "clock": clock,
        "action_words": among(ACTIONS),
        "level_words": among(LEVELS),
        "state_words": among(STATES),
        "kind_words": among(KINDS),
        "bases": [(key, speech.of(words)) for key, words in BASES.items()],
        "causes": [(key, speech.of(words)) for key, words in CAUSES.items()],
        "levels": [(key, speech.of(words)) for key, words in LEVELS.items()],
        "pollutants": [(each, each) for each in POLLUTANTS],
    }


def clock(at: datetime) -> str:
    """A moment as people of the office read it: China Standard Time, to the minute."""
    return f"{local(at):%Y-%m-%d %H:%M}"


async def draft_of(person: Person) -> Draft:
    """The draft that the address names, of this person. Raises `InputError` (DRAFT_UNKNOWN)."""
    request = person.request
    found = await request.app[LEDGER].read(drafts.get, request.match_info["id"], person.user.id)
    if found is None:
        raise InputError(
            "DRAFT_UNKNOWN",
            TEXTS["draft_gone"].zh,
            TEXTS["draft_gone"].en,
            field="id",
        )
    return found


def plan_of(person: Person, draft: Draft) -> Plan:
    """A draft's plan. Raises `InputError` where its file is gone or broken."""
    return person.request.app[DESK].catalogue.load(draft.plan).plan


async def looked(person: Person, draft: Draft) -> Look:
    """What is to be said of a draft now."""
    app = person.request.app
    return await app[LEDGER].read(look, app[DESK], draft.document, app[CLOCK](), draft.selection)


async def kept(
    person: Person,
    plan: str,
    exercise: bool,
    document: Mapping[str, Any],
    selection: Mapping[str, Any] | None = None,
) -> str:
    """Keep a new draft; gives its id."""
    app, now = person.request.app, person.request.app[CLOCK]()
    identifier = app[DESK].new_id(now)
    await app[LEDGER].write(drafts.add, identifier, person.user.id, plan, exercise, document, now, selection)
    return identifier


def way_on(person: Person, *problems: object) -> standing.WarningInForce | None:
    """The warning that a draft would double, where the person may act on it."""
    found = (each for each in problems if isinstance(each, standing.WarningInForce))
    return next((each for each in found if all(map(person.sees, each.area))), None)


def areas_for(person: Person, plan: Plan) -> list[tuple[str, str]]:
    """The areas of a plan that a person may draft for, the whole one first: codes and names."""
    names = [(plan.area, plan.area_name(plan.area) or plan.place)]
    names += [(each.code, each.name) for each in plan.areas if each.code != plan.area]
    return [(code, name) for code, name in names if person.sees(code)]


def refuse_other_areas(person: Person, area: list[str]) -> None:
    """Raises `InputError` (AREA_NOT_YOURS) where somebody drafts for more than their own areas."""
    others = [code for code in area if not person.sees(code)]
    if others:
        raise InputError(
            "AREA_NOT_YOURS",
            f"您的账户不能为这些区域起草：{'、'.join(others)}",
            f"your account does not draft for {', '.join(others)}",
            field="area",
        )


def refuse_closed(draft: Draft) -> None:
    """Raises `InputError` (DRAFT_SUBMITTED) where a draft can no longer be changed."""
    if not draft.open:
        raise InputError(
            "DRAFT_SUBMITTED",
            TEXTS["closed"].zh,
            TEXTS["closed"].en,
            field="id",
        )
