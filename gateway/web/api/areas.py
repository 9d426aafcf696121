"""What a caller who is limited to areas reaches: the rule that people's pages have too.

A decision, its broadcast and its episode are theirs where every area that it names lies in their areas; an
organisation where its own does. What is not theirs is as what is not there.
"""

import asyncio
import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection

from gateway.broadcasts.approving.recorded import unknown as unknown_decision
from gateway.decisions.model import Decision
from gateway.directory.areas import within
from gateway.errors import InputError
from gateway.follow_up.obligations.obligations import unknown as unknown_obligation
from gateway.follow_up.obligations.owers import units_within
from gateway.follow_up.papers.chronicle import unknown as unknown_episode
from gateway.ledger.decisions import decisions, episodes
from gateway.ledger.decisions.decisions import Entry
from gateway.ledger.delivery import live
from gateway.ledger.follow_up.owed import Units, holds
from gateway.orders.dismissing import known
from gateway.web.access import Caller
from gateway.web.api.operation import Call
from gateway.web.keys import DESK, LEDGER
from gateway.web.organisations import stored


async def decision(call: Call[Any]) -> None:
    """The decision of the path. Raises `InputError` (DECISION_UNKNOWN)."""
    identifier = call.path["id"]
    if not await call.app[LEDGER].read(decision_lies_within, identifier, call.caller.areas):
        raise unknown_decision(identifier)


async def broadcast(call: Call[Any]) -> None:
    """The broadcast of the path, to know all of it or to act on it. Raises `InputError`
    (BROADCAST_UNKNOWN)."""
    identifier = int(call.path["id"])
    concerned = await call.app[LEDGER].read(live.concerned, identifier)
    if not _lie_within(concerned, call.caller.areas):
        raise InputError(
            "BROADCAST_UNKNOWN",
            f"没有发布任务 {identifier}",
            f"there is no broadcast {identifier}",
            field="broadcast",
        )


async def episode(call: Call[Any]) -> None:
    """The episode of the path: each of its decisions. Raises `InputError` (EPISODE_UNKNOWN)."""
    identifier = call.path["id"]
    if not await call.app[LEDGER].read(episode_lies_within, identifier, call.caller.areas):
        raise unknown_episode(identifier)


async def organisation(call: Call[Any]) -> None:
    """The organisation of the path. Raises `InputError` (ORGANISATION_UNKNOWN)."""
    await call.app[LEDGER].read(stored, call.path["code"], call.caller.areas)


async def refuse_decision(call: Call[Any], stated: Decision) -> None:
    """Raises `InputError` where a decision to be submitted is not the caller's: AREA_NOT_YOURS;
    DECISION_UNKNOWN for the one that it changes."""
    refuse_other_areas(call.caller, stated.area)
    limits, previous = call.caller.areas, stated.previous
    if limits and previous and not await call.app[LEDGER].read(decision_lies_within, previous, limits):
        raise unknown_decision(previous)


def decision_lies_within(connection: Connection, identifier: str, areas: Collection[str]) -> bool:
    """Whether there is such a decision, all of it within these areas (none: everywhere)."""
    found = decisions.entry(connection, identifier)
    return found is not None and entry_lies_within(found, areas)


def entry_lies_within(entry: Entry, areas: Collection[str]) -> bool:
    """The same of one that was read."""
    return not areas or _lie_within(json.loads(entry.document)["area"], areas)


def episode_lies_within(connection: Connection, identifier: str, areas: Collection[str]) -> bool:
    """The same of each decision that was launched in an episode."""
    found = episodes.of(connection, identifier)
    return found is not None and all(
        _lie_within(json.loads(each.document)["area"], areas) for each in found.launched
    )


async def order(call: Call[Any]) -> None:
    """The order of the path: any of its area. Raises `InputError` (ORDER_UNKNOWN)."""
    await call.app[LEDGER].read(known, int(call.path["id"]), call.caller.areas)


async def obligation(call: Call[Any]) -> None:
    """The obligation of the path: of a unit in their areas. Raises `InputError` (OBLIGATION_UNKNOWN)."""
    identifier = int(call.path["id"])
    if not await call.app[LEDGER].read(holds, identifier, await units(call)):
        raise unknown_obligation(identifier)


async def units(call: Call[Any]) -> Units | None:
    """Whose obligations the caller sees; None: no limits."""
    if not call.caller.areas:
        return None
    return units_within(call.caller.areas, await asyncio.to_thread(call.app[DESK].catalogue.readable))


def refuse_other_areas(caller: Caller, codes: Collection[str]) -> None:
    """Raises `InputError` (AREA_NOT_YOURS) where a caller is not for all of these codes."""
    others = [code for code in codes if not within(code, caller.areas)]
    if others:
        raise InputError(
            "AREA_NOT_YOURS",
            f"这个令牌不能为这些区域办理：{'、'.join(others)}",
            f"this token does not act for {', '.join(others)}",
            field="area",
        )


def _lie_within(codes: Collection[str], areas: Collection[str]) -> bool:
    return bool(codes) and all(within(code, areas) for code in codes)
