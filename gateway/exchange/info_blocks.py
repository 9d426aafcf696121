"""What an alert says, a block a language: texts for people, and values for machines beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.decisions.model import Decision
from gateway.errors import InputError
from gateway.exchange.model import (
    ACTION,
    ALERT_LEVEL,
    CELL,
    DIVISION,
    DOCUMENT_NUMBER,
    EXPECTED_END,
    FORMER_LEVEL,
    OWN_AREA,
    POSSIBLE_LEVEL,
    RESPONSE_LEVEL,
    SMS,
    SMS_SHORT,
    Area,
    Authority,
    Certainty,
    Info,
    Named,
    Severity,
    Urgency,
    written,
)
from gateway.notices.chinese import one_line
from gateway.notices.model import InForce, Office
from gateway.notices.relayed import Relayed, relayed
from gateway.notices.stated import Stated, stated
from gateway.plans.model import Area as PlanArea
from gateway.plans.model import Plan
from gateway.vocabulary import ACTION_WORDS, LEVEL_WORDS, RESPONSES, Language, Level

_SEVERITIES: dict[Level, Severity] = {"red": "Extreme", "orange": "Severe", "yellow": "Moderate"}
_CATEGORIES = ("Env", "Health")
_TAGS: dict[Language, str] = {"zh-CN": "zh-CN", "en": "en-US"}
_NO_ENGLISH = ("LANGUAGE_UNAVAILABLE", "NOTICE_TOO_LONG", "SMS_CHARACTER")


@dataclass(frozen=True, slots=True)
class InfoBlocks:
    """One decision as info blocks, a block a language."""

    plan: Plan
    decision: Decision
    authority: Authority
    office: Office
    before: InForce | None
    after: InForce | None
    sent: datetime

    def infos(self, until: datetime | None = None) -> tuple[Info, ...]:
        """The blocks, to hold no longer than `until`; none where that is over before they begin."""
        holds = stated(self.decision, self.before, self.after)
        onset = self._onset(holds)
        effective = max(self.sent, onset) if holds.content == "lift" and onset else self.sent
        expires = self._expires(holds, onset)
        if until is not None:
            expires = min(expires, until)
            if expires <= max(effective, onset or effective):
                return ()
        blocks = [self._info(self._relayed("zh-CN"), "zh-CN", holds, effective, onset, expires)]
        try:
            english = self._relayed("en")
        except InputError as error:
            if error.code not in _NO_ENGLISH:
                raise
        else:
            blocks.append(self._info(english, "en", holds, effective, onset, expires))
        return tuple(blocks)

    def _relayed(self, language: Language) -> Relayed:
        return relayed(self.plan, self.decision, self.office, language, self.before, self.after)

    def _onset(self, holds: Stated) -> datetime | None:
        """When it begins; of a retraction, what then holds began at `after`."""
        if self.decision.action != "retract":
            return self.decision.starts_at
        return self.after.since if holds.content == "warning" and self.after else None

    def _expires(self, holds: Stated, onset: datetime | None) -> datetime:
        begins = max(self.sent, onset or self.sent)
        ends = self.decision.expected_end_at
        if ends is not None and ends > begins and holds.content not in ("lift", "none"):
            return ends
        return begins + timedelta(hours=self.authority.valid_hours)

    def _info(
        self,
        said: Relayed,
        language: Language,
        holds: Stated,
        effective: datetime,
        onset: datetime | None,
        expires: datetime,
    ) -> Info:
        begun = onset is None or onset <= self.sent
        english = language == "en"
        return Info(
            language=_TAGS[language],
            categories=_CATEGORIES,
            event=self.authority.event_en if english else self.authority.event,
            response_types=_responses(holds, begun=begun),
            urgency=_urgency(holds, begun=begun),
            severity=_severity(holds),
            certainty=_certainty(self.decision, holds, begun=begun),
            event_codes=self.authority.event_codes,
            effective=written(effective),
            onset=written(onset) if onset else None,
            expires=written(expires),
            sender_name=said.issuer,
            headline=said.headline,
            description=said.situation,
            instruction=said.instruction or None,
            web=self._web(),
            contact=("; " if english else "；").join(map(one_line, self.office.contacts)) or None,
            parameters=tuple(self._parameters(said, holds, english=english)),
            areas=tuple(self._area(code, english=english) for code in self.decision.area),
        )

    def _web(self) -> str | None:
        address = one_line(self.office.full_text_at or "")
        return address if address.startswith(("http://", "https://")) and " " not in address else None

    def _parameters(self, said: Relayed, holds: Stated, *, english: bool) -> Sequence[Named]:
        def word(level: Level | None) -> str | None:
            return None if level is None else level if english else LEVEL_WORDS[level]

        decision, former = self.decision, holds.former.level if holds.former else None
        if decision.action == "retract" and former is None:
            former = decision.level
        action, ends = decision.action, decision.expected_end_at
        values = (
            (ALERT_LEVEL, word(holds.level)),
            (POSSIBLE_LEVEL, word(decision.level) if holds.content == "hint" else None),
            (FORMER_LEVEL, word(former) if former != holds.level else None),
            (
                RESPONSE_LEVEL,
                RESPONSES[holds.level] if holds.level and holds.level in self.plan.responses else None,
            ),
            (ACTION, action if english else ACTION_WORDS[action]),
            (DOCUMENT_NUMBER, one_line(decision.document_number or "")),
            (EXPECTED_END, written(ends) if ends is not None and holds.level is not None else None),
            (SMS_SHORT, said.short),
            (SMS, said.sms),
            (CELL, said.cell),
        )
        return [Named(name, value) for name, value in values if value]

    def _area(self, code: str, *, english: bool) -> Area:
        known = next((area for area in self.plan.areas if area.code == code), None)
        if known is None:
            raise InputError(
                "AREA_UNKNOWN",
                f"预案中没有区域代码“{code}”",
                f"the plan has no area with the code {code!r}",
                field="area",
            )
        outlines = tuple(polygon for named, polygon in self.authority.polygons if named == code)
        return Area(self._area_name(known, english=english), outlines, geocodes=self._geocodes(known))

    def _area_name(self, area: PlanArea, *, english: bool) -> str:
        plan = self.plan
        if english:
            name, town = area.name_en or area.name, plan.place_en or plan.place
            return name if area.code == plan.area else f"{name}, {town}"
        return area.name if area.name.startswith(plan.place) else f"{plan.place}{area.name}"

    def _geocodes(self, area: PlanArea) -> tuple[Named, ...]:
        if not area.own_code:
            return (Named(DIVISION, area.code),)
        official = dict(self.authority.divisions).get(area.code)
        own = (Named(OWN_AREA, area.code),)
        return (Named(DIVISION, official), *own) if official else own


def _severity(holds: Stated) -> Severity:
    """By the level in force; a hint or tip has none, and what is over is no danger."""
    if holds.level is not None:
        return _SEVERITIES[holds.level]
    return "Minor" if holds.content in ("lift", "none") else "Unknown"


def _urgency(holds: Stated, *, begun: bool) -> Urgency:
    if holds.content in ("lift", "none"):
        return "Past"
    if holds.content == "hint":
        return "Future"
    return "Immediate" if begun else "Expected"


def _certainty(decision: Decision, holds: Stated, *, begun: bool) -> Certainty:
    if holds.content == "hint":
        return "Possible"
    return "Observed" if decision.basis.kind == "monitored" and begun else "Likely"


def _responses(holds: Stated, *, begun: bool) -> tuple[str, ...]:
    if holds.content in ("lift", "none"):
        return ("AllClear",)
    if holds.content == "tip":
        return ("Monitor",)
    return ("Avoid",) if begun and holds.content == "warning" else ("Prepare",)
