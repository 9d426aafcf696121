"""Where people of the office are told: proved by a code, and by nothing else."""

import json
import re
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from gateway.accounts import addresses
from gateway.accounts.addresses import Proof
from gateway.delivery import accounts
from gateway.errors import InputError
from gateway.ledger.accounts import user_addresses
from gateway.ledger.accounts.users import User
from gateway.ledger.schema import addresses as addresses_table
from gateway.ledger.schema import broadcasts, deliveries, notices
from gateway.ledger.trail import audit
from gateway.notices.model import Office as Words
from tests.accounts.office import HOUR, MINUTE, Office
from tests.delivery.world import settings_of, twilio

NUMBER, OTHER = "13800000001", "13800000002"


@pytest.fixture
def telephones(office: Office, tmp_path: Path) -> Office:
    """The office, with a lane to telephones."""
    office.do(accounts.sync, settings_of(tmp_path, sms=twilio("http://127.0.0.1:9")).accounts, office.now)
    return office


def state(office: Office, user: User, written: str = NUMBER) -> None:
    """State a number and have the code sent there."""

    def both(connection: Connection) -> None:
        addresses.state(connection, user, addresses.checked("sms", written), office.now, "user:wang")
        addresses.send_code(connection, Words(), user, "sms", office.now)

    office.do(both)


def prove(office: Office, user: User, code: str) -> Proof:
    proof: Proof = office.do(addresses.prove, Words(), user, "sms", code, office.now, "user:wang")
    return proof


def sent(office: Office) -> list[tuple[str, str, str]]:
    """Where codes were sent, the codes, and how far their messages are."""

    def read(connection: Connection) -> list[tuple[str, str, str]]:
        query = (
            select(addresses_table.c.value, notices.c.messages, broadcasts.c.live)
            .join(deliveries, deliveries.c.notice_id == notices.c.id)
            .join(broadcasts, broadcasts.c.id == deliveries.c.broadcast_id)
            .join(addresses_table, addresses_table.c.id == deliveries.c.address_id)
            .order_by(deliveries.c.id)
        )
        return [
            (value, code[1], "live" if live else "over")
            for value, messages, live in connection.execute(query)
            if (code := re.search(r"验证码(\d{6})", messages)) is not None
        ]

    return office.ledger.read_now(read)


def warned(office: Office) -> list[str]:
    """The numbers that heard that they are told no more."""

    def read(connection: Connection) -> list[str]:
        query = (
            select(addresses_table.c.value)
            .join(deliveries, deliveries.c.address_id == addresses_table.c.id)
            .join(notices, notices.c.id == deliveries.c.notice_id)
            .where(notices.c.title == "通知已改到别处")
        )
        return list(connection.execute(query.order_by(deliveries.c.id)).scalars())

    return office.ledger.read_now(read)


def where(office: Office, user: User) -> list[tuple[str, bool]]:
    """Their addresses, and whether each is proved."""
    kept = office.ledger.read_now(user_addresses.of_user, user.id)
    return [(each.value, each.proved_at is not None) for each in kept]


async def test_a_number_counts_once_the_code_that_it_got_is_typed(telephones: Office) -> None:
    user = await telephones.member("wang", "approver", titles=["主任"])
    state(telephones, user)
    ((number, code, _),) = sent(telephones)
    assert number == "+8613800000001"
    assert where(telephones, user) == [(number, False)]
    assert telephones.ledger.read_now(user_addresses.proved, [user.id]) == {}
    assert prove(telephones, user, f" {code[:3]} {code[3:]} ") == "proved"
    assert where(telephones, user) == [(number, True)]
    assert prove(telephones, user, code) == "ended"
    assert [each[2] for each in sent(telephones)] == ["over"]


async def test_the_old_number_is_told_until_the_new_one_is_proved(telephones: Office) -> None:
    user = await telephones.member("wang")
    state(telephones, user)
    prove(telephones, user, sent(telephones)[0][1])
    state(telephones, user, OTHER)
    assert where(telephones, user) == [("+8613800000001", True), ("+8613800000002", False)]
    assert prove(telephones, user, sent(telephones)[1][1]) == "proved"
    assert where(telephones, user) == [("+8613800000002", True)]
    assert telephones.do(addresses.remove, Words(), user, "sms", telephones.now, "user:wang")
    assert where(telephones, user) == []


async def test_the_number_that_is_told_no_more_hears_of_it(telephones: Office) -> None:
    user = await telephones.member("wang")
    state(telephones, user)
    prove(telephones, user, sent(telephones)[0][1])
    assert warned(telephones) == []
    state(telephones, user, OTHER)
    prove(telephones, user, sent(telephones)[1][1])
    assert warned(telephones) == ["+8613800000001"]
    telephones.do(addresses.remove, Words(), user, "sms", telephones.now, "user:wang")
    assert warned(telephones) == ["+8613800000001", "+8613800000002"]


async def test_a_code_ends_after_five_tries_a_quarter_of_an_hour_or_with_the_next(telephones: Office) -> None:
    user = await telephones.member("wang")
    state(telephones, user)
    code = sent(telephones)[0][1]
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert [prove(telephones, user, wrong) for _ in range(5)] == ["wrong"] * 5
    assert prove(telephones, user, code) == "ended"
    telephones.do(addresses.send_code, Words(), user, "sms", telephones.now)
    telephones.do(addresses.send_code, Words(), user, "sms", telephones.now)
    _, second, third = [each[1] for each in sent(telephones)]
    assert second == third or prove(telephones, user, second) == "wrong"
    telephones.now += 15 * MINUTE
    assert prove(telephones, user, third) == "ended"
    assert [each[2] for each in sent(telephones)] == ["over", "over", "live"]


async def test_nobody_has_more_than_five_codes_sent_in_an_hour(telephones: Office) -> None:
    user = await telephones.member("wang")
    for _ in range(5):
        state(telephones, user)
    with pytest.raises(InputError) as refused:
        state(telephones, user, OTHER)
    assert refused.value.code == "CODES_TOO_MANY"
    telephones.now += HOUR
    state(telephones, user, OTHER)
    assert len(sent(telephones)) == 6


async def test_without_a_channel_no_code_is_promised(office: Office) -> None:
    user = await office.member("wang")
    with pytest.raises(InputError) as refused:
        state(office, user)
    assert refused.value.code == "CHANNEL_MISSING"
    assert where(office, user) == []


async def test_the_trail_tells_of_addresses_without_them(telephones: Office) -> None:
    user = await telephones.member("wang")
    state(telephones, user)
    prove(telephones, user, sent(telephones)[0][1])
    telephones.do(addresses.remove, Words(), user, "sms", telephones.now, "user:wang")
    trail = telephones.ledger.read_now(audit.page)
    kinds = [each.kind for each in trail]
    assert kinds[-3:] == ["address_stated", "address_proved", "address_removed"]
    assert all("1380000" not in json.dumps(each.detail) for each in trail)


@pytest.mark.parametrize(
    ("kind", "written", "code"),
    [
        ("sms", "1380000", "ADDRESS_INVALID"),
        ("sms", "037167180000", "ADDRESS_INVALID"),  # a fixed line
        ("email", "wang@", "ADDRESS_INVALID"),
        ("wecom_user", "@all", "ADDRESS_INVALID"),
        ("wecom", "全员群", "ADDRESS_KIND"),
        ("push", "operator", "ADDRESS_KIND"),
    ],
)
def test_what_is_no_address_of_one_person_is_refused(kind: str, written: str, code: str) -> None:
    with pytest.raises(InputError) as refused:
        addresses.checked(kind, written)
    assert refused.value.code == code
    assert written not in refused.value.message or "*" in refused.value.message or kind in ("wecom", "push")
