"""The live pages of the duty officer."""

from tests.city import TOKEN
from tests.screenshots.stage import DESK, PHONE, Stage


async def during(stage: Stage) -> None:
    """A broadcast that is under way."""
    for name, size in (("phone", PHONE), ("desk", DESK)):
        page = await stage.page(size)
        await stage.go(page, "/sign-in/token?next=/live")
        await stage.keep(page, f"sign-in-{name}")
        await page.get_by_label("访问令牌").fill(TOKEN)
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"{stage.citizen.made.process.url}/live")
        for path in ("/live", "/live/1", "/live/1/unsigned", "/live/1/handover"):
            await stage.go(page, path)
            await stage.keep(
                page, f"{path.removeprefix('/live').strip('/').replace('/', '-') or 'list'}-{name}"
            )
        await page.context.close()
