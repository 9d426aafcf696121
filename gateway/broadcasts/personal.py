"""What a decision says to single enterprises, for all whom it tells."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator

from sqlalchemy import Connection

from gateway.broadcasts.standing import Link, in_force
from gateway.broadcasts.texts import end_of_dropped
from gateway.decisions.model import Decision
from gateway.directory.targeting import MEDIUM_OF, Target
from gateway.ledger import personal
from gateway.ledger.personal import Personal
from gateway.notices import personal as notices
from gateway.notices.model import Office
from gateway.plans.model import Plan
from gateway.vocabulary import Medium


def compose(
    connection: Connection,
    plan: Plan,
    decision: Decision,
    office: Office,
    link: Link,
    told: Iterable[Target],
    dropped: Iterable[Target],
) -> tuple[Personal, ...]:
    """The own words of every enterprise among those told and those told the end for a dropped area, in
    the media in which they are reached; in the order of organisations."""
    before = in_force(link.follows)
    found = list(
        _words(
            connection,
            notices.Personal(plan, decision, office, before=before, after=in_force(link.after)),
            told,
        )
    )
    end = end_of_dropped(plan, decision, link)
    if end is not None:
        found += _words(connection, notices.Personal(plan, end, office, before=before), dropped)
    return tuple(found)


def _words(connection: Connection, writer: notices.Personal, targets: Iterable[Target]) -> Iterator[Personal]:
    media: dict[int, set[Medium]] = defaultdict(set)
    for target in targets:
        if target.audience == "enterprises":
            media[target.organisation_id].add(MEDIUM_OF[target.kind])
    if not media or not writer.levels:
        return
    for identifier, enterprise in sorted(personal.enterprises(connection, media, writer.levels).items()):
        words = writer.words(enterprise, media[identifier])
        if words is None:
            continue
        yield Personal(identifier, "notice", "\n".join(words.section))
        if words.sms is not None:
            yield Personal(identifier, "sms", words.sms)
        if words.webhook is not None:
            yield Personal(identifier, "webhook", json.dumps(words.webhook, ensure_ascii=False))
