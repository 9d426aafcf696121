"""Replies by SMS: "1" or 收到 signs, "2" or 不能 objects; whatever else is said is kept.

They count for what the number was told last and for nothing else: after the question whether the number is
right they answer that (是 and 不是 always do), after a message that asks for no answer, such as to whoever
is to approve, they count for nothing. What is not clear signs nothing: a person reads it. A number that was
told for several organisations at once is answered so, once, with what to do instead.
"""

import unicodedata
from collections.abc import Sequence

from sqlalchemy import Connection

from channels.contract import Reply
from gateway.broadcasts.approving.memos import answer
from gateway.broadcasts.launching import priority
from gateway.directory.masking import mask
from gateway.directory.model import CONTACT_ROLE_WORDS, Address
from gateway.follow_up.campaigns import verifying
from gateway.follow_up.signatures.signing import Signer, object_to, plain, sign
from gateway.ledger.accounts import memos
from gateway.ledger.decisions import decisions
from gateway.ledger.directory import verifications
from gateway.ledger.directory.verifications import Answer, Verification
from gateway.ledger.follow_up import acknowledgements, replies
from gateway.ledger.follow_up.acknowledgements import Acknowledgement
from gateway.ledger.follow_up.replies import Meaning, Told
from gateway.notices.memo import several_sms
from gateway.notices.model import Office

_SIGNS = {"1", "收到", "已收到", "签收", "已签收", "收到1", "1收到", "回复1"}
_OBJECTS = ("2", "不能")
_CONFIRMS = {"是", "是的", "是我", "是本人", "是本单位", "对", "对的", "yes", "y"}
_DENIES = {"不是", "不是我", "不是本人", "不是本单位", "否", "不对", "打错了", "发错了", "no", "n"}
ANSWERED_FOR = 3_600_000  # ms in which an answer to a reply may still leave
READING = 15_000  # ms that a message takes to arrive and be read: what comes sooner answers another
_LONGEST = 1600  # characters that are kept of a reply
_QUOTED = 400  # and of one that is an objection
_LONGEST_NAME = 40  # of a contact as the directory has it


def meaning(text: str) -> Meaning:
    """What a reply says. `2` counts alone, 不能 as its beginning; neither width nor stops matter."""
    said = "".join(each for each in unicodedata.normalize("NFKC", text) if each.isalnum())
    if said in _SIGNS:
        return "sign"
    if said == _OBJECTS[0] or said.startswith(_OBJECTS[1]):
        return "object"
    if said.lower() in _CONFIRMS:
        return "confirm"
    return "wrong_number" if said.lower() in _DENIES else "other"


def hear(connection: Connection, account_id: int, reply: Reply, now: int, *, office: Office) -> None:
    """Take a reply that its provider vouches for. Told twice, it counts once.
    `now`: milliseconds since 1970 UTC."""
    if replies.known(connection, account_id, reply.provider_id):
        return
    text, number = plain(reply.text)[:_LONGEST], plain(reply.address)  # whatever a stranger's telephone sends
    means = meaning(text)
    address_id = replies.sender(connection, account_id, number)
    asked: Acknowledgement | None = None
    questions: Sequence[Verification] = ()
    if means in ("sign", "object"):
        if address_id is not None:
            asked, several, questions = _asked_last(connection, address_id, now)
            if several:
                _answer(connection, office, several, address_id, number, now)
        if asked is not None and address_id is not None:
            signer = _signer(connection, asked, address_id, number)
            if means == "sign":
                sign(connection, asked, signer, now)
            else:
                object_to(connection, asked, signer, "other", f"短信回复“{text.strip()[:_QUOTED]}”", now)
        elif not questions or text.strip().startswith(_OBJECTS[1]):  # 不能 is about an order, not a number
            means, questions = "unclear", ()
        else:
            means = "confirm" if means == "sign" else "wrong_number"
    elif means != "other" and address_id is not None:
        questions = verifications.newest_open(connection, address_id, now)
    if questions:
        said: Answer = "confirmed" if means == "confirm" else "denied"
        verifying.take(connection, questions, said, "sms", "(sms)", now)
    replies.keep(
        connection,
        account_id,
        reply.provider_id,
        address_id,
        text,
        means,
        None if asked is None else asked.id,
        now,
        questions[0].id if questions else None,
    )


def _asked_last(
    connection: Connection, address_id: int, now: int
) -> tuple[Acknowledgement | None, Sequence[Acknowledgement], Sequence[Verification]]:
    """What the last message at a number asks: a signature, those of several organisations at once, or whether
    the number is right; nothing where that is not clear."""
    told = replies.told_last(connection, address_id, now)
    if not told:
        return None, (), ()
    last = told[0]
    questions = verifications.newest_open(connection, address_id, now)
    before = [each for each in told if each.broadcast_id != last.broadcast_id]
    if now - last.at < READING and before and _waits(connection, before, questions):
        return None, (), ()
    if last.campaign_id is not None:
        return None, (), questions
    here = {each.organisation_id: each.at for each in told if each.broadcast_id == last.broadcast_id}
    found = [each for each in _asked(connection, told, last.broadcast_id) if each.open]
    found.sort(key=lambda each: here[each.organisation_id], reverse=True)
    if len(found) > 1 and here[found[0].organisation_id] - here[found[1].organisation_id] < READING:
        return None, [each for each in found if each.expires_at > now], ()
    asked = found[0] if found else None
    return asked if asked is not None and asked.expires_at > now else None, (), ()


def _answer(
    connection: Connection,
    office: Office,
    several: Sequence[Acknowledgement],
    address_id: int,
    number: str,
    now: int,
) -> None:
    """Say at once that a reply signs for none of several organisations, and what does: once a decision, as
    each message costs, and some telephones reply by themselves."""
    asked = several[0]
    decision_id = decisions.of_broadcast(connection, asked.broadcast_id)
    if decision_id is None or memos.was_told_of_several(connection, decision_id, address_id):
        return
    words = several_sms(office, [each.organisation for each in several], exercise=asked.exercise)
    memo = memos.of_several(connection, decision_id, asked.exercise, now)
    address = Address("sms", number)
    answer(connection, memo, address_id, address, words, priority.CODE, now, now + ANSWERED_FOR)


def _waits(connection: Connection, before: Sequence[Told], questions: Sequence[Verification]) -> bool:
    """Whether what was told before the last message is still unanswered, overtaken or not."""
    if before[0].campaign_id is not None:
        return bool(questions)
    asked = _asked(connection, before, before[0].broadcast_id)
    return any(each.signed_at is None and each.objected_at is None for each in asked)


def _asked(connection: Connection, told: Sequence[Told], broadcast_id: int) -> list[Acknowledgement]:
    readers = [each.organisation_id for each in told if each.broadcast_id == broadcast_id]
    return acknowledgements.of_readers(
        connection, broadcast_id, [each for each in readers if each is not None]
    )


def _signer(connection: Connection, asked: Acknowledgement, address_id: int, number: str) -> Signer:
    """Whose number it is: a contact, the organisation's own contact, or a masked number."""
    name, role = replies.writer(connection, asked.organisation_id, address_id)
    title = "" if role is None else CONTACT_ROLE_WORDS[role]
    return Signer((name or mask("sms", number))[:_LONGEST_NAME], title, "sms", "(sms)")
