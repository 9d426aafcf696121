"""A decision on the console's pages: who may see it, whose turn it is, and how it is told."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy import Connection

from gateway.broadcasts.approving.officials import approvers, concerns
from gateway.broadcasts.approving.recorded import unknown
from gateway.broadcasts.approving.sheet import Sheet, sheet
from gateway.broadcasts.approving.steps import Step
from gateway.broadcasts.preparing import selecting
from gateway.decisions.model import Decision
from gateway.ledger.accounts import users
from gateway.ledger.accounts.users import User
from gateway.ledger.decisions import notices
from gateway.ledger.decisions.approvals import Said
from gateway.ledger.decisions.notices import Purpose
from gateway.slots import filled
from gateway.vocabulary import Words
from gateway.web.console.areas import area_words
from gateway.web.console.decisions import called_words, decision_words
from gateway.web.console.decisions.called import called, shown
from gateway.web.console.decisions.whose_turn import drafted, may_turn_down, turn
from gateway.web.console.drafts.differences import Difference, differences
from gateway.web.console.drafts.selection_words import in_words, names_of
from gateway.web.console.frame import framed
from gateway.web.console.people.trail_words import KINDS
from gateway.web.console.served import unserved
from gateway.web.console.typed import word_of
from gateway.web.keys import CLOCK, DESK, LEDGER
from gateway.web.live.live_words import SECTORS, Speech
from gateway.web.live.standing_words import when
from gateway.web.people import Person

DECISIONS = "/console/decisions"
ONE = DECISIONS + r"/{id:[0-9a-f-]{36}}"
_OVER = ("launched", "withdrawn")  # nobody is to do anything more


@dataclass(frozen=True, slots=True)
class ShownText:
    """A frozen text with one of its readers; `messages` as they leave, without anybody's own lines."""

    purpose: Purpose
    audience: str
    sector: str | None
    medium: str
    language: str
    title: str
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MainText:
    """The words of one or more readers (audience and sector)."""

    messages: tuple[str, ...]
    readers: tuple[tuple[str, str | None], ...]

    @property
    def of_sectors(self) -> bool:
        """Whether only single sectors read it."""
        return all(sector is not None for _, sector in self.readers)


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step of the plan's chain. `said` gave it; `people` are those who may, of the next one."""

    step: Step
    state: str  # given, stated, next or later
    said: Said | None
    people: tuple[User, ...]


async def seen(person: Person) -> Sheet:
    """The decision that the request names. Raises `InputError` (DECISION_UNKNOWN), also for one of areas
    that the person is not for."""
    app, identifier = person.request.app, person.request.match_info["id"]
    found = await app[LEDGER].read(sheet, app[DESK], identifier, app[CLOCK]())
    if not concerns(person.user, found.decision):
        raise unknown(identifier)
    return found


async def texts(person: Person, of: Sheet, **wanted: str) -> list[ShownText]:
    """The frozen texts; `wanted` bounds purpose, audience, medium or language."""
    found = await person.request.app[LEDGER].read(notices.texts, of.entry.id, wanted)
    return [
        ShownText(
            each.purpose,
            each.audience,
            each.sector,
            each.medium,
            each.language,
            each.title,
            filled(each.medium, json.loads(each.messages), None, None)[0],
        )
        for each in found
        if each.medium != "push"
    ]


async def main_texts(person: Person, of: Sheet) -> list[MainText]:
    """The SMS in Chinese, of the audiences that are told, or, where no list says who is, of all."""
    audiences = {audience for audience, _, _ in of.reach.counts}
    found = await texts(person, of, purpose="now", medium="sms", language="zh-CN")
    return by_words(each for each in found if not audiences or each.audience in audiences)


def by_words(found: Iterable[ShownText]) -> list[MainText]:
    """Texts, each once with all its readers (an audience stands for its sectors); those of single sectors
    last."""
    readers: dict[tuple[str, ...], list[tuple[str, str | None]]] = {}
    for text in sorted(found, key=lambda each: each.sector is not None):
        readers.setdefault(text.messages, []).append((text.audience, text.sector))
    return [
        MainText(
            messages,
            tuple(each for each in read_by if each[1] is None or (each[0], None) not in read_by),
        )
        for messages, read_by in readers.items()
    ]


async def told(
    person: Person, template: str, of: Sheet, /, *, status: int = 200, acting: bool = False, **values: object
) -> web.Response:
    """A page about a decision, in the colour of exercises where it is one. `acting`: whoever reads it acts on
    it here, and is not told to telephone people, who may be themselves."""
    ledger, language = person.request.app[LEDGER], person.language
    selection = selecting.stored(of.entry.selection)
    everybody = await ledger.read(users.all_users) if of.entry.state not in _OVER else []
    word = word_of(of.decision.action, of.decision.level, exercise=of.entry.exercise)
    channels = [channel for _, channel, _ in of.reach.counts] if of.open else []
    return page(
        person,
        template,
        status=status,
        exercise=of.entry.exercise,
        sheet=of,
        decision=of.decision,
        path_of=f"{DECISIONS}/{of.entry.id}",
        when=lambda at: when(language, at),
        area=area_words(language, of.plan, of.decision.area),
        selected=in_words(language, of.plan, selection, await names_of(ledger, selection)),
        steps=list(_steps(of, everybody)),
        called=await ledger.read(called, of, everybody) if everybody and not acting else None,
        shown_address=shown,
        turn=turn(person, of),
        may_turn_down=may_turn_down(person, of),
        is_drafter=drafted(person, of),
        differences=await _differences(person, of),
        word_shown=Speech(language).of(word),
        **await unserved(person, channels, exercise=of.entry.exercise),
        **values,
    )


def page(
    person: Person, template: str, /, *, status: int = 200, exercise: bool = False, **values: object
) -> web.Response:
    """A page with the words of decisions."""
    speech = Speech(person.language)
    return framed(
        person,
        template,
        status=status,
        exercise=exercise,
        words=decision_words.TEXTS | called_words.TEXTS,
        word_in=lambda table, key: speech.among(_TABLES[table], key or ""),
        done=decision_words.DONE.get(person.request.query.get("done", "")),
        **values,
    )


def _steps(of: Sheet, everybody: Iterable[User]) -> Iterable[ShownStep]:
    for step in of.chain:
        said = of.given(step)
        following = of.left[0] == step if of.left else False
        state = "given" if said else "next" if following else "later" if step in of.left else "stated"
        yield ShownStep(step, state, said, tuple(approvers(everybody, of)) if following else ())


async def _differences(person: Person, of: Sheet) -> list[Difference]:
    if of.earlier is None:
        return []
    before = Decision.model_validate_json(of.earlier.document)
    measures = await person.request.app[LEDGER].read(_measures, of.earlier.id, of.entry.id)
    return differences(person.language, of.plan, before, of.decision, *measures)


def _measures(
    connection: Connection, earlier: str, later: str
) -> tuple[Mapping[str, set[str]], Mapping[str, set[str]]]:
    """The measures of either decision by audience, of all its sectors."""
    found: list[dict[str, set[str]]] = []
    for identifier in (earlier, later):
        wanted = {"purpose": "now", "medium": "notice", "language": "zh-CN"}
        by_audience: dict[str, set[str]] = {}
        for text in notices.texts(connection, identifier, wanted):
            by_audience.setdefault(text.audience, set()).update(json.loads(text.measures))
        found.append(by_audience)
    return found[0], found[1]


_TABLES: Mapping[str, dict[str, Words]] = {
    "state": decision_words.STATES,
    "severity": decision_words.SEVERITIES,
    "sector": SECTORS,
    "medium": decision_words.MEDIA,
    "purpose": decision_words.PURPOSES,
    "trail": KINDS | decision_words.TRAIL,
    "verdict": decision_words.VERDICTS,
}
