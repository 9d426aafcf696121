"""A list sent to the console: looked at, confirmed, imported as it was shown; and what is refused."""

import asyncio
import re
from collections.abc import AsyncIterator
from io import BytesIO

import aiohttp
import pytest
import pytest_asyncio

from gateway.ledger.directory import imports, organisations, uploads
from gateway.spreadsheets import table_file
from gateway.web.importing.organisations import read_rows, store_rows
from gateway.web.serving.running import Running
from tests.city import DIRECTORY, HEADER
from tests.people import person
from tests.web.console.browsing import Browsing, Seen, browsing

pytestmark = pytest.mark.asyncio(loop_scope="module")
PATH = "/console/directory/imports"
FIELDS = dict.fromkeys(
    ("inventory", "sheet", "audience", "sector", "mapping", "columns", "save_mapping", "unit", "plan"), ""
)
ROWS = "\n".join(
    [
        HEADER,
        "S1,晴川小学,学校,,410105,林老师,19900000109,教育群,,否",
        "N3,城南小学,学校,,410104,南老师,19900000110,,,否",
        "N4,城西小学,学校,,火星,西老师,12,,,否",
    ]
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def keeper(process: Running) -> AsyncIterator[Browsing]:
    reading = read_rows(DIRECTORY.encode(), "directory.csv", process.desk.catalogue)
    await process.ledger.write(store_rows, reading, process.clock())
    async with await browsing(process, await person(process, "brings", "directory_keeper")) as browser:
        yield browser


async def send(
    browser: Browsing,
    content: bytes | str,
    name: str = "学校.csv",
    *,
    token: str | None = None,
    **fields: str,
) -> Seen:
    """Send a file with the form's fields, as a browser does."""
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("form_token", await browser.form_token() if token is None else token)
    for field, value in {"kind": "organisations", **FIELDS, **fields}.items():
        form.add_field(field, value)
    body = content.encode() if isinstance(content, str) else content
    form.add_field("file", BytesIO(body), filename=name, content_type="text/csv")
    async with browser.session.post(PATH, data=form) as answer:
        return Seen(answer, await answer.text())


async def confirm(browser: Browsing, page: Seen) -> Seen:
    return await browser.post(f"{page.path}/confirm", {"form_token": await browser.form_token()})


def counted(page: Seen) -> dict[str, str]:
    """The rows by what becomes of them."""
    return dict(re.findall(r'outcome=(\w+)#rows">[^<]*</a> <strong>([\d,]+)', page.html))


async def numbers(process: Running, code: str) -> list[str]:
    found = (await process.ledger.read(organisations.by_codes, [code])).get(code)
    return [] if found is None else sorted(each.value for each in found.organisation.addresses)


async def test_a_file_is_shown_row_by_row_and_stored_once_it_is_confirmed(
    process: Running, keeper: Browsing
) -> None:
    page = await send(keeper, ROWS)
    assert counted(page) == {"refused": "1", "added": "1", "changed": "1", "unchanged": "0"}
    assert "没有哪个预案有区域代码或名称“火星”" in page.text
    assert "区域代码、手机" in page.text
    assert "单位号码和地址 手机 +86199****0101；企业微信群 教育群 → 手机 +86199****0109" in page.text
    assert "19900000109" not in page.text
    assert await numbers(process, "S1") == ["+8619900000101", "教育群"]
    assert "有一个文件还没有确认：学校.csv" in (await keeper.get(PATH)).text
    done = await confirm(keeper, page)
    assert re.fullmatch(rf"{PATH}/\d+", done.path)
    assert counted(done) == {"refused": "1", "added": "1", "changed": "1", "unchanged": "0"}
    assert await numbers(process, "S1") == ["+8619900000109", "教育群"]
    assert await numbers(process, "N3") == ["+8619900000110"]
    assert (await keeper.get(page.path)).status == 404
    assert "brings" in (await keeper.get(PATH)).text.partition("<tbody")[2]
    assert (await confirm(keeper, page)).status == 404


async def test_a_sample_is_downloaded_and_its_example_fits(keeper: Browsing) -> None:
    samples = re.findall(rf'href="({PATH}/sample/[a-z]+\.(?:csv|xlsx))"', (await keeper.get(PATH)).html)
    assert len(samples) == 12
    async with keeper.session.get(f"{PATH}/sample/organisations.xlsx") as answer:
        assert answer.status == 200, await answer.text()
        content, name = await answer.read(), answer.headers["Content-Disposition"]
    assert name == 'attachment; filename="organisations-sample.xlsx"'
    page = await send(keeper, content, "organisations.xlsx")
    assert counted(page) == {"refused": "0", "added": "1", "changed": "0", "unchanged": "0"}
    assert (await keeper.get(f"{PATH}/sample/nothing.csv")).status == 404


async def test_where_no_row_fits_nothing_is_to_be_confirmed(keeper: Browsing) -> None:
    page = await send(keeper, "\n".join([HEADER, ROWS.splitlines()[-1]]))
    assert "没有一行可以导入" in page.text
    assert "确认导入" not in page.text
    assert f'action="{page.path}/confirm"' not in page.html


async def test_what_is_missing_is_said_in_the_words_of_the_form(keeper: Browsing) -> None:
    page = await send(keeper, "措施,责任人\nx,甲", kind="duties")
    assert (page.status, "请用“责任分工属于哪个预案”写明" in page.text) == (422, True)
    page = await send(keeper, "日期,值班人员\n2026-11-20,甲", kind="rosters")
    assert (page.status, "或用“值班表是哪个单位的”写明单位编码" in page.text) == (422, True)


async def test_a_workbook_is_read_too(process: Running, keeper: Browsing) -> None:
    header, *rows = (line.split(",") for line in ROWS.split("\n"))
    page = await send(keeper, table_file("学校", header, rows, "xlsx"), "学校.xlsx")
    assert counted(page)["refused"] == "1"
    assert "工作表 学校" in page.text


async def test_what_was_shown_is_imported_or_nothing(process: Running, keeper: Browsing) -> None:
    rows = f"{HEADER}\nH1,晴川医院,医疗机构,,410102,何医生,19900000120,,,否"
    page = await send(keeper, rows)
    assert counted(page)["changed"] == "1"
    reading = read_rows(rows.encode(), "other.csv", process.desk.catalogue)
    await process.ledger.write(store_rows, reading, process.clock())
    before = await process.ledger.read(imports.page)
    again = await confirm(keeper, page)
    assert (again.status, counted(again)["unchanged"]) == (409, "1")
    assert "通讯录变了" in again.text
    assert await process.ledger.read(imports.page) == before


async def test_what_the_file_does_not_name_goes_only_where_that_is_asked(
    process: Running, keeper: Browsing
) -> None:
    rows = f"{HEADER}\nM1,河南日报,媒体,,410105,,19900000130,,,否\nM2,郑州晚报,媒体,,410105,,19900000131,,,否"
    await confirm(keeper, await send(keeper, rows))
    less = "\n".join(rows.split("\n")[:2])
    page = await send(keeper, less)
    assert "文件里没有的 1 个" in page.text
    assert "它们保留不变" in page.text
    page = await send(keeper, less, remove_missing="yes")
    assert "确认后，它们会被停用" in page.text
    await confirm(keeper, page)
    assert not (await process.ledger.read(organisations.by_codes, ["M2"]))["M2"].active


@pytest.mark.parametrize(
    ("kind", "rows", "more"),
    [
        ("contacts", "编码,姓名,角色,手机\nS1,王校长,负责人,19900000141", {}),
        ("liaison", "单位名称,联络员,联系电话\n市教育局,马科员,19900000142", {}),
        ("inventory", "企业名称,橙色预警减排措施\n示例机械厂,1#线停产", {"inventory": "industrial"}),
        ("rosters", "日期,值班人员,值班时间\n2026-12-01,牛科员 19900000143,8:00-20:00", {"unit": "D1"}),
        (
            "duties",
            "措施编号,责任单位,责任人\nindustrial-inventory-orange,市生态环境局,周科长",
            {"plan": "zhengzhou"},
        ),
    ],
)
async def test_every_kind_of_list_is_imported_as_it_was_shown(
    keeper: Browsing, kind: str, rows: str, more: dict[str, str]
) -> None:
    page = await send(keeper, rows, f"{kind}.csv", kind=kind, **more)
    assert counted(page)["refused"] == "0", page.text[-2000:]
    done = await confirm(keeper, page)
    assert re.fullmatch(rf"{PATH}/\d+", done.path), done.text[-2000:]
    assert counted(done) == counted(page)


async def test_what_changes_of_an_inventory_is_shown_measure_by_measure(keeper: Browsing) -> None:
    rows = "企业名称,红色预警减排措施\n示例机械厂,2#线停产"
    await confirm(keeper, await send(keeper, rows, kind="inventory", inventory="dust"))
    page = await send(keeper, rows.replace("停产", "限产30%"), kind="inventory", inventory="dust")
    assert "红色预警 2#线 2#线停产 → 红色预警 2#线 2#线限产30%" in page.text


async def test_a_file_that_is_no_list_is_told_on_the_form(keeper: Browsing) -> None:
    for content, said in (
        (b"%PDF-1.7", "这是 PDF 文件"),
        (b"", "请选择文件"),
        ("名称,电话\n甲,乙", "缺少列"),
    ):
        page = await send(keeper, content)
        assert (page.status, said in page.text) == (422, True), page.text[-1500:]
    page = await send(keeper, ROWS, columns="没有等号")
    assert (page.status, "应写成 列名=字段" in page.text) == (422, True)
    assert 'value="organisations" selected' in page.html


async def test_what_is_too_large_slow_or_foreign_is_refused(process: Running, keeper: Browsing) -> None:
    page = await send(keeper, b"a" * 20_000_001)
    assert (page.status, "20 MB" in page.text) == (422, True)
    page = await send(keeper, ROWS, token="0" * 64)
    assert page.status == 403
    assert (
        await keeper.post(PATH, {"form_token": await keeper.form_token(), "kind": "contacts"})
    ).status == 422
    form = aiohttp.FormData({"form_token": await keeper.form_token(), "boss": "1"}, default_to_multipart=True)
    async with keeper.session.post(PATH, data=form) as answer:
        assert answer.status == 422
    async with keeper.session.post(
        PATH, data=b"x", headers={"Content-Type": "multipart/form-data"}
    ) as answer:
        assert answer.status == 422
    for part in (
        b"no header",
        b"X: y\r\n" * 20_000,
        b"Content-Disposition: form-data; name=" + b"a" * 100_000,
    ):
        body = b"--b\r\n" + part + b"\r\n\r\nx\r\n--b--\r\n"
        head = {"Content-Type": "multipart/form-data; boundary=b"}
        async with keeper.session.post(PATH, data=body, headers=head) as answer:
            assert answer.status == 422, part[:40]
    async with await browsing(process, await person(process, "reads", "duty_officer")) as browser:
        assert (await send(browser, ROWS)).status == 403


async def test_a_name_that_is_no_text_or_turns_the_words_around_is_kept_as_far_as_it_can_be_read(
    keeper: Browsing,
) -> None:
    fields = {b"form_token": (await keeper.form_token()).encode(), b"kind": b"organisations"}
    disposition = b"--b\r\nContent-Disposition: form-data; name="
    parts = [disposition + b'"%s"\r\n\r\n%s\r\n' % each for each in fields.items()]
    name = "a\u202eb".encode() + b"\xff.csv"
    parts.append(disposition + b'"file"; filename="' + name + b'"\r\n\r\n' + ROWS.encode() + b"\r\n--b--\r\n")
    head = {"Content-Type": "multipart/form-data; boundary=b"}
    async with keeper.session.post(PATH, data=b"".join(parts), headers=head) as answer:
        assert answer.status == 200
        assert "a?b?.csv" in await answer.text()


async def test_a_file_that_trickles_in_is_refused(keeper: Browsing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.web.uploads._SECONDS", 0.2)
    monkeypatch.setattr("gateway.web.uploads._BYTES_A_SECOND", 10**12)
    answered = asyncio.Event()

    async def trickle() -> AsyncIterator[bytes]:
        yield b"--b\r\nContent-Disposition: form-data; name=kind\r\n\r\nconta"
        await answered.wait()

    head = {"Content-Type": "multipart/form-data; boundary=b"}
    async with keeper.session.post(PATH, data=trickle(), headers=head) as answer:
        text = await answer.text()
        answered.set()
    assert (answer.status, "文件传得太慢" in text) == (422, True)


async def test_a_file_is_its_senders_alone_and_goes_after_an_hour(process: Running, keeper: Browsing) -> None:
    page = await send(keeper, ROWS)
    async with await browsing(process, await person(process, "other", "directory_keeper")) as browser:
        assert (await browser.get(page.path)).status == 404
        assert (await confirm(browser, page)).status == 404
    await keeper.post(f"{page.path}/discard", {"form_token": await keeper.form_token()})
    assert (await keeper.get(page.path)).status == 404
    user = await person(process, "later", "directory_keeper")
    async with await browsing(process, user) as browser:
        identifier = (await send(browser, ROWS)).path.rpartition("/")[2]
    now = process.clock()
    read, late = process.ledger.read, now + uploads.KEPT + 1
    assert await read(uploads.get, identifier, user.id, now) is not None
    assert await read(uploads.get, identifier, user.id, late) is None
    assert await process.ledger.write(uploads.drop_old, late) >= 1


async def test_whoever_is_limited_to_areas_imports_there_alone(process: Running) -> None:
    user = await person(process, "elsewhere", "directory_keeper")
    async with await browsing(process, user) as browser:
        await confirm(
            browser, await send(browser, f"{HEADER}\nA9,远区医院,医疗机构,,410102,,19900000150,,,否")
        )
    user = await person(process, "county", "directory_keeper", areas=("410105",))
    rows = "\n".join(
        [
            HEADER,
            "A1,城东小学,学校,,410105,东老师,19900000151,,,否",
            "A2,别区小学,学校,,410102,别老师,19900000152,,,否",
            "A9,远区医院,医疗机构,,410105,,19900000153,,,否",
        ]
    )
    async with await browsing(process, user) as browser:
        page = await send(browser, rows, remove_missing="yes")
        assert counted(page) == {"refused": "2", "added": "1", "changed": "0", "unchanged": "0"}
        await confirm(browser, page)
        assert await numbers(process, "A2") == []
        assert await numbers(process, "A9") == ["+8619900000150"]
        sent = await send(browser, "日期,值班人员\n2026-12-01,牛科员", kind="rosters", unit="D1")
        assert sent.status == 403
        for actor, status in (("user:elsewhere", 422), ("user:county", 200)):
            columns = {"单位": "name"}
            await process.ledger.write(
                imports.save_mapping, "全市用的", "organisations", columns, actor, process.clock()
            )
            page = await send(browser, f"{HEADER}\nA1,城东小学,学校,,410105,,,,,否", save_mapping="全市用的")
            assert (page.status, "请换一个名称" in page.text) == (status, status == 422)
        own = await browser.get(PATH)
        assert "elsewhere" not in own.text
        (first,) = [
            each for each in await process.ledger.read(imports.page) if each.actor == "user:elsewhere"
        ]
        assert (await browser.get(f"{PATH}/{first.id}")).status == 404
