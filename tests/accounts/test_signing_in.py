"""Signing in: who gets in, how often it may be tried, when it ends."""

import asyncio
from typing import Any

import pyotp
import pytest
from sqlalchemy import Connection, func, select

from gateway.accounts import one_time
from gateway.accounts import users as accounts
from gateway.accounts.passwords import Passwords
from gateway.accounts.signing_in import Attempt, Refusal, SignedIn, SigningIn, TooOften
from gateway.bus.limits import Limits
from gateway.delivery.clockwork import Clockwork
from gateway.errors import InputError
from gateway.identifiers import uuid7
from gateway.ledger.accounts import sign_ins, users
from gateway.ledger.accounts.users import hashed
from gateway.ledger.schema import sign_ins as sign_ins_table
from tests.accounts.office import HOUR, MINUTE, Office
from tests.people import PASSWORD

SECRET = one_time.new_secret()


def code_at(moment: int) -> str:
    return pyotp.TOTP(SECRET).at(moment // 1000)


async def test_name_and_password_sign_in_however_the_name_is_typed(office: Office) -> None:
    await office.member("wang")
    signed = await office.signs_in(" ＷANG")
    found = office.behind(signed.token)
    assert found is not None
    assert (found[0].name, found[1].device) == ("wang", "Chrome · Linux")
    assert office.user("wang").signed_in_at == office.now


async def test_what_is_wrong_is_not_told_apart(office: Office) -> None:
    await office.member("wang")
    office.invited("invited")
    await office.member("gone")
    office.do(accounts.disable, "gone", office.now, "(local)")
    await office.member("coded")
    office.do(users.set_one_time, office.user("coded").id, SECRET, 0, [])
    for name, password in (
        ("wang", "wrong"),
        ("nobody", PASSWORD),
        ("invited", ""),
        ("gone", PASSWORD),
        ("coded", PASSWORD),
        ("", ""),
        ("\udc80", "\udc80"),
    ):
        assert await office.tries(name, password, address=name) is Refusal.WRONG, name


async def test_every_sign_in_has_another_token_and_ends_the_one_it_replaces(office: Office) -> None:
    await office.member("wang")
    first = await office.signs_in("wang")
    second = await office.signs_in("wang", replaces=first.token)
    assert first.token != second.token
    assert office.behind(first.token) is None
    assert office.behind(second.token) is not None


async def test_a_sign_in_ends_half_an_hour_unused_and_after_twelve_hours(office: Office) -> None:
    await office.member("wang")
    idle, busy = await office.signs_in("wang"), await office.signs_in("wang")
    ends_at = office.now + 12 * HOUR
    while office.now + 29 * MINUTE < ends_at:
        office.now += 29 * MINUTE
        found = office.behind(busy.token)
        assert found is not None
        office.do(sign_ins.used, found[1].id, office.now)
    assert office.behind(idle.token) is None
    office.now = ends_at - 1
    assert office.behind(busy.token) is not None
    office.now = ends_at
    assert office.behind(busy.token) is None


async def test_the_token_itself_is_nowhere_in_the_ledger(office: Office) -> None:
    await office.member("wang")
    signed = await office.signs_in("wang")
    assert hashed(signed.token) != signed.token
    assert office.behind(hashed(signed.token)) is None
    assert signed.token not in repr(office.user("wang")) + repr(signed)


async def test_a_code_signs_in_once(office: Office) -> None:
    await office.member("wang")
    office.do(users.set_one_time, office.user("wang").id, SECRET, 0, [])
    code = code_at(office.now)
    await office.signs_in("wang", code)
    assert await office.tries("wang", code=code) is Refusal.WRONG
    earlier = code_at(office.now - 30_000)
    assert await office.tries("wang", code=earlier) is Refusal.WRONG
    office.now += 30_000
    await office.signs_in("wang", code_at(office.now))


async def test_a_recovery_code_stands_for_a_code_once(office: Office) -> None:
    await office.member("wang")
    codes = one_time.new_recovery_codes()
    plain = [one_time.plain(code) for code in codes]
    office.do(users.set_one_time, office.user("wang").id, SECRET, 0, plain)
    await office.signs_in("wang", codes[3].upper())
    assert await office.tries("wang", code=codes[3]) is Refusal.WRONG
    await office.signs_in("wang", codes[4])
    assert len(office.user("wang").recovery_codes) == 6


async def test_guessing_at_one_name_from_one_address_is_soon_over(office: Office) -> None:
    await office.member("wang")
    answers = [await office.tries("wang", "wrong") for _ in range(7)]
    assert answers[:5] == [Refusal.WRONG] * 5
    assert isinstance(answers[5], TooOften)
    assert isinstance(await office.tries("wang"), TooOften)  # the right one is not even compared
    office.now += 120_000
    assert isinstance(await office.tries("wang"), SignedIn)


async def test_unknown_names_are_locked_like_known_ones(office: Office) -> None:
    answers = [await office.tries("nobody", "wrong") for _ in range(6)]
    assert isinstance(answers[5], TooOften)


async def test_guessing_at_many_names_from_one_address_is_over_too(office: Office) -> None:
    answers = [await office.tries(f"name{number}", "wrong") for number in range(31)]
    assert isinstance(answers[30], TooOften)


async def test_a_flood_from_everywhere_does_not_lock_out_whose_browser_is_known(office: Office) -> None:
    await office.member("wang")
    known = (await office.signs_in("wang")).known
    for number in range(40):
        await office.tries("wang", "wrong", address=f"198.51.100.{number}")
    assert isinstance(await office.tries("wang", address="203.0.113.9"), TooOften)
    assert isinstance(await office.tries("wang", address="203.0.113.9", known=known), SignedIn)


class Laborious(Passwords):
    """Never done with the password of somebody whom nobody knows, until it is let go."""

    def __init__(self) -> None:
        super().__init__(rounds=1, memory=64)
        self.begun = 0
        self.let_go = asyncio.Event()

    async def fits(self, password: str, kept: str | None) -> bool:
        if kept is None:
            self.begun += 1
            await self.let_go.wait()
        return await super().fits(password, kept)


async def test_a_crowd_of_strangers_keeps_nobody_waiting_whose_browser_is_known(office: Office) -> None:
    await office.member("wang")
    known = (await office.signs_in("wang")).known
    passwords = Laborious()
    office.way_in = SigningIn(office.ledger, Limits(None, ""), passwords, b"k" * 32, uuid7)
    crowd = [asyncio.create_task(office.tries(f"name{each}", address=f"{each}")) for each in range(40)]
    refused, _ = await asyncio.wait(crowd, return_when=asyncio.FIRST_COMPLETED)
    assert isinstance(await office.tries("wang", known=known), SignedIn)
    assert passwords.begun == 1
    passwords.let_go.set()
    answers = await asyncio.gather(*crowd)
    assert {type(each.result()) for each in refused} == {TooOften}
    assert [isinstance(each, TooOften) for each in answers].count(True) == 20
    assert answers.count(Refusal.WRONG) == 20
    assert (
        await office.tries("name39", address="39") is Refusal.WRONG
    )  # there is room again, and no try was spent


async def test_a_known_browser_guesses_no_more_than_others_and_only_at_its_own_name(office: Office) -> None:
    await office.member("wang")
    await office.member("li")
    known = (await office.signs_in("wang")).known
    answers = [await office.tries("wang", "wrong", known=known) for _ in range(11)]
    assert isinstance(answers[10], TooOften)
    others = [await office.tries("li", "wrong", known=known) for _ in range(6)]
    assert isinstance(others[5], TooOften)
    for forged in (known[:-1] + "0", "1.a." + known.rpartition(".")[2], "..", "\udc80"):
        assert isinstance(await office.tries("li", known=forged), TooOften)


async def test_an_invitation_signs_in_with_the_password_that_it_sets(office: Office) -> None:
    invitation = office.invited("wang")
    attempt = Attempt("", "", "", "192.0.2.1", "Chrome · Linux")
    with pytest.raises(InputError) as error:
        await office.way_in.use_invitation(invitation.phrase, "short", attempt, office.now)
    assert error.value.code == "PASSWORD_SHORT"
    signed = await office.way_in.use_invitation(invitation.phrase, PASSWORD, attempt, office.now)
    assert isinstance(signed, SignedIn)
    assert office.behind(signed.token) is not None
    again = await office.way_in.use_invitation(invitation.phrase, PASSWORD, attempt, office.now)
    assert again is Refusal.WRONG
    await office.signs_in("wang")


async def test_a_password_changed_while_it_was_compared_signs_nobody_in(office: Office) -> None:
    await office.member("wang")
    read = office.ledger.read

    async def read_then_reset(function: Any, *arguments: Any) -> Any:
        found = await read(function, *arguments)
        office.do(accounts.reset, "wang", office.now, "(local)")
        return found

    office.ledger.read = read_then_reset  # type: ignore[method-assign, assignment]
    assert await office.tries("wang") is Refusal.WRONG


async def test_sign_ins_are_kept_for_four_hundred_days(office: Office) -> None:
    await office.member("wang")
    signed = await office.signs_in("wang")
    office.now += 400 * 24 * HOUR
    later = await office.signs_in("wang")
    assert office.do(sign_ins.discard, office.now) == 0
    assert office.do(sign_ins.discard, office.now + 1) == 1
    assert office.behind(signed.token) is None
    assert office.behind(later.token) is not None


async def test_what_is_too_old_is_forgotten_by_itself(office: Office) -> None:
    await office.member("wang")
    await office.signs_in("wang")
    office.now += 400 * 24 * HOUR + 1
    clockwork = Clockwork(office.ledger, lambda: office.now)
    running = asyncio.create_task(clockwork.run())
    async with asyncio.timeout(60):
        while office.ledger.read_now(_kept_sign_ins):
            await asyncio.sleep(0.01)
    clockwork.stop()
    await running


def _kept_sign_ins(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(sign_ins_table)).scalar_one()
