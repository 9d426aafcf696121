"""Replies by SMS: "1" or 收到 signs, "2" or 不能 objects; whatever else is said is kept.

Where no signature is waited for, they answer whether the number is still right; 是 and 不是 always do.
"""

import unicodedata

from sqlalchemy import Connection

from channels.contract import Reply
from gateway.directory.masking import mask
from gateway.directory.model import CONTACT_ROLE_WORDS
from gateway.follow_up.campaigns import verifying
from gateway.follow_up.signatures.signing import Signer, object_to, sign
from gateway.ledger.directory import verifications
from gateway.ledger.directory.verifications import Answer, Verification
from gateway.ledger.follow_up import acknowledgements, replies
from gateway.ledger.follow_up.acknowledgements import Acknowledgement
from gateway.ledger.follow_up.replies import Meaning

_SIGNS = {"1", "收到", "已收到", "签收", "已签收", "收到1", "1收到", "回复1"}
_OBJECTS = ("2", "不能")
_CONFIRMS = {"是", "是的", "是我", "是本人", "是本单位", "对", "对的", "yes", "y"}
_DENIES = {"不是", "不是我", "不是本人", "不是本单位", "否", "不对", "打错了", "发错了", "no", "n"}
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


def hear(connection: Connection, account_id: int, reply: Reply, now: int) -> None:
    """Take a reply that its provider vouches for: it concerns the newest of what its number is still
    asked to sign, else the newest question whether it is still right. Told twice, it counts once.
    `now`: milliseconds since 1970 UTC."""
    if replies.known(connection, account_id, reply.provider_id):
        return
    text = reply.text[:_LONGEST]
    means = meaning(text)
    address_id = replies.sender(connection, account_id, reply.address)
    asked = None
    if address_id is not None and means in ("sign", "object"):
        asked = acknowledgements.newest_open(connection, address_id, now)
    if asked is not None and address_id is not None:
        signer = _signer(connection, asked, address_id, reply.address)
        if means == "sign":
            sign(connection, asked, signer, now)
        else:
            object_to(connection, asked, signer, "other", f"短信回复“{text.strip()[:_QUOTED]}”", now)
    questions: list[Verification] = []
    if asked is None and address_id is not None and means != "other":
        questions, means = _answered(connection, address_id, means, text, now)
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


def _answered(
    connection: Connection, address_id: int, means: Meaning, text: str, now: int
) -> tuple[list[Verification], Meaning]:
    """Answer the newest open question at an address; gives it (nothing where there is none), and what the
    reply then means.

    After a warning that came later, `2` may be an answer to that: a number is not given up for it.
    """
    questions = verifications.newest_open(connection, address_id, now)
    if not questions or (means == "object" and text.strip().startswith(_OBJECTS[1])):
        return [], means
    asked_at = questions[0].asked_at or 0
    if means == "object" and verifications.warned_since(connection, address_id, asked_at):
        return [], means
    said: Answer = "confirmed" if means in ("sign", "confirm") else "denied"
    verifying.take(connection, questions, said, "sms", "(sms)", now)
    return questions, "confirm" if said == "confirmed" else "wrong_number"


def _signer(connection: Connection, asked: Acknowledgement, address_id: int, number: str) -> Signer:
    """Whose number it is: a contact, the organisation's own contact, or a masked number."""
    name, role = replies.writer(connection, asked.organisation_id, address_id)
    title = "" if role is None else CONTACT_ROLE_WORDS[role]
    return Signer((name or mask("sms", number))[:_LONGEST_NAME], title, "sms", "(sms)")
