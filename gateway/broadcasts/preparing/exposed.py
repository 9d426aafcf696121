"""Adds to a launch whoever was exposed to its episode and is owed its words (DESIGN rule 7)."""

from functools import partial
from typing import cast

from sqlalchemy import Connection

from gateway.broadcasts.preparing.standing import Link, covered
from gateway.broadcasts.preparing.texts import dropped_area
from gateway.decisions.model import Decision
from gateway.directory.areas import home
from gateway.directory.model import AddressKind
from gateway.directory.selection import plan_codes
from gateway.directory.targets import text_at
from gateway.ledger.decisions import broadcasts, exposure, notices
from gateway.ledger.decisions.broadcasts import FrozenRecipient
from gateway.ledger.decisions.decisions import Recorded
from gateway.ledger.decisions.notices import Purpose
from gateway.ledger.delivery import exposed
from gateway.ledger.directory import addresses as ledger_addresses
from gateway.plans.model import Plan
from gateway.vocabulary import Audience, Sector


def add(connection: Connection, recorded: Recorded, plan: Plan, decision: Decision, link: Link) -> None:
    """Everyone exposed and not yet on the list, with the words that are true for them.

    The episode's other broadcasts are off by now: nobody can become exposed any more. Those at whom the
    end for a dropped area has certainly arrived are not told it again, except by a retraction, after which
    something may hold for them again.
    """
    if link.follows is None:
        return
    released = set() if decision.action == "retract" else exposure.released(connection, recorded.episode_id)
    dropped = dropped_area(plan, decision, link)
    known = plan_codes(plan)
    held = {plan.area, *covered(plan, decision.area)}
    texts = {purpose: notices.readers(connection, recorded.id, purpose) for purpose in ("now", "dropped")}
    owed = []
    told = exposed.of_episode(connection, recorded.episode_id, unlisted_in=recorded.broadcast_id)
    addresses = broadcasts.listed(
        connection,
        recorded.broadcast_id,
        (each.address_id for each in told if each.audience != "enterprises" or each.channel == "push"),
    )
    english = ledger_addresses.reading_english(connection, {each.address_id for each in told})
    for each in told:
        if each.address_id in released:
            continue
        # another plant at the same number reads its own words, not this one's; a system takes one alert
        if each.address_id in addresses and (each.audience != "enterprises" or each.channel == "push"):
            continue
        area = home(each.area, known)
        purpose = _words(decision, area in dropped, area in held)
        if purpose is None:
            continue
        said = texts["now" if each.channel == "push" or not texts[purpose] else purpose]
        reads = partial(
            text_at,
            cast(AddressKind, each.channel),
            cast(Audience, each.audience),
            cast(Sector | None, each.sector),
        )
        chinese = said[reads("zh-CN")]
        words = said.get(reads("en"), chinese) if each.address_id in english else chinese
        owed.append(FrozenRecipient(each.organisation_id, each.address_id, words))
        if each.channel == "push":
            addresses.add(each.address_id)
    broadcasts.add_recipients(connection, recorded.broadcast_id, owed)


def _words(decision: Decision, dropped: bool, held: bool) -> Purpose | None:
    """Which words are owed to somebody exposed; None: none now, the episode's lift will tell them."""
    if decision.action in ("lift", "correct", "retract"):
        return "dropped" if dropped or (decision.action == "correct" and not held) else "now"
    return "dropped" if dropped else None
