"""The public pages, before a warning and under one."""

from tests.screenshots.stage import DESK, PHONE, Stage


async def before(stage: Stage) -> None:
    """Nothing was ever issued."""
    await stage.look("nothing", "/public", scripts=False)


async def during(stage: Stage) -> None:
    """A warning is in force."""
    for name, size in (("phone", PHONE), ("desk", DESK)):
        await stage.look(f"front-{name}", "/public", size, scripts=False)
    await stage.look("front-dark", "/public", scheme="dark", scripts=False)
    for look in ("lang=en", "print=large", "contrast=high"):
        await stage.look(f"front-{look.partition('=')[2]}", f"/public?{look}", scripts=False)
    await stage.look("missing", "/public?plan=nowhere", scripts=False)
    page = await stage.page(scripts=False)
    sms = next(each.text for each in stage.citizen.made.twilio.seen if each.to.endswith("0104"))
    for name, text in (("check-ours", sms), ("check-not-ours", f"{sms}快转发")):
        await stage.go(page, "/public/check")
        await page.locator("#text").fill(text)
        await page.locator("button").click()
        await stage.keep(page, name)
    await page.emulate_media(media="print")
    await stage.go(page, "/public?print=large")
    await stage.keep(page, "paper")
    await page.context.close()


async def after(stage: Stage) -> None:
    """The warning was lifted."""
    await stage.look("lifted", "/public", scripts=False)
    await stage.look("messages-after", "/public/messages", scripts=False)
