"""What is wrong in the directory and what to do, answers by telephone, other contacts that were named."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from gateway.ledger.directory import organisations, proposed_contacts
from gateway.ledger.directory.organisations import Stored
from gateway.ledger.trail import audit
from gateway.web.importing.organisations import read_rows, store_rows
from gateway.web.serving.running import Running
from tests.city import HEADER
from tests.people import person
from tests.web.console.browsing import Browsing, Seen, browsing

pytestmark = pytest.mark.asyncio(loop_scope="module")
PATH = "/console/directory"
ROWS = "\n".join(
    [
        HEADER + ",负责人,负责人电话,备用联系人,备用联系人电话",
        "S1,晴川小学,学校,,410105,,,,,否,林校长,19900000101,吴老师,19900000102",
        "H1,晴川医院,医疗机构,,410102,,,,,否,何院长,19900000103,,",
        "D1,市教育局,部门,,410100,周科长,19900000105,,,否,,,,",
        "X1,演练小学,学校,,410105,,,,,是,演练员,19900000901,,",
    ]
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def listed(process: Running) -> dict[str, Stored]:
    reading = read_rows(ROWS.encode(), "directory.csv", process.desk.catalogue)
    report = await process.ledger.write(store_rows, reading, process.clock())
    assert report["counts"]["added"] == 4, report
    return await process.ledger.read(organisations.by_codes, ["S1", "H1", "D1", "X1"])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def keeper(process: Running, listed: dict[str, Stored]) -> AsyncIterator[Browsing]:
    async with await browsing(process, await person(process, "mends", "directory_keeper")) as browser:
        yield browser


def rows(page: Seen) -> list[list[str]]:
    """The words of a list's rows, without the small lines below them."""
    body = page.html.partition("<tbody")[2].partition("</tbody>")[0]
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
        for row in re.findall(r"<tr(?! role=\"row\" class=\"more\").*?</tr>", body, re.S)
    ]


async def looked(browser: Browsing, query: str = "", part: str = "mending") -> Seen:
    """A page once the look that it shows is done."""
    async with asyncio.timeout(60):
        while True:
            page = await browser.get(f"{PATH}/{part}{query}")
            if "Refresh" not in page.headers and "正在重新检查" not in page.text:
                return page
            await asyncio.sleep(0.02)


async def answer(browser: Browsing, found: Stored, said: str, address: str = "", **more: str) -> Seen:
    page = f"{PATH}/{found.id}/answers"
    fields = {"said": said, "address": address, "name": "", "number": "", **more}
    return await browser.send(page, page, **fields)


async def test_what_to_mend_stands_beside_the_form_that_mends_it(
    listed: dict[str, Stored], keeper: Browsing
) -> None:
    page = await looked(keeper, "?problem=few_contacts")
    assert [row[0] for row in rows(page)] == ["晴川医院", "市教育局"]
    assert f'href="{PATH}/{listed["H1"].id}/people/new"' in page.html
    page = await looked(keeper, "?problem=never_verified&area=410105")
    assert [row[2] for row in rows(page)] == ["林*", "吴*"]
    assert f'href="{PATH}/{listed["S1"].id}/answers"' in page.html
    assert [row[0] for row in rows(await looked(keeper, "?kind=exercise"))] == ["演练小学"] * 2
    assert (await keeper.get(f"{PATH}/mending?problem=nothing")).status == 422
    file = await looked(keeper, "?format=csv")
    assert ("+86199****0101" in file.text, "19900000101" in file.text) == (True, False)


async def test_whoever_only_looks_finds_no_forms_and_their_areas_alone(
    process: Running, listed: dict[str, Stored]
) -> None:
    user = await person(process, "looking", "viewer", areas=("410102",))
    async with await browsing(process, user) as browser:
        page = await looked(browser)
        assert {row[0] for row in rows(page)} == {"晴川医院"}
        assert "/answers" not in page.html
        assert "1 个单位" in page.text
        assert "晴川小学" not in (await browser.get(f"{PATH}/mending?format=csv")).text
        for path in ("campaigns", "proposals", "imports"):
            assert (await browser.get(f"{PATH}/{path}")).status == 403


async def test_what_was_mended_is_gone_with_the_next_look(
    process: Running, listed: dict[str, Stored], keeper: Browsing
) -> None:
    page = f"{PATH}/{listed['D1'].id}/people/new"
    fields = {"name": "周科长", "role": "responsible", "language": "zh-CN", "sms": "19900000105"}
    more = {"email": "", "phone": "", "wecom_user": "", "verified": "yes"}
    assert "市教育局" in {row[0] for row in rows(await looked(keeper, "?problem=few_contacts"))}
    await keeper.send(page, page, **fields, **more)
    await keeper.send(page, page, **{**fields, "name": "郑科员", "sms": "19900000106"}, **more)
    again = await looked(keeper, "?problem=few_contacts")
    assert "市教育局" not in {row[0] for row in rows(again)}


async def test_what_was_said_on_the_telephone_is_recorded(
    process: Running, listed: dict[str, Stored], keeper: Browsing
) -> None:
    one, number = listed["S1"], "sms:+8619900000102"
    assert (await answer(keeper, one, "", number)).status == 422
    assert (await answer(keeper, one, "confirmed", "sms:+8619900000999")).status == 422
    await answer(keeper, one, "denied", number)
    assert "已停用：对方答复不是其号码" in (await keeper.get(f"{PATH}/{one.id}")).text
    wishes = rows(await looked(keeper, "?why=denied", "wishes"))
    assert [(row[0], row[2]) for row in wishes] == [("晴川小学", "+86199****0102")]
    await answer(keeper, one, "confirmed", number)
    assert "已停用" not in (await keeper.get(f"{PATH}/{one.id}")).text.split("变更记录")[0]
    assert rows(await looked(keeper, "?why=denied", "wishes")) == []
    await answer(keeper, one, "confirmed", "sms:+8619900000101")
    unverified = rows(await looked(keeper, "?problem=never_verified&area=410105"))
    assert not {"林*", "吴*"} & {row[2] for row in unverified}


async def proposed(process: Running, browser: Browsing, found: Stored, **more: str) -> int:
    """Somebody else is named as the contact; the proposal's number."""
    (address,) = {each.address for person in found.organisation.contacts[:1] for each in person.addresses}
    shown = await answer(browser, found, "changed", f"{address.kind}:{address.value}", **more)
    assert shown.path == f"{PATH}/proposals"
    return (await process.ledger.read(proposed_contacts.waiting))[-1].id


async def test_a_proposal_is_shown_in_full_and_looking_is_written_down(
    process: Running, listed: dict[str, Stored], keeper: Browsing
) -> None:
    await proposed(process, keeper, listed["H1"], name="孙主任", number="19900000133")
    page = await keeper.get(f"{PATH}/proposals")
    assert "何院长" in page.text
    assert "孙主任" in page.text
    assert "199 0000 0133" in page.text
    seen = await process.ledger.read(audit.page, kind="numbers_seen")
    assert ("user:mends", "proposals") in [(each.actor, each.detail["page"]) for each in seen]
    user = await person(process, "elsewhere", "directory_keeper", areas=("410105",))
    async with await browsing(process, user) as browser:
        assert "孙主任" not in (await browser.get(f"{PATH}/proposals")).text
        (number,) = re.findall(r"proposals/(\d+)/accept", page.html)
        token = await browser.form_token()
        for what in ("accept", "refuse"):
            sent = await browser.post(f"{PATH}/proposals/{number}/{what}", {"form_token": token})
            assert sent.status == 409


async def test_an_accepted_contact_takes_the_others_place(
    process: Running, listed: dict[str, Stored], keeper: Browsing
) -> None:
    found = listed["S1"]
    number = await proposed(process, keeper, found, name="钱校长", number="19900000144")
    page = await keeper.send(f"{PATH}/proposals", f"{PATH}/proposals/{number}/accept", verified="yes")
    assert page.path == f"{PATH}/{found.id}"
    after = (await process.ledger.read(organisations.by_codes, ["S1"]))["S1"].organisation
    first = after.contacts[0]
    assert (first.name, first.role) == ("钱校长", "responsible")
    assert [each.address.value for each in first.addresses] == ["+8619900000144"]
    assert first.addresses[0].verified_on is not None
    assert [each.name for each in after.contacts] == ["钱校长", "吴老师"]
    again = await keeper.post(f"{PATH}/proposals/{number}/accept", {"form_token": await keeper.form_token()})
    assert again.status == 409


async def test_a_refused_proposal_changes_nothing(
    process: Running, listed: dict[str, Stored], keeper: Browsing
) -> None:
    found = (await process.ledger.read(organisations.by_codes, ["X1"]))["X1"]
    number = await proposed(process, keeper, found, name="别人", number="19900000155")
    page = await keeper.send(f"{PATH}/proposals", f"{PATH}/proposals/{number}/refuse")
    assert "别人" not in page.text
    after = (await process.ledger.read(organisations.by_codes, ["X1"]))["X1"]
    assert after.organisation == found.organisation
