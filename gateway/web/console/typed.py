"""What somebody types to confirm what cannot be taken back: a word and a number, as the page shows them.

The word of an exercise is another than that of the real thing: whoever takes one for the other is stopped.
"""

import unicodedata

from gateway.errors import InputError
from gateway.vocabulary import ACTION_WORDS, LEVEL_WORDS, WARNING_ACTIONS, Action, Level, Words

STOP = Words("停发", "stop")
_MOST = 200  # characters of a reason


def word_of(action: Action, level: Level | None, *, exercise: bool) -> Words:
    """The word for a decision: its level's where it puts one in force, else its action's."""
    if action in WARNING_ACTIONS and level is not None:
        words = Words(LEVEL_WORDS[level], level)
    else:
        words = Words(ACTION_WORDS[action], action)
    return marked(words, exercise=exercise)


def marked(words: Words, *, exercise: bool) -> Words:
    """A word as it is typed in an exercise, or for the real thing."""
    return Words(f"演练{words.zh}", f"exercise {words.en}") if exercise else words


def confirm(words: Words, recipients: int, word: str, number: str) -> None:
    """Raise `InputError` (WORD_DIFFERS, NUMBER_DIFFERS) unless both were typed as shown, in either language;
    spaces, width and capitals do not count, nor do commas in the number."""
    if _plain(word) not in (_plain(words.zh), _plain(words.en)):
        raise InputError(
            "WORD_DIFFERS",
            f"确认词不对：请照样输入“{words.zh}”。什么都没有做",
            f"the word differs: type “{words.en}” as it is shown. Nothing was done",
            field="word",
        )
    if _plain(number).replace(",", "") != str(recipients):
        raise InputError(
            "NUMBER_DIFFERS",
            f"接收数不对：请照样输入 {recipients:,}。什么都没有做",
            f"the number of recipients differs: type {recipients:,} as it is shown. Nothing was done",
            field="number",
        )


def reason(text: str) -> str:
    """Why somebody does it, as it is kept. Raises `InputError` (REASON_NEEDED) for nothing, or too much."""
    told = text.strip()
    if not 1 <= len(told) <= _MOST:
        raise InputError(
            "REASON_NEEDED",
            f"请写明理由，最多 {_MOST} 字",
            f"say why, in at most {_MOST} characters",
            field="reason",
        )
    return told


def _plain(typed: str) -> str:
    return "".join(unicodedata.normalize("NFKC", typed).casefold().split())
