"""Which passwords are taken, and that their hashes tell nothing."""

import pytest
from argon2 import extract_parameters

from gateway.accounts.passwords import LONGEST, Passwords, refuse_weak
from gateway.errors import InputError


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short words", "PASSWORD_SHORT"),
        ("x" * 5 + "yz1!" * 60, "PASSWORD_LONG"),
        ("wanghaifeng!", "PASSWORD_COMMON"),  # the name and a sign
        ("王海峰王海峰 20241130", "PASSWORD_COMMON"),
        ("password1234", "PASSWORD_COMMON"),
        ("Password!!!2026", "PASSWORD_COMMON"),
        ("aaaaaaaaaaaaaa", "PASSWORD_COMMON"),
        ("123456789012", "PASSWORD_COMMON"),
        ("airwarn-airwarn-1", "PASSWORD_COMMON"),
    ],
)
def test_what_is_easily_guessed_is_refused(password: str, code: str) -> None:
    with pytest.raises(InputError) as refused:
        refuse_weak(password, "wanghaifeng", "王海峰")
    assert (refused.value.code, refused.value.field) == (code, "password")
    assert password not in refused.value.message + refused.value.message_en


@pytest.mark.parametrize(
    "password",
    ["correct horse battery", "梧桐树下三只猫睡着晒太阳", "only small letters", "x4m" * 3 + "kq" * 4],
)
def test_nothing_is_asked_but_length_and_not_being_common(password: str) -> None:
    refuse_weak(password, "wanghaifeng", "王海峰")


async def test_a_password_fits_its_own_hash_however_it_is_composed() -> None:
    passwords = Passwords(rounds=1, memory=64)
    kept = await passwords.hashed("caf\u00e9 au lait \uff11\uff12")
    assert await passwords.fits("cafe\u0301 au lait 12", kept)
    assert not await passwords.fits("cafe au lait 12", kept)
    assert "caf" not in kept


async def test_who_has_no_password_is_compared_with_as_much_work() -> None:
    passwords = Passwords(rounds=1, memory=64)
    assert not await passwords.fits("", None)
    nobodys = passwords._nobodys
    assert extract_parameters(nobodys) == extract_parameters(await passwords.hashed("x" * LONGEST))


def test_hashes_cost_what_is_recommended_unless_a_test_asks_for_less() -> None:
    found = extract_parameters(Passwords()._nobodys)
    assert (found.time_cost, found.memory_cost, found.parallelism) == (3, 65_536, 4)
