"""The inventory on the console: enterprises, measures, figures, and a plan's reduction targets."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from gateway.directory.importing import Options
from gateway.ledger.directory import organisations
from gateway.ledger.directory.organisations import Stored
from gateway.web.importing.organisations import read_rows, store_rows
from gateway.web.serving.running import Running
from tests.people import person
from tests.web.console.browsing import Browsing, browsing

pytestmark = pytest.mark.asyncio(loop_scope="module")
PATH = "/console/directory"
ENTERPRISES = "\n".join(
    [
        "编码,名称,受众,行业,区域代码,手机,绩效等级,演练",
        "E1,河东铸造厂,企业,工业企业,410104,19900000181,C,否",
        "E2,河西水泥厂,企业,工业企业,410102,19900000182,B,否",
    ]
)
INVENTORY = "\n".join(
    [
        "编码,企业名称,生产线,黄色预警减排措施,橙色预警减排措施,红色预警减排措施,措施责任人,"
        "SO2日排放量（吨/天）,橙色预警SO2减排量（吨/天）",
        "E1,河东铸造厂,1#线,限产30%,停产，准备时间4小时,停产,马师傅 ,2,0.8",
        "E2,河西水泥厂,回转窑,限产20%,视天气情况减少投料 19900000199,停产,牛师傅,,",
    ]
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def listed(process: Running) -> dict[str, Stored]:
    for rows, options in (
        (ENTERPRISES, None),
        (INVENTORY, Options("inventory", "industrial")),
    ):
        reading = read_rows(rows.encode(), "list.csv", process.desk.catalogue, options)
        report = await process.ledger.write(store_rows, reading, process.clock())
        assert report["counts"]["refused"] == 0, report
    return await process.ledger.read(organisations.by_codes, ["E1", "E2"])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def looker(process: Running, listed: dict[str, Stored]) -> AsyncIterator[Browsing]:
    async with await browsing(process, await person(process, "sees", "viewer")) as browser:
        yield browser


async def test_enterprises_and_measures_are_filtered_and_exported(looker: Browsing) -> None:
    inventory = f"{PATH}/inventory"
    page = (await looker.get(inventory)).text
    assert "河东铸造厂" in page
    assert "没有备案" in page
    for query, found in (
        ("area=410104", {"河东铸造厂"}),
        ("sector=industry&level=orange", {"河东铸造厂", "河西水泥厂"}),
        ("list=dust", set()),
        ("grade=B", {"河西水泥厂"}),
        ("search=水泥", {"河西水泥厂"}),
    ):
        text = (await looker.get(f"{inventory}?{query}")).html
        assert set(re.findall("河[东西](?:铸造|水泥)厂", text)) == found, query
    lines = await looker.get(f"{inventory}/measures?level=orange")
    assert "停产" in lines.text
    assert "限产" not in lines.text.partition("<tbody")[2]
    own = (await looker.get(f"{inventory}/measures?understood=no")).text.partition("<tbody")[2]
    assert "视天气情况减少投料" in own
    assert "停产" not in own
    assert "19900000199" not in own
    file = await looker.get(f"{inventory}/measures?format=csv")
    assert file.text.count("河东铸造厂") == 3
    assert "马师傅" not in file.text


async def test_an_enterprise_shows_what_it_does_and_its_figures(
    process: Running, listed: dict[str, Stored], looker: Browsing
) -> None:
    page = await looker.get(f"{PATH}/{listed['E1'].id}/inventory")
    assert "240 分钟" in page.text
    assert "0.8 (40.0%)" in page.text
    assert "马师傅" not in page.text
    assert f"{PATH}/{listed['E1'].id}/inventory" in (await looker.get(f"{PATH}/{listed['E1'].id}")).html
    async with await browsing(process, await person(process, "holds", "duty_officer")) as browser:
        assert "马师傅" in (await browser.get(f"{PATH}/{listed['E1'].id}/inventory")).text


async def test_totals_are_held_against_the_plan(looker: Browsing) -> None:
    page = await looker.get(f"{PATH}/inventory/totals?plan=zhengzhou")
    assert "清单内 2 家，其中 1 家有排放数据。" in page.text
    assert "还不能判断" in page.text
    page = await looker.get(f"{PATH}/inventory/totals?plan=zhengzhou&society=SO2")
    assert (page.status, "应写成 SO2=12.5" in page.text) == (422, True)


async def test_somebody_sees_the_inventory_of_their_areas(
    process: Running, listed: dict[str, Stored]
) -> None:
    user = await person(process, "one-county", "viewer", areas=("410102",))
    async with await browsing(process, user) as browser:
        for path in ("inventory", "inventory/measures", "inventory?format=csv"):
            text = (await browser.get(f"{PATH}/{path}")).text
            assert ("河西水泥厂" in text, "河东铸造厂" in text) == (True, False)
        assert (await browser.get(f"{PATH}/{listed['E1'].id}/inventory")).status == 404
