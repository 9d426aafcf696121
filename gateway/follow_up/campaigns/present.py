"""Verification campaigns as the API and the commands show them."""

from collections import Counter
from typing import Any, Literal

from sqlalchemy import Connection

from gateway.directory.campaign import (
    Candidate,
    Wish,
)
from gateway.directory.masking import mask, masked_name
from gateway.follow_up.campaigns.campaigns import Prepared, expires_at, known
from gateway.ledger.directory import (
    campaigns,
    proposed_contacts,
    verifications,
)
from gateway.ledger.directory.campaigns import Campaign
from gateway.ledger.directory.verifications import Answer, Verification
from gateway.moments import iso


def prepared_json(prepared: Prepared, wish: Wish, exercise: bool, now: int, days: int) -> dict[str, Any]:
    """Whom a campaign would ask, counted and one by one; names and addresses are masked."""
    questions, left_out = prepared.chosen.questions, prepared.chosen.left_out
    reasons = Counter(each.reason for each in left_out)
    return {
        "exercise": exercise,
        "selection": wish.as_json(),
        "expires_at": iso(expires_at(now, days)),
        "addresses": dict(Counter(each.first.kind for each in questions)),
        "organisations": len({one.organisation_id for each in questions for one in each.about}),
        "segments": prepared.segments,
        "asked": [{**_candidate_json(each.first), "organisations": len(each.about)} for each in questions],
        "left_out": dict(sorted(reasons.items())),
        "not_asked": [{**_candidate_json(each.candidate), "reason": each.reason} for each in left_out],
    }


def campaign_json(connection: Connection, campaign: Campaign) -> dict[str, Any]:
    """A campaign and how far it is."""
    tally = campaigns.tally(connection, campaign)
    return {
        "id": campaign.id,
        "exercise": campaign.exercise,
        "started_by": campaign.started_by,
        "at": iso(campaign.at),
        "selection": dict(campaign.selection),
        "expires_at": iso(campaign.expires_at),
        "ended_at": iso(campaign.ended_at),
        "expanded": campaign.expanded_at is not None,
        "questions": tally.questions,
        "confirmed": tally.confirmed,
        "denied": tally.denied,
        "changed": tally.changed,
        "open": tally.open,
        "messages": dict(tally.messages),
        "undelivered": {each.reason: each.addresses for each in campaigns.undelivered(connection, campaign)},
    }


def verification_json(each: Verification) -> dict[str, Any]:
    """A question and its answer, masked."""
    return {
        "id": each.id,
        "organisation": {"code": each.code, "name": each.organisation},
        "contact": masked_name(each.contact),
        "kind": each.kind,
        "address": mask(each.kind, each.address),
        "asked_at": iso(each.asked_at),
        "state": each.state,
        "answered_at": iso(each.answered_at),
        "answer": each.answer,
        "via": each.via,
    }


def list_json(connection: Connection, exercise: bool | None) -> dict[str, object]:
    """Campaigns, the newest first."""
    return {"campaigns": [campaign_json(connection, each) for each in campaigns.page(connection, exercise)]}


def page_json(
    connection: Connection,
    identifier: int,
    answer: Answer | Literal["open"] | None = None,
    after: int = 0,
    limit: int = 100,
) -> dict[str, object]:
    """A campaign and a page of its questions, those with an answer or `open`. Raises `InputError`
    (CAMPAIGN_UNKNOWN)."""
    campaign = known(connection, identifier)
    found = verifications.page(connection, identifier, answer=answer, after=after, limit=limit)
    return {
        "campaign": campaign_json(connection, campaign),
        "questions": [verification_json(each) for each in found],
        "next": found[-1].id if len(found) == limit else None,
    }


def proposals_json(connection: Connection, exercise: bool) -> dict[str, Any]:
    """Who was named as another contact, in full: for those who keep the directory."""
    return {
        "proposals": [
            {
                **verification_json(each),
                "name": each.proposed_name,
                "number": each.proposed_number,
            }
            for each in proposed_contacts.waiting(connection, exercise)
        ]
    }


def _candidate_json(each: Candidate) -> dict[str, Any]:
    return {
        "code": each.code,
        "name": each.name,
        "contact": masked_name(each.contact),
        "kind": each.kind,
        "address": mask(each.kind, each.value),
        "verified_on": None if each.verified_on is None else each.verified_on.isoformat(),
    }
