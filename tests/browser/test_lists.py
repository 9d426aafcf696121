"""The console's lists in a real browser: nobody is shut out, none is wider than a phone, keys suffice."""

from pathlib import Path

from playwright.async_api import Browser, ConsoleMessage, expect

from gateway.ledger import orders
from gateway.web.directory import read_rows, store_rows
from gateway.web.running import running
from tests.browser.axe import faults, needs_axe
from tests.city import DIRECTORY, settings
from tests.people import person, quick, signed_in
from tests.web.console.test_obligations import new, owed
from tests.web.console.test_orders import order

PAGES = (
    "/console/obligations",
    "/console/obligations/1",
    "/console/directory",
    "/console/directory/1",
    "/console/directory/1/people/new",
    "/console/orders",
    "/console/orders/1",
    "/console/plans",
    "/console/plans/zhengzhou?level=red",
    "/console/drills",
    "/console/audit",
)


@needs_axe
async def test_lists_shut_nobody_out_and_fit_a_phone(browser: Browser, tmp_path: Path) -> None:
    async with running(settings(tmp_path), "airwarn serve", passwords=quick()) as process:
        ledger = process.ledger
        reading = read_rows(DIRECTORY.encode(), "directory.csv", process.desk.catalogue)
        await ledger.write(store_rows, reading, process.clock())
        await owed(process, new(process, "日报", "市城管局", -3), new(process, "周报", "市教育局", 9))
        await ledger.write(orders.add, order(process, "city"))
        user = await person(process, "sees", "duty_officer", "auditor", "directory_keeper")
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
            for path in PAGES:
                await page.goto(process.url + path)
                assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
                    width,
                    path,
                )
                assert await faults(page) == [], (width, path)
            await page.goto(f"{process.url}/console/obligations")
            await page.get_by_label("事项或单位").focus()
            await page.keyboard.type("教育")
            await page.keyboard.press("Enter")
            await expect(page.get_by_role("rowheader")).to_have_text(["周报"])
            await page.get_by_role("link", name="取消筛选").press("Enter")
            await expect(page.get_by_role("rowheader")).to_have_text(["日报", "周报"])
            await context.close()
        assert said == []
