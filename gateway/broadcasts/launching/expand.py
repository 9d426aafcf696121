"""Makes a live broadcast's frozen recipients into deliveries, a slice and its cursor at a time.

Whoever is asked to sign gets a row for it in the same transaction, and the first step of its escalation.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from gateway.broadcasts.launching import priority
from gateway.decisions.model import Decision
from gateway.directory.night import quiet_end
from gateway.escalation_policy import DEFAULT, Policies, policy_for
from gateway.ledger.database import Clock, Ledger
from gateway.ledger.decisions import broadcasts as ledger_broadcasts
from gateway.ledger.decisions import episodes, personal
from gateway.ledger.decisions.broadcasts import Pending, RecipientRow
from gateway.ledger.delivery import deliveries, flights
from gateway.ledger.delivery.deliveries import NewDelivery
from gateway.ledger.delivery.routes import Choice
from gateway.ledger.directory import contacts
from gateway.ledger.follow_up import acknowledgements, escalation
from gateway.ledger.follow_up.acknowledgements import Asked
from gateway.ledger.follow_up.escalation import First
from gateway.moments import milliseconds, moment
from gateway.rounds import Rounds
from gateway.sign_tokens import SignTokens

CALLED = "called"  # why nothing is sent to a fixed line: a person calls there
SLICE = 2000  # deliveries in one transaction: short enough for a claim to come between
IDLE_SECONDS = 1.0
_MINUTE = 60_000  # ms


class Expander(Rounds):
    """Expands whatever is live; `wake` it after a launch. `expanded` is called after each slice."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        tokens: SignTokens,
        expanded: Callable[[], None],
        policies: Policies = DEFAULT,
    ) -> None:
        super().__init__("expansion", ledger, clock, IDLE_SECONDS, shared=IDLE_SECONDS)
        self._tokens = tokens
        self._expanded = expanded
        self._policies = policies

    async def _round(self) -> None:
        while await self._ledger.write_beside(expand_slice, self._tokens, self._clock(), self._policies):
            self._expanded()


def expand_slice(connection: Connection, tokens: SignTokens, now: int, policies: Policies = DEFAULT) -> bool:
    """Expand the next slice of the most urgent live broadcast; False when nothing is left to expand."""
    waiting = ledger_broadcasts.pending(connection)
    if not waiting:
        return False
    chosen = waiting[0] if len(waiting) == 1 else min(waiting, key=lambda each: _turn(connection, each))
    cursor = ledger_broadcasts.hold_unexpanded(connection, chosen.id)
    if cursor is None:
        return True  # stopped, superseded or finished elsewhere at this moment: look again
    broadcast = replace(chosen, expanded_through=cursor)
    rows = ledger_broadcasts.next_recipients(connection, broadcast.id, broadcast.expanded_through, SLICE)
    if rows:
        decision = Decision.model_validate_json(broadcast.document)
        deliveries.insert(
            connection, new_deliveries(connection, broadcast.id, broadcast.episode_id, decision, rows, now)
        )
        asked = _asked(broadcast, rows, tokens)
        acknowledgements.ask(connection, broadcast.id, decision.exercise, broadcast.valid_until, asked)
        escalation.begin(connection, broadcast.id, _first_steps(broadcast, decision, rows, policies))
    through = rows[-1].id if rows else broadcast.expanded_through
    ledger_broadcasts.expanded(
        connection, broadcast.id, through, finished_at=None if len(rows) == SLICE else now
    )
    return True


def _turn(connection: Connection, broadcast: Pending) -> tuple[bool, int, int]:
    """Its turn among those that wait: a warning never waits for a drill's list of a million, nor behind a
    lesser one's."""
    decision = Decision.model_validate_json(broadcast.document)
    episode = episodes.of(connection, broadcast.episode_id)
    levels = episodes.levels(episode.launched if episode else ())
    return decision.exercise, priority.urgency(decision, levels), broadcast.id


def _asked(broadcast: Pending, rows: Sequence[RecipientRow], tokens: SignTokens) -> list[Asked]:
    """Each organisation once, however many addresses it has."""
    minutes = {row.organisation_id: row.reply_minutes for row in rows if row.reply_minutes is not None}
    return [
        Asked(identifier, tokens.sha256(broadcast.id, identifier), broadcast.launched_at + within * _MINUTE)
        for identifier, within in minutes.items()
    ]


def _first_steps(
    broadcast: Pending, decision: Decision, rows: Sequence[RecipientRow], policies: Policies
) -> list[First]:
    """What is tried first where whoever is asked to sign does not; who takes no message is to be called at
    once."""
    asked = {row.organisation_id: row.audience for row in rows if row.reply_minutes is not None}
    only_called = {row.organisation_id for row in rows if row.kind == "phone"} & asked.keys()
    return [First(identifier, "phone", broadcast.launched_at) for identifier in only_called] + [
        First(identifier, step.kind, broadcast.launched_at + step.after_minutes * _MINUTE)
        for identifier, audience in asked.items()
        if identifier not in only_called
        and (policy := policy_for(policies, audience, decision.level)) is not None
        for step in policy.steps[:1]
    ]


def new_deliveries(
    connection: Connection,
    broadcast_id: int,
    episode_id: str,
    decision: Decision,
    rows: Sequence[RecipientRow],
    now: int,
) -> list[NewDelivery]:
    """The deliveries of these recipients, as they leave from `now` on (ms since 1970 UTC)."""
    episode = episodes.of(connection, episode_id)
    levels = episodes.levels(episode.launched if episode else ())
    urgency = {ends: priority.urgency(decision, levels, ends=ends) for ends in (False, True)}
    choice = Choice(connection, decision.exercise, now)
    waits = flights.under_way(connection, episode_id, {row.address_id for row in rows})
    systems = {row.address_id for row in rows if row.kind == "push"}
    waits |= flights.still_at_work(connection, episode_id, systems)
    texts = {row.notice_id: row.messages for row in rows}
    messages = {notice_id: len(json.loads(text)) for notice_id, text in texts.items()}
    chatting = {row.organisation_id for row in rows if row.kind == "wecom"}
    own = personal.chat_parts(connection, broadcast_id, chatting)
    waiting = [row.address_id for row in rows if priority.can_wait(urgency[row.dropped])]
    rested = _rested(contacts.quiet_hours(connection, waiting), decision, now)
    return [
        NewDelivery(
            broadcast_id=broadcast_id,
            exercise=decision.exercise,
            audience=row.audience,
            channel=row.kind,
            area=row.area,
            organisation_id=row.organisation_id,
            address_id=row.address_id,
            notice_id=row.notice_id,
            part=part,
            lane_id=lane_id,
            priority=priority.priority(urgency[row.dropped], row.audience),
            # whoever is just being told the earlier words hears the newer ones after them
            due_at=max(now, waits.get(row.address_id, 0), rested.get(row.address_id, 0)),
            state="queued" if lane_id is not None else "suppressed",
            reason=None if lane_id is not None else CALLED if row.kind == "phone" else "configuration",
        )
        for row in rows
        for lane_id in [None if row.kind == "phone" else choice.lane(row.kind, row.value)]
        for part in range(_parts(row, messages, own))
    ]


def _rested(hours: Mapping[int, tuple[str, str]], decision: Decision, now: int) -> dict[int, int]:
    """When the quiet hours of each address in them now end; who would then be told too late is not held."""
    at, last = moment(now), priority.valid_until(decision, now)
    ends = {address_id: quiet_end(at, *stated) for address_id, stated in hours.items()}
    found = {address_id: milliseconds(end) for address_id, end in ends.items() if end is not None}
    return {address_id: end for address_id, end in found.items() if end < last}


def _parts(row: RecipientRow, messages: Mapping[int, int], own: Mapping[tuple[int, str], int]) -> int:
    """How many messages leave: an organisation's own chat message may have more parts than the shared."""
    shared = messages[row.notice_id]
    return own.get((row.organisation_id, row.language), shared) if row.kind == "wecom" else shared
