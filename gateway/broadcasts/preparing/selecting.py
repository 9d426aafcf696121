"""Who is meant by a decision: what is stated beside it, held against what it changes, mends or ends."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from gateway.broadcasts.preparing.standing import MENDING, Link
from gateway.decisions.model import Decision
from gateway.directory.areas import home
from gateway.directory.selection import (
    EVERYONE,
    FIELDS,
    Selection,
    build,
    plan_codes,
    refuse_unfit_organisations,
    refuse_unknown_areas,
    refuse_unknown_groups,
)
from gateway.directory.targeting import reached
from gateway.errors import InputError
from gateway.ledger.decisions import decisions as ledger_decisions
from gateway.ledger.decisions.decisions import Recorded
from gateway.ledger.directory import kinds
from gateway.plans.model import Plan
from gateway.vocabulary import ACTION_WORDS

INHERITS = ("lift", *MENDING)


def meant(connection: Connection, plan: Plan, decision: Decision, link: Link, stated: Selection) -> Selection:
    """Who is meant. A lift, correction or retraction means whomever the decision before it meant, and
    cannot be narrowed: whoever was exposed gets it (DESIGN rule 7).

    Raises `InputError`: SELECTION_NOT_ALLOWED where one is stated for those; SELECTION_NARROWER where a
    change may leave out somebody whom the decision before it meant, who would be left with its words.
    """
    earlier = before(connection, link)
    if decision.action in INHERITS:
        if stated.limits:
            word = ACTION_WORDS[decision.action]
            raise InputError(
                "SELECTION_NOT_ALLOWED",
                f"{word}不能限定对象：凡收到过原消息的，都会收到{word}",
                f"a {decision.action} cannot be limited: whoever had the message before gets it",
                field="selection",
            )
        return earlier
    if link.follows is not None and not stated.covers(earlier, plan):
        words = earlier.words()
        raise InputError(
            "SELECTION_NARROWER",
            f"限定的对象没有包括前一决定的全部对象（{words or '全部'}），未包括的会停留在旧的级别；"
            "请放宽限定，或不限定",
            "the selection leaves out some of those whom the decision before it meant"
            f" ({words or 'everybody'}): they would be left with the old words; widen it or leave it out",
            field="selection",
        )
    return stated


def before(connection: Connection, link: Link) -> Selection:
    """Whom the decision that this one follows meant; everybody where it follows none."""
    return EVERYONE if link.follows is None else of_decision(connection, link.follows.decision_id)


def of_decision(connection: Connection, decision_id: str) -> Selection:
    """Whom a stored decision meant; everybody where there is no such decision."""
    recorded = ledger_decisions.by_id(connection, decision_id)
    return EVERYONE if recorded is None else stored(recorded.selection)


def chosen(kept: Mapping[str, Any] | None) -> Selection:
    """What somebody chose for a draft, part by part; None: everybody whom its area concerns.

    Raises `InputError`: SELECTION_EMPTY where a part of them is meant and none is named, SELECTION_UNCLEAR
    where `everybody` stands beside those named, and what `build` raises.
    """
    if kept is None:
        return EVERYONE
    named = {name: values for name, values in kept.items() if name in FIELDS.values()}
    if not named:
        raise InputError(
            "SELECTION_EMPTY",
            "选了“只发给其中一部分”，但没有勾选任何对象：请勾选，或改为全部",
            "only some of them are meant, and none is named: name some, or choose all of them",
            field="selection",
        )
    if kept.get("everybody"):
        raise InputError(
            "SELECTION_UNCLEAR",
            "选了“全部单位”，又勾选了对象：请只留一种",
            "all of them are chosen, and some are named besides: keep one of the two",
            field="selection",
        )
    try:
        return build(named)
    except InputError as error:
        raise replace(error, field="selection") from None


def judged(
    connection: Connection, plan: Plan, decision: Decision, link: Link, kept: Mapping[str, Any] | None
) -> Selection:
    """Who a draft's decision means, by what was `chosen` for it. Raises what `chosen` and `meant` raise, and
    `InputError` (AREA_UNKNOWN, GROUP_UNKNOWN, SELECTED_NOT_LISTED, SELECTED_OUTSIDE) for what nobody can be
    in, or is not there."""
    selection = meant(connection, plan, decision, link, chosen(kept))
    if decision.action not in INHERITS:
        refuse_unknown_areas(selection, plan)
        known = kinds.known_groups(connection, decision.exercise, selection.groups or ())
        earlier = before(connection, link)
        refuse_unknown_groups(selection, known, earlier)
        named = kinds.named(connection, decision.exercise, selection.organisations or ())
        reaches, codes = reached(plan, decision.area), plan_codes(plan)
        concerned = {code for code, each in named.items() if home(each.area, codes) in reaches}
        refuse_unfit_organisations(selection, named, concerned, earlier)
    return selection


def stored(text: str | None) -> Selection:
    """A selection as the ledger keeps it."""
    return EVERYONE if text is None else build(json.loads(text))


def refuse_other(known: Recorded, decision: Decision, stated: Selection) -> None:
    """An equal document that was launched for others would silently not reach those asked for now.

    Raises `InputError` (SELECTION_DIFFERS).
    """
    if decision.action in INHERITS or stated == stored(known.selection):
        return
    words = stored(known.selection).words()
    raise InputError(
        "SELECTION_DIFFERS",
        f"同一份决定已发布（{known.id}），当时的对象为：{words or '全部'}；要改变对象，请另发一份决定",
        f"an equal decision was launched ({known.id}) for: {words or 'everybody'};"
        " to reach others, make another decision",
        field="selection",
    )
