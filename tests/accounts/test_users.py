"""Accounts: an invitation is good once, rights change, and somebody can always administer."""

import pytest

from gateway.accounts import new_users
from gateway.accounts import users as accounts
from gateway.accounts.signing_in import Refusal
from gateway.errors import InputError
from gateway.ledger.accounts import users
from tests.accounts.office import HOUR, Office
from tests.people import PASSWORD


def refused(office: Office, *arguments: object) -> str:
    with pytest.raises(InputError) as error:
        office.do(*arguments)  # type: ignore[arg-type]
    return error.value.code


async def test_an_invitation_sets_the_password_once(office: Office) -> None:
    invitation = office.invited("wang", "viewer")
    assert office.user("wang").password is None
    kept = await office.passwords.hashed(PASSWORD)
    assert office.do(accounts.accept, invitation.phrase.upper().replace("-", " "), kept, office.now)
    assert office.do(accounts.accept, invitation.phrase, "another hash", office.now) is None
    assert office.user("wang").password == kept


def test_an_invitation_lapses_after_a_day(office: Office) -> None:
    invitation = office.invited("wang")
    assert accounts.state_of(office.user("wang"), office.now) == "invited"
    office.now += 24 * HOUR
    assert accounts.state_of(office.user("wang"), office.now) == "lapsed"
    assert office.do(accounts.accept, invitation.phrase, "a hash", office.now) is None


async def test_a_reset_voids_password_codes_and_sign_ins_and_earlier_invitations(office: Office) -> None:
    await office.member("wang")
    signed = await office.signs_in("wang")
    office.do(users.set_one_time, office.user("wang").id, "SECRET", 0, ["abc"])
    first = office.do(accounts.reset, "wang", office.now, "(local)")
    second = office.do(accounts.reset, "wang", office.now, "(local)")
    assert office.behind(signed.token) is None
    wang = office.user("wang")
    assert (wang.password, wang.one_time_secret, wang.recovery_codes) == (None, None, ())
    assert office.do(accounts.accept, first.phrase, "a hash", office.now) is None
    assert office.do(accounts.accept, second.phrase, "a hash", office.now) is not None


async def test_who_is_disabled_is_out_at_once_and_for_good(office: Office) -> None:
    await office.member("wang")
    signed = await office.signs_in("wang")
    office.do(accounts.disable, "WANG", office.now, "(local)")
    assert office.behind(signed.token) is None
    assert refused(office, accounts.reset, "wang", office.now, "(local)") == "USER_DISABLED"
    with pytest.raises(InputError) as error:
        office.invited("Wang")
    assert error.value.code == "USER_EXISTS"


async def test_whose_rights_change_signs_in_anew(office: Office) -> None:
    await office.member("wang")
    signed = await office.signs_in("wang")
    office.do(accounts.set_rights, "wang", ("auditor",), ("410102",), (), office.now, "(local)")
    assert office.behind(signed.token) is None
    assert (office.user("wang").roles, office.user("wang").areas) == (frozenset({"auditor"}), ("410102",))


async def test_the_last_administrator_who_can_sign_in_stays(office: Office) -> None:
    await office.member("one", "administrator")
    office.invited("two", "administrator")  # has no password yet
    assert refused(office, accounts.disable, "one", office.now, "(local)") == "LAST_ADMINISTRATOR"
    viewer = (accounts.set_rights, "one", ("viewer",), (), (), office.now, "(local)")
    assert refused(office, *viewer) == "LAST_ADMINISTRATOR"
    await office.member("three", "administrator")
    office.do(accounts.disable, "one", office.now, "(local)")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": "x"}, "USER_NAME"),
        ({"name": "<b>"}, "USER_NAME"),
        ({"name": "(local)"}, "USER_NAME"),
        ({"person": " "}, "USER_PERSON"),
        ({"person": "王\n主任"}, "USER_PERSON"),
        ({"roles": []}, "USER_ROLES"),
        ({"roles": ["root"]}, "USER_ROLES"),
        ({"roles": ["approver"]}, "USER_TITLES"),
        ({"areas": ["4101%"]}, "AREAS_MALFORMED"),
        ({"language": "de"}, "USER_LANGUAGE"),
    ],
)
def test_what_is_no_account_is_refused(changed: dict[str, object], code: str) -> None:
    asked = {"name": "wang", "person": "王", "titles": [], "roles": ["viewer"], "areas": [], "language": "zh"}
    with pytest.raises(InputError) as error:
        new_users.checked(**{**asked, **changed})  # type: ignore[arg-type]
    field = code.removeprefix("USER_").removesuffix("_MALFORMED").lower()
    assert (error.value.code, error.value.field) == (code, field)


async def test_the_trail_tells_who_did_what_without_secrets(office: Office) -> None:
    invitation = office.invited("wang")
    await office.member("li")
    assert office.told()[:1] == [("(local)", "user_made", "user:wang")]
    assert ("user:li", "invitation_used", "user:li") in office.told()
    assert invitation.phrase not in repr(office.told())


async def test_an_account_that_is_back_has_its_rights_and_needs_a_new_password(office: Office) -> None:
    await office.member("wang", "auditor", areas=["410102"])
    assert refused(office, accounts.enable, "wang", office.now, "(local)") == "USER_ACTIVE"
    assert refused(office, accounts.enable, "nobody", office.now, "(local)") == "USER_UNKNOWN"
    office.do(accounts.disable, "wang", office.now, "(local)")
    invitation = office.do(accounts.enable, "Wang", office.now, "(local)")
    wang = office.user("wang")
    assert (wang.roles, wang.areas, wang.password) == (frozenset({"auditor"}), ("410102",), None)
    assert isinstance(await office.tries("wang"), Refusal)
    kept = await office.passwords.hashed(PASSWORD)
    assert office.do(accounts.accept, invitation.phrase, kept, office.now) is not None
    await office.signs_in("wang")
    assert ("(local)", "user_enabled", "user:wang") in office.told()
