"""From a decision to its alert: what the notices say to the public, and what machines read beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.decisions.model import Decision
from gateway.errors import InputError
from gateway.exchange.life_cycle import follow
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
    Alert,
    Area,
    Authority,
    Certainty,
    Identity,
    Info,
    Named,
    Severity,
    Status,
    Urgency,
    read_moment,
    written,
)
from gateway.moments import local
from gateway.notices.chinese import one_line
from gateway.notices.model import InForce, Office
from gateway.notices.relayed import Relayed, relayed
from gateway.notices.stated import Stated, stated
from gateway.plans.model import Area as PlanArea
from gateway.plans.model import Plan
from gateway.vocabulary import ACTION_WORDS, LEVEL_WORDS, RESPONSES, Language, Level

SEVERITIES: dict[Level, Severity] = {"red": "Extreme", "orange": "Severe", "yellow": "Moderate"}
_CATEGORIES = ("Env", "Health")
_TAGS: dict[Language, str] = {"zh-CN": "zh-CN", "en": "en-US"}
_NO_ENGLISH = ("LANGUAGE_UNAVAILABLE", "NOTICE_TOO_LONG", "SMS_CHARACTER")
_EXERCISE_NOTE = "演练：本消息用于演练，不是真实预警。Exercise: there is no real warning."
_TEST_NOTE = "测试：本消息用于系统测试，不是真实预警。Test: there is no real warning."
_RESTRICTION = "仅限参加演练、测试的单位 · for those who take part in the exercise or test only"


def identifier(plan: Plan, authority: Authority, sent: datetime, number: int = 1) -> str:
    """What a message is called in every rendering, such as `41010000000000_20240108080000_1`.

    It has the form that the 12379 platform asks for: place, organisation, time, and a number (1 to 99) among
    the messages of that second.
    """
    unit = f"{_digits(plan)}{authority.organisation or '000'}{authority.internal}{authority.extension}"
    return f"{unit}_{local(sent):%Y%m%d%H%M%S}_{number}"


def sender(plan: Plan, authority: Authority) -> str:
    """Who sends, as `references` name it."""
    return authority.sender or f"airwarn.{_digits(plan)}"


def _digits(plan: Plan) -> str:
    if len(plan.area) != 6 or not plan.area.isdecimal():
        raise InputError(
            "AREA_WITHOUT_CODE",
            f"预案“{plan.id}”的区域代码不是六位行政区划代码，不能编制报文标识",
            f"plan {plan.id!r} has no code of six digits to make identifiers of",
            field="area",
        )
    return plan.area


def build(
    plan: Plan,
    decision: Decision,
    authority: Authority,
    office: Office,
    identity: Identity,
    *,
    before: InForce | None = None,
    after: InForce | None = None,
    earlier: Sequence[Alert] = (),
    standing: Decision | None = None,
    test: bool = False,
) -> Alert:
    """The alert that a decision is.

    `before` and `after` are as in `notices.compose.render`. `earlier` are the messages of its event so far,
    oldest first. `standing` is a warning that goes on beside this one: elsewhere (its area already without
    this one's), or here until this decision takes effect; its info blocks follow, and nothing is cancelled.
    `test` makes an exercise a test of the connection.

    Raises `InputError`: AREA_UNKNOWN, AREA_WITHOUT_CODE, TEST_NOT_EXERCISE, what `life_cycle.follow` and
    `notices.compose.render` raise. The findings of the decision are not asked.
    """
    drafted = draft(
        plan, decision, authority, office, identity, before=before, after=after, standing=standing, test=test
    )
    return following(drafted, earlier, beside=beside_warnings(decision, before, after))


def draft(
    plan: Plan,
    decision: Decision,
    authority: Authority,
    office: Office,
    identity: Identity,
    *,
    before: InForce | None = None,
    after: InForce | None = None,
    standing: Decision | None = None,
    dropped: Decision | None = None,
    test: bool = False,
) -> Alert:
    """The alert as `build` makes it, before it is known which messages it follows: all that it says, and
    the type that it is meant to have. Raises what `build` raises of the decision itself.

    `dropped` is what is said where a change no longer holds: the end, in blocks of its own after those of
    the decision."""
    status = status_of(decision, test=test)
    infos = _Told(plan, decision, authority, office, before, after, identity.sent).infos()
    if dropped is not None:
        infos += _Told(plan, dropped, authority, office, before, None, identity.sent).infos()
    if standing is not None:
        beside = _Told(plan, standing, authority, office, None, None, identity.sent)
        infos += beside.infos(until(plan, standing, decision))
    first = decision.action in ("issue", "hint", "tip")
    return Alert(
        identifier=identity.identifier,
        sender=sender(plan, authority),
        sent=written(identity.sent),
        status=status,
        message_type="Cancel" if cancels(infos, authority) else "Alert" if first else "Update",
        scope="Public" if status == "Actual" else "Restricted",
        restriction=None if status == "Actual" else _RESTRICTION,
        note=_note(decision, status, infos[0]),
        infos=infos,
    )


def following(drafted: Alert, earlier: Sequence[Alert], *, beside: bool) -> Alert:
    """A draft with the type, references and event that it has after the messages of its event, oldest
    first. `beside`: see `beside_warnings`. Raises what `life_cycle.follow` raises."""
    mended = [alert for alert in earlier if not alert.warns] if beside else earlier
    message_type, references = follow(
        drafted.message_type, mended, read_moment(drafted.sent), status=drafted.status
    )
    return replace(
        drafted,
        message_type=message_type,
        references=references,
        incidents=(earlier[0].incidents or earlier[0].identifier) if earlier else drafted.identifier,
    )


def beside_warnings(decision: Decision, before: InForce | None, after: InForce | None) -> bool:
    """Whether it is a hint or tip, or ends one: it replaces no warning that is in force."""
    content = stated(decision, before, after).content
    of_hint = before is not None and before.action in ("hint", "tip")
    return content in ("hint", "tip") or (content in ("lift", "none") and of_hint)


def cancels(infos: Sequence[Info], authority: Authority) -> bool:
    """Whether what says this is a Cancel: nothing of it holds any more."""
    return all(info.ends for info in infos) and authority.lift_as == "cancel"


def until(plan: Plan, standing: Decision, decision: Decision) -> datetime | None:
    """When a warning that goes on beside a decision ends by it; None: it goes on elsewhere."""
    whole = plan.area
    shares = (
        whole in standing.area or whole in decision.area or not set(standing.area).isdisjoint(decision.area)
    )
    return decision.starts_at if shares else None


def status_of(decision: Decision, *, test: bool = False) -> Status:
    """Whether a message is real. Raises `InputError` TEST_NOT_EXERCISE."""
    if test and not decision.exercise:
        raise InputError(
            "TEST_NOT_EXERCISE",
            "测试消息只能由演练的决定生成",
            "only a decision that is an exercise becomes a test",
            field="exercise",
        )
    return "Test" if test else "Exercise" if decision.exercise else "Actual"


def _note(decision: Decision, status: Status, info: Info) -> str | None:
    corrects = decision.corrects
    said = [] if status == "Actual" else [_TEST_NOTE if status == "Test" else _EXERCISE_NOTE]
    if corrects is not None:
        labels = (("有误", corrects.wrong), ("实际", corrects.right))
        said += [f"{label}：{one_line(text)}" for label, text in labels if text]
    elif info.ends and info.headline:
        said.append(info.headline)
    return "；".join(said) or None


@dataclass(frozen=True, slots=True)
class _Told:
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

        decision, former = self.decision, self.before.level if self.before else None
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
        return SEVERITIES[holds.level]
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
