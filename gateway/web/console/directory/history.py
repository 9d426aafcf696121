"""What was changed of an organisation, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.vocabulary import Words
from gateway.web.console.directory.directory_words import KIND_OF_ADDRESS, LANGUAGES, ROLES
from gateway.web.live.live_words import AUDIENCES, GRADES, LEVELS, SECTORS, Speech
from gateway.web.organisations import shown_change

_CODES: dict[str, Words] = {  # that stand in the history
    **AUDIENCES,
    **SECTORS,
    **GRADES,
    **ROLES,
    **KIND_OF_ADDRESS,
    **LANGUAGES,
    **LEVELS,
}


def change_words(changed: Mapping[str, Sequence[Any]], say: Speech) -> list[tuple[str, str, str]]:
    """What was changed, in words: the field's name in the ledger, how it was and how it is."""
    return [
        (field, _words(shown_change(field, before), say), _words(shown_change(field, after), say))
        for field, (before, after) in changed.items()
    ]


def _words(value: Any, say: Speech) -> str:
    """A kept value of the history, in which names and numbers are masked, in words."""
    if value is None or value in ([], {}, ""):
        return "—"
    if isinstance(value, bool):
        return say("table_yes" if value else "table_no")
    if isinstance(value, list):
        told = [_words(each, say) for each in value if each not in (None, "")]
        return say.clauses(told) if any(isinstance(each, (list, dict)) for each in value) else " ".join(told)
    if isinstance(value, dict) and "words" in value:  # a line of the inventory
        return " ".join(_words(value[name], say) for name in ("level", "line", "words") if value.get(name))
    if isinstance(value, dict):
        return " ".join(_words(each, say) for each in value.values() if each not in (None, [], ""))
    return say.among(_CODES, value) if isinstance(value, str) else str(value)
