"""Calls to whoever did not sign: the list with what to read out, and what was heard."""

import json
from collections.abc import Collection, Mapping
from typing import Any, cast

from sqlalchemy import Connection

from gateway.directory.areas import within
from gateway.directory.model import Organisation
from gateway.errors import InputError
from gateway.follow_up.signatures import signing
from gateway.follow_up.signatures.people import people_json
from gateway.follow_up.signatures.signing import Signer
from gateway.follow_up.signatures.unsigned import districts_of, launched, line_json
from gateway.ledger.decisions import notices, personal
from gateway.ledger.directory import contacts, denied_addresses, organisations
from gateway.ledger.follow_up import acknowledgements, calls, unsigned
from gateway.ledger.follow_up.acknowledgements import Acknowledgement
from gateway.ledger.follow_up.calls import Heard, Listed, Result
from gateway.ledger.follow_up.unsigned import Line
from gateway.ledger.trail import audit
from gateway.moments import iso
from gateway.plans.catalogue import Catalogue

RESULT_WORDS: dict[Result, str] = {
    "signed": "代为签收",
    "objected": "有异议",
    "told": "已口头通知",
    "no_answer": "无人接听",
    "wrong_number": "号码有误",
    "absent": "本人不在",
}
_LONGEST_NOTE = 500


def calls_json(
    connection: Connection,
    catalogue: Catalogue,
    now: int,
    *,
    broadcast_id: int | None = None,
    area: str | None = None,
    after: int = 0,
    limit: int = 100,
    limits: Collection[str] = (),
) -> dict[str, Any]:
    """Who is to be called now within these areas (none: everywhere), numbers in full, with the words to be
    read out to them: `script`, and after it `own`, the lines that are of the organisation alone.

    `now` in milliseconds since 1970 UTC.
    """
    found = calls.listed(
        connection, now, broadcast_id=broadcast_id, area=area, after=after, limit=limit, limits=limits
    )
    lines: dict[int, Line] = {}
    for broadcast in {each.broadcast_id for each in found}:
        ids = [each.id for each in found if each.broadcast_id == broadcast]
        lines |= unsigned.of_ids(connection, broadcast, ids)
    members = [each.organisation_id for each in found]
    stored = {each.id: each.organisation for each in organisations.by_ids(connection, members)}
    people = contacts.of_organisations(connection, members)
    denied = denied_addresses.values_of(connection, members)
    decisions = {each.broadcast_id: launched(connection, each.broadcast_id) for each in found}
    districts = {each.plan: districts_of(catalogue, each.plan) for each in decisions.values()}
    said = {each: scripts(connection, each.decision_id) for each in set(decisions.values())}
    own = {each: personal.lines_of(connection, each.decision_id, members) for each in said}

    def entry(each: Listed) -> dict[str, Any]:
        organisation, decision = stored[each.organisation_id], decisions[each.broadcast_id]
        return {
            **line_json(lines[each.id], districts[decision.plan], now),
            "broadcast": each.broadcast_id,
            "exercise": decision.exercise,
            "listed_at": iso(each.since),
            "tries": each.tries,
            "last": each.last,
            "last_at": iso(each.last_at),
            "people": people_json(
                organisation,
                people.get(each.organisation_id, ()),
                denied.get(each.organisation_id, {}),
                full=True,
            ),
            "script": script_for(said[decision], organisation),
            "own": own[decision].get(each.organisation_id, []),
        }

    return {
        "calls": [entry(each) for each in found],
        "next": found[-1].id if len(found) == limit else None,
    }


def record(
    connection: Connection,
    identifier: int,
    result: Result,
    now: int,
    *,
    caller: str,
    by: str,
    contact_id: int | None = None,
    name: str | None = None,
    role: str = "",
    note: str | None = None,
    limits: Collection[str] = (),
) -> dict[str, Any]:
    """Keep what was heard in a call about an acknowledgement within these areas (none: everywhere), and what
    follows from it.

    `signed` signs for the organisation in the name of whoever said so; `objected` keeps their words;
    `told` ends the calling. `by`: who called; `caller`: as the audit trail names them. `now` in
    milliseconds since 1970 UTC. Raises `InputError`: CALL_UNKNOWN, CONTACT_UNKNOWN, NAME_MISSING,
    NOTE_MISSING, NOTE_TOO_LONG, and what signing raises.
    """
    asked = _asked(connection, identifier, limits)
    said = (note or "").strip() or None
    if said is not None and len(said) > _LONGEST_NOTE:
        raise InputError(
            "NOTE_TOO_LONG",
            f"记录最多 {_LONGEST_NOTE} 字",
            f"a note has at most {_LONGEST_NOTE} characters",
            field="note",
        )
    if result == "objected" and said is None:
        raise InputError(
            "NOTE_MISSING", "有异议须写明原因", "an objection needs its reason as a note", field="note"
        )
    contact = _contact(connection, asked, contact_id)
    calls.add(connection, asked.id, contact_id, by, result, said, now)
    audit.append(
        connection,
        now,
        caller,
        "called",
        f"broadcast:{asked.broadcast_id}",
        {"organisation": asked.organisation_code, "result": result, "contact": contact_id, "by": by},
    )
    signer = Signer(name or contact or "", role, "phone", caller)
    if result == "signed":
        asked = signing.sign(connection, asked, signer, now)
    elif result == "objected":
        asked = signing.object_to(connection, asked, signer, "other", said or "", now)
    return {
        "id": asked.id,
        "broadcast": asked.broadcast_id,
        "organisation": {"code": asked.organisation_code, "name": asked.organisation},
        "signed_at": iso(asked.signed_at),
        "objected_at": iso(asked.objected_at),
        "calls": [heard_json(each) for each in calls.heard(connection, [asked.id])],
    }


def scripts(connection: Connection, decision_id: str) -> dict[tuple[str, str | None], str]:
    """What is read out to each reader (audience, sector): the spoken text; of a dropped area only where
    nothing else is said."""
    found: dict[tuple[str, str | None], str] = {}
    for purpose in ("dropped", "now"):
        wanted = {"purpose": purpose, "medium": "spoken", "language": "zh-CN"}
        for text in notices.texts(connection, decision_id, wanted):
            found[text.audience, text.sector] = "\n".join(cast(list[str], json.loads(text.messages)))
    return found


def script_for(said: Mapping[tuple[str, str | None], str], organisation: Organisation) -> str | None:
    """What of `scripts` is read out to an organisation; None where there is nothing for it."""
    return said.get((organisation.audience, organisation.sector)) or said.get((organisation.audience, None))


def heard_json(call: Heard) -> dict[str, Any]:
    """One call; `contact` is null for the organisation's own number."""
    return {
        "at": iso(call.at),
        "by": call.caller,
        "contact": call.contact,
        "result": call.result,
        "note": call.note,
    }


def _asked(connection: Connection, identifier: int, limits: Collection[str]) -> Acknowledgement:
    found = acknowledgements.by_id(connection, identifier)
    of = None if found is None else organisations.by_id(connection, found.organisation_id)
    if found is None or of is None or not within(of.organisation.area, limits):
        raise InputError(
            "CALL_UNKNOWN",
            f"电话名单里没有编号 {identifier}",
            f"there is no entry {identifier} on the list of calls",
            field="id",
        )
    if found.ended_at is not None:
        raise InputError(
            "ACKNOWLEDGEMENT_ENDED",
            "已有新的决定，这一次不用再通知，请看新的名单",
            "a newer decision has taken the place of this one: look at its list of calls",
        )
    return found


def _contact(connection: Connection, asked: Acknowledgement, contact_id: int | None) -> str | None:
    """The name of whoever was called, a contact of the organisation."""
    if contact_id is None:
        return None
    found = contacts.one(connection, contact_id)
    if found is None or found.organisation_id != asked.organisation_id:
        raise InputError(
            "CONTACT_UNKNOWN",
            f"“{asked.organisation}”没有编号为 {contact_id} 的联系人",
            f"{asked.organisation_code} has no contact {contact_id}",
            field="contact",
        )
    return found.contact.name
