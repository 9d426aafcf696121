"""Somebody limited to an area sees no organisation of another, whatever address they open."""

import asyncio
import re
from collections.abc import AsyncIterator
from functools import partial
from html import unescape
from pathlib import Path

import pytest

from gateway.ledger.accounts import tokens
from gateway.ledger.accounts.users import Role
from gateway.ledger.delivery import live
from gateway.ledger.follow_up import unsigned
from gateway.ledger.trail import audit
from gateway.settings import OfficeSettings
from tests.city import City, city
from tests.people import person
from tests.web.console.browsing import Browsing, Seen, browsing
from tests.web.test_live import start

OTHERS = ("示例机械厂", "晴川小学", "罗厂长", "林老师", "0103", "0101")
HOME_NAME = "中原区"
OTHER_NAMES = ("管城回族区", "金水区")


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


async def test_the_live_pages_count_an_officers_own_areas_alone(made: City) -> None:
    first = await start(made)
    async with asyncio.timeout(60):
        while (
            picture := await made.read(live.picture, first, made.process.clock())
        ).head.expanded_at is None:
            await asyncio.sleep(0.05)
    process = made.process
    county = await person(process, "county", "duty_officer", areas=("410102",))
    nobody = await person(process, "elsewhere", "duty_officer", areas=("410181",))
    everybody = await person(process, "city", "duty_officer")
    now = process.clock()
    await made.write(
        partial(tokens.add, areas=["410102"]), "wall", "wall words", ["read", "operate"], now, now + 60_000
    )
    async with await browsing(process, everybody) as free:
        whole = await free.get(f"/live/{first}")
        assert all(name in whole.text for name in (HOME_NAME, *OTHER_NAMES))
        assert "只计您负责的区域" not in whole.text
        assert f"/ {sum(each.deliveries for each in picture.counts)} 条" in whole.text
    async with await browsing(process, county) as limited, Browsing(process) as wall:
        await wall.post("/sign-in/token", {"token": "wall words", "next": "/live"})
        for reader in (limited, wall):
            for path in (f"/live/{first}", f"/live/{first}/events"):
                seen = await begun(reader, path)
                assert HOME_NAME in seen, path
                assert not [name for name in OTHER_NAMES if name in seen], path
                assert "/ 1 条" in seen, path
            assert re.search(r"合计 <b>1</b>", (await reader.get("/live")).html)
            for page in ("", f"/{first}", f"/{first}/unsigned", f"/{first}/steps", f"/{first}/failures"):
                assert "只计您负责的区域" in (await reader.get(f"/live{page}")).text, page
        assert "管城" not in (await wall.get(f"/live/{first}/unsigned?area=410104")).text
        pages = [await reader.get(f"/live/{first}") for reader in (limited, wall)]
        assert len({looks_of(page) for page in pages}) == 1
        assert looks_of(whole) != looks_of(pages[0])
    async with await browsing(process, nobody) as stranger:
        for path in (f"/live/{first}", f"/live/{first}/events", f"/live/{first}/failures"):
            assert (await stranger.get(path)).status == 404, path
        assert f"/live/{first}" not in (await stranger.get("/live")).html


def looks_of(page: Seen) -> str:
    """Which series of looks a page shows: whoever is limited to the same areas shares one."""
    found = re.search(r'data-id="(\w+)-', page.html)
    assert found is not None
    return found[1]


async def begun(reader: Browsing, path: str) -> str:
    """A page, or the first event of a stream, which has no end."""
    async with reader.session.get(path) as answer:
        assert answer.status == 200
        if answer.content_type != "text/event-stream":
            return unescape(await answer.text())
        await answer.content.readuntil(b"\n\n")  # how long to wait before another try
        return unescape((await answer.content.readuntil(b"\n\n")).decode())


async def test_who_telephones_or_keeps_the_directory_sees_numbers_and_nobody_else(made: City) -> None:
    broadcast = await start(made)
    async with asyncio.timeout(60):
        while not await made.read(unsigned.page, broadcast):
            await asyncio.sleep(0.05)
    path = f"/live/{broadcast}/unsigned"
    others: tuple[Role, ...] = ("viewer", "drafter", "approver", "auditor", "administrator")
    theirs: tuple[Role, ...] = ("duty_officer", "directory_keeper")
    for role in others:
        held = await person(made.process, role, role, titles=("主任",))
        async with await browsing(made.process, held) as browser:
            assert "tel:" not in (await browser.get(path)).html, role
            assert "****" in (await browser.get(f"{path}?format=csv")).text, role
    for role in theirs:
        held = await person(made.process, role, role)
        async with await browsing(made.process, held) as browser:
            assert "tel:+86" in (await browser.get(path)).html, role
            assert "****" not in (await browser.get(f"{path}?format=csv")).text, role
    seen = [each.actor for each in await made.read(audit.page) if each.kind == "numbers_seen"]
    assert sorted(seen) == ["user:directory_keeper", "user:duty_officer"]
