"""The forms of the lists' pages: only pages of this very sign-in send them."""

import pytest
from sqlalchemy import Connection

from gateway.ledger.exchange import orders
from gateway.web.importing.organisations import read_rows, store_rows
from gateway.web.serving.running import Running
from tests.city import DIRECTORY
from tests.people import person
from tests.web.console.browsing import OTHER_SITE, browsing
from tests.web.console.episodes.test_obligations import new, owed
from tests.web.console.episodes.test_orders import order

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_forms_without_this_sign_in_s_proof_or_of_other_sites_do_nothing(process: Running) -> None:
    reading = read_rows(DIRECTORY.encode(), "directory.csv", process.desk.catalogue)
    await process.ledger.write(store_rows, reading, process.clock())
    (one,) = await owed(process, new(process, "日报", "市城管局", 3))

    def add(connection: Connection) -> int:
        return orders.add(connection, order(process, "forms"))

    number = await process.ledger.write(add)
    user = await person(process, "forms", "duty_officer", "auditor", "directory_keeper")
    paths = {
        f"/console/obligations/{one}/report": {"from_whom": "某人", "heading-1": "x", "heading-2": "y"},
        f"/console/obligations/{one}/waive": {"reason": "不用报"},
        f"/console/orders/{number}/dismiss": {"reason": "不用"},
        "/console/directory/1/people/new": {"name": "某某", "role": "deputy", "language": "zh-CN"},
        "/console/audit/verify": {},
    }
    async with await browsing(process, user) as browser, await browsing(process, user) as other:
        own, foreign = await browser.form_token(), await other.form_token()
        for path, fields in paths.items():
            for token in ("", "0" * 64, foreign):
                answer = await browser.post(path, {**fields, "form_token": token}, follow=False)
                assert answer.status == 403, path
            for headers in OTHER_SITE:
                sent = {**fields, "form_token": own}
                assert (await browser.post(path, sent, headers=headers, follow=False)).status == 403, path
            extra = {**fields, "form_token": own, "exercise": "no"}
            assert (await browser.post(path, extra, follow=False)).status == 422, path
        assert "未逾期" in (await browser.get(f"/console/obligations/{one}")).text
        assert "待处理" in (await browser.get(f"/console/orders/{number}")).text
