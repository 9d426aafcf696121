"""Takes the steps that are due where a signature is missing; see docs/escalation.md.

A step sends the same words to one more address of the organisation, as a further delivery of the same
broadcast, or puts the organisation on the list of calls. It is recorded in the transaction of what it does.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from sqlalchemy import Connection

from gateway.broadcasts.launching.expand import new_deliveries
from gateway.decisions.model import Decision
from gateway.directory.model import ADDRESS_KINDS, AddressKind
from gateway.directory.night import at_night
from gateway.directory.targets import MEDIUM_OF
from gateway.escalation_policy import Policies, policy_for
from gateway.ledger import events, timers
from gateway.ledger.backends import incarnation
from gateway.ledger.database import Clock, Ledger
from gateway.ledger.decisions import personal
from gateway.ledger.decisions.broadcasts import RecipientRow
from gateway.ledger.decisions.listing import WATCHERS
from gateway.ledger.delivery import deliveries, opted_out
from gateway.ledger.directory import addresses, contacts, denied_addresses
from gateway.ledger.directory.contacts import StoredContact
from gateway.ledger.follow_up import escalation, escalation_sources
from gateway.ledger.follow_up.escalation import Due
from gateway.ledger.follow_up.escalation_sources import Reach, Reading, Source
from gateway.moments import moment
from gateway.rounds import Rounds
from gateway.vocabulary import Language

_log = logging.getLogger(__name__)

_SLICE = 200  # steps in one transaction: short enough for a claim to come between
_LONGEST_SLEEP = 5.0  # seconds: so soon a launch is noticed that did not wake us
_MINUTE = 60_000  # ms


class Escalator(Rounds):
    """Takes steps when their moments come. Any number of processes may run one.

    `queued` is called when there is something new to send.
    """

    def __init__(self, ledger: Ledger, clock: Clock, policies: Policies, queued: Callable[[], None]) -> None:
        super().__init__("escalation", ledger, clock, _LONGEST_SLEEP)
        self._policies = policies
        self._queued = queued

    async def _round(self) -> int | None:
        while due := await self._ledger.read(due_now, self._clock()):
            taken = await self._ledger.write(take, due, self._policies, self._clock())
            _log.info("escalation_steps_taken", extra=taken)
            if taken["channel"] or taken["contact"]:
                self._queued()
        return await self._ledger.read(_next_due)


def due_now(connection: Connection, now: int) -> list[int]:
    """The next steps to be taken; none in a restored copy that sends nothing yet: nobody knows what the
    ledger itself has done since."""
    guarded = incarnation.guard(connection) is not None
    return [] if guarded else timers.due(connection, "escalation", now, _SLICE)


def _next_due(connection: Connection) -> int | None:
    guarded = incarnation.guard(connection) is not None
    return None if guarded else timers.next_due(connection, "escalation")


def take(connection: Connection, step_ids: Sequence[int], policies: Policies, now: int) -> dict[str, int]:
    """Take these steps and set those after them; gives how many of each kind, and `skipped` ones.

    A step of an organisation that has signed or objected meanwhile, or whose broadcast was stopped or has
    run out, only loses its timer. `now` in milliseconds since 1970 UTC.
    """
    counts = dict.fromkeys(("channel", "contact", "phone", "skipped"), 0)
    timers.remove(connection, "escalation", step_ids)
    due = escalation.due(connection, step_ids, now)
    for broadcast_id, of_it in groupby(due, key=lambda step: step.broadcast_id):
        steps = list(of_it)
        source = escalation_sources.source(connection, broadcast_id)
        decision = Decision.model_validate_json(source.document)
        _take_of_broadcast(connection, source, decision, steps, now, counts)
        _set_next(connection, source, decision, steps, policies)
    return counts


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Whom a step tells: a contact (None: the organisation itself) at these addresses."""

    step: Due
    contact_id: int | None
    addresses: Sequence[Reach]

    @property
    def first(self) -> tuple[int, int]:
        """The organisation, and the first address at which it is told."""
        return self.step.organisation_id, self.addresses[0].address_id


def _take_of_broadcast(
    connection: Connection,
    source: Source,
    decision: Decision,
    steps: Sequence[Due],
    now: int,
    counts: dict[str, int],
) -> None:
    chosen = list(_choose(connection, source, decision, steps, now))
    _send(connection, source, decision, chosen, now)
    first = escalation_sources.first_deliveries(connection, source.id, [each.first for each in chosen])
    by_step = {each.step.id: each for each in chosen}
    for step in steps:
        each = by_step.get(step.id)
        skipped = each is None and step.kind != "phone"
        counts["skipped" if skipped else step.kind] += 1
        delivery_id = None if each is None else first[each.first]
        escalation.taken(
            connection,
            step.id,
            now,
            contact_id=None if each is None else each.contact_id,
            delivery_id=delivery_id,
            skipped=skipped,
        )
        events.append(
            connection,
            now,
            "escalation_skipped" if skipped else "escalated",
            broadcast_id=source.id,
            delivery_id=delivery_id,
            step=step.id,
            by=step.kind,
        )


def _choose(
    connection: Connection, source: Source, decision: Decision, steps: Sequence[Due], now: int
) -> Iterator[_Chosen]:
    """Whom each step tells next; a step that finds nobody is left out.

    Nobody is chosen at an address at which the organisation was told before, that refuses our messages, or
    that was denied for it.
    """
    sending = [step for step in steps if step.kind != "phone"]
    ids = [step.organisation_id for step in sending]
    people = contacts.of_organisations(connection, ids)
    own = escalation_sources.own_addresses(connection, ids, decision.exercise)
    told = escalation_sources.told(connection, source.id, ids)
    refusing = opted_out.of(connection, decision.exercise)
    denied = denied_addresses.ids_of(connection, ids)
    duty = escalation_sources.on_shift(connection, [p.id for each in people.values() for p in each], now)
    texts = _Texts(connection, source.decision_id, ids)
    night = at_night(moment(now))
    for step in sending:
        known = told.get(step.organisation_id, {})
        unusable = refusing | known.keys() | denied.get(step.organisation_id, set())
        fresh = partial(_fresh, unusable, texts, step)
        members = _in_order(people.get(step.organisation_id, ()), duty, night)
        if step.kind == "contact":
            found = _next_contact(step, members, known, fresh)
        else:
            kinds = set(known.values())
            found = _next_channel(step, own.get(step.organisation_id, ()), members, kinds, fresh)
        if found is not None:
            yield found


_Fresh = Callable[[AddressKind, int], bool]


class _Texts:
    """What each reader of a decision reads, and in which languages organisations have words of their own."""

    def __init__(self, connection: Connection, decision_id: str, organisation_ids: Collection[int]) -> None:
        self._readings = escalation_sources.readings(connection, decision_id)
        self._own = personal.languages(connection, decision_id, organisation_ids)
        self._connection = connection

    def has(self, step: Due, kind: AddressKind) -> bool:
        """Whether there is a text for the step's organisation in the medium of that kind of address."""
        return _reading(step, kind, "zh-CN") in self._readings

    def of(self, step: Due, reach: Reach) -> tuple[int, str, Language]:
        """The notice's id, its messages (JSON) and language. English, for whoever reads it, only where
        nothing of the organisation's own would be left out."""
        english = _reading(step, reach.kind, "en")
        own = self._own.get(step.organisation_id, {"en"})
        if english in self._readings and "en" in own and self._reads_english(reach):
            return *self._readings[english], "en"
        return *self._readings[_reading(step, reach.kind, "zh-CN")], "zh-CN"

    def _reads_english(self, reach: Reach) -> bool:
        return bool(addresses.reading_english(self._connection, [reach.address_id]))


def _fresh(used: Collection[int], texts: _Texts, step: Due, kind: AddressKind, address_id: int) -> bool:
    """Whether people read messages there, it was not used yet, and there is a text for it."""
    return kind not in ("phone", "push") and address_id not in used and texts.has(step, kind)


def _in_order(people: Sequence[StoredContact], duty: Collection[int], night: bool) -> list[StoredContact]:
    """The organisation's own people as they are tried: who is on shift, at night who has night duty, then
    in their order. Who watches over it calls; who stands for it by law comes last."""
    own = [each for each in people if each.contact.role not in WATCHERS]
    return sorted(
        own,
        key=lambda each: (
            each.contact.role == "head",
            each.id not in duty,
            not (night and each.contact.role == "night_duty"),
        ),
    )


def _reaches(person: StoredContact, fresh: _Fresh) -> list[Reach]:
    return [
        Reach(address_id, each.address.kind, each.address.value)
        for address_id, each in zip(person.address_ids, person.contact.addresses, strict=True)
        if fresh(each.address.kind, address_id)
    ]


def _next_contact(
    step: Due, people: Sequence[StoredContact], told: Collection[int], fresh: _Fresh
) -> _Chosen | None:
    """The first of these people at none of whose addresses it was told."""
    for person in people:
        reaches = _reaches(person, fresh)
        if reaches and not set(person.address_ids) & set(told):
            return _Chosen(step, person.id, reaches)
    return None


def _next_channel(
    step: Due,
    own: Sequence[Reach],
    people: Sequence[StoredContact],
    kinds: Collection[AddressKind],
    fresh: _Fresh,
) -> _Chosen | None:
    """The organisation's own addresses, else those of its first such contact, of a kind not tried yet."""
    for kind in ADDRESS_KINDS:
        if kind in kinds:
            continue
        ours = [reach for reach in own if reach.kind == kind and fresh(kind, reach.address_id)]
        if ours:
            return _Chosen(step, None, ours)
        for person in people:
            theirs = [reach for reach in _reaches(person, fresh) if reach.kind == kind]
            if theirs:
                return _Chosen(step, person.id, theirs)
    return None


def _send(
    connection: Connection, source: Source, decision: Decision, chosen: Sequence[_Chosen], now: int
) -> None:
    texts = _Texts(connection, source.decision_id, {each.step.organisation_id for each in chosen})
    rows = [_row(each.step, reach, texts) for each in chosen for reach in each.addresses]
    deliveries.insert(
        connection, new_deliveries(connection, source.id, source.episode_id, decision, rows, now)
    )


def _row(step: Due, reach: Reach, texts: _Texts) -> RecipientRow:
    notice_id, messages, language = texts.of(step, reach)
    return RecipientRow(
        id=0,
        organisation_id=step.organisation_id,
        address_id=reach.address_id,
        notice_id=notice_id,
        audience=step.audience,
        area=step.area,
        kind=reach.kind,
        value=reach.value,
        messages=messages,
        language=language,
        reply_minutes=None,
        dropped=step.dropped,
    )


def _reading(step: Due, kind: AddressKind, language: Language) -> Reading:
    return step.dropped, step.audience, step.sector, MEDIUM_OF[kind], language


def _set_next(
    connection: Connection, source: Source, decision: Decision, steps: Sequence[Due], policies: Policies
) -> None:
    following = {}
    for step in steps:
        policy = policy_for(policies, step.audience, decision.level)
        if policy is not None and step.number + 1 < len(policy.steps):
            after = policy.steps[step.number + 1]
            due_at = source.launched_at + after.after_minutes * _MINUTE
            following[step.acknowledgement_id] = (step.number + 1, after.kind, due_at)
    escalation.follow(connection, following)
