"""People sign in and mind their account in a browser: on a phone, with the keyboard, without scripts."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pyotp
import pytest
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

from gateway.accounts import new_users
from gateway.accounts import users as accounts
from gateway.identifiers import uuid7
from gateway.ledger.accounts.users import User
from gateway.web.serving.running import Running, running
from tests.city import settings
from tests.people import PASSWORD, person, quick, signed_in

PATIENCE = 30_000  # ms; the machine may be busy
PHONE: ViewportSize = {"width": 360, "height": 740}


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(settings(tmp_path), "airwarn serve", passwords=quick()) as started:
        yield started


async def at_a_phone(browser: Browser, complaints: list[str], scheme: str = "light") -> Page:
    context = await browser.new_context(viewport=PHONE, color_scheme="dark" if scheme == "dark" else "light")
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None)
    return page


async def press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def first_field(page: Page) -> None:
    """A page is ready to be typed on: its first field has the focus, which comes a moment after its load."""
    await expect(page.locator("input:focus")).to_be_visible()


async def open_menu(page: Page) -> None:
    """By the keyboard; on a phone the navigation is behind it."""
    await page.locator("nav summary").focus()
    await press(page, "Enter")


async def fits(page: Page) -> None:
    """Nothing is wider than the phone."""
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], page.url


async def signs_in(page: Page, process: Running, user: User) -> None:
    """Somebody is signed in from now on, whoever was before."""
    value = (await signed_in(process, user))["airwarn"]
    await page.context.add_cookies([{"name": "airwarn", "value": value, "url": process.url}])


async def test_a_form_that_stood_open_past_the_sign_in_is_sent_after_another_one_and_not_lost(
    browser: Browser, process: Running
) -> None:
    keeper = await person(process, "keeper", "directory_keeper")
    complaints: list[str] = []
    page = await at_a_phone(browser, complaints)
    await page.clock.install()
    await signs_in(page, process, keeper)
    await page.goto(f"{process.url}/console/directory/new")
    await page.get_by_label("演练", exact=True).check()
    await page.get_by_label(re.compile("^名称")).fill("演练小学")
    await page.get_by_label("编码").fill("X7")
    await page.get_by_label("受众").select_option("schools")
    await page.get_by_label("区域").fill("410105")
    await page.context.clear_cookies()
    await page.clock.fast_forward("40:00")
    await page.get_by_role("button", name="保存").click()
    await expect(page.get_by_text("登录已结束，还没有提交")).to_be_visible()
    await fits(page)
    await signs_in(page, process, await person(process, "other", "directory_keeper"))
    await page.get_by_role("button", name="保存").click()
    await expect(page.get_by_text("已由另一个人登录")).to_be_visible()  # it does not leave in their name
    await signs_in(page, process, keeper)
    await page.get_by_role("button", name="保存").click()
    await expect(page.get_by_role("heading", name="演练小学")).to_be_visible()
    assert complaints == []


async def test_the_keyboard_alone_signs_in_sets_up_codes_and_signs_out(
    browser: Browser, process: Running
) -> None:
    new = new_users.checked("wang", "王主任", ["主任"], ["approver", "administrator"], [])
    invitation = await process.ledger.write(accounts.make, new, process.clock(), uuid7, "(local)")
    complaints: list[str] = []
    page = await at_a_phone(browser, complaints)
    await page.goto(f"{process.url}/sign-in/invitation")
    await first_field(page)
    await page.keyboard.type(invitation.phrase)
    await press(page, "Tab")
    await page.keyboard.type(PASSWORD)
    await press(page, "Tab")
    await page.keyboard.type(PASSWORD)
    await press(page, "Enter")
    await page.wait_for_url(f"{process.url}/console")
    await expect(page.get_by_role("heading", name="王主任，您好")).to_be_visible()
    await open_menu(page)
    await page.get_by_role("link", name="王主任").focus()
    await press(page, "Enter")
    await page.wait_for_url(f"{process.url}/console/account")
    await page.get_by_role("button", name="开始设置").focus()
    await press(page, "Enter")
    await page.wait_for_url(f"{process.url}/console/account/code")
    picture = page.locator("img.qr")
    assert await picture.evaluate("image => image.complete && image.naturalWidth > 100")
    await fits(page)
    secret = await page.locator("#secret").inner_text()
    await first_field(page)
    await page.keyboard.type(pyotp.TOTP(secret).at(process.clock() // 1000))
    await press(page, "Tab")
    await page.keyboard.type(PASSWORD)
    await press(page, "Enter")
    await expect(page.locator("#codes li")).to_have_count(8)
    recovery = await page.locator("#codes code").first.inner_text()
    await open_menu(page)
    await page.get_by_role("button", name="退出").focus()
    await press(page, "Enter")
    await page.wait_for_url(f"{process.url}/sign-in")
    await first_field(page)
    for words in ("wang", PASSWORD, recovery):
        await page.keyboard.type(words)
        await press(page, "Tab")
    await press(page, "Enter")
    await page.wait_for_url(f"{process.url}/console")
    assert complaints == []
    await page.context.close()


async def test_two_administrators_agree_on_their_phones(browser: Browser, process: Running) -> None:
    complaints: list[str] = []
    pages = []
    for name in ("one", "two"):
        await person(process, name, "administrator")
        page = await at_a_phone(browser, complaints, "dark")
        await page.goto(f"{process.url}/console/users")
        await page.get_by_label("登录名").fill(name)
        await page.get_by_label("密码", exact=True).fill(PASSWORD)
        await page.get_by_role("button", name="登录").click()
        await page.wait_for_url(f"{process.url}/console/users")
        pages.append(page)
    first, second = pages
    await first.get_by_role("button", name="提出新增用户").click()
    await fits(first)
    await first.get_by_label("登录名").fill("zhao")
    await first.get_by_label("姓名").fill("赵科员")
    await first.get_by_label("拟稿：").check()
    await first.get_by_role("button", name="提出").click()
    await expect(first.locator("#waiting")).to_contain_text("须由另一位管理员确认")
    await fits(first)
    await second.reload()
    await second.get_by_role("button", name="确认").click()
    await expect(second.locator("#secret")).to_have_text(re.compile(r"^(\w{4}-){4}\w{4}$"))
    await fits(second)
    await second.get_by_role("button", name="已保存").click()
    await expect(second.locator("#users")).to_contain_text("赵科员")
    assert complaints == []
    for page in pages:
        await page.context.close()


async def test_everything_works_without_scripts(scriptless: BrowserContext, process: Running) -> None:
    await person(process, "li", "duty_officer")
    page = await scriptless.new_page()
    page.set_default_timeout(PATIENCE)
    await page.goto(f"{process.url}/live")
    await page.get_by_label("登录名").fill("li")
    await page.get_by_label("密码", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="登录").click()
    await page.wait_for_url(f"{process.url}/live")
    await expect(page.get_by_text("还没有发布任务")).to_be_visible()
    await page.get_by_role("link", name="li同志").click()
    await page.get_by_role("link", name="English").click()
    await expect(page.get_by_role("heading", name="My account")).to_be_visible()
    await page.get_by_role("button", name="Sign out").click()
    await page.wait_for_url(f"{process.url}/sign-in")
