"""Where people of the office are told that it is their turn: an address is stated, proved by a code that is
sent there, and replaced or removed.

Nothing but a code is sent to an address that is not proved: a mistyped number would tell a stranger of a
warning that is not issued yet. A code is good for 15 minutes and five tries. The trail never holds an
address.
"""

import secrets
from typing import Literal, cast

from sqlalchemy import Connection

from gateway.accounts.users import subject
from gateway.broadcasts.approving.memos import PERSONAL, Telling, tell
from gateway.broadcasts.launching import priority
from gateway.directory import numbers
from gateway.directory.cells import Refused, visible
from gateway.directory.model import Address, AddressKind
from gateway.errors import InputError
from gateway.ledger.accounts import memos, user_addresses
from gateway.ledger.accounts.user_addresses import UserAddress
from gateway.ledger.accounts.users import User, hashed
from gateway.ledger.delivery import lanes
from gateway.ledger.trail import audit
from gateway.notices.memo import code_email, code_sms, moved_email, moved_sms
from gateway.notices.model import Office
from gateway.vocabulary import Language

CODE_MINUTES = 15
_TRIES = 5  # of one code
_CODES = 5  # in an hour: nobody uses us to ring somebody else's telephone all night
_HOUR = 3_600_000  # ms
_DAY = 24 * _HOUR
_MINUTE = 60_000  # ms
Proof = Literal["proved", "wrong", "ended"]


def checked(kind: str, written: str) -> Address:
    """An address as the directory reads it. Raises `InputError` (ADDRESS_KIND, ADDRESS_INVALID)."""
    if kind not in PERSONAL:
        raise InputError(
            "ADDRESS_KIND",
            "这里只能登记手机号、企业微信账号、邮箱",
            "this is for a mobile number, a WeCom user id or a mailbox",
            field="kind",
        )
    try:
        return Address(kind, numbers.address(kind, visible(written)))
    except Refused as refused:
        raise InputError("ADDRESS_INVALID", refused.message, refused.message_en, field=kind) from None


def state(connection: Connection, user: User, address: Address, now: int, actor: str) -> None:
    """Keep an address that is still to be proved. `now` in milliseconds since 1970 UTC."""
    _end_codes(connection, user, address.kind, now)
    user_addresses.state(connection, user.id, address, now)
    detail: dict[str, object] = {"kind": address.kind}
    audit.append(connection, now, actor, "address_stated", subject(user.name), detail)


def send_code(connection: Connection, office: Office, user: User, kind: str, now: int) -> None:
    """Send a code to the address of that kind that is still to be proved; earlier ones are void.

    It leaves by the lanes of the real thing; where there are none of that kind, by those of exercises, with
    their mark. Raises `InputError` (ADDRESS_UNKNOWN, CODES_TOO_MANY, CHANNEL_MISSING).
    """
    waiting = _unproved(connection, user, kind)
    if waiting is None:
        raise InputError(
            "ADDRESS_UNKNOWN", "没有待核实的地址", "there is no address to be proved", field="kind"
        )
    if memos.asked_since(connection, user.id, now - _HOUR) >= _CODES:
        raise InputError(
            "CODES_TOO_MANY",
            f"一小时内最多发送 {_CODES} 个验证码，请稍后再试",
            f"at most {_CODES} codes are sent in an hour; try again later",
            field="kind",
        )
    exercise = _lanes_of(connection, kind)
    if exercise is None:
        raise InputError(
            "CHANNEL_MISSING",
            "没有能发送到这里的通道，请管理员在设置的 accounts 中配置",
            "no account can send there: an administrator configures one under accounts",
            field="kind",
        )
    _end_codes(connection, user, waiting.kind, now)
    memo = memos.to_one(connection, "proof", user.id, exercise, now)
    code = f"{secrets.randbelow(1_000_000):06d}"
    user_addresses.ask(connection, user.id, waiting.address, memo.id, _hash(memo.id, code))
    language = _language(user)
    words = (code_email if kind == "email" else code_sms)(
        office, code, CODE_MINUTES, language, exercise=exercise
    )
    telling = Telling(user.id, waiting.address, language, words)
    tell(connection, memo, [telling], priority.CODE, now, now + CODE_MINUTES * _MINUTE)


def prove(
    connection: Connection, office: Office, user: User, kind: str, code: str, now: int, actor: str
) -> Proof:
    """Take a code that somebody typed; the address that it replaces is told. `ended`: it was sent too long
    ago, or tried too often, or there is none."""
    waiting = _unproved(connection, user, kind)
    memo = None if waiting is None or waiting.memo_id is None else memos.one(connection, waiting.memo_id)
    if waiting is None or memo is None or memo.ended_at is not None or waiting.tries >= _TRIES:
        return "ended"
    if memo.made_at + CODE_MINUTES * _MINUTE <= now:
        return "ended"
    typed = "".join(code.split())
    if waiting.code_sha256 is None or not secrets.compare_digest(
        _hash(memo.id, typed).encode(), waiting.code_sha256.encode()
    ):
        user_addresses.tried(connection, user.id, waiting.address)
        return "wrong"
    memos.end_one(connection, memo.id, now)
    _tell_old(connection, office, user, kind, now)
    user_addresses.prove(connection, user.id, waiting.address, now)
    detail: dict[str, object] = {"kind": waiting.kind}
    audit.append(connection, now, actor, "address_proved", subject(user.name), detail)
    return "proved"


def remove(connection: Connection, office: Office, user: User, kind: str, now: int, actor: str) -> bool:
    """Nobody is told there any more, proved or not, and the address hears so; False where there was
    nothing."""
    known = cast(AddressKind, kind)
    _tell_old(connection, office, user, kind, now)
    _end_codes(connection, user, known, now)
    if not user_addresses.remove(connection, user.id, known):
        return False
    audit.append(connection, now, actor, "address_removed", subject(user.name), {"kind": kind})
    return True


def _tell_old(connection: Connection, office: Office, user: User, kind: str, now: int) -> None:
    """Say where somebody was told that they no longer are: it may not have been they who changed it."""
    own = user_addresses.of_user(connection, user.id)
    old = next((each for each in own if each.kind == kind and each.proved_at is not None), None)
    exercise = _lanes_of(connection, kind)
    if old is None or exercise is None:
        return
    language = _language(user)
    words = (moved_email if kind == "email" else moved_sms)(office, language, exercise=exercise)
    memo = memos.to_one(connection, "moved", user.id, exercise, now)
    telling = Telling(user.id, old.address, language, words)
    tell(connection, memo, [telling], priority.CODE, now, now + _DAY)


def _lanes_of(connection: Connection, kind: str) -> bool | None:
    """Whether the lanes that reach such an address are of exercises alone; None: there are none."""
    return next((each for each in (False, True) if kind in lanes.serving(connection, each)), None)


def _language(user: User) -> Language:
    return "en" if user.language == "en" else "zh-CN"


def _unproved(connection: Connection, user: User, kind: str) -> UserAddress | None:
    return next(
        (
            each
            for each in user_addresses.of_user(connection, user.id)
            if each.kind == kind and each.proved_at is None
        ),
        None,
    )


def _end_codes(connection: Connection, user: User, kind: AddressKind, now: int) -> None:
    for each in user_addresses.of_user(connection, user.id):
        if each.kind == kind and each.memo_id is not None:
            memos.end_one(connection, each.memo_id, now)


def _hash(memo_id: int, code: str) -> str:
    return hashed(f"{memo_id}:{code}")
