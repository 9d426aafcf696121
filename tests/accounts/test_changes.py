"""Two administrators: one proposes, another confirms."""

from pathlib import Path

import pytest

from gateway.accounts import changes, new_users
from gateway.accounts import users as accounts
from gateway.accounts.changes import Secret
from gateway.delivery import accounts as delivery_accounts
from gateway.errors import InputError
from gateway.identifiers import uuid7
from gateway.ledger.accounts import account_changes, tokens, users
from gateway.ledger.accounts.users import User
from gateway.ledger.delivery import route_orders
from tests.accounts.office import HOUR, Office
from tests.delivery.world import settings_of, twilio

NEW = new_users.checked("zhao", "赵科员", [], ["drafter"], ["410102"])


@pytest.fixture
async def one(office: Office) -> User:
    return await office.member("one", "administrator")


@pytest.fixture
async def two(office: Office) -> User:
    return await office.member("two", "administrator")


def confirm(office: Office, change: int, by: User) -> Secret | None:
    secret: Secret | None = office.do(changes.confirm, change, by, office.now, uuid7)
    return secret


def refused(office: Office, *arguments: object) -> str:
    with pytest.raises(InputError) as error:
        office.do(*arguments)  # type: ignore[arg-type]
    return error.value.code


def test_a_proposed_account_is_there_once_another_confirms(office: Office, one: User, two: User) -> None:
    change = office.do(changes.propose_user, NEW, one, office.now)
    assert office.ledger.read_now(users.find, "zhao") is None
    secret = confirm(office, change, two)
    assert secret is not None
    made = office.user("zhao")
    assert (made.person, made.roles, made.areas) == ("赵科员", frozenset({"drafter"}), ("410102",))
    assert office.do(accounts.accept, secret.words, "a hash", office.now) is not None
    assert office.told()[-4:-1] == [
        ("user:one", "change_proposed", f"change:{change}"),
        ("user:two", "change_confirmed", f"change:{change}"),
        ("user:two", "user_made", "user:zhao"),
    ]


async def test_nobody_confirms_their_own_even_under_another_name(
    office: Office, one: User, two: User
) -> None:
    change = office.do(changes.propose_disable, "two", one, office.now)
    assert refused(office, changes.confirm, change, one, office.now, uuid7) == "OWN_CHANGE"
    other = new_users.checked("one.b", one.person, [], ["administrator"], [])
    office.do(accounts.make, other, office.now, uuid7, "(local)")
    again = office.user("one.b")
    assert refused(office, changes.confirm, change, again, office.now, uuid7) == "OWN_CHANGE"
    assert office.user("two").disabled_at is None


def test_a_proposal_is_good_for_a_day_and_once(office: Office, one: User, two: User) -> None:
    change = office.do(changes.propose_user, NEW, one, office.now)
    office.now += 24 * HOUR
    assert refused(office, changes.confirm, change, two, office.now, uuid7) == "CHANGE_ENDED"
    assert office.ledger.read_now(account_changes.waiting, office.now) == []
    again = office.do(changes.propose_user, NEW, one, office.now)
    confirm(office, again, two)
    assert refused(office, changes.confirm, again, two, office.now, uuid7) == "CHANGE_ENDED"
    assert refused(office, changes.confirm, 999, two, office.now, uuid7) == "CHANGE_UNKNOWN"


def test_the_proposer_withdraws_and_another_refuses(office: Office, one: User, two: User) -> None:
    for by, word in ((one, "change_withdrawn"), (two, "change_refused")):
        change = office.do(changes.propose_user, NEW, one, office.now)
        office.do(changes.refuse, change, by, office.now)
        assert office.told()[-1] == (f"user:{by.name}", word, f"change:{change}")
        assert refused(office, changes.confirm, change, two, office.now, uuid7) == "CHANGE_ENDED"


async def test_only_administrators_propose_and_confirm(office: Office, one: User, two: User) -> None:
    viewer = await office.member("viewer", "viewer", "duty_officer")
    assert refused(office, changes.propose_user, NEW, viewer, office.now) == "NOT_ADMINISTRATOR"
    change = office.do(changes.propose_user, NEW, one, office.now)
    assert refused(office, changes.confirm, change, viewer, office.now, uuid7) == "NOT_ADMINISTRATOR"
    assert refused(office, changes.refuse, change, viewer, office.now) == "NOT_ADMINISTRATOR"


async def test_what_somebody_proposed_who_has_left_is_proposed_anew(
    office: Office, one: User, two: User
) -> None:
    change = office.do(changes.propose_user, NEW, one, office.now)
    office.do(accounts.disable, "one", office.now, "(local)")
    assert refused(office, changes.confirm, change, two, office.now, uuid7) == "PROPOSER_LEFT"


async def test_rights_are_what_was_proposed(office: Office, one: User, two: User) -> None:
    await office.member("li", "viewer")
    change = office.do(changes.propose_rights, "li", ("approver",), ("410103",), ("主任",), one, office.now)
    assert office.user("li").roles == frozenset({"viewer"})
    assert confirm(office, change, two) is None
    li = office.user("li")
    assert (li.roles, li.areas, li.titles) == (frozenset({"approver"}), ("410103",), ("主任",))


async def test_a_reset_gives_its_phrase_to_whoever_confirms(office: Office, one: User, two: User) -> None:
    await office.member("li", "viewer")
    secret = confirm(office, office.do(changes.propose_reset, "li", one, office.now), two)
    assert secret is not None
    assert office.user("li").password is None
    assert office.do(accounts.accept, secret.words, "a hash", office.now) is not None


def test_what_has_become_impossible_changes_nothing(office: Office, one: User, two: User) -> None:
    change = office.do(changes.propose_user, NEW, one, office.now)
    office.invited("zhao")
    assert refused(office, changes.confirm, change, two, office.now, uuid7) == "USER_EXISTS"
    found = office.ledger.read_now(account_changes.find, change)
    assert found is not None
    assert found.state == "waiting"


def test_tokens_are_made_and_ended_by_two(office: Office, one: User, two: User) -> None:
    asked = ("wall", ("read",), 30, None, (), ("410102",))
    secret = confirm(office, office.do(changes.propose_token, *asked, one, office.now), two)
    assert secret is not None
    made = office.ledger.read_now(tokens.find, secret.words, office.now)
    assert made is not None
    assert made.areas == ("410102",)
    assert secret.words not in repr(office.told())
    confirm(office, office.do(changes.propose_token_end, "wall", two, office.now), one)
    assert office.ledger.read_now(tokens.find, secret.words, office.now) is None
    assert refused(office, changes.propose_token, *asked, one, office.now) == "TOKEN_EXISTS"


def test_the_order_of_routes_is_decided_by_two_and_outlives_a_restart(
    office: Office, one: User, two: User, tmp_path: Path
) -> None:
    settings = settings_of(tmp_path, main=twilio("http://127.0.0.1:9"), spare=twilio("http://127.0.0.1:9"))
    office.do(delivery_accounts.sync, settings.accounts, office.now)
    assert office.ledger.read_now(route_orders.in_use) == {"sms": ["main", "spare"]}
    for names in (("spare",), ("spare", "main", "main"), ("spare", "other")):
        assert refused(office, changes.propose_routes, "sms", names, one, office.now) == "ROUTES_DIFFER"
    change = office.do(changes.propose_routes, "sms", ("spare", "main"), one, office.now)
    assert office.ledger.read_now(route_orders.in_use) == {"sms": ["main", "spare"]}
    assert confirm(office, change, two) is None
    assert office.ledger.read_now(route_orders.in_use) == {"sms": ["spare", "main"]}
    office.do(delivery_accounts.sync, settings.accounts, office.now, {"sms": ["main", "spare"]})
    assert office.ledger.read_now(route_orders.in_use) == {"sms": ["spare", "main"]}
    assert office.told()[-1] == ("user:two", "routes_ordered", "channel:sms")


async def test_an_account_is_enabled_again_by_two(office: Office, one: User, two: User) -> None:
    await office.member("zhao", "drafter")
    assert refused(office, changes.propose_enable, "zhao", one, office.now) == "USER_ACTIVE"
    office.do(accounts.disable, "zhao", office.now, "(local)")
    change = office.do(changes.propose_enable, "zhao", one, office.now)
    assert office.user("zhao").disabled_at is not None
    secret = confirm(office, change, two)
    assert secret is not None
    assert office.do(accounts.accept, secret.words, "a hash", office.now) is not None
    assert office.user("zhao").disabled_at is None
