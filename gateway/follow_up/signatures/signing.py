"""Signing, objecting and reporting done, in whatever way an organisation answers. Each is audited."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, get_args

from sqlalchemy import Connection

from gateway.errors import InputError
from gateway.ledger.follow_up import acknowledgements, photos
from gateway.ledger.follow_up.acknowledgements import Acknowledgement, Via
from gateway.ledger.trail import audit

Objection = Literal["cannot_stop_safely", "other"]
OBJECTIONS: tuple[Objection, ...] = get_args(Objection)
OBJECTION_WORDS: dict[Objection, str] = {"cannot_stop_safely": "不能安全停产", "other": "其他"}
MOST_PHOTOS = 5  # of one report

_LONGEST_NAME = 40  # characters
_LONGEST_WORDS = 500


@dataclass(frozen=True, slots=True)
class Signer:
    """Who answers: a person's name and role as they state them, in which way, and `caller` as the audit
    trail names it: a token's name, or (link), (sms)."""

    name: str
    role: str
    via: Via
    caller: str


def sign(connection: Connection, asked: Acknowledgement, signer: Signer, now: int) -> Acknowledgement:
    """Sign for an organisation; who has signed before stays who signed. Gives how it stands then.

    `now`: milliseconds since 1970 UTC. Raises `InputError`: NAME_MISSING, NAME_TOO_LONG,
    ACKNOWLEDGEMENT_ENDED.
    """
    who, role = _stated(signer)
    if acknowledgements.sign(connection, asked.id, who, role, signer.via, now):
        _audit(connection, asked, "signed", signer, now, name=who, role=role)
    else:
        _refuse_ended(connection, asked)
    return _again(connection, asked)


def object_to(
    connection: Connection, asked: Acknowledgement, signer: Signer, reason: Objection, words: str, now: int
) -> Acknowledgement:
    """Object with a reason, and words where it is `other`; the first objection stays.

    Raises `InputError`: REASON_MISSING, WORDS_TOO_LONG, and what `sign` raises.
    """
    who, role = _stated(signer)
    said = _words(words, "objection")
    if reason == "other" and not said:
        raise InputError("REASON_MISSING", "请写明原因", "say why", field="objection")
    objection = f"{OBJECTION_WORDS[reason]}：{said}" if said else OBJECTION_WORDS[reason]
    if acknowledgements.object_to(connection, asked.id, objection, who, role, signer.via, now):
        _audit(connection, asked, "objected", signer, now, name=who, role=role, reason=reason)
    else:
        _refuse_ended(connection, asked)
    return _again(connection, asked)


def report_done(
    connection: Connection,
    asked: Acknowledgement,
    note: str,
    jpegs: Sequence[bytes],
    via: Via,
    caller: str,
    now: int,
) -> Acknowledgement:
    """Report that what was ordered is done, with a note and photos that were re-encoded; once.

    Raises `InputError`: NOT_SIGNED, WORDS_TOO_LONG, TOO_MANY_PHOTOS.
    """
    said = _words(note, "note")
    if len(jpegs) > MOST_PHOTOS:
        raise too_many_photos()
    if acknowledgements.report_done(connection, asked.id, said, now):
        photos.add(connection, asked.id, jpegs, now)
        pictures = [sha256(each).hexdigest() for each in jpegs]
        signer = Signer(asked.name or "", asked.role or "", via, caller)
        _audit(connection, asked, "reported_done", signer, now, photos=pictures)
    elif _again(connection, asked).signed_at is None:
        raise InputError("NOT_SIGNED", "请先签收，再报告完成", "sign first, then report that it is done")
    return _again(connection, asked)


def too_many_photos() -> InputError:
    """The refusal of more photos than a report may have."""
    return InputError(
        "TOO_MANY_PHOTOS", f"照片最多 {MOST_PHOTOS} 张", f"at most {MOST_PHOTOS} photos", field="photos"
    )


def of_organisation(connection: Connection, broadcast_id: int, code: str) -> Acknowledgement:
    """What an organisation is asked by a broadcast. Raises `InputError` (ACKNOWLEDGEMENT_UNKNOWN)."""
    found = acknowledgements.of_organisation(connection, broadcast_id, code)
    if found is None:
        raise InputError(
            "ACKNOWLEDGEMENT_UNKNOWN",
            f"发布任务 {broadcast_id} 没有要求单位“{code}”签收",
            f"broadcast {broadcast_id} does not ask organisation {code!r} to sign",
            field="organisation",
        )
    return found


def _stated(signer: Signer) -> tuple[str, str]:
    """Name and role as one plain line each."""
    who, role = (" ".join(plain(each).split()) for each in (signer.name, signer.role))
    if not who:
        raise InputError("NAME_MISSING", "请填写姓名", "state your name", field="name")
    for field, words in (("name", who), ("role", role)):
        if len(words) > _LONGEST_NAME:
            raise InputError(
                "NAME_TOO_LONG",
                f"姓名和职务最多 {_LONGEST_NAME} 字",
                f"name and role have at most {_LONGEST_NAME} characters",
                field=field,
            )
    return who, role


def _words(words: str, field: str) -> str:
    said = "\n".join(filter(None, (line.strip() for line in plain(words).splitlines())))
    if len(said) > _LONGEST_WORDS:
        raise InputError(
            "WORDS_TOO_LONG",
            f"说明最多 {_LONGEST_WORDS} 字",
            f"at most {_LONGEST_WORDS} characters",
            field=field,
        )
    return said


def plain(words: str) -> str:
    """Without controls and direction marks, which could make a name look like another."""
    return "".join(each if each.isprintable() or each == "\n" else " " for each in words)


def _again(connection: Connection, asked: Acknowledgement) -> Acknowledgement:
    return acknowledgements.by_id(connection, asked.id) or asked


def _refuse_ended(connection: Connection, asked: Acknowledgement) -> None:
    now_is = _again(connection, asked)
    if now_is.ended_at is not None and now_is.signed_at is None:
        raise InputError(
            "ACKNOWLEDGEMENT_ENDED",
            "已有新的决定，这一次不用再签收，请看新的通知",
            "a newer decision has taken the place of this one: nobody waits for its signature any more",
        )


def _audit(
    connection: Connection, asked: Acknowledgement, kind: str, signer: Signer, now: int, **detail: object
) -> None:
    audit.append(
        connection,
        now,
        signer.caller,
        kind,
        f"broadcast:{asked.broadcast_id}",
        {"organisation": asked.organisation_code, "via": signer.via, **detail},
    )
