"""Tells people of the office something, and answers replies: such messages wait in the same queue as
warnings, behind them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection

from gateway.broadcasts.preparing.manifest import words_hash
from gateway.directory.model import Address, AddressKind
from gateway.directory.targets import MEDIUM_OF
from gateway.ledger.accounts import memos
from gateway.ledger.accounts.memos import Memo, MemoNotice, Reader
from gateway.ledger.delivery import deliveries
from gateway.ledger.delivery.deliveries import NewDelivery
from gateway.ledger.delivery.routes import Choice
from gateway.ledger.directory import addresses
from gateway.notices.memo import MemoWords
from gateway.vocabulary import Language

# where one person reads: no group's wall, no system
PERSONAL: tuple[AddressKind, ...] = ("sms", "wecom_user", "email")
OFFICE = "office"  # as messages are counted: those of no audience


@dataclass(frozen=True, slots=True)
class Telling:
    """What one person reads at one address."""

    user_id: str
    address: Address
    language: Language
    words: MemoWords


def tell(
    connection: Connection,
    memo: Memo,
    tellings: Sequence[Telling],
    priority: int,
    now: int,
    valid_until: int,
) -> int:
    """Tell these people, as the next round of a memo, in the transaction that decided it; gives how many
    messages that makes. Whoever shares an address with another is told there once.

    Moments in milliseconds since 1970 UTC. `valid_until` counts with the first round.
    """
    broadcast_id = memos.begin_round(connection, memo, now, valid_until)
    ids = addresses.ids(connection, [(each.address, memo.exercise) for each in tellings])
    first: dict[int, Telling] = {}  # by address: whoever shares it reads the same
    for each in tellings:
        first.setdefault(ids[each.address, memo.exercise], each)
    texts: dict[MemoNotice, int] = {}
    notice_ids: dict[int, int] = {}
    for address_id, each in first.items():
        notice = _notice(each.address.kind, each.language, each.words)
        if notice not in texts:
            texts[notice] = memos.add_notice(connection, memo.id, notice)
        notice_ids[address_id] = texts[notice]
    readers = [
        Reader(each.user_id, address_id, notice_ids[address_id])
        for each in tellings
        for address_id in [ids[each.address, memo.exercise]]
    ]
    memos.add_readers(connection, memo, readers, now)
    to = [_To(address_id, each.address, notice_ids[address_id]) for address_id, each in first.items()]
    return _queue(connection, memo, broadcast_id, to, priority, now)


def answer(
    connection: Connection,
    memo: Memo,
    address_id: int,
    address: Address,
    words: MemoWords,
    priority: int,
    now: int,
    valid_until: int,
) -> int:
    """Answer whoever wrote from an address, whoever they are; gives how many messages that makes. Moments in
    milliseconds since 1970 UTC."""
    broadcast_id = memos.begin_round(connection, memo, now, valid_until)
    notice_id = memos.add_notice(connection, memo.id, _notice(address.kind, "zh-CN", words))
    return _queue(connection, memo, broadcast_id, [_To(address_id, address, notice_id)], priority, now)


class _To(NamedTuple):
    address_id: int
    address: Address
    notice_id: int


def _queue(
    connection: Connection, memo: Memo, broadcast_id: int, to: Sequence[_To], priority: int, now: int
) -> int:
    choice = Choice(connection, memo.exercise, now)
    new = [
        NewDelivery(
            broadcast_id=broadcast_id,
            exercise=memo.exercise,
            audience=OFFICE,
            channel=address.kind,
            area="",
            organisation_id=None,
            address_id=address_id,
            notice_id=notice_id,
            part=0,
            lane_id=lane_id,
            priority=priority,
            due_at=now,
            state="queued" if lane_id is not None else "suppressed",
            reason=None if lane_id is not None else "configuration",
        )
        for address_id, address, notice_id in to
        for lane_id in [choice.lane(address.kind, address.value)]
    ]
    return deliveries.insert(connection, new)


def _notice(kind: AddressKind, language: Language, words: MemoWords) -> MemoNotice:
    return MemoNotice(
        MEDIUM_OF[kind],
        language,
        words_hash(words.title, [words.text], words.html),
        words.title,
        json.dumps([words.text], ensure_ascii=False),
        words.html,
    )
