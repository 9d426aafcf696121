"""Answers to "is this still your number?", whichever way they come, and what follows from each.

`confirmed` gives the address a fresh date and, where it was out of use, its use back. `denied` takes it
out of use for that organisation. `changed` keeps a name and number for whoever keeps the directory: nothing
is changed by itself, and the old number stays in use until then.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from gateway.directory import numbers
from gateway.directory.campaign import ASKED_KINDS, day_of
from gateway.directory.cells import Refused
from gateway.directory.masking import mask
from gateway.directory.model import Address, AddressKind
from gateway.errors import InputError
from gateway.ledger.directory import changes, denied_addresses, organisations, verifications
from gateway.ledger.directory.verifications import Answer, Verification, Via
from gateway.ledger.trail import audit

LONGEST_NAME = 40
_LONGEST_NUMBER = 30
_FIXED: AddressKind = "phone"  # nobody is asked at one, and yet somebody may answer there


def take(
    connection: Connection,
    questions: Sequence[Verification],
    said: Answer,
    via: Via,
    caller: str,
    now: int,
    *,
    name: str = "",
    number: str = "",
) -> None:
    """Take an answer to questions about one address; the last answer counts.

    `name` and `number` (of a telephone) go with `changed`. `now` in milliseconds since 1970 UTC.
    Raises `InputError` (NAME_MISSING, NAME_TOO_LONG, NUMBER_INVALID).
    """
    proposed = _proposed(name, number) if said == "changed" else None
    verifications.answer(connection, questions, said, via, caller, now, proposed)
    address_id = questions[0].address_id
    ids = [each.organisation_id for each in questions]
    shown = mask(questions[0].kind, questions[0].address)
    if said == "confirmed":
        again = denied_addresses.use(connection, ids, address_id, day_of(now))
        noted = {each: {"denied_address": [shown, None]} for each in again}
    elif said == "denied":
        refused = denied_addresses.refuse(connection, ids, address_id, day_of(now))
        noted = {each: {"denied_address": [None, shown]} for each in refused}
    else:
        noted = {each: {"changed_contact": [None, shown]} for each in ids}
    changes.append(connection, noted, caller, now)


def record(
    connection: Connection,
    code: str,
    written: str,
    said: Answer,
    now: int,
    *,
    via: Via,
    caller: str,
    name: str = "",
    number: str = "",
) -> Verification:
    """Take what somebody said about an organisation's address (`written` as people write it), by telephone
    or through a system, asked in a campaign or not; gives the question with its answer.

    Raises `InputError`: ORGANISATION_UNKNOWN, ADDRESS_UNKNOWN and as `take` does.
    """
    organisation_id = organisations.ids(connection, [code]).get(code)
    if organisation_id is None:
        raise InputError(
            "ORGANISATION_UNKNOWN",
            f"通讯录中没有编码“{code}”",
            f"the directory has no organisation {code!r}",
            field="organisation",
        )
    known = verifications.addresses_of(connection, organisation_id)
    found = next((known[each] for each in _meant(written) if each in known), None)
    if found is None:
        raise InputError(
            "ADDRESS_UNKNOWN",
            "这个单位没有登记这个号码或邮箱",
            "the organisation has no such number or mailbox in the directory",
            field="address",
        )
    address_id, contact_id = found
    question = verifications.running_at(connection, organisation_id, address_id, now)
    if question is None:
        question = verifications.add(connection, organisation_id, contact_id, address_id)
    take(connection, [question], said, via, caller, now, name=name, number=number)
    audit.append(
        connection,
        now,
        caller,
        "address_verified",
        f"organisation:{code}",
        {"address": mask(question.kind, question.address), "answer": said, "via": via},
    )
    return verifications.one(connection, question.id)


def _meant(written: str) -> list[Address]:
    """The addresses that these words may be."""
    found = []
    for kind in (*ASKED_KINDS, _FIXED):
        try:
            found.append(Address(kind, numbers.address(kind, written.strip())))
        except Refused:
            continue
    return found


def _proposed(name: str, number: str) -> tuple[str, str]:
    name = " ".join(name.split())
    if not name:
        raise InputError("NAME_MISSING", "请填写姓名", "state the name", field="name")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise InputError("NAME_TOO_LONG", "姓名过长", "the name is too long", field="name")
    try:
        return name, numbers.telephone(number.strip()[:_LONGEST_NUMBER]).value
    except Refused:
        raise InputError(
            "NUMBER_INVALID",
            "号码不对，请核对（固定电话要写区号）",
            "this is not a telephone number; check it",
            field="number",
        ) from None
