"""Verification campaigns: whom one would ask, starting and ending it, how far it is.

A campaign is no warning: it belongs to no episode, leaves after everything else, by day, at a fraction of
a lane's pace, and holds nothing up.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from gateway.directory.campaign import (
    ASKED_AGAIN_AFTER,
    ASKED_KINDS,
    Candidate,
    Chosen,
    Known,
    LeftOut,
    Question,
    Wish,
    choose,
    day_of,
)
from gateway.directory.model import Address
from gateway.errors import InputError
from gateway.ledger.backends import incarnation
from gateway.ledger.delivery import lanes, opted_out
from gateway.ledger.directory import campaigns, candidates, care, denied_addresses
from gateway.ledger.directory.campaigns import Campaign
from gateway.ledger.trail import audit
from gateway.moments import BEIJING, milliseconds
from gateway.notices.model import Office
from gateway.notices.question import sms_question
from gateway.plans.model import Plan

DAYS = 7  # that a campaign runs, unless it is said otherwise
MOST_DAYS = 30
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Prepared:
    """Whom a campaign would ask; `segments` of all its SMS together."""

    chosen: Chosen
    segments: int


def prepare(
    connection: Connection,
    office: Office,
    plans: Sequence[Plan],
    wish: Wish,
    exercise: bool,
    now: int,
    *,
    channels: Collection[str] | None = None,
) -> Prepared:
    """Whom a campaign would ask now. `channels`: those of the settings, where no server has made them lanes
    of the ledger (None: those that have lanes).

    Raises `InputError` as `gateway.directory.campaign.choose` does.
    """
    everybody = candidates.everybody(connection, exercise)
    if channels is None:
        channels = lanes.serving(connection, exercise).keys()
    known = _known(connection, office, everybody, wish, exercise, now, channels)
    chosen = choose(everybody, wish, plans, known)
    questions: list[Question] = []
    left_out = list(chosen.left_out)
    segments = 0
    for question in chosen.questions:
        if question.first.kind == "sms":
            try:
                words = sms_question(office, names(question), question.first.language, exercise=exercise)
            except InputError:
                left_out += [LeftOut(each, "name") for each in question.about]
                continue
            segments += words.segments or 0
        questions.append(question)
    if not questions:
        raise InputError(
            "NOBODY_TO_ASK",
            "单位名称中有短信不能用的字，没有人可问",
            "the names hold characters that no SMS can: nobody can be asked",
        )
    return Prepared(Chosen(tuple(questions), tuple(left_out)), segments)


def names(question: Question) -> list[str]:
    """The organisations that a question is about."""
    return [each.name for each in question.about]


def start(
    connection: Connection,
    prepared: Prepared,
    wish: Wish,
    exercise: bool,
    now: int,
    *,
    caller: str,
    days: int = DAYS,
) -> Campaign:
    """Start a campaign for so many days with what was just prepared (outside of this transaction, which
    keeps warnings from being written meanwhile).

    Raises `InputError`: LEDGER_GUARDED in a restored copy whose lanes are parked, CAMPAIGN_OVERTAKEN where
    somebody else has just started one for some of the same addresses.
    """
    if incarnation.guard(connection) is not None:
        raise InputError(
            "LEDGER_GUARDED",
            "台账是恢复的副本，先用 airwarn resume 核对并放行",
            "the ledger is a restored copy: look at it and open it with airwarn resume first",
        )
    since = now - ASKED_AGAIN_AFTER // _MILLISECOND
    lately = candidates.asked_since(connection, exercise, since).keys()
    if any(each.first.address_id in lately for each in prepared.chosen.questions):
        raise InputError(
            "CAMPAIGN_OVERTAKEN",
            "刚有人对其中一些号码发起了核实，请重试",
            "somebody has just asked some of the same numbers; try again",
        )
    campaign = campaigns.start(
        connection,
        exercise=exercise,
        started_by=caller,
        selection=wish.as_json(),
        now=now,
        expires_at=expires_at(now, days),
        asked=[
            (each.organisation_id, each.contact_id, each.address_id)
            for question in prepared.chosen.questions
            for each in question.about
        ],
    )
    audit.append(
        connection,
        now,
        caller,
        "campaign_started",
        f"campaign:{campaign.id}",
        {
            "exercise": exercise,
            "selection": wish.as_json(),
            "addresses": len(prepared.chosen.questions),
            "questions": sum(len(each.about) for each in prepared.chosen.questions),
            "expires_at": campaign.expires_at,
        },
    )
    return campaign


def expires_at(now: int, days: int) -> int:
    """The end of the day (China) that many days after `now`, in milliseconds since 1970 UTC."""
    last = day_of(now) + timedelta(days=days + 1)
    return milliseconds(datetime(last.year, last.month, last.day, tzinfo=BEIJING))


def end(connection: Connection, campaign: Campaign, now: int, caller: str) -> bool:
    """Ask nobody any more, and write down what was answered; False where it had ended."""
    if not campaigns.end(connection, campaign, now):
        return False
    tally = campaigns.tally(connection, campaign)
    audit.append(
        connection,
        now,
        caller,
        "campaign_ended",
        f"campaign:{campaign.id}",
        {
            "questions": tally.questions,
            "confirmed": tally.confirmed,
            "denied": tally.denied,
            "changed": tally.changed,
            "open": tally.open,
        },
    )
    return True


def known(connection: Connection, identifier: int) -> Campaign:
    """The campaign of that id. Raises `InputError` (CAMPAIGN_UNKNOWN)."""
    found = campaigns.one(connection, identifier)
    if found is None:
        raise InputError(
            "CAMPAIGN_UNKNOWN", f"没有核实 {identifier}", f"there is no campaign {identifier}", field="id"
        )
    return found


def _known(
    connection: Connection,
    office: Office,
    everybody: Sequence[Candidate],
    wish: Wish,
    exercise: bool,
    now: int,
    channels: Collection[str],
) -> Known:
    since = now - ASKED_AGAIN_AFTER // _MILLISECOND
    dead = care.dead(connection, exercise, last=1) if wish.failed else {}
    return Known(
        opted_out=opted_out.of(connection, exercise),
        denied=denied_addresses.everywhere(connection).keys(),
        failed={each.address_id for each in everybody if Address(each.kind, each.value) in dead},
        asked={
            address_id: day_of(at)
            for address_id, at in candidates.asked_since(connection, exercise, since).items()
        },
        served=[kind for kind in ASKED_KINDS if kind in channels],
        answerable=[kind for kind in ASKED_KINDS if kind == "sms" or office.sign_at is not None],
    )
