"""Call sheets: whom the duty officer or a grid member calls, and what to read out. Pure values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway.boards.sign import phones
from gateway.directory.dialling import shown
from gateway.directory.model import CONTACT_ROLE_WORDS, DIALLED, Contact, Organisation
from gateway.ledger.follow_up.unreached import Unreached, UnreachedState
from gateway.moments import local, moment
from gateway.notices import chinese
from gateway.plans.model import Plan
from gateway.vocabulary import AUDIENCE_WORDS, SECTOR_WORDS, Audience, Sector

Reader = tuple[Audience, Sector | None]

STATE_WORDS: dict[UnreachedState, str] = {
    "unreached": "未送达",
    "pending": "未见送达回执",
    "unsigned": "已送达，未签收",
    "objected": "有异议",
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to call; `numbers` in the order in which they are dialled, none where none is known."""

    role: str
    name: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """One organisation to call, its people in order. `own` are the lines frozen for it alone, which are
    read to it after the script."""

    code: str
    organisation: str
    place: str
    state: str
    people: tuple[Person, ...]
    own: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CallSheet:
    """The calls of one district to one kind of reader, with the text to read out to all of them.

    `script` None: the decision has no words for them (they are told in writing only).
    """

    area: str
    readers: str
    title: str
    script: str | None
    exercise: bool
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """What a decision says to one kind of reader: the title of its text, and the words to be spoken."""

    title: str
    words: str


def call_sheets(
    plan: Plan,
    unreached: Iterable[Unreached],
    scripts: Mapping[Reader, Script],
    title: str,
    own: Mapping[str, Sequence[str]],
    *,
    exercise: bool,
) -> tuple[CallSheet, ...]:
    """One sheet for each district and reader, districts in the plan's order; `title` of the decision,
    `own` the lines frozen for single organisations, by code."""
    grouped: dict[tuple[int, Reader], list[Unreached]] = {}
    codes = [area.code for area in plan.areas]
    for each in unreached:
        key = (_district(codes, each.area), (each.organisation.audience, each.organisation.sector))
        grouped.setdefault(key, []).append(each)
    order = list(AUDIENCE_WORDS)
    found = []
    for (district, reader), members in sorted(
        grouped.items(), key=lambda item: (item[0][0], order.index(item[0][1][0]), item[0][1][1] or "")
    ):
        script = scripts.get(reader)
        audience, sector = reader
        found.append(
            CallSheet(
                plan.areas[district].name if district < len(codes) else members[0].area,
                SECTOR_WORDS[sector] if sector else AUDIENCE_WORDS[audience],
                script.title if script else title,
                script.words if script else None,
                exercise,
                tuple(_call(each, own.get(each.organisation.code, ())) for each in members),
            )
        )
    return tuple(found)


def _district(codes: Sequence[str], area: str) -> int:
    """The place of the plan's area that holds `area`; behind all where none does."""
    holding = [code for code in codes if area.startswith(code)]
    return codes.index(max(holding, key=len)) if holding else len(codes)


def _call(each: Unreached, own: Sequence[str]) -> Call:
    since = local(moment(each.since))
    return Call(
        each.organisation.code,
        each.organisation.name,
        each.organisation.location or "",
        f"{STATE_WORDS[each.state]}（{chinese.day(since.date(), year=False)}{since:%H:%M}起）",
        (*(_person(each.organisation, contact) for contact in each.contacts), *_own(each.organisation)),
        tuple(own),
    )


def _person(organisation: Organisation, contact: Contact) -> Person:
    role = CONTACT_ROLE_WORDS[contact.role]
    if contact.role == "head":
        role = "项目负责人" if organisation.sector == "construction" else "法定代表人"
    return Person(role, contact.name, phones(contact))


def _own(organisation: Organisation) -> Iterable[Person]:
    """The organisation's own numbers, after those of its people."""
    numbers = tuple(shown(each.value) for each in organisation.addresses if each.kind in DIALLED)
    if numbers or organisation.contact:
        yield Person("本单位", organisation.contact or "", numbers)
