"""What doctor says about who may sign in."""

from dataclasses import replace

from gateway.doctor.people import UNUSED_DAYS, people
from gateway.ledger.accounts.users import User

NOW = 1_800_000_000_000
DAY = 86_400_000
ONE = User(
    id="1",
    name="one",
    person="王",
    titles=(),
    roles=frozenset({"administrator"}),
    areas=(),
    language="zh",
    made_at=NOW,
    signed_in_at=NOW,
    disabled_at=None,
    invitation_ends_at=None,
    password="a hash",
    one_time_secret="SECRET",
    one_time_step=0,
    recovery_codes=(),
)
TWO = replace(ONE, id="2", name="two")


def said(*everybody: User) -> dict[str, str]:
    return {each.code: each.outcome for each in people(everybody, {"1"}, NOW)}


def test_two_administrators_with_codes_are_as_it_should_be() -> None:
    assert said(ONE, TWO) == {"USERS": "ok"}
    assert said() == {"USERS": "ok"}


def test_one_administrator_confirms_nothing() -> None:
    gone = replace(TWO, disabled_at=NOW)
    for other in (gone, replace(TWO, roles=frozenset({"viewer"})), replace(TWO, password=None)):
        assert said(ONE, other)["USERS"] == "warning"


def test_who_has_no_codes_and_who_never_comes_is_named() -> None:
    bare = replace(TWO, one_time_secret=None)
    assert said(ONE, bare) == {"USERS": "ok", "USERS_WITHOUT_CODE": "warning"}
    away = replace(TWO, made_at=0, signed_in_at=NOW - (UNUSED_DAYS + 1) * DAY)
    (_, unused) = people([ONE, away], (), NOW)
    assert (unused.code, "two" in unused.message) == ("USERS_UNUSED", True)
    assert "one" not in unused.message


def test_who_would_have_to_be_telephoned_is_named() -> None:
    leader = replace(TWO, roles=frozenset({"administrator", "approver"}))
    officer = replace(TWO, id="1", name="officer", roles=frozenset({"administrator", "duty_officer"}))
    (_, untold) = people([leader, officer], {"1"}, NOW)
    assert (untold.code, untold.outcome) == ("USERS_NOT_TOLD", "warning")
    assert "two" in untold.message
    assert "officer" not in untold.message
