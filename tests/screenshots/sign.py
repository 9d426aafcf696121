"""The pages behind links: what a unit is asked to sign."""

from tests.screenshots.stage import Stage
from tests.signing import link


async def during(stage: Stage) -> None:
    """Asked, signed, and a link that is wrong."""
    path = link(stage.citizen.made, "0103")
    await stage.look("asked", path)
    await stage.look("asked-english", f"{path}?lang=en")
    await stage.look("wrong-link", f"/s/{'a' * 26}")
    page = await stage.page()
    await stage.go(page, path)
    await page.locator("#sign-name").fill("罗厂长")
    await page.locator("#sign-role").fill("厂长")
    await page.get_by_role("button", name="确认签收").click()
    await page.locator("#state").wait_for()
    await stage.keep(page, "signed")
    await page.context.close()


async def after(stage: Stage) -> None:
    """The order has been lifted."""
    await stage.look("lift", link(stage.citizen.made, "0101"))
