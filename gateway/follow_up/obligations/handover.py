"""How an alert was handed over to the systems that take it: who has it, how far each network is, who is late.

What the duty is (`[exchange] duty_minutes`) and what red asks for besides is in docs/payloads.md.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection

from gateway.delivery.states import DeliveryState
from gateway.delivery.words import STATE_WORDS, receiver_words
from gateway.directory.areas import within
from gateway.follow_up.obligations.duty import (
    Course,
    Duty,
    Standing,
    course,
    standing_of_course,
    standing_of_delivery,
    worst,
)
from gateway.follow_up.signatures.people import people_json
from gateway.follow_up.signatures.unsigned import launched
from gateway.ledger.decisions.broadcasts import Summary
from gateway.ledger.directory import contacts, denied_addresses, organisations
from gateway.ledger.exchange import alerts, progress
from gateway.ledger.exchange.progress import Handed, Reported
from gateway.moments import iso
from gateway.vocabulary import WARNING_ACTIONS, Action, Level

RED_BEGINS_WITHIN = 1  # minutes: red is sent at once (reference/operators-cap.md, 2.6)
_MINUTE = 60_000  # ms


class Words(NamedTuple):
    """What a standing is called, and what to do about it; in both languages, the advice may be empty."""

    zh: str
    en: str
    advice: str = ""
    advice_en: str = ""


STANDING_WORDS: Mapping[Standing, Words] = {
    "in_time": Words("按时发出", "sent in time"),
    "late": Words(
        "超时", "late", "致电对方值班人员催办，并记下原因", "call its duty officer, and note the reason"
    ),
    "short": Words(
        "已发完，未到 95%",
        "finished below 95 %",
        "致电对方，问明未发到的用户和补发办法",
        "call it: who was not reached, and how will they be",
    ),
    "under_way": Words("正在发送", "under way"),
    "waiting": Words("已接收，等进度", "taken, no report yet"),
    "silent": Words(
        "已接收，没有进度",
        "taken, and silent",
        "致电对方，确认是否已向用户发出",
        "call it: did it send to its subscribers?",
    ),
    "refused": Words(
        "拒收",
        "refused",
        "致电对方问明原因；改正后发布更正，或请对方人工发布",
        "call it and ask why; correct the warning, or have it sent by hand",
    ),
    "not_handed_over": Words(
        "还没有交接上",
        "not handed over yet",
        "会自动重试；先致电对方值班人员，再看“通道”是否暂停（airwarn lane list、airwarn doctor）",
        "it is tried again by itself; call its duty officer, and see airwarn lane list, airwarn doctor",
    ),
    "unclear": Words(
        "结果不明",
        "not known",
        "会用同一编号自动重发；致电对方，确认是否收到",
        "it is repeated under the same id by itself; call it: did the alert arrive?",
    ),
    "stopped": Words(
        "没有发出",
        "never left",
        "被后来的决定取代的，看后来的任务；没有通道的，检查设置中的接收方；写不成其格式的，请对方人工发布",
        "superseded: see the later broadcast; without a lane: check the receivers in the settings; in no form"
        " that it reads: have it sent by hand",
    ),
}

# What a district is called that has only taken the alert: it decides before it sends anything.
TO_DECIDE = Words("已收到，待处理", "taken, to be decided")


def handover(
    connection: Connection,
    broadcast_id: int,
    duty_minutes: Mapping[Level, int],
    now: int,
    *,
    full: bool = False,
    limits: Collection[str] = (),
) -> dict[str, Any]:
    """Each receiver of a broadcast's alert with its networks, against the duty; numbers masked unless `full`.
    Receivers outside the areas of `limits` (codes; none: everywhere) are left out.

    Minutes count from the release. `standing` is `gateway.follow_up.obligations.duty.Standing`, of a receiver
    the worst of its networks'; `counts` has receivers by it. Raises `InputError` (BROADCAST_UNKNOWN).
    """
    summary = launched(connection, broadcast_id)
    duty = _duty(connection, summary, duty_minutes)
    handed = progress.handed(connection, broadcast_id)
    reports = progress.of_broadcast(connection, broadcast_id)
    people = _people(connection, handed, full, limits)
    receivers = [
        {
            **_receiver(each, reports.get(each.delivery_id, ()), _own(duty, each.audience), now),
            "people": people[each.organisation_id],
        }
        for each in handed
        if each.organisation_id in people
    ]
    found = [each["standing"] for each in receivers]
    return {
        "broadcast": broadcast_id,
        "action": summary.action,
        "level": summary.level,
        "document_number": summary.document_number,
        "exercise": summary.exercise,
        "live": summary.live,
        "released_at": iso(duty.released_at),
        "as_of": iso(now),
        "duty_minutes": duty.within // _MINUTE,
        "begin_minutes": None if duty.begin is None else duty.begin // _MINUTE,
        "counts": {each: found.count(each) for each in sorted(set(found))},
        "receivers": receivers,
    }


def _duty(connection: Connection, summary: Summary, minutes: Mapping[Level, int]) -> Duty:
    released = next((each for each in alerts.of_broadcast(connection, summary.id)), None)
    level, action = cast(Level | None, summary.level), cast(Action, summary.action)
    within = minutes.get(level) if level is not None else None
    at_once = level == "red" and action in WARNING_ACTIONS
    return Duty(
        released_at=released.released_at if released is not None else cast(int, summary.launched_at),
        within=(max(minutes.values()) if within is None else within) * _MINUTE,
        begin=RED_BEGINS_WITHIN * _MINUTE if at_once else None,
    )


def _own(duty: Duty, audience: str) -> Duty:
    """A district decides before it acts: nobody can ask it to begin within a minute."""
    return replace(duty, begin=None) if audience == "districts" else duty


def _people(
    connection: Connection, handed: Sequence[Handed], full: bool, limits: Collection[str]
) -> dict[int, list[dict[str, Any]]]:
    """Whom to call, by organisation; of organisations outside `limits` nothing."""
    ids = {each.organisation_id for each in handed}
    known = contacts.of_organisations(connection, ids)
    denied = denied_addresses.values_of(connection, ids)
    return {
        each.id: people_json(each.organisation, known.get(each.id, ()), denied.get(each.id, {}), full=full)
        for each in organisations.by_ids(connection, ids)
        if within(each.organisation.area, limits)
    }


def _receiver(handed: Handed, reports: Sequence[Reported], duty: Duty, now: int) -> dict[str, Any]:
    networks: dict[str, list[Reported]] = {}
    for each in reports:
        networks.setdefault(each.operator, []).append(each)
    courses = {name: course(said) for name, said in networks.items()}
    own = courses.get("")
    if own is not None and len(courses) > 1 and own.sent is None and own.state != "refused":
        del courses[""]  # the office only passes it on: its networks speak for themselves
    standings = {name: standing_of_course(found, duty, now) for name, found in courses.items()}
    standing = worst(list(standings.values())) if standings else standing_of_delivery(handed, duty, now)
    words = _words(standing, handed.audience, list(courses.values()))
    taken = [handed.accepted_at, handed.delivered_at, *(each.received_at for each in reports)]
    taken_at = min((each for each in taken if each is not None), default=None)
    reason = receiver_words(handed.reason) if handed.reason is not None else None
    return {
        "receiver": handed.receiver,
        "organisation": {"code": handed.organisation_code, "name": handed.organisation},
        "audience": handed.audience,
        "delivery": handed.delivery_id,
        "state": handed.state,
        "state_words": STATE_WORDS[cast(DeliveryState, handed.state)].zh,
        "reason": handed.reason,
        "reason_words": None if reason is None else reason.zh,
        "reason_words_en": None if reason is None else reason.en,
        "attempts": handed.attempts,
        "taken_at": iso(taken_at),
        "minutes_to_taken": _minutes(taken_at, duty),
        "standing": standing,
        "words": words.zh,
        "words_en": words.en,
        "advice": words.advice,
        "advice_en": words.advice_en,
        "networks": [
            _network(name, found, standings[name], handed.audience, duty)
            for name, found in sorted(courses.items())
        ],
    }


def _words(standing: Standing, audience: str, courses: Sequence[Course]) -> Words:
    decides = audience == "districts" and all(each.begun_at is None for each in courses)
    return TO_DECIDE if standing == "under_way" and decides else STANDING_WORDS[standing]


def _network(name: str, found: Course, standing: Standing, audience: str, duty: Duty) -> dict[str, Any]:
    words = _words(standing, audience, [found])
    return {
        "operator": name or None,
        "state": found.state,
        "targeted": found.targeted,
        "sent": found.sent,
        "failed": found.failed,
        "fell": found.fell,
        "message": found.message,
        "reported_at": iso(found.reported_at),
        "minutes_to_accepted": _minutes(found.accepted_at, duty),
        "minutes_to_begun": _minutes(found.begun_at, duty),
        "minutes_to_first_sent": _minutes(found.first_sent_at, duty),
        "minutes_to_95_percent": _minutes(found.most_sent_at, duty),
        "standing": standing,
        "words": words.zh,
        "words_en": words.en,
    }


def _minutes(moment: int | None, duty: Duty) -> float | None:
    """From the release, to a tenth of a minute; a clock that is behind ours counts as at once."""
    return None if moment is None else max(0.0, round((moment - duty.released_at) / _MINUTE, 1))
