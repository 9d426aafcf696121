"""The directory, as people of different roles and areas meet it."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from gateway.ledger.directory import organisations
from gateway.ledger.directory.organisations import Stored
from gateway.web.importing.organisations import read_rows, store_rows
from gateway.web.serving.running import Running
from tests.city import DIRECTORY
from tests.people import person
from tests.web.console.browsing import Browsing, Seen, browsing

pytestmark = pytest.mark.asyncio(loop_scope="module")
PATH = "/console/directory"
SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
_NAME = re.compile(r"<th scope=row role=rowheader[^>]*><a href=\"[^\"]+\">([^<]*)</a>")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def listed(process: Running) -> dict[str, Stored]:
    rows = f"{DIRECTORY}\nN2,城北小学,学校,,410105,北老师,19900000107,,,否".encode()
    reading = read_rows(rows, "directory.csv", process.desk.catalogue)
    await process.ledger.write(store_rows, reading, process.clock())
    return await process.ledger.read(organisations.by_codes, ["S1", "H1", "E1", "D1", "X1", "N2"])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def keeper(process: Running, listed: dict[str, Stored]) -> AsyncIterator[Browsing]:
    async with await browsing(process, await person(process, "keeper", "directory_keeper")) as browser:
        yield browser


def version(page: Seen) -> str:
    """What a form says of the state that it was made from."""
    found = re.search(r'name="version" value="([0-9a-f]{16})"', page.html)
    assert found is not None
    return found[1]


def names(page: Seen) -> list[str]:
    return _NAME.findall(page.html)


async def test_the_list_is_searched_filtered_and_sorted(keeper: Browsing) -> None:
    assert names(await keeper.get(f"{PATH}?audience=schools&kind=real")) == ["城北小学", "晴川小学"]
    assert names(await keeper.get(f"{PATH}?audience=schools&kind=real&sort=-code")) == [
        "晴川小学",
        "城北小学",
    ]
    assert names(await keeper.get(f"{PATH}?search=机械")) == ["示例机械厂"]
    assert names(await keeper.get(f"{PATH}?search=E1")) == ["示例机械厂"]
    assert names(await keeper.get(f"{PATH}?area=410102")) == ["晴川医院"]
    assert names(await keeper.get(f"{PATH}?kind=exercise")) == ["演练小学"]
    assert names(await keeper.get(f"{PATH}?search=100%25")) == []
    assert (await keeper.get(f"{PATH}?area=999999")).status == 422


async def test_numbers_and_names_are_masked_in_the_list_and_its_files(
    process: Running, keeper: Browsing
) -> None:
    (whose,) = names(await keeper.get(f"{PATH}?search=00000101"))
    async with await browsing(process, await person(process, "guesses", "viewer")) as browser:
        assert whose in names(await browser.get(f"{PATH}?search=0101"))  # as it is shown
        assert names(await browser.get(f"{PATH}?search=00101")) == []  # nor is more found out by looking
        assert names(await browser.get(f"{PATH}?search=林老师")) == []
    assert whose in names(await keeper.get(f"{PATH}?search=林老师"))
    for address in (PATH, f"{PATH}?format=csv"):
        page = await keeper.get(address)
        assert "199****0101" in page.text
        assert "19900000101" not in page.text
        assert "林老师" not in page.text


async def test_somebody_sees_their_areas_alone(process: Running, listed: dict[str, Stored]) -> None:
    user = await person(process, "limited", "directory_keeper", areas=("410105",))
    async with await browsing(process, user) as browser:
        assert names(await browser.get(f"{PATH}?kind=real")) == ["城北小学", "晴川社区", "晴川小学"]
        assert names(await browser.get(f"{PATH}?search=晴川医院")) == []
        assert (await browser.get(f"{PATH}?area=410102")).status == 422
        assert "晴川医院" not in (await browser.get(f"{PATH}?format=csv")).text
        outside = f"{PATH}/{listed['H1'].id}"
        assert (await browser.get(outside)).status == 404
        assert (await browser.get(f"{outside}/people/new")).status == 404
        fields = {"form_token": await browser.form_token(), "name": "某某", "sms": "19900000199"}
        assert (await browser.post(f"{outside}/people/new", fields)).status == 404


async def test_one_organisation_is_shown_in_full_to_whom_that_is_for(
    process: Running, listed: dict[str, Stored], keeper: Browsing
) -> None:
    page = f"{PATH}/{listed['E1'].id}"
    assert "19900000103" in (await keeper.get(page)).text
    async with await browsing(process, await person(process, "looks", "viewer", "auditor")) as browser:
        seen = await browser.get(page)
        assert (seen.status, "示例机械厂" in seen.text) == (200, True)
        assert "19900000103" not in seen.text
        assert f"{page}/people" not in seen.html
        assert (await browser.get(f"{page}/people/new")).status == 403
        form = {"form_token": await browser.form_token()}
        assert (await browser.post(f"{page}/people/new", form)).status == 403
    assert (await keeper.get(f"{PATH}/999999")).status == 404


async def test_a_keeper_adds_changes_and_takes_away_a_person(
    process: Running, listed: dict[str, Stored], keeper: Browsing
) -> None:
    page = f"{PATH}/{listed['S1'].id}"
    fields = {
        "name": SCRIPT,
        "role": "deputy",
        "language": "zh-CN",
        "sms": "199 0000 0188",
        "email": "a@example.com",
    }
    empty = {"phone": "", "wecom_user": ""}
    added = await keeper.send(f"{page}/people/new", f"{page}/people/new", **fields, **empty)
    assert SCRIPT in added.text
    assert "<script>" not in added.html
    found = await process.ledger.read(organisations.by_id, listed["S1"].id)
    assert found is not None
    assert found.organisation.contacts[-1].addresses[0].address.value == "+8619900000188"
    link = re.findall(rf'href="({page}/people/\d+)"', added.html)[-1]
    changed = {**fields, **empty, "name": "林副校长", "email": "", "verified": "yes"}
    after = await keeper.send(link, link, **changed, version=version(await keeper.get(link)))
    assert "林副校长" in after.text
    assert "核实日期" in after.text
    assert "a@example.com" not in after.text.split("变更记录")[0]
    assert (await keeper.get(link)).status == 422  # whoever has another name is another person
    link = re.findall(rf'href="({page}/people/\d+)"', after.html)[-1]
    await keeper.send(link, f"{link}/remove")
    assert "林副校长" not in (await keeper.get(page)).text.split("变更记录")[0]
    assert "keeper" in (await keeper.get(page)).text.split("变更记录")[1]
    assert (await keeper.get(link)).status == 422


async def test_a_person_whom_somebody_else_changed_meanwhile_is_shown_as_both_wrote_them(
    listed: dict[str, Stored], keeper: Browsing
) -> None:
    page = f"{PATH}/{listed['H1'].id}"
    fields = {"name": "石护士", "role": "deputy", "language": "zh-CN", "sms": "19900000161"}
    empty = {"phone": "", "email": "", "wecom_user": ""}
    added = await keeper.send(f"{page}/people/new", f"{page}/people/new", **fields, **empty)
    link = re.findall(rf'href="({page}/people/\d+)"', added.html)[-1]
    seen = version(await keeper.get(link))
    await keeper.send(link, link, **{**fields, "sms": "19900000162"}, **empty, version=seen)
    late = await keeper.send(link, link, **{**fields, "sms": "19900000163"}, **empty, version=seen)
    assert late.status == 409
    assert 'value="19900000163"' in late.text
    assert "现在的登记：199 0000 0162" in late.text
    fields["sms"] = "19900000163"
    saved = await keeper.send(link, link, **fields, **empty, version=version(late))
    assert "19900000163" in saved.text


async def test_what_is_wrong_with_a_person_stands_beside_the_field(
    listed: dict[str, Stored], keeper: Browsing
) -> None:
    page = f"{PATH}/{listed['S1'].id}/people/new"
    fields = {
        "name": "周老师",
        "role": "deputy",
        "language": "zh-CN",
        "phone": "",
        "email": "",
        "wecom_user": "",
    }
    for more, field in (
        ({"sms": "12"}, "sms"),
        ({"sms": ""}, "sms"),
        ({"sms": "19900000177", "name": " "}, "name"),
    ):
        answer = await keeper.send(page, page, **{**fields, **more})
        assert answer.status == 422
        assert re.search(rf'id="{field}"[^>]*aria-invalid="true"', answer.html, re.DOTALL)
    answer = await keeper.send(page, page, **{**fields, "sms": "19900000177", "role": "boss"})
    assert answer.status == 422
    assert (await keeper.send(page, page, **fields, sms="19900000177", code="Z1")).status == 422
