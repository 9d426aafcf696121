"""What a decision says to single enterprises, for all whom it tells."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from gateway.broadcasts.standing import MENDING, Link, document, in_force
from gateway.broadcasts.texts import end_of_dropped
from gateway.decisions.model import Decision
from gateway.directory.targeting import MEDIUM_OF, Target
from gateway.ledger.personal import Personal
from gateway.notices import personal as notices
from gateway.notices.model import Office
from gateway.notices.own import Enterprise
from gateway.notices.turns import Period, Rota
from gateway.plans.model import Plan
from gateway.vocabulary import Language, Level, Medium


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
    before = in_force(link.follows)
    end = end_of_dropped(plan, decision, link)
    return Writers(
        notices.Personal(
            plan,
            decision,
            office,
            before=before,
            after=in_force(link.after),
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
    enterprises: Mapping[int, Enterprise],
    told: Iterable[Target],
    dropped: Iterable[Target],
    language: Language = "zh-CN",
) -> tuple[Personal, ...]:
    """The own words of every enterprise among those told and those told the end for a dropped area, in
    the media in which they are reached; in the order of organisations. `enterprises`: by id, those whose
    inventory has lines at one of the writers' levels. `language`: the writers'."""
    found = list(_words(by.told, enterprises, told, language))
    if by.dropped is not None:
        found += _words(by.dropped, enterprises, dropped, language)
    return tuple(found)


def _words(
    writer: notices.Personal,
    enterprises: Mapping[int, Enterprise],
    targets: Iterable[Target],
    language: Language,
) -> Iterator[Personal]:
    media: dict[int, set[Medium]] = defaultdict(set)
    for target in targets:
        if target.audience == "enterprises" and target.organisation_id in enterprises:
            media[target.organisation_id].add(MEDIUM_OF[target.kind])
    if not writer.levels:
        return
    for identifier in sorted(media):
        words = writer.words(enterprises[identifier], media[identifier])
        if words is not None:
            yield from kept(identifier, words, language)


def kept(identifier: int, words: notices.OwnWords, language: Language) -> Iterator[Personal]:
    """An organisation's own words as they are kept, by medium."""
    yield Personal(identifier, "notice", "\n".join(words.section), language)
    if words.sms is not None:
        yield Personal(identifier, "sms", words.sms, language)
    if words.webhook is not None:
        yield Personal(identifier, "webhook", json.dumps(words.webhook, ensure_ascii=False), language)
