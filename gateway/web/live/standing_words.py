"""Whether what was decided is announced or in force by now: the one way in which every page says it.

A warning is announced from its launch and in force from its start. Both are told with their hour, and what
goes on until a change takes effect is named.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from gateway.decisions.model import Decision
from gateway.ledger.decisions.episodes import Episode, Launched
from gateway.moments import local
from gateway.vocabulary import WARNING_ACTIONS, Words
from gateway.web.live.live_words import LEVELS, Language, Speech

_TEXTS: dict[str, Words] = {
    "announced": Words("已发布，{} 起生效", "announced, in force from {}"),
    "in_force": Words("正在生效（{} 起）", "in force since {}"),
    "hinted": Words("已提示，{} 起可能发布预警", "a warning may follow from {}"),
    "lift_announced": Words("已发布解除，{} 起解除", "its lift is announced, from {}"),
    "lifted": Words("已解除（{} 起）", "lifted {}"),
    "until_then": Words("，此前{}仍生效", "; until then: {}"),
    "will_not_begin": Words("不再启动", "will not begin"),
    "never_began": Words("没有启动", "did not begin"),
    "gives_way": Words("正在生效（到 {} 为止）", "in force until {}"),
}
_DAYS = ("一", "二", "三", "四", "五", "六", "日")


def when(language: Language, at: datetime | None) -> str:
    """A moment in big words, China's time: `1月10日（周三）12:00`; "" for none."""
    if at is None:
        return ""
    here = local(at)
    if language == "zh":
        return f"{here.month}月{here.day}日（周{_DAYS[here.weekday()]}）{here:%H:%M}"
    return f"{here:%a %-d %b %H:%M}"


def standing_words(language: Language, kind: str, starts_at: datetime, now: int) -> str:
    """How a decision that counts stands at `now` (ms since 1970 UTC); `kind` is its action, of a correction
    that of the message it mends. "" for what is never in force: a health tip, a retraction."""
    ahead = _ahead(starts_at, now)
    if kind in WARNING_ACTIONS:
        key = "announced" if ahead else "in_force"
    elif kind == "lift":
        key = "lift_announced" if ahead else "lifted"
    elif kind == "hint":
        key = "hinted"
    else:
        return ""
    return Speech(language, _TEXTS)(key, when(language, starts_at))


def episode_standing(language: Language, episode: Episode, now: int) -> str:
    """The same of an episode's newest decision, with the level that goes on until it takes effect."""
    newest = episode.newest
    if newest is None:
        return ""
    said = standing_words(language, newest.kind, _starts_at(newest), now)
    going_on = _until_then(episode.counting, now)
    if going_on is None or going_on.level is None:
        return said
    say = Speech(language, _TEXTS)
    return said + say("until_then", say.among(LEVELS, going_on.level))


def step_standing(language: Language, episode: Episode, decision_id: str, now: int) -> str:
    """The same of one of its decisions; "" where another has taken the place of what had begun."""
    newest = episode.newest
    if newest is None:
        return ""
    if decision_id == newest.decision_id:
        return episode_standing(language, episode, now)
    if (starts_at := _taken_back(episode.counting, decision_id)) is not None:
        return Speech(language, _TEXTS)("will_not_begin" if _ahead(starts_at, now) else "never_began")
    going_on = _until_then(episode.counting, now)
    if going_on is None or going_on.decision_id != decision_id:
        return ""
    return Speech(language, _TEXTS)("gives_way", when(language, _starts_at(newest)))


def ends_later(episode: Episode, now: int) -> bool:
    """Whether its lift is announced and a warning is in force until then."""
    newest = episode.newest
    return newest is not None and newest.kind == "lift" and _until_then(episode.counting, now) is not None


def _until_then(counting: Sequence[Launched], now: int) -> Launched | None:
    """The warning that is in force until the newest decision takes effect; None where that one has."""
    if not counting or not _ahead(_starts_at(counting[-1]), now):
        return None
    begun = (each for each in reversed(counting[:-1]) if not _ahead(_starts_at(each), now))
    found = next(begun, None)
    return found if found is not None and found.warns else None


def _taken_back(counting: Sequence[Launched], decision_id: str) -> datetime | None:
    """The start of a warning that was lifted, or gave way to another, before it or at it; None for others."""
    place = next((place for place, each in enumerate(counting) if each.decision_id == decision_id), None)
    if place is None or not counting[place].warns:
        return None
    starts_at = _starts_at(counting[place])
    return starts_at if any(_starts_at(later) <= starts_at for later in counting[place + 1 :]) else None


def _ahead(starts_at: datetime, now: int) -> bool:
    return starts_at.timestamp() * 1000 > now


def _starts_at(launched: Launched) -> datetime:
    return _start_of(launched.document)


@lru_cache(512)  # live pages ask once a second
def _start_of(document: str) -> datetime:
    return Decision.model_validate_json(document).starts_at
