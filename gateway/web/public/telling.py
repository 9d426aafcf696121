"""What the public pages say, from the same data as `/public/state.json`, in the frozen words of decisions."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.exchange.model import Alert, read_moment
from gateway.exchange.register import Effect, Issued, Register, effects_of
from gateway.ledger.decisions.notices import Purpose, Text
from gateway.ledger.decisions.publications import Publication
from gateway.moments import moment
from gateway.notices import chinese, english
from gateway.vocabulary import LEVEL_WORDS, RESPONSE_WORDS, RESPONSES, SECTORS, Level
from gateway.web.live.live_words import ACTIONS, AUDIENCES, LEVELS
from gateway.web.live.live_words import SECTORS as SECTOR_WORDS
from gateway.web.public.link_words import Speech
from gateway.web.public.paper import Paper, paper
from gateway.web.public.public_words import air
from gateway.web.public.wish import Wish

SHOWN = ("schools", "hospitals", "enterprises")  # audiences beside the public whose texts are everybody's
_LEVELS: dict[str, Level] = {word: level for level, word in LEVEL_WORDS.items()}


@dataclass(frozen=True, slots=True)
class Released:
    """A message as it was released, and the frozen texts of its decision."""

    alert: Alert
    texts: tuple[Text, ...]

    def text(
        self, audience: str, sector: str | None, medium: str, wish: Wish, purpose: Purpose = "now"
    ) -> Text | None:
        """What a reader was told; in Chinese where it is not there in the language asked for."""
        found = {
            each.language: each
            for each in self.texts
            if (each.purpose, each.audience, each.sector, each.medium) == (purpose, audience, sector, medium)
        }
        return found.get(wish.frozen_language) or found.get("zh-CN")


def earlier_of(register: Register, identifier: str) -> str | None:
    """The message of the decision before a message's own in its episode; None for the first."""
    steps = [each for each in register.of_episode(register[identifier].episode) if each.kind == "decision"]
    before = [each for each in steps if each.number < register[identifier].number]
    return before[-1].identifier if before else None


@dataclass(frozen=True, slots=True)
class Progress:
    """What the office says of a response's progress: when, the words and their language, what was measured,
    how long it is expected to last (both "" where not stated)."""

    published: str
    text: str
    language: str
    measured: str
    expected: str


Find = Callable[[str], Released | None]  # by a message's identifier; None: it cannot be read now


@dataclass(frozen=True, slots=True)
class Standing:
    """A level, hint or tip that stands. `colour` is a level, or "" for none; times are words. `surely`: what
    comes at `until` has been decided, such as the lift."""

    words: str
    colour: str
    response: str
    begun: bool
    since: str
    until: str
    surely: bool
    hours: int | None
    areas: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One message in force: what stands by it, and what everybody is told to do. `text` and `advice` are
    what its alert says, in the language asked for, which its document may not be in. `earlier` is the
    document that counts until a change for later takes effect. `others` are by audience: an anchor, its
    name, its document; `earlier_others` the same of what counts until then."""

    identifier: str
    issuer: str
    sent: str
    standing: tuple[Standing, ...]
    paper: Paper | None
    earlier: Paper | None
    title: str
    text: str
    advice: str
    others: tuple[tuple[str, str, Paper], ...]
    earlier_others: tuple[tuple[str, str, Paper], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an episode: when it was issued, under which headline, what takes effect when."""

    identifier: str
    sent: str
    headline: str
    effects: tuple[str, ...]


class Telling:
    """Puts things into words for one reader. `names` are the plan's areas by code, in English."""

    def __init__(self, wish: Wish, say: Speech, names: Mapping[str, str]) -> None:
        self._wish = wish
        self._say = say
        self._names = names

    def hour(self, at: str | datetime, *, closing: bool = False) -> str:
        """A moment with its year, to the minute where it is not a whole hour."""
        hour = english.hour if self._wish.language == "en" else chinese.hour
        return hour(read_moment(at) if isinstance(at, str) else at, year=True, closing=closing)

    def headline(self, issued: Issued) -> str:
        """A message's headline."""
        return (self._wish.language == "en" and issued.headline_en) or issued.headline

    def notices(self, register: Register, plan: Mapping[str, Any], find: Find) -> list[Notice]:
        """What stands under a plan (as `public_json.state` has it), the highest level first."""
        told: dict[str, list[Mapping[str, Any]]] = {}
        for each in (*plan["warnings"], *plan["advice"]):
            told.setdefault(each["identifier"], []).append(each)
        return [
            self._notice(blocks, find(identifier), find(earlier_of(register, identifier) or ""))
            for identifier, blocks in told.items()
        ]

    def _notice(
        self,
        blocks: list[Mapping[str, Any]],
        released: Released | None,
        before: Released | None,
    ) -> Notice:
        first = blocks[0]
        said = (self._wish.language == "en" and first["en"]) or first
        document = None if released is None else self.paper(released, "public", None)
        turns = set() if released is None else {read_moment(each.at) for each in effects_of(released.alert)}
        gives_way = any(each["valid_until"] and read_moment(each["valid_until"]) in turns for each in blocks)
        earlier = self.paper(before, "public", None) if before and gives_way else None
        return Notice(
            first["identifier"],
            first["issuer"] or "",
            self.hour(first["sent"]),
            tuple(self._standing(each, turns) for each in blocks),
            document,
            earlier,
            said["headline"] or first["event"],
            said["description"] or "",
            said["advice"] or "",
            self._others(released, document),
            self._others(before, earlier),
        )

    def _standing(self, block: Mapping[str, Any], turns: set[datetime]) -> Standing:
        level: Level | None = block["level"]
        possible: Level | None = block["possible_level"]
        if level is not None:
            words = self._say.of(LEVELS[level])
        elif possible is not None:
            possibly = self._say("possible", self._say.of(LEVELS[possible]))
            words = f"{self._say.of(ACTIONS['hint'])} · {possibly}"
        else:
            words = self._say.of(ACTIONS["tip"])
        # at a turn something else begins, or it is lifted
        surely = block["valid_until"] is not None and read_moment(block["valid_until"]) in turns
        end = block["valid_until"] if surely else block["expected_end"]
        hours = (
            None
            if end is None
            else round((read_moment(end) - read_moment(block["since"])).total_seconds() / 3600)
        )
        return Standing(
            words,
            level or "",
            "" if level is None or block["response"] is None else self._response(level),
            block["begun"],
            self.hour(block["since"]),
            "" if end is None else self.hour(end, closing=True),
            surely,
            hours,
            self._areas(block["areas"]),
        )

    def _response(self, level: Level) -> str:
        en = self._wish.language == "en"
        return self._say("response", RESPONSES[level] if en else RESPONSE_WORDS[level])

    def _areas(self, areas: list[Mapping[str, Any]]) -> str:
        if self._wish.language != "en":
            return "、".join(each["name"] for each in areas)
        return ", ".join(
            next((self._names[code] for code in each["codes"].values() if code in self._names), each["name"])
            for each in areas
        )

    def paper(self, released: Released, audience: str, sector: str | None) -> Paper | None:
        """A reader's document."""
        text = released.text(audience, sector, "notice", self._wish)
        return None if text is None else paper(text)

    def dropped(self, released: Released) -> Paper | None:
        """What the public reads where a change takes a warning out of force; None: it does so nowhere."""
        text = released.text("public", None, "notice", self._wish, "dropped")
        return None if text is None else paper(text)

    def _others(self, released: Released | None, public: Paper | None) -> tuple[tuple[str, str, Paper], ...]:
        if released is None or public is None:
            return ()
        found: list[tuple[str, str, Paper]] = []
        for audience in SHOWN:
            for sector in (*SECTORS, None) if audience == "enterprises" else (None,):
                document = self.paper(released, audience, sector)
                if document is None:
                    continue
                name = SECTOR_WORDS[sector] if sector else AUDIENCES[audience]
                anchor = f"{audience}-{sector}" if sector else audience
                label = self._say("audience_all") if anchor == "enterprises" else self._say.of(name)
                found.append((anchor, label, document.without(public)))
        return tuple(found)

    def spoken(self, released: Released) -> tuple[str, str] | None:
        """The text that is read aloud to the public, and its language."""
        text = released.text("public", None, "spoken", self._wish)
        return None if text is None else ("".join(json.loads(text.messages)), text.language)

    def steps(self, register: Register, episode: str) -> list[Step]:
        """An episode's steps, oldest first."""
        issued = [each for each in register.of_episode(episode) if each.kind == "decision"]
        return [
            Step(
                each.identifier,
                self.hour(each.sent),
                self.headline(each),
                tuple(
                    self._effect(effect, began=not _taken_back(effect, issued[place + 1 :]))
                    for effect in sorted(each.effects, key=lambda one: read_moment(one.at))
                ),
            )
            for place, each in enumerate(issued)
        ]

    def progress(self, published: Publication) -> Progress:
        """What was published of a response; in Chinese where it is not there in the language asked for."""
        said, known = published.content, published.content["measured"]
        english_words = said["text_en"] if self._wish.language == "en" else ""
        measured = ""
        if known is not None:
            grade = self._say.of(air(known["aqi"]))
            of = f" · {known['pollutant']}" if known["pollutant"] else ""
            measured = self._say("measured", self.hour(known["at"]), known["aqi"], grade) + of
        return Progress(
            self.hour(moment(published.published_at)),
            english_words or said["text"],
            "en" if english_words else "zh-CN",
            measured,
            said["expected"],
        )

    def _effect(self, effect: Effect, *, began: bool) -> str:
        level = _LEVELS.get(effect.level or "")
        if effect.ends:
            what = self._say("ends")
        else:
            what = self._say.of(LEVELS[level] if level is not None else ACTIONS["tip"])
        said = self._say("takes_effect", self.hour(effect.at), what)
        return said if began else said + self._say("never_began")


def _taken_back(effect: Effect, later: Sequence[Issued]) -> bool:
    """Whether a level did not begin: what was issued later ended or changed it by then."""
    return effect.level is not None and any(
        (other.ends or other.level not in (None, effect.level))
        and max(read_moment(other.at), read_moment(each.sent)) <= read_moment(effect.at)
        for each in later
        for other in each.effects
    )
