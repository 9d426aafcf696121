"""How many a decision tells, counted when it is frozen: the figures that people confirm before it leaves."""

import json
from collections import Counter
from dataclasses import asdict, dataclass

from gateway.broadcasts.preparing.prepare import Prepared
from gateway.directory.model import AddressKind
from gateway.vocabulary import Audience


@dataclass(frozen=True, slots=True)
class Reach:
    """What a frozen list comes to.

    `recipients` are organisations at addresses, `dropped` those of them that are told the end for an area
    that a change leaves out. `messages` count the parts of long texts, `segments` what operators charge
    for the SMS among them; both by the shared texts. `skipped` organisations, or addresses of theirs, are
    meant and not told. `counts` has (audience, channel, recipients).
    """

    recipients: int
    organisations: int
    dropped: int
    skipped: int
    messages: int
    segments: int
    counts: tuple[tuple[Audience, AddressKind, int], ...]


def count(prepared: Prepared) -> Reach:
    """The figures of what was prepared."""
    counts: Counter[tuple[Audience, AddressKind]] = Counter()
    messages = segments = 0
    for purpose, targets in prepared.recipients:
        texts = {
            (each.audience, each.sector, each.medium, each.language): each
            for each in prepared.texts.get(purpose, ())
        }
        for reading, number in targets.counts().items():
            counts[reading.audience, reading.kind] += number
            text = texts[reading.text]
            messages += number * max(1, len(text.messages))
            segments += number * (text.segments or 0)
    return Reach(
        recipients=counts.total(),
        organisations=len({each for _, targets in prepared.recipients for each in targets.organisations}),
        dropped=len(prepared.dropped),
        skipped=len(prepared.targeted.skipped),
        messages=messages,
        segments=segments,
        counts=tuple((*key, number) for key, number in sorted(counts.items())),
    )


def write(reach: Reach) -> str:
    """As the ledger keeps it."""
    return json.dumps(asdict(reach))


def read(kept: str) -> Reach:
    """What `write` wrote."""
    fields = json.loads(kept)
    counts = tuple((audience, kind, number) for audience, kind, number in fields["counts"])
    return Reach(**{**fields, "counts": counts})
