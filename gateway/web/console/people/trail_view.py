"""A row of the audit trail as people read it: a sentence, whom it is about, and what is told of the act."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from gateway.accounts.roles import ROLE_WORDS
from gateway.delivery.words import REASON_WORDS
from gateway.ledger.trail.audit import Entry
from gateway.ledger.trail.named import Decided, Names, names
from gateway.vocabulary import Words
from gateway.web.console.actors import actor_in_words
from gateway.web.console.console_words import SCOPES
from gateway.web.console.directory.campaign_words import ANSWERS, VIAS
from gateway.web.console.directory.import_words import KINDS as LIST_KINDS
from gateway.web.console.frame import moment
from gateway.web.console.people.trail_words import ABOUT, FACTS, FACTS_OF, KINDS, TEXTS
from gateway.web.live.board_words import RESULTS
from gateway.web.live.live_words import ACTIONS, LEVELS, Speech

_USER = "user:"
_LINKED = {  # where a subject is shown; a decision, broadcast or organisation by what was found of it
    "decision": "/console/decisions/{}",
    "broadcast": "/live/{}",
    "episode": "/console/episodes/{}",
    "obligation": "/console/obligations/{}",
    "order": "/console/orders/{}",
    "campaign": "/console/directory/campaigns/{}",
    "plan": "/console/plans/{}",
}
_VALUES: Mapping[str, Mapping[str, Words]] = {  # what programs call it, in words
    "result": {str(key): words for key, words in RESULTS.items()},
    "answer": ANSWERS,
    "via": VIAS,
    "reason": REASON_WORDS,
    "scopes": SCOPES,
    "roles": {role: Words(words.zh, words.en) for role, words in ROLE_WORDS.items()},
}


@dataclass(frozen=True, slots=True)
class Told:
    """A row of the trail with the names of what it is about; `plans`: the titles of plans by their ids."""

    entry: Entry
    names: Names
    plans: Mapping[str, str]

    @property
    def decided(self) -> Decided | None:
        """The decision that the act was about, or whose broadcast it was."""
        kind, _, key = self.entry.subject.partition(":")
        if kind == "broadcast" and key.isdecimal():
            return self.names.broadcasts.get(int(key))
        return self.names.decisions.get(key) if kind == "decision" else None

    @property
    def exercise(self) -> bool:
        """Whether it was an exercise's."""
        decided = self.decided
        return decided.exercise if decided is not None else self.entry.detail.get("exercise") is True


def told(connection: Connection, entries: Sequence[Entry], plans: Mapping[str, str]) -> list[Told]:
    """Rows with the names of what they are about; `plans`: the titles of plans by their ids."""
    found = names(
        connection,
        [
            *(each.subject for each in entries),
            *(
                f"decision:{each.detail['decision']}"
                for each in entries
                if _text(each.detail.get("decision"))
            ),
        ],
        [each.detail["organisation"] for each in entries if _text(each.detail.get("organisation"))],
        [each.actor.removeprefix(_USER) for each in entries if each.actor.startswith(_USER)],
    )
    return [Told(each, found, plans) for each in entries]


def sentence(row: Told, say: Speech) -> str:
    """Who did what to what."""
    act, about_what = say.among(KINDS, row.entry.kind), about(row, say)
    if about_what:
        return say.of(TEXTS["sentence_about"]).format(who(row, say), act, about_what)
    return say.of(TEXTS["sentence"]).format(who(row, say), act)


def who(row: Told, say: Speech) -> str:
    """Somebody's name; of a program or a token what it is called."""
    actor = row.entry.actor
    person = row.names.people.get(actor.removeprefix(_USER)) if actor.startswith(_USER) else None
    return person or actor_in_words(actor, say.language)


def about(row: Told, say: Speech) -> str:
    """What an act was about, by the name that people know it by."""
    kind, _, key = row.entry.subject.partition(":")
    number = int(key) if key.isascii() and key.isdecimal() else 0
    decided = row.decided
    if decided is not None:
        return decided_in_words(decided, say)
    if kind == "obligation" and number in row.names.obligations:
        return say.of(TEXTS["numbered"]).format(*row.names.obligations[number])
    if kind == "episode" and key in row.names.episodes:
        plan, opened = row.names.episodes[key]
        return " ".join(filter(None, (row.plans.get(plan, plan), moment(opened)[:10])))
    named = {
        "organisation": row.names.organisations.get(key, (0, ""))[1],
        "lane": row.names.lanes.get(number, ""),
        "order": row.names.orders.get(number, ""),
        "user": row.names.people.get(key, ""),
        "plan": row.plans.get(key, ""),
        "directory": say.among(LIST_KINDS, key) if key in LIST_KINDS else "",
    }.get(kind)
    if named:
        return named
    return say.of(ABOUT[kind]).format(key) if kind in ABOUT else row.entry.subject


def decided_in_words(decided: Decided, say: Speech) -> str:
    """A decision by what was decided and its document number."""
    level = f" {say.among(LEVELS, decided.level)}" if decided.level else ""
    words = f"{say.among(ACTIONS, decided.action)}{level}"
    number = decided.document_number
    return say.of(TEXTS["numbered"]).format(words, number) if number else words


def link(row: Told) -> str | None:
    """Where what it is about is shown."""
    kind, _, key = row.entry.subject.partition(":")
    if kind == "organisation":
        found = row.names.organisations.get(key)
        return None if found is None else f"/console/directory/{found[0]}"
    known = row.decided is not None if kind in ("decision", "broadcast") else kind in _LINKED
    return _LINKED[kind].format(key) if known and key.replace("-", "").isalnum() else None


def facts(row: Told, say: Speech) -> list[tuple[str, str]]:
    """What is told of the act: labels with words."""
    found = []
    for name, usual in FACTS.items():
        label = FACTS_OF.get((row.entry.kind, name), usual)
        value = _in_words(row, name, row.entry.detail.get(name), say)
        if value:
            found.append((say.of(label), value))
    return found


def whole(row: Told, say: Speech) -> list[tuple[str, str]]:
    """The row as it is stored."""
    entry = row.entry
    stored = (
        ("actor", entry.actor),
        ("kind", entry.kind),
        ("subject", entry.subject),
        ("detail", as_stored(row)),
        ("sha256", entry.sha256),
    )
    return [(say.of(TEXTS[name]), value) for name, value in stored if value]


def as_stored(row: Told) -> str:
    """What was told of the act, as JSON; "" for nothing."""
    detail = dict(row.entry.detail)
    return json.dumps(detail, ensure_ascii=False) if detail else ""


def _in_words(row: Told, name: str, value: Any, say: Speech) -> str:
    if isinstance(value, bool):
        return say("table_yes") if value else ""
    if isinstance(value, int):
        return f"{value:,}" if value else ""
    if isinstance(value, str):
        if name == "organisation":
            return row.names.organisations.get(value, (0, value))[1]
        if name == "decision":
            decided = row.names.decisions.get(value)
            return "" if decided is None else decided_in_words(decided, say)
        return say.of(_VALUES[name][value]) if value in _VALUES.get(name, {}) else value
    if isinstance(value, list):
        return _listed((_in_words(row, name, each, say) for each in value if not isinstance(each, list)), say)
    return ""


def _listed(words: Iterable[str], say: Speech) -> str:
    return say.listed(filter(None, words))


def _text(value: object) -> bool:
    return isinstance(value, str)
