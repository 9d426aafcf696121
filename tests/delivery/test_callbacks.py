"""Only addresses that we made name an attempt."""

import pytest

from gateway.delivery.callbacks import CallbackAddresses

ADDRESSES = CallbackAddresses("https://gw.example.cn/", b"ours")
ORIGIN = "https://gw.example.cn"


def target(account: str = "短信 1", delivery: int = 7, attempt: int = 2) -> str:
    return ADDRESSES.of(account, ADDRESSES.message_id(delivery), attempt).removeprefix(ORIGIN)


def test_an_address_names_its_attempt() -> None:
    assert ADDRESSES.attempt_of("短信 1", target()) == (7, 2)
    assert ADDRESSES.attempt_of("短信 1", target() + "?rc=5") == (7, 2)


def test_an_address_is_ascii_whatever_the_account_is_called() -> None:
    assert target().isascii()


@pytest.mark.parametrize(
    "forged",
    [
        target(account="other"),
        target(delivery=8).rsplit("/", 1)[0] + "/" + target().rsplit("/", 1)[1],
        target().replace("/2/", "/3/"),
        target()[:-1],
        "/callbacks/" + "x" * 4000,
        "",
    ],
)
def test_anything_else_names_nothing(forged: str) -> None:
    assert ADDRESSES.attempt_of("短信 1", forged) is None


def test_another_ledger_s_address_names_nothing() -> None:
    other = CallbackAddresses(ORIGIN, b"theirs")
    assert other.attempt_of("短信 1", target()) is None
    assert other.delivery_id(ADDRESSES.message_id(7)) is None
    assert other.message_id(7) != ADDRESSES.message_id(7)
