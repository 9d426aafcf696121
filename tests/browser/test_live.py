"""The live page in a browser, while a broadcast runs on the stand-ins."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

from channels.stand_ins.behaviour import Behaviour
from gateway.broadcasts.actor import LOCAL
from gateway.broadcasts.approving.submit import submit
from gateway.broadcasts.launching.launch import launch
from gateway.follow_up.signatures.signing import Signer, sign
from gateway.ledger.follow_up import acknowledgements
from gateway.settings import OfficeSettings
from gateway.web.live import unsigned
from gateway.web.serving.running import Running, running
from tests import people
from tests.city import HEADER, TOKEN, City, city, decision, settings, soon
from tests.documents import orange_start
from tests.ports import free_port

PATIENCE = 30_000  # ms; the machine may be busy
PHONE: ViewportSize = {"width": 360, "height": 740}
SCHOOLS = "\n".join([HEADER, *(f"S{100 + n},第{n}小学,学校,,410105,老师,199{n:08d},,,否" for n in range(60))])


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[City]:
    """A city whose messages leave slowly enough to be watched."""
    async with city(tmp_path, Behaviour(receipt_delay=(0.0, 0.1)), per_second=5.0) as running_city:
        await running_city.register(SCHOOLS)
        yield running_city


async def start(process: Running) -> int:
    submitted = await process.ledger.write(
        submit, process.desk, decision(soon(orange_start())), process.clock(), LOCAL
    )
    recorded = submitted.recorded
    await process.ledger.write(launch, process.desk, recorded.id, recorded.manifest, process.clock(), LOCAL)
    process.wake()
    return int(recorded.broadcast_id)


@asynccontextmanager
async def person(browser: Browser, url: str) -> AsyncIterator[Page]:
    """Somebody at a phone, signed in; whatever their browser complains of fails the test."""
    context = await browser.new_context(viewport=PHONE, color_scheme="dark")
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None)
    await sign_in(page, url)
    yield page
    assert complaints == []
    await context.close()


async def sign_in(page: Page, url: str) -> None:
    await page.goto(f"{url}/sign-in/token?next=/live")
    await page.get_by_label("接口令牌").fill(TOKEN)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{url}/live")


async def delivered(page: Page) -> int:
    row = page.locator("#by-channel tbody tr", has=page.get_by_role("rowheader", name="短信", exact=True))
    headers = await page.locator("#by-channel thead th").all_inner_texts()
    if "已送达" not in headers:
        return 0
    return int((await row.locator("th, td").all_inner_texts())[headers.index("已送达")])


async def test_numbers_change_before_the_eyes_until_all_is_told(browser: Browser, made: City) -> None:
    async with person(browser, made.process.url) as page:
        await expect(page.get_by_text("还没有发布任务")).to_be_visible()
        await start(made.process)
        await page.get_by_role("link", name="发布 橙色预警").click(timeout=PATIENCE)  # it came by itself
        await expect(page.locator("#stage")).to_have_text("正在发送")
        first = await delivered(page)
        await page.wait_for_function(
            "() => /\\d/.test(document.querySelector('#recent b')?.textContent ?? '')", timeout=PATIENCE
        )
        await expect(page.locator("#left")).to_contain_text("1 分钟")
        await expect(page.locator("#told")).to_contain_text("已处理")  # read aloud, not with each number
        await expect(page.locator("#stage")).to_have_text("完成", timeout=PATIENCE)
        assert first < await delivered(page) == 65
        await expect(page.locator("#handled")).to_contain_text("（100%）")
        await expect(page.locator("#by-area")).to_contain_text("金水区")


async def test_the_page_can_be_read_in_english_and_stays_so(browser: Browser, made: City) -> None:
    broadcast = await start(made.process)
    async with person(browser, made.process.url) as page:
        await page.get_by_role("link", name="English").click()
        await page.goto(f"{made.process.url}/live/{broadcast}")
        await expect(page.get_by_role("heading", name="Orange warning started")).to_be_visible()
        await expect(page.locator("#connection")).to_have_text("live")
        assert await page.locator("html").get_attribute("lang") == "en"
        shown = await page.locator("main").inner_text()
        assert set(re.findall(r"[一-鿿]+", shown)) <= {"郑环攻坚办", "号"}  # its number is its name


async def test_a_keyboard_is_enough_and_keeps_its_place(browser: Browser, made: City) -> None:
    await start(made.process)
    async with person(browser, made.process.url) as page:
        link = page.get_by_role("link", name="发布 橙色预警")
        await expect(link).to_be_visible()
        before = await page.locator("#snapshot").get_attribute("data-id")
        for _ in range(10):
            await page.keyboard.press("Tab")
            if await link.evaluate("each => each === document.activeElement"):
                break
        while await page.locator("#snapshot").get_attribute("data-id") == before:
            await asyncio.sleep(0.1)
        assert await link.evaluate("each => each === document.activeElement")  # snapshots take no focus away
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/live/1")


async def test_a_call_is_written_down_with_keys_alone_and_the_board_goes_on_by_itself(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unsigned, "RELOAD", 1)
    office = OfficeSettings(reply_by_minutes={"enterprises": 30, "hospitals": 30})
    async with city(tmp_path, server={"office": office}) as made:
        broadcast = await start(made.process)
        await made.process.engine.idle(broadcast)
        user = await people.person(made.process, "duty", "duty_officer")
        context = await browser.new_context(viewport=PHONE)
        cookies = await people.signed_in(made.process, user)
        await context.add_cookies(
            [{"name": name, "value": value, "url": made.process.url} for name, value in cookies.items()]
        )
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        await page.goto(f"{made.process.url}/live/{broadcast}/unsigned?sort=name")
        await expect(page.locator("#organisations")).to_contain_text("示例机械厂")
        asked = await made.read(acknowledgements.of_organisation, broadcast, "E1")
        await made.write(sign, asked, Signer("王五", "", "link", "(link)"), made.process.clock())
        await expect(page.locator("#organisations")).not_to_contain_text("示例机械厂")  # nobody reloaded it
        await page.get_by_role("link", name="登记电话 晴川医院").press("Enter")
        await expect(page.get_by_role("heading", name="给晴川医院打电话")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        await page.get_by_label("代为签收", exact=True).press("Space")
        await page.get_by_label("对方姓名").fill("何医生")
        await page.get_by_label("对方姓名").press("Enter")
        await expect(page.locator(".done")).to_contain_text("已登记：代为签收")
        found = await made.read(acknowledgements.of_organisation, broadcast, "H1")
        assert (found.name, found.via) == ("何医生", "phone")
        await context.close()


async def test_a_cut_stream_is_told_and_mends_itself(browser: Browser, tmp_path: Path) -> None:
    port = free_port()
    async with running(settings(tmp_path, port=port), "airwarn serve") as process:
        people = person(browser, process.url)
        page = await people.__aenter__()
        await expect(page.locator("#connection")).to_have_text("实时更新")
    await expect(page.locator("#connection")).to_contain_text("连接中断", timeout=PATIENCE)
    async with running(settings(tmp_path, port=port), "airwarn serve"):
        await expect(page.locator("#connection")).to_have_text("实时更新", timeout=PATIENCE)
        await people.__aexit__(None, None, None)


async def test_a_page_without_scripts_reloads_itself(scriptless: BrowserContext, made: City) -> None:
    page = await scriptless.new_page()
    await sign_in(page, made.process.url)
    await expect(page.locator("noscript p")).to_be_visible()
    await start(made.process)
    await expect(page.get_by_role("link", name="发布 橙色预警")).to_be_visible(timeout=PATIENCE)


async def test_a_phone_needs_no_scrolling_sideways(browser: Browser, made: City) -> None:
    broadcast = await start(made.process)
    async with person(browser, made.process.url) as page:
        for path in ("/live", f"/live/{broadcast}", f"/live/{broadcast}?lang=en", "/sign-in/token"):
            await page.goto(made.process.url + path)
            assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path


async def test_whoever_signs_out_sees_nothing_any_more(browser: Browser, made: City) -> None:
    async with person(browser, made.process.url) as page:
        await page.get_by_role("button", name="退出").click()
        await page.wait_for_url("**/sign-in")
        await page.goto(f"{made.process.url}/live")
        await expect(page.get_by_label("登录名")).to_be_visible()


async def test_chinese_is_drawn_and_not_a_row_of_boxes(browser: Browser) -> None:
    """Without a Chinese font every character is the same box, and texts still compare equal."""
    page = await browser.new_page()
    await page.set_content("<p>霾</p><p>预</p>")
    first, second = [await each.screenshot() for each in await page.locator("p").all()]
    assert first != second, "no Chinese font: apt-get install fonts-noto-cjk"
