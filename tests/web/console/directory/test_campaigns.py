"""Asking whether numbers are still right: counted first, started as shown, followed, ended."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from gateway.ledger.directory import campaigns
from tests.city import City, city
from tests.people import person
from tests.web.console.browsing import Browsing, Seen, browsing

pytestmark = pytest.mark.asyncio(loop_scope="module")
PATH = "/console/directory/campaigns"
FIELDS = {"groups": "", "since": "", "days": "7"}
ROWS = "\n".join(
    [
        "编码,名称,受众,区域代码,演练,负责人,负责人电话",
        "A1,城东小学,学校,410105,否,东校长,19900000161",
        "A2,城西小学,学校,410102,否,西校长,19900000162",
        "A3,城南医院,医疗机构,410102,否,南院长,19900000163",
        "A4,城北企业,企业,410104,否,北厂长,19900000164",
    ]
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[City]:
    async with city(tmp_path_factory.mktemp("campaigns")) as started:
        report = await started.register(ROWS)
        assert report["counts"]["added"] == 4, report
        yield started


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def keeper(made: City) -> AsyncIterator[Browsing]:
    async with await browsing(
        made.process, await person(made.process, "asks", "directory_keeper")
    ) as browser:
        yield browser


async def choose(browser: Browsing, *several: tuple[str, str], **fields: str) -> Seen:
    """Fill in whom to ask."""
    return await browser.send(PATH, PATH, *several, **{**FIELDS, **fields})


async def start(browser: Browsing, page: Seen, **changed: str) -> Seen:
    """Send the preview's own form."""
    (form,) = re.findall(r'<form[^>]*action="[^"]*/start".*?</form>', page.html, re.S)
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    sent = [(name, changed.get(name, value)) for name, value in fields]
    return await browser.post(f"{PATH}/start", sent)


async def running(made: City) -> int:
    return len(await made.read(campaigns.page))


async def test_whom_it_would_ask_is_counted_before_anything_leaves(made: City, keeper: Browsing) -> None:
    page = await choose(keeper, ("audiences", "schools"), never="yes")
    assert (page.status, page.path) == (200, PATH)
    assert "城东小学" in page.text
    assert "199****0161" in page.text
    assert "19900000161" not in page.text
    assert "城南医院" not in page.text
    assert await running(made) == 0
    for wrong, said in (({"days": "99"}, "填 1 到 30 天"), ({"since": "昨天"}, "日期不对")):
        answer = await choose(keeper, **wrong)
        assert (answer.status, said in answer.text) == (422, True)
    assert (await choose(keeper, ("areas", "999999"))).status == 403
    assert (await choose(keeper, groups="没有这个组")).status == 422


async def test_what_was_shown_is_asked_and_followed_to_its_end(made: City, keeper: Browsing) -> None:
    page = await choose(keeper, ("audiences", "hospitals"), ("areas", "410102"))
    late = await start(keeper, page, shown="0" * 16)
    assert (late.status, "要问的号码变了" in late.text) == (409, True)
    assert await running(made) == 0
    started = await start(keeper, page)
    assert re.fullmatch(rf"{PATH}/\d+", started.path), started.text[-1500:]
    assert "城南医院" in started.text
    assert "城东小学" not in started.text
    assert "城南医院" in (await keeper.get(f"{started.path}?answer=open")).text
    assert "没有符合的记录" in (await keeper.get(f"{started.path}?answer=denied")).text
    again = await choose(keeper, ("audiences", "hospitals"), ("areas", "410102"))
    assert (again.status, "起才能再问" in again.text) == (409, True)
    assert "进行中" in (await keeper.get(PATH)).text
    await keeper.send(started.path, f"{started.path}/end")
    assert "进行中" not in (await keeper.get(PATH)).text


async def test_whoever_is_limited_to_areas_asks_and_ends_there_alone(made: City, keeper: Browsing) -> None:
    page = await choose(keeper, ("audiences", "enterprises"), ("areas", "410104"))
    others = await start(keeper, page)
    user = await person(made.process, "asks-one", "directory_keeper", areas=("410105",))
    async with await browsing(made.process, user) as browser:
        page = await choose(browser)
        assert "城东小学" in page.text
        assert "城西小学" not in page.text
        assert (await choose(browser, ("areas", "410102"))).status == 403
        started = await start(browser, page)
        assert "城东小学" in started.text
        seen = await browser.get(others.path)
        assert (seen.status, "城北企业" in seen.text) == (200, False)
        token = {"form_token": await browser.form_token()}
        assert (await browser.post(f"{others.path}/end", token)).status == 403
        assert (await browser.post(f"{started.path}/end", token)).status == 200
