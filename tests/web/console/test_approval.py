"""Leaders approve on a page, the duty officer launches, follows it and ends it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.city import City
from tests.web.console.office import DEPUTY, HEAD, at_desk, fill, kashgar, office, stored, submitted

pytestmark = pytest.mark.asyncio(loop_scope="module")
DECISIONS = "/console/decisions"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[City]:
    async with office(tmp_path_factory.mktemp("office")) as running:
        yield running


async def test_two_leaders_approve_the_officer_launches_and_lifts(made: City) -> None:
    entry = await submitted(made, kashgar())
    path = f"{DECISIONS}/{entry.id}"
    async with (
        await at_desk(made, "head", "approver", titles=[HEAD]) as head,
        await at_desk(made, "deputy", "approver", titles=[DEPUTY]) as deputy,
        await at_desk(made, "officer", "duty_officer") as officer,
    ):
        for browser in (head, deputy, officer):
            for page in (DECISIONS, path, f"{path}/texts", "/console/lanes" if browser is officer else DECISIONS):
                seen = await browser.get(page)
                assert seen.status == 200, seen.text
        seen = await head.get(f"{path}/approve")
        print(seen.text)
        answer = await fill(head, f"{path}/approve", f"{path}/approve", word="橙色", number="3", comment="")
        assert answer.status == 200, answer.text
        answer = await fill(deputy, f"{path}/approve", f"{path}/approve", word="橙色", number="3", comment="")
        assert answer.status == 200, answer.text
        assert (await stored(made, entry.id)).state == "approved"
        answer = await fill(officer, f"{path}/launch", f"{path}/launch", word="橙色", number="3")
        assert answer.path == f"/live/{entry.broadcast_id}", answer.text
