"""Somebody limited to an area sees no organisation of another, whatever address they open."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.ledger.follow_up import unsigned
from gateway.settings import OfficeSettings
from tests.city import City, city
from tests.people import person
from tests.web.console.browsing import browsing
from tests.web.test_live import start

OTHERS = ("示例机械厂", "晴川小学", "罗厂长", "林老师", "0103", "0101")


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[City]:
    office = OfficeSettings(reply_by_minutes={"enterprises": 30, "schools": 30, "hospitals": 30})
    async with city(tmp_path, server={"office": office}) as running_city:
        yield running_city


async def test_an_officer_of_one_county_finds_no_organisation_of_another(made: City) -> None:
    broadcast = await start(made)
    async with asyncio.timeout(60):
        while len(await made.read(unsigned.page, broadcast)) < 3:
            await asyncio.sleep(0.05)
    user = await person(made.process, "county", "duty_officer", areas=("410102",))
    everybody = await person(made.process, "city", "duty_officer")
    path = f"/live/{broadcast}/unsigned"
    async with await browsing(made.process, user) as limited, await browsing(made.process, everybody) as free:
        everywhere = (await free.get(path)).text
        assert all(name in everywhere for name in ("示例机械厂", "晴川小学", "晴川医院"))
        assert "晴川医院" in (await limited.get(path)).text
        escapes = (
            *("?area=410104", "?area=4101", "?area=410105", "?audience=schools", "?audience=enterprises"),
            *(
                "?standing=delivered",
                "?standing=pending",
                "?standing=unreachable",
                "?after=0",
                "?after=1",
                "",
            ),
        )
        pages = [
            *(path + escape for escape in escapes),
            f"/live/{broadcast}",
            f"/live/{broadcast}/handover",
            "/live",
        ]
        for page in pages:
            seen = await limited.get(page)
            assert seen.status == 200, page
            assert not [name for name in OTHERS if name in seen.text], page
        counted = (await limited.get(path)).html
        assert "area=410102" in counted
        assert "area=410104" not in counted


async def test_duty_officers_dial_and_viewers_see_masked_numbers(made: City) -> None:
    broadcast = await start(made)
    async with asyncio.timeout(60):
        while not await made.read(unsigned.page, broadcast):
            await asyncio.sleep(0.05)
    path = f"/live/{broadcast}/unsigned"
    viewer = await person(made.process, "viewer", "viewer")
    officer = await person(made.process, "officer", "duty_officer")
    async with await browsing(made.process, viewer) as browser:
        assert "tel:" not in (await browser.get(path)).html
    async with await browsing(made.process, officer) as browser:
        assert "tel:+86" in (await browser.get(path)).html
