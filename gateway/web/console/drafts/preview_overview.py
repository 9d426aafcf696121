"""What the wall of a preview shows: at once, and after a walk through the directory."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import Any

from gateway.broadcasts.desk import Desk
from gateway.broadcasts.preparing import reach, standing
from gateway.broadcasts.preparing.prepare import Prepared
from gateway.broadcasts.preparing.selecting import INHERITS
from gateway.broadcasts.preparing.standing import Link
from gateway.decisions.model import Decision
from gateway.directory import counting
from gateway.directory.selection import EVERYONE, Selection
from gateway.errors import InputError
from gateway.ledger.database import Ledger
from gateway.ledger.decisions.notices import PURPOSES
from gateway.ledger.directory import kinds
from gateway.moments import local, moment
from gateway.plans.model import Plan
from gateway.vocabulary import Audience, Sector
from gateway.web.console.drafts import preview_view
from gateway.web.console.drafts.draft_view import NOBODY
from gateway.web.console.drafts.selection_words import in_words, names_of
from gateway.web.console.drafts.walls import Figures, Walls
from gateway.web.live.live_words import Language

_SKIPPED = 20  # organisations that are named; the others are counted


@dataclass(frozen=True, slots=True)
class Worded:
    """A draft that is whole enough to be written out."""

    plan: Plan
    decision: Decision
    link: Link


async def overview(
    walls: Walls,
    ledger: Ledger,
    desk: Desk,
    language: Language,
    worded: Worded,
    selection: Selection,
    now: int,
) -> dict[str, Any]:
    """What the wall shows at once; `now` in ms since 1970 UTC. Raises what writing its texts raises, and
    SELECTION_EMPTY."""
    plan, decision, link = worded.plan, worded.decision, worded.link
    written = await walls.texts(desk, desk.catalogue.load(plan.id), decision, link, media=("sms",))
    sms = {
        purpose: {(each.audience, each.sector): each for each in notices}
        for purpose, notices in written.items()
    }
    changes = await asyncio.to_thread(preview_view.changes, plan, decision, link, preview_view.readers())
    inherits = decision.action in INHERITS  # whoever was told gets it, whatever the directory says now
    return {
        "meant": in_words(language, plan, selection, await names_of(ledger, selection)),
        "limited": selection.limits,
        "told": None if inherits else await _told(ledger, worded, selection, now),
        "level": decision.level,
        "before": standing.before(link),
        "changes": changes,
        "sms": [(reader, sms["now"][reader]) for reader in preview_view.readers() if reader in sms["now"]],
        "ready_sms": [(purpose, sms[purpose]) for purpose in PURPOSES if purpose in sms and purpose != "now"],
    }


def figures(prepared: Prepared) -> Figures:
    """What only a walk through the directory tells: where everybody is reached, and in how many segments."""
    return {
        "reach": reach.count(prepared),
        "rows": preview_view.rows(prepared),
        "skipped": prepared.targeted.skipped[:_SKIPPED],
        "outside": prepared.targeted.outside,
        "untranslated": prepared.targeted.untranslated,
        "formless": prepared.formless,
        "own": len({each.organisation_id for each in prepared.personal if each.medium == "sms"}),
        "steps": prepared.steps,
    }


def stated(decision: Decision, selection: Selection) -> Selection:
    """What is stated beside a decision: nothing where it means whomever the one before it meant."""
    return EVERYONE if decision.action in INHERITS else selection


async def _told(
    ledger: Ledger, worded: Worded, selection: Selection, now: int
) -> Counter[tuple[Audience, Sector | None]]:
    """How many organisations read what each reader reads. Raises SELECTION_EMPTY for nobody."""
    decision, on = worded.decision, local(moment(now)).date()
    found = await ledger.read(kinds.kinds, decision.exercise, on, selection)
    told = counting.readers(found, worded.plan, decision.area, selection)
    if not told:
        raise InputError("SELECTION_EMPTY", NOBODY.message, NOBODY.message_en, field="selection")
    return told
