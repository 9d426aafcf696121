"""The words of one enterprise: its own measures in every medium. Pure.

Documents share a frozen text with a slot for them; an SMS and a chat message are the enterprise's own
as a whole. In English the sentences are English, what the inventory itself says stays in its own words.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import cast

from gateway.decisions.model import Decision
from gateway.notices.announcement import announce
from gateway.notices.fit import TooLong, utf8_bytes
from gateway.notices.model import InForce, Office
from gateway.notices.own import Enterprise, Order, own, safety
from gateway.notices.own_sms import OwnSms
from gateway.notices.page import Page, page
from gateway.notices.reading import Measures
from gateway.notices.stated import OWN, stated
from gateway.notices.templates import say
from gateway.notices.turns import Period, Rota
from gateway.notices.webhook import webhook
from gateway.notices.words import WORDS
from gateway.plans.model import Plan
from gateway.vocabulary import Language, Level, Medium, Sector

_TEMPLATE = "own.j2"
_CHAT_LINE = 2500  # most UTF-8 bytes of one line in a chat message; the head needs room too


@dataclass(frozen=True, slots=True)
class OwnWords:
    """One enterprise's own words. `section`: the lines that take the place of a document's slot, the
    heading first; `sms` and `webhook` the whole message or messages, None where the shared ones serve."""

    section: tuple[str, ...]
    sms: str | None
    webhook: tuple[str, ...] | None


class Personal:
    """Writes one decision's words for one enterprise after the other.

    `before` and `after` are as in `compose.render`; `rota` says whose turn it is where plants stop in
    turns, by default counted from this decision's start. `levels` are those whose lines count: none where no
    enterprise is told of its own.
    """

    def __init__(
        self,
        plan: Plan,
        decision: Decision,
        office: Office,
        *,
        before: InForce | None = None,
        after: InForce | None = None,
        rota: Rota | None = None,
        language: Language = "zh-CN",
    ) -> None:
        words = WORDS[language]
        self._language = language
        holds = stated(decision, before, after)
        self._announcement = announce(plan, decision, office, before, after, holds, words)
        self._measures = Measures(plan, holds.level, holds.facts, before, words)
        self._office = office
        self._writers: dict[str | None, tuple[Page, OwnSms]] = {}
        retracts = decision.action == "retract"
        former = holds.former.level if holds.former and holds.content in OWN else None
        line, clause = safety(plan, office, language)
        self._order = Order(
            decision,
            holds.level,
            words.level_word(holds.level) if holds.level else "",
            former,
            (self._announcement.after_since or "") if retracts else self._announcement.starts,
            prepares=not retracts,
            safety=line,
            safety_clause=clause,
            language=language,
            rota=rota
            or Rota(plan.rotation, decision.starts_at, Period(decision.starts_at, decision.expected_end_at)),
        )
        self.levels: tuple[Level, ...] = tuple(
            dict.fromkeys(level for level in (holds.level, former) if level is not None)
        )

    def words(self, enterprise: Enterprise, media: Collection[Medium] = ()) -> OwnWords | None:
        """The enterprise's own words for its documents and for these further media (`sms`, `webhook`);
        None where its inventory has no line of the levels. Raises `InputError` like `templates.fill`."""
        found = own(self._order, enterprise)
        if found is None:
            return None
        shared, written = self._writer(enterprise.sector)
        said = say(self._language, _TEMPLATE, "section", self._announcement, found)
        section = tuple(line for line in said.splitlines() if line.strip())
        return OwnWords(
            section,
            written(found) if "sms" in media else None,
            self._webhook(shared, section) if "webhook" in media else None,
        )

    def _writer(self, sector: str | None) -> tuple[Page, OwnSms]:
        if sector not in self._writers:
            reading = self._measures.read_by("enterprises", cast(Sector | None, sector))
            shared = page(self._announcement, reading, (), self._office)
            self._writers[sector] = shared, OwnSms(shared)
        return self._writers[sector]

    def _webhook(self, shared: Page, section: Sequence[str]) -> tuple[str, ...] | None:
        try:
            return webhook(replace(shared, own=tuple(self._fitting(line) for line in section)))
        except TooLong:
            return None

    def _fitting(self, line: str) -> str:
        if utf8_bytes(line) <= _CHAT_LINE:
            return line
        return say(self._language, _TEMPLATE, "long_line", line.partition(".")[0])
