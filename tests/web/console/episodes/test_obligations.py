"""What is owed, as people of different roles and areas meet it; and how every list works."""

import csv
import io
import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from openpyxl import load_workbook  # type: ignore[import-untyped]
from sqlalchemy import Connection

from gateway.follow_up.obligations.obligations import detail
from gateway.ledger.follow_up import obligations
from gateway.ledger.follow_up.obligations import New
from gateway.ledger.trail import audit
from gateway.plans.catalogue import Catalogue
from gateway.web.console.table import PAGE
from gateway.web.serving.running import Running
from tests.people import person
from tests.web.console.browsing import Browsing, Seen, browsing

pytestmark = pytest.mark.asyncio(loop_scope="module")
PATH = "/console/obligations"
SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
HOUR = 3_600_000
_ROW = re.compile(r'<th scope=row role=rowheader[^>]*><a href="/console/obligations/(\d+)">')


def new(process: Running, what: str, by_whom: str, hours: float, **more: object) -> New:
    """Something owed in so many hours, or so many hours ago."""
    now = process.clock()
    values = {"plan": "zhengzhou", "exercise": False, "contents": ("措施落实情况", "存在问题"), **more}
    return New(
        episode_id=None,
        decision_id=None,
        code="report",
        what=what,
        to_whom="市指挥部办公室",
        clause="6.2",
        covers=None,
        due_at=now + int(hours * HOUR),
        repeats=None,
        opened_at=now - 48 * HOUR,
        by_whom=by_whom,
        **values,  # type: ignore[arg-type]
    )


async def owed(process: Running, *items: New) -> list[int]:
    def add(connection: Connection) -> list[int]:
        return [obligations.add(connection, each, process.clock()) for each in items]

    return await process.ledger.write(add)


def rows(page: Seen) -> list[int]:
    return [int(each) for each in _ROW.findall(page.html)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def listed(process: Running) -> dict[str, int]:
    """Obligations of two plans, one of them an exercise's."""
    district = next(each.name for each in Catalogue().load("zhengzhou").plan.areas if each.code == "410105")
    names = ("later", "late", "district", "exercise", "other")
    items = (
        new(process, f"专题报告 {SCRIPT}", "市教育局", 9),
        new(process, "日报", "市城管局", -3),
        new(process, "区日报", district, 5),
        new(process, "演练评估", "市教育局", 2, exercise=True),
        new(process, "外地日报", "某局", 3, plan="xigang"),
    )
    return dict(zip(names, await owed(process, *items), strict=True))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def officer(process: Running) -> AsyncIterator[Browsing]:
    async with await browsing(process, await person(process, "officer", "duty_officer")) as browser:
        yield browser


async def test_what_is_owed_is_listed_the_soonest_first(officer: Browsing, listed: dict[str, int]) -> None:
    page = await officer.get(PATH)
    assert rows(page) == [listed[name] for name in ("late", "exercise", "other", "district", "later")]
    assert 'class="mark overdue">逾期' in page.html
    assert '<option value="owed" selected>' in page.html
    assert rows(await officer.get(f"{PATH}?sort=-due")) == rows(page)[::-1]
    assert "What is owed" in (await officer.get(f"{PATH}?lang=en")).text
    await officer.get(f"{PATH}?lang=zh")


async def test_filters_narrow_the_list_and_stay_in_its_links(
    officer: Browsing, listed: dict[str, int]
) -> None:
    assert rows(await officer.get(f"{PATH}?show=overdue")) == [listed["late"]]
    assert rows(await officer.get(f"{PATH}?kind=exercise")) == [listed["exercise"]]
    assert rows(await officer.get(f"{PATH}?plan=xigang")) == [listed["other"]]
    page = await officer.get(f"{PATH}?search=市教育局&kind=real")
    assert rows(page) == [listed["later"]]
    assert 'value="市教育局"' in page.html
    assert re.search(r'href="\?kind=real&amp;search=[^"]+&amp;sort=-due"', page.html)
    none = await officer.get(f"{PATH}?search={SCRIPT}x")
    assert "没有符合的记录" in none.text


@pytest.mark.parametrize(
    "query",
    [
        "colour=red",
        "show=owed&show=met",
        "show=nothing",
        "plan=nowhere",
        "sort=clause",
        "sort=--due",
        "after=0",
        "after=x",
        "after=999999",
        "format=pdf",
        "lang=fr",
        f"search={'x' * 101}",
    ],
)
async def test_what_the_list_does_not_know_is_an_error(officer: Browsing, query: str) -> None:
    page = await officer.get(f"{PATH}?{query}")
    assert page.status == 422
    assert 'role="alert"' in page.html


async def test_the_list_as_a_file_is_whole_inert_and_told_of_in_the_trail(
    process: Running, officer: Browsing, listed: dict[str, int]
) -> None:
    await owed(process, new(process, "=1+1", "市水务局", 30))
    answer = await officer.get(f"{PATH}?format=csv")
    told = list(csv.reader(io.StringIO(answer.html.removeprefix("\ufeff"))))
    assert told[0][0] == "事项"
    assert len(told) == len(listed) + 2
    assert told[-1][0] == "'=1+1"
    assert 'filename="obligations.csv"' in answer.headers["Content-Disposition"]
    async with officer.session.get(f"{PATH}?format=xlsx&show=overdue") as sent:
        book = load_workbook(io.BytesIO(await sent.read()))
    assert [row[0] for row in book.active.iter_rows(min_row=2, values_only=True)] == ["日报"]
    trail = await process.ledger.read(audit.page, kind="exported")
    assert [(each.actor, each.subject, each.detail["rows"]) for each in trail] == [
        ("user:officer", "table:obligations", len(listed) + 1),
        ("user:officer", "table:obligations", 1),
    ]


async def test_pages_follow_each_other_without_a_gap_or_a_repeat(process: Running) -> None:
    numbers = range(PAGE * 2 + 3)
    await owed(process, *(new(process, "年报", f"分页单位{n}", 24 * (n % 5)) for n in numbers))
    async with await browsing(process, await person(process, "pages", "viewer")) as browser:
        for sort in ("due", "-due", "opened"):
            address: str | None = f"{PATH}?search=分页单位&sort={sort}"
            seen: list[int] = []
            while address:
                page = await browser.get(address)
                seen += rows(page)
                more = re.search(r'<a href="([^"]+)" rel="next">', page.html)
                address = f"{PATH}{more[1].replace('&amp;', '&')}" if more else None
            assert len(seen) == len(set(seen)) == len(numbers)


async def test_nobody_sees_what_is_owed_outside_their_areas(process: Running, listed: dict[str, int]) -> None:
    own = await person(process, "district", "duty_officer", areas=("410105",))
    city = await person(process, "city", "viewer", areas=("410100",))
    other = await person(process, "elsewhere", "viewer", areas=("999999",))
    async with (
        await browsing(process, own) as first,
        await browsing(process, city) as second,
        await browsing(process, other) as third,
    ):
        assert rows(await first.get(f"{PATH}?show=all")) == [listed["district"]]
        assert listed["other"] not in rows(await second.get(f"{PATH}?show=all"))
        assert listed["later"] in rows(await second.get(f"{PATH}?show=all"))
        assert rows(await third.get(f"{PATH}?show=all")) == []
        assert (await first.get(f"{PATH}/{listed['district']}")).status == 200
        assert (await first.get(f"{PATH}/{listed['later']}")).status == 404
        form = {"form_token": await first.form_token(), "reason": "不用报"}
        assert (await first.post(f"{PATH}/{listed['later']}/waive", form)).status == 404
        assert "市教育局" not in (await first.get(f"{PATH}?format=csv&show=all")).text


async def test_an_officer_records_a_report_in_parts(process: Running, officer: Browsing) -> None:
    (one,) = await owed(process, new(process, "周报", "市交通局", 1))
    page = f"{PATH}/{one}"
    form = {"from_whom": "市交通局值班室", "heading-1": SCRIPT, "heading-2": ""}
    part = await officer.send(page, f"{page}/report", **form)
    assert (part.status, "还缺：存在问题" in part.text) == (200, True)
    assert SCRIPT in part.text
    assert "<script>" not in part.html
    await officer.send(page, f"{page}/report", **{**form, "heading-1": "", "heading-2": "无"})
    assert "已完成" in (await officer.get(page)).text
    found = await process.ledger.read(detail, one, process.clock())
    assert (found["state"], len(found["reports"])) == ("met", 2)
    assert found["reports"][0]["caller"] == "user:officer"


async def test_an_officer_waives_with_a_reason(process: Running, officer: Browsing) -> None:
    (one,) = await owed(process, new(process, "月报", "市交通局", 1))
    page = f"{PATH}/{one}"
    bare = await officer.send(page, f"{page}/waive", reason=" ")
    assert (bare.status, "请填写" in bare.text) == (422, True)
    done = await officer.send(page, f"{page}/waive", reason="省级系统已收到")
    assert "免除：省级系统已收到（officer同志）" in done.text
    assert f"{page}/waive" not in done.html
    again = await officer.post(f"{page}/waive", {"form_token": await officer.form_token(), "reason": "x"})
    assert again.status == 409


async def test_an_empty_report_is_refused_beside_its_form(process: Running, officer: Browsing) -> None:
    (one,) = await owed(process, new(process, "季报", "市交通局", 1))
    form = {"from_whom": "市交通局", "heading-1": " ", "heading-2": ""}
    answer = await officer.send(f"{PATH}/{one}", f"{PATH}/{one}/report", **form)
    assert (answer.status, 'value="市交通局"' in answer.html) == (422, True)


@pytest.mark.parametrize("role", ["viewer", "approver", "auditor", "administrator", "directory_keeper"])
async def test_who_may_only_look_changes_nothing(process: Running, listed: dict[str, int], role: str) -> None:
    user = await person(process, f"only.{role}", role, titles=("主任",))  # type: ignore[arg-type]
    page = f"{PATH}/{listed['later']}"
    async with await browsing(process, user) as browser:
        seen = await browser.get(page)
        assert (seen.status, f"{page}/" in seen.html) == (200, False)
        form = {"form_token": await browser.form_token()}
        for action in ("report", "waive"):
            assert (await browser.post(f"{page}/{action}", form)).status == 403


async def test_a_lift_takes_no_report(process: Running, officer: Browsing) -> None:
    (one,) = await owed(process, replace(new(process, "解除预警", "市指挥部", 1), code="lift"))
    page = await officer.get(f"{PATH}/{one}")
    assert "由下一份决定完成" in page.text
    assert f"{PATH}/{one}/" not in page.html
