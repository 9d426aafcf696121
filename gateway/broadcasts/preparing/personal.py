"""What a decision says to single enterprises, for all whom it tells."""

import json
from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from gateway.broadcasts.preparing import standing
from gateway.broadcasts.preparing.standing import MENDING, Link, document
from gateway.broadcasts.preparing.texts import end_of_dropped
from gateway.decisions.model import Decision
from gateway.directory.targets import MEDIUM_OF, Targets
from gateway.ledger.decisions.personal import Personal
from gateway.notices import personal as notices
from gateway.notices.model import Office
from gateway.notices.own import Enterprise
from gateway.notices.turns import Period, Rota
from gateway.plans.model import Plan
from gateway.vocabulary import Language, Level, Medium

# by id, those of the asked whose inventory has lines at one of the levels
Enterprises = Callable[[Collection[int], Sequence[Level]], Mapping[int, Enterprise]]
_AT_ONCE = 500  # enterprises whose inventories are read together
_NONE: frozenset[Medium] = frozenset()


@dataclass(frozen=True, slots=True)
class Writers:
    """Who writes to those who are `told`, and to those who are told the end for a `dropped` area (None:
    no area is dropped)."""

    told: notices.Personal
    dropped: notices.Personal | None

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels whose lines of an inventory count; none where no enterprise is told of its own."""
        return tuple(
            dict.fromkeys((*self.told.levels, *(self.dropped.levels if self.dropped is not None else ())))
        )


def writers(
    plan: Plan, decision: Decision, office: Office, link: Link, language: Language = "zh-CN"
) -> Writers:
    """The writers of a decision's words for single enterprises. Raises what `render` raises."""
    before = standing.before(link)
    end = end_of_dropped(plan, decision, link)
    return Writers(
        notices.Personal(
            plan,
            decision,
            office,
            before=before,
            after=standing.in_force(link.after),
            rota=_rota(plan, decision, link),
            language=language,
        ),
        None if end is None else notices.Personal(plan, end, office, before=before, language=language),
    )


def _rota(plan: Plan, decision: Decision, link: Link) -> Rota:
    """The turns of a rotation, counted from when the level began to hold without a break."""
    holds = decision
    if decision.action == "retract" and link.after is not None:
        holds = document(link.after)
    held = list(link.counting)
    if decision.action in MENDING:
        held = held[:-1]
    since, former = holds.starts_at, None
    for each in reversed(held):
        earlier = document(each)
        if not each.warns or earlier.level != holds.level:
            break
        since = earlier.starts_at
        former = former or Period(earlier.starts_at, earlier.expected_end_at)
    return Rota(plan.rotation, since, Period(max(decision.starts_at, since), holds.expected_end_at), former)


def compose(
    by: Writers,
    enterprises: Enterprises,
    told: Targets,
    dropped: Targets,
    shared: Container[int],
    language: Language = "zh-CN",
    only: Container[int] | None = None,
) -> Iterator[Personal]:
    """The own words of every enterprise among those told and those told the end for a dropped area, in
    the media in which they are reached; in the order of organisations.

    `shared`: chat rooms of several organisations, in which everybody reads the same. `language`: the
    writers'; `only` bounds the enterprises.
    """
    yield from _words(by.told, enterprises, told, shared, language, only)
    if by.dropped is not None:
        yield from _words(by.dropped, enterprises, dropped, shared, language, only)


def _words(
    writer: notices.Personal,
    enterprises: Enterprises,
    targets: Targets,
    shared: Container[int],
    language: Language,
    only: Container[int] | None,
) -> Iterator[Personal]:
    if not writer.levels:
        return
    told = _media(targets, shared, only)
    listed = sorted(told)
    for start in range(0, len(listed), _AT_ONCE):
        some = listed[start : start + _AT_ONCE]
        found = enterprises(some, writer.levels)
        for identifier in some:
            words = writer.words(found[identifier], told[identifier]) if identifier in found else None
            if words is not None:
                yield from kept(identifier, words, language)


def _media(
    targets: Targets, shared: Container[int], only: Container[int] | None
) -> dict[int, frozenset[Medium]]:
    """In which media the enterprises among the targets may read words of their own."""
    media = [MEDIUM_OF[each.kind] if each.audience == "enterprises" else None for each in targets.readings]
    found: dict[int, frozenset[Medium]] = {}
    for organisation_id, address_id, place in targets.rows():
        medium = media[place]
        if medium is None or address_id in shared or (only is not None and organisation_id not in only):
            continue
        known = found.get(organisation_id, _NONE)
        if medium not in known:
            found[organisation_id] = _one_more(known, medium)
    return found


@cache
def _one_more(media: frozenset[Medium], another: Medium) -> frozenset[Medium]:
    return media | {another}  # one value for all who are reached alike


def kept(identifier: int, words: notices.OwnWords, language: Language) -> Iterator[Personal]:
    """An organisation's own words as they are kept, by medium."""
    yield Personal(identifier, "notice", "\n".join(words.section), language)
    if words.sms is not None:
        yield Personal(identifier, "sms", words.sms, language)
    if words.webhook is not None:
        yield Personal(identifier, "webhook", json.dumps(words.webhook, ensure_ascii=False), language)
