"""The console's lists in a real browser: keys suffice. (What holds of every page is in test_every_page.)"""

from pathlib import Path

from playwright.async_api import Browser, ConsoleMessage, expect

from gateway.web.serving.running import running
from tests.city import settings
from tests.people import person, quick, signed_in
from tests.web.console.episodes.test_obligations import new, owed


async def test_a_list_is_searched_by_the_keyboard_on_a_phone_and_at_a_desk(
    browser: Browser, tmp_path: Path
) -> None:
    async with running(settings(tmp_path), "airwarn serve", passwords=quick()) as process:
        await owed(process, new(process, "日报", "市城管局", -3), new(process, "周报", "市教育局", 9))
        user = await person(process, "sees", "duty_officer")
        cookies = await signed_in(process, user)
        said: list[str] = []

        def hear(message: ConsoleMessage) -> None:
            said.append(message.text)

        for width in (390, 1280):
            context = await browser.new_context(viewport={"width": width, "height": 844})
            await context.add_cookies(
                [{"name": name, "value": value, "url": process.url} for name, value in cookies.items()]
            )
            page = await context.new_page()
            page.on("console", hear)
            await page.goto(f"{process.url}/console/obligations")
            if width == 390:  # behind one line there, so that the list begins on the first screen
                await page.get_by_text("筛选和排序").press("Enter")
            await page.get_by_label("事项或单位").focus()
            await page.keyboard.type("教育")
            await page.keyboard.press("Enter")
            await expect(page.get_by_role("rowheader")).to_have_text(["周报"])
            await page.get_by_role("link", name="取消筛选").press("Enter")
            await expect(page.get_by_role("rowheader")).to_have_text(["日报", "周报"])
            await context.close()
        assert said == []
