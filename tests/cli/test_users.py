"""`airwarn user`: the first accounts, made on the server's own machine."""

from pathlib import Path

import pytest

from gateway.ledger.trail import audit
from gateway.web.serving.running import running
from tests.backends import open_ledger
from tests.city import settings
from tests.cli.command import airwarn
from tests.people import PASSWORD, quick
from tests.web.console.browsing import Browsing

ADD = ("user", "add", "Wang", "--person", "王主任", "--role", "administrator")


def test_an_account_is_made_listed_changed_reset_and_disabled(tmp_path: Path) -> None:
    made = airwarn(tmp_path, *ADD, "--sms", "13800000001", "--json")
    assert (made.code, made.json["name"]) == (0, "wang")
    listed = airwarn(tmp_path, "user", "list", "--json")
    assert made.json["phrase"] not in listed.out
    (user,) = listed.json["users"]
    assert (user["person"], user["roles"], user["state"]) == ("王主任", ["administrator"], "invited")
    approver = ("--role", "approver", "--title", "主任", "--area", "410102")
    changed = airwarn(tmp_path, "user", "roles", "wang", *approver, "--json")
    assert changed.json == {"name": "wang", "roles": ["approver"], "areas": ["410102"], "titles": ["主任"]}
    kept = airwarn(tmp_path, "user", "roles", "wang", "--everywhere", "--json")
    assert kept.json == {"name": "wang", "roles": ["approver"], "areas": [], "titles": ["主任"]}
    again = airwarn(tmp_path, "user", "reset", "wang", "--json")
    assert again.json["phrase"] != made.json["phrase"]
    assert airwarn(tmp_path, "user", "disable", "wang").code == 0
    assert airwarn(tmp_path, "user", "list", "--json").json["users"][0]["state"] == "disabled"
    back = airwarn(tmp_path, "user", "enable", "wang", "--json")
    assert back.json["phrase"] not in (made.json["phrase"], again.json["phrase"])
    addresses = airwarn(tmp_path, "user", "address", "wang", "--sms", "13800000002", "--email", "", "--json")
    assert addresses.json["addresses"] == [{"kind": "sms", "address": "+86138****0002", "proved": False}]
    ledger = open_ledger(tmp_path / "airwarn-data")
    told = [(each.actor, each.kind) for each in ledger.read_now(audit.page)]
    ledger.close()
    kinds = (
        *("user_made", "address_stated", "user_changed", "user_changed", "user_reset", "user_disabled"),
        *("user_enabled", "address_stated"),
    )
    assert told == [("(local)", kind) for kind in kinds]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("add", "wang", "--person", "王"), "USER_ROLES"),
        (("add", "wang", "--person", "王", "--role", "approver"), "USER_TITLES"),
        (("add", "w", "--person", "王", "--role", "viewer"), "USER_NAME"),
        (("disable", "nobody"), "USER_UNKNOWN"),
        (("enable", "nobody"), "USER_UNKNOWN"),
        (("add", "wang", "--person", "王", "--role", "viewer", "--sms", "1"), "ADDRESS_INVALID"),
    ],
)
def test_what_is_wrong_is_one_clear_line(tmp_path: Path, arguments: tuple[str, ...], code: str) -> None:
    refused = airwarn(tmp_path, "user", *arguments, "--json")
    assert (refused.code, refused.json["error"]["code"]) == (1, code)


async def test_the_phrase_works_at_the_server_that_runs(tmp_path: Path) -> None:
    import asyncio

    async with running(settings(tmp_path), "airwarn serve", passwords=quick()) as process:
        (tmp_path / "airwarn.toml").write_text('data_folder = "data"\n')
        made = await asyncio.to_thread(airwarn, tmp_path, *ADD, "--json")
        assert made.code == 0, made
        async with Browsing(process) as browser:
            fields = {"phrase": made.json["phrase"], "password": PASSWORD, "again": PASSWORD}
            assert "王主任" in (await browser.post("/sign-in/invitation", fields)).text
