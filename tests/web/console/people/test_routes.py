"""Two administrators change on pages which provider account is used first."""

from pathlib import Path

from gateway.ledger.accounts import account_changes
from gateway.ledger.delivery import route_orders
from tests.city import city
from tests.delivery.world import twilio
from tests.people import person
from tests.web.console.browsing import browsing

PATH = "/console/routes"


async def test_the_order_of_a_channels_accounts_is_proposed_and_confirmed(tmp_path: Path) -> None:
    async with city(tmp_path, beside={"spare": twilio("http://127.0.0.1:9")}) as made:
        process = made.process
        one, two = [await person(process, name, "administrator") for name in ("one", "two")]
        async with await browsing(process, one) as first, await browsing(process, two) as second:
            assert "sms → spare" in (await first.get(PATH)).text
            wrong = await first.send(PATH, PATH, channel="sms", accounts="spare")
            assert (wrong.status, "全部账号" in wrong.text) == (422, True)
            proposed = await first.send(PATH, PATH, channel="sms", accounts="spare, sms")
            assert "spare → sms" in proposed.text
            (change,) = await made.read(account_changes.waiting, process.clock())
            await second.send("/console/users", f"/console/changes/{change.id}/confirm")
            assert (await made.read(route_orders.in_use))["sms"] == ["spare", "sms"]
            assert "spare → sms" in (await first.get(PATH)).text
