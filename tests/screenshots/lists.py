"""The console's lists, as somebody with several roles sees them."""

from tests.people import person, signed_in
from tests.screenshots.stage import DESK, PHONE, Stage

PAGES = {
    "obligations": "/console/obligations",
    "obligation": "/console/obligations/1",
    "directory": "/console/directory",
    "organisation": "/console/directory/1",
    "contact": "/console/directory/1/people/new",
    "orders": "/console/orders",
    "plans": "/console/plans",
    "plan": "/console/plans/zhengzhou?level=red",
    "drills": "/console/drills",
    "audit": "/console/audit",
    "signatures": "/console/broadcasts/1/signatures",
}


async def during(stage: Stage) -> None:
    """A warning is in force."""
    process = stage.citizen.made.process
    user = await person(process, "lists", "duty_officer", "directory_keeper", "auditor")
    cookies = await signed_in(process, user)
    for name, size in (("phone", PHONE), ("desk", DESK)):
        page = await stage.page(size)
        await page.context.add_cookies(
            [{"name": cookie, "value": value, "url": process.url} for cookie, value in cookies.items()]
        )
        for what, path in PAGES.items():
            await stage.go(page, path)
            await stage.keep(page, f"{what}-{name}")
        await page.context.close()
