"""The officer drafts, looks at the wall and submits: on a phone, without a mouse, and without scripts."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

from gateway.ledger.accounts import sign_ins
from gateway.ledger.accounts.users import User
from gateway.ledger.decisions import decisions, drafts
from gateway.moments import BEIJING
from tests.browser.axe import AXE, faults
from tests.city import City, city
from tests.people import person, signed_in

PATIENCE = 30_000  # ms; the machine may be busy
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[City]:
    async with city(tmp_path) as running_city:
        yield running_city


async def sign_in(context: BrowserContext, made: City, user: User) -> None:
    cookies = await signed_in(made.process, user)
    url = made.process.url
    await context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])


@asynccontextmanager
async def officer(context: BrowserContext, made: City, user: User) -> AsyncIterator[Page]:
    """Somebody signed in; whatever their browser complains of fails the test."""
    await sign_in(context, made, user)
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None)
    yield page
    assert complaints == []


async def sound(page: Page) -> None:
    """The page fits, and axe finds nothing wrong with it."""
    await fits(page)
    if AXE.is_file():
        assert await faults(page) == [], page.url


async def fits(page: Page) -> None:
    """Nothing makes the page itself wider than the screen."""
    wide = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, (page.url, wide)


async def fill_in(page: Page) -> None:
    """A whole orange start, as the officer types it."""
    start = datetime.now(BEIJING).replace(hour=12, minute=0) + timedelta(days=4)
    await page.get_by_label("预警级别").select_option("橙色")
    await page.get_by_label("启动时间").fill(f"{start:%Y-%m-%dT%H:%M}")
    await page.get_by_label("预计解除时间").fill(f"{start + timedelta(days=3):%Y-%m-%dT%H:%M}")
    for number, (low, high, mean) in enumerate(((180, 215, 200), (190, 240, 220), (200, 260, 230)), 1):
        await page.get_by_label(f"第 {number} 行日期").fill(f"{start + timedelta(days=number - 1):%Y-%m-%d}")
        await page.get_by_label(f"第 {number} 行下限").fill(str(low))
        await page.get_by_label(f"第 {number} 行上限").fill(str(high))
        await page.get_by_label(f"第 {number} 行均值").fill(str(mean))
    await page.get_by_label("AQI 范围下限").fill("180")
    await page.get_by_label("AQI 范围上限").fill("260")
    await page.get_by_label("对外公布的 AQI 均值").fill("225")
    await page.get_by_label("首要污染物").select_option("PM2.5")


async def test_the_officer_drafts_an_exercise_and_submits_it_on_a_phone(browser: Browser, made: City) -> None:
    user = await person(made.process, "officer", "duty_officer")
    context = await browser.new_context(viewport=PHONE, color_scheme="dark", locale="zh-CN")
    async with officer(context, made, user) as page:
        await page.goto(f"{made.process.url}/console")
        await page.get_by_text("菜单").click()
        await page.get_by_role("link", name="演练", exact=True).click()
        await page.get_by_role("button", name="起草演练").click()
        await page.get_by_label("适用的预案").select_option("zhengzhou")
        await page.get_by_role("button", name="选择").click()
        await fits(page)
        await page.get_by_role("button", name="发布预警").click()
        await expect(page.get_by_text("本页只涉及演练")).to_be_visible()
        await expect(page.locator("#of-example")).to_contain_text("可以直接预览、提交")
        await fill_in(page)
        await page.get_by_label("本单位文号").fill("")
        await page.get_by_role("button", name="保存", exact=True).last.click()
        await expect(page.locator("#said")).to_contain_text("已保存")
        await expect(page.locator("#said-document_number")).to_contain_text("文号")
        await expect(page.locator("#advice")).to_contain_text("仅供参考，由人决定")
        await expect(page.locator("figure.chart rect.range")).to_have_count(3)
        await fits(page)

        await page.get_by_label("本单位文号").fill("演练〔2026〕1号")
        await page.keyboard.press("Enter")  # saves, as the first button does
        await expect(page.locator("#said")).to_contain_text("核对通过")
        await page.get_by_role("button", name="保存并预览").click()
        await expect(page.locator("#organisations")).to_have_text("1")
        await expect(page.locator(".bubble").first).to_contain_text("演练：")
        await sound(page)
        await page.get_by_role("link", name="学校：全部渠道和备用文本").click()
        await expect(page.locator("#ready-lift .bubble").first).to_contain_text("解除")
        await sound(page)
        await page.get_by_role("link", name="返回预览总览").click()
        await page.get_by_role("button", name="提交演练审批").click()
        await page.wait_for_url("**/console/decisions/*")
        identifier = urlsplit(page.url).path.rpartition("/")[2]
        entry = await made.read(decisions.entry, identifier)
        assert (entry.state, entry.exercise, entry.level) == ("submitted", True, "orange")
        draft = (await made.read(drafts.of_user, user.id, True))[0]
        for closed in (f"/console/drafts/{draft.id}", f"/console/drafts/{draft.id}/preview"):
            await page.goto(made.process.url + closed)
            await expect(page.locator("#state")).to_contain_text("等待批准")
            await sound(page)
    await context.close()


async def test_drafting_needs_neither_mouse_nor_script(scriptless: BrowserContext, made: City) -> None:
    user = await person(made.process, "keys", "drafter")
    async with officer(scriptless, made, user) as page:
        await page.goto(f"{made.process.url}/console/drafts/new?plan=zhengzhou")
        await page.get_by_role("button", name="发布预警").focus()
        await page.keyboard.press("Enter")
        await page.wait_for_url(re.compile(r"/console/drafts/[0-9a-f-]{36}$"))
        await page.get_by_label("本单位文号").focus()
        await page.keyboard.type("郑〔2026〕7号")
        await page.keyboard.press("Enter")
        await expect(page.get_by_label("本单位文号")).to_have_value("郑〔2026〕7号")
        reached = set()
        await page.locator("#content").focus()
        for _ in range(120):
            await page.keyboard.press("Tab")
            reached.add(await page.evaluate("document.activeElement.name || ''"))
        assert {"level", "area", "starts_at", "day_high", "issuer", "special_reason", "go"} <= reached
        unnamed = await page.evaluate(
            "[...document.querySelectorAll('main input:not([type=hidden]), main select, main textarea')]"
            ".filter(each => !each.labels?.length && !each.getAttribute('aria-label')).map(each => each.name)"
        )
        assert unnamed == []


async def test_what_is_typed_is_kept_by_itself_and_outlives_a_sign_in(browser: Browser, made: City) -> None:
    user = await person(made.process, "typist", "drafter")
    context = await browser.new_context(viewport=PHONE, locale="zh-CN")
    async with officer(context, made, user) as page:
        await page.clock.install()
        await page.goto(f"{made.process.url}/console/drafts/new?plan=zhengzhou")
        await page.get_by_role("button", name="发布预警").click()
        await page.get_by_label("本单位文号").fill("郑〔2026〕8号")
        await page.clock.run_for(20_000)
        await expect(page.locator("#kept")).to_contain_text("已自动保存")
        kept = (await made.read(drafts.of_user, user.id, False))[0].document
        assert kept["document_number"] == "郑〔2026〕8号"

        await made.write(sign_ins.end_others, user.id, "", made.process.clock(), "elsewhere")
        await page.get_by_label("发布机关").fill("某机关")
        await page.clock.run_for(20_000)
        await expect(page.locator("#kept")).to_contain_text("请不要关闭本页")
        await sign_in(context, made, user)  # in another window
        await page.evaluate("window.dispatchEvent(new Event('focus'))")
        await expect(page.locator("#kept")).to_contain_text("已自动保存")
        await page.get_by_label("特殊理由").fill("会商要求")
        await page.get_by_role("button", name="保存", exact=True).last.click()
        await expect(page.locator("#said")).to_contain_text("已保存")
        kept = (await made.read(drafts.of_user, user.id, False))[0].document
        assert (kept["issuer"], kept["special_reason"]) == ("某机关", "会商要求")
    await context.close()


async def test_who_is_told_is_counted_while_it_is_ticked(browser: Browser, made: City) -> None:
    user = await person(made.process, "counting", "drafter")
    context = await browser.new_context(viewport=PHONE, locale="zh-CN")
    async with officer(context, made, user) as page:
        await page.goto(f"{made.process.url}/console/drafts/new?plan=zhengzhou")
        await page.get_by_role("button", name="发布预警").click()
        meant, counted = page.locator("#meant-part"), page.locator("#meant-count")
        await expect(counted).to_contain_text("发给区域内全部单位：5 个单位。")
        await expect(meant.get_by_role("checkbox", name="学校")).to_be_hidden()
        await meant.get_by_role("radio", name="只发给其中一部分").check()
        await expect(counted).to_contain_text("没有勾选任何对象")
        await meant.get_by_role("checkbox", name="学校").check()
        await meant.get_by_role("checkbox", name="医疗机构").check()
        await expect(counted).to_contain_text("发给医疗机构、学校：2 个单位。")
        await expect(counted).to_contain_text("区域内另有 3 个单位不发。")
        await sound(page)
        await page.reload()
        await expect(meant.get_by_role("checkbox", name="学校")).to_be_checked()
        await meant.get_by_role("radio", name="区域内全部单位").check()
        await expect(counted).to_contain_text("5 个单位")
        assert (await made.read(drafts.of_user, user.id, False))[0].selection is None
    await context.close()


async def test_what_is_missing_takes_the_focus_and_leads_to_its_fields(browser: Browser, made: City) -> None:
    user = await person(made.process, "focus", "drafter")
    context = await browser.new_context(viewport=PHONE, color_scheme="dark", locale="zh-CN")
    async with officer(context, made, user) as page:
        await page.goto(f"{made.process.url}/console/drafts/new?plan=zhengzhou")
        await page.get_by_role("button", name="发布预警").click()
        await sound(page)
        await page.get_by_label("第 1 行下限").fill("18o")
        await page.get_by_label("第 1 行下限").press("Enter")
        await expect(page.locator("#said")).to_be_focused()
        await expect(page.locator("#said")).to_contain_text("填写有误 1")
        await sound(page)
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="预警级别")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.get_by_label("预警级别")).to_be_focused()
        await page.goto(f"{page.url.partition('?')[0]}/preview")
        await expect(page.locator("#cannot")).to_contain_text("现在不能提交")
        await sound(page)
    await context.close()


async def test_a_document_that_cannot_be_read_leaves_the_draft_as_it_was(
    browser: Browser, made: City, tmp_path: Path
) -> None:
    user = await person(made.process, "uploading", "drafter")
    context = await browser.new_context(viewport=PHONE, locale="zh-CN")
    file = tmp_path / "决定.yaml"
    file.write_bytes("plan: zhengzhou\naction: issue\nissuer: 某机关\n".encode("gb18030"))
    async with officer(context, made, user) as page:
        await page.goto(f"{made.process.url}/console/drafts/new?plan=zhengzhou")
        await page.get_by_role("button", name="发布预警").click()
        await page.get_by_label("本单位文号").fill("郑〔2026〕9号")
        await page.get_by_label("本单位文号").press("Enter")
        await page.get_by_text("用文件替换全部内容").click()
        await page.get_by_label("或选择文件").set_input_files(file)
        await page.get_by_role("button", name="填入草稿").click()
        await expect(page.locator("#fault")).to_contain_text("不是 UTF-8 编码")
        await expect(page.locator("#fault")).to_contain_text("决定.yaml 第 3 行")
        await expect(page.locator("#fault")).to_contain_text("草稿没有改动")
        await expect(page.get_by_label("本单位文号")).to_have_value("郑〔2026〕9号")
        await sound(page)
    await context.close()
