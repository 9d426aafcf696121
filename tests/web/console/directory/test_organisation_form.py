"""An organisation made, changed, closed and opened by hand."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from gateway.directory.stating import ONCE, STATED
from gateway.ledger.directory import organisations
from gateway.ledger.directory.organisations import Stored
from gateway.web.importing.organisations import read_rows, store_rows
from gateway.web.serving.running import Running
from tests.city import DIRECTORY
from tests.people import person
from tests.web.console.browsing import Browsing, Seen, browsing

pytestmark = pytest.mark.asyncio(loop_scope="module")
PATH = "/console/directory"
_VERSION = re.compile(r'name="version" value="([0-9a-f]{16})"')
NEW = {
    **dict.fromkeys((*ONCE, *STATED), ""),
    "exercise": "no",
    "code": "N7",
    "name": "河东铸造厂",
    "audience": "enterprises",
    "sector": "industry",
    "area": "410105",
    "sms": "199 0000 0171, 19900000172",
    "phone": "0371-67180000 转 802",
    "grade": "C",
    "grade_valid_from": "2026年1月1日",
    "groups": "重点，黄河路",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def listed(process: Running) -> dict[str, Stored]:
    reading = read_rows(DIRECTORY.encode(), "directory.csv", process.desk.catalogue)
    await process.ledger.write(store_rows, reading, process.clock())
    return await process.ledger.read(organisations.by_codes, ["S1", "H1", "E1"])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def keeper(process: Running, listed: dict[str, Stored]) -> AsyncIterator[Browsing]:
    async with await browsing(process, await person(process, "keeps", "directory_keeper")) as browser:
        yield browser


async def filled(browser: Browsing, page: str) -> dict[str, str]:
    """The form of an organisation, as the browser shows it."""
    html = (await browser.get(page)).html
    fields = {name: _value(html, name) for name in STATED}
    (version,) = _VERSION.findall(html)
    return {**fields, "version": version}


def _value(html: str, name: str) -> str:
    found = re.search(rf'<input id="{name}" name="{name}" value="([^"]*)"', html)
    if found is not None:
        return found[1]
    (choices,) = re.findall(rf'<select id="{name}".*?</select>', html, re.DOTALL)
    chosen = re.search(r'<option value="([^"]*)" selected', choices)
    return chosen[1] if chosen is not None else ""


def wrong(page: Seen) -> set[str]:
    """The fields beside which something is said to be wrong."""
    return set(re.findall(r'<(?:input|select)[^>]*name="(\w+)"[^>]*aria-invalid="true"', page.html))


async def stored(process: Running, code: str) -> Stored:
    return (await process.ledger.read(organisations.by_codes, [code]))[code]


async def test_an_organisation_is_made_by_hand(process: Running, keeper: Browsing) -> None:
    page = await keeper.send(f"{PATH}/new", f"{PATH}/new", **NEW)
    assert (page.status, "河东铸造厂" in page.text) == (200, True)
    one = (await stored(process, "N7")).organisation
    assert (one.sector, one.area, one.grade, one.groups) == ("industry", "410105", "C", ("重点", "黄河路"))
    assert [each.value for each in one.addresses] == [
        "+8619900000171",
        "+8619900000172",
        "+8637167180000;ext=802",
    ]
    again = await keeper.send(f"{PATH}/new", f"{PATH}/new", **NEW)
    assert (again.status, wrong(again)) == (422, {"code"})
    assert "河东铸造厂" in again.text


async def test_everything_that_is_wrong_stands_beside_its_field(keeper: Browsing) -> None:
    faulty = {
        **NEW,
        "code": "N8",
        "name": "",
        "area": "火星",
        "audience": "schools",
        "sms": "12",
        "email": "林@例子",
        "credit_code": "91410100MA00000000",
        "grade_valid_from": "昨天",
    }
    page = await keeper.send(f"{PATH}/new", f"{PATH}/new", **faulty)
    assert page.status == 422
    assert wrong(page) == {"name", "area", "sector", "sms", "email", "credit_code", "grade_valid_from"}
    assert 'value="昨天"' in page.text
    unsaid = {**NEW, "code": "", "exercise": "", "phone": "张三 0371-67180000"}
    assert wrong(await keeper.send(f"{PATH}/new", f"{PATH}/new", **unsaid)) == {"code", "exercise", "phone"}


async def test_a_change_keeps_what_the_form_does_not_speak_of(
    process: Running, listed: dict[str, Stored], keeper: Browsing
) -> None:
    one = listed["S1"]
    edit = f"{PATH}/{one.id}/edit"
    fields = await filled(keeper, edit)
    same = await keeper.send(edit, edit, **fields)
    assert same.path == f"{PATH}/{one.id}"
    assert (await stored(process, "S1")).organisation == one.organisation
    await keeper.send(edit, edit, **{**fields, "name": "晴川第一小学", "area": "金水区"})
    after = (await stored(process, "S1")).organisation
    assert (after.name, after.area) == ("晴川第一小学", "410105")
    assert (after.contact, after.contacts, after.addresses) == (
        one.organisation.contact,
        one.organisation.contacts,
        one.organisation.addresses,
    )
    assert "晴川小学 → 晴川第一小学" in (await keeper.get(f"{PATH}/{one.id}")).text


async def test_what_somebody_else_changed_meanwhile_is_shown_and_nothing_is_lost(
    process: Running, listed: dict[str, Stored], keeper: Browsing
) -> None:
    edit = f"{PATH}/{listed['H1'].id}/edit"
    first = await filled(keeper, edit)
    second = await filled(keeper, edit)
    await keeper.send(edit, edit, **{**first, "location": "健康路 1 号"})
    page = await keeper.send(edit, edit, **{**second, "name": "晴川人民医院"})
    assert page.status == 409
    assert 'value="晴川人民医院"' in page.text
    assert "现在的登记：健康路 1 号" in page.text
    assert (await stored(process, "H1")).organisation.name == "晴川医院"
    (version,) = _VERSION.findall(page.html)
    token = await keeper.form_token()
    kept = {**second, "name": "晴川人民医院", "location": "健康路 1 号", "version": version}
    await keeper.post(edit, {"form_token": token, **kept})
    one = (await stored(process, "H1")).organisation
    assert (one.name, one.location) == ("晴川人民医院", "健康路 1 号")


async def test_an_organisation_is_switched_off_and_on_again(
    process: Running, listed: dict[str, Stored], keeper: Browsing
) -> None:
    page = f"{PATH}/{listed['E1'].id}"
    before = (await stored(process, "E1")).organisation
    closed = await keeper.send(page, f"{page}/off")
    assert "这个单位已停用" in closed.text
    assert not (await stored(process, "E1")).active
    assert (await keeper.get(f"{page}/edit")).status == 404
    await keeper.send(page, f"{page}/on")
    opened = await stored(process, "E1")
    assert (opened.active, opened.organisation) == (True, before)


async def test_whoever_is_limited_to_areas_acts_there_alone(
    process: Running, listed: dict[str, Stored]
) -> None:
    user = await person(process, "limited", "directory_keeper", areas=("410105",))
    async with await browsing(process, user) as browser:
        for path in ("edit", "answers", "inventory"):
            assert (await browser.get(f"{PATH}/{listed['H1'].id}/{path}")).status == 404
        token = await browser.form_token()
        for path in ("off", "on", "edit"):
            sent = await browser.post(f"{PATH}/{listed['H1'].id}/{path}", {"form_token": token})
            assert sent.status == 404
        elsewhere = await browser.send(
            f"{PATH}/new", f"{PATH}/new", **{**NEW, "code": "N9", "area": "410102"}
        )
        assert (elsewhere.status, wrong(elsewhere)) == (422, {"area"})
        edit = f"{PATH}/{listed['S1'].id}/edit"
        fields = await filled(browser, edit)
        moved = await browser.send(edit, edit, **{**fields, "area": "410102"})
        assert (moved.status, wrong(moved)) == (422, {"area"})
        taken = await browser.send(f"{PATH}/new", f"{PATH}/new", **{**NEW, "code": "H1"})
        assert (taken.status, wrong(taken)) == (422, {"code"})
        assert "医院" not in taken.text.split("编码")[1].split("</small>")[0]


async def test_only_keepers_change_organisations(process: Running, listed: dict[str, Stored]) -> None:
    page = f"{PATH}/{listed['S1'].id}"
    async with await browsing(process, await person(process, "duty", "duty_officer")) as browser:
        token = await browser.form_token()
        assert (await browser.get(f"{PATH}/new")).status == 403
        for path in (f"{PATH}/new", f"{page}/edit", f"{page}/off", f"{page}/on", f"{page}/answers"):
            assert (await browser.post(path, {"form_token": token})).status == 403
        assert f"{page}/edit" not in (await browser.get(page)).html
