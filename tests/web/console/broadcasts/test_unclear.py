"""Messages that nobody has heard of: a person decides on the page."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from channels.stand_ins.behaviour import Behaviour
from gateway.follow_up.upkeep.undecided import listed
from gateway.web.console.broadcasts import broadcasts
from tests.city import City, city, soon
from tests.documents import orange_start
from tests.web.console.browsing import Browsing
from tests.web.console.office import at_desk, fill, submitted


def yellow() -> dict[str, Any]:
    """A start whose words to the public no rule repeats."""
    days = [
        {"date": f"2024-01-{day}", "low": 120, "high": high, "mean": 140}
        for day, high in ((10, 160), (11, 180), (12, 140))
    ]
    return orange_start(
        level="yellow",
        forecast={
            "days": days,
            "aqi_range": {"low": 120, "high": 180},
            "aqi_mean": 140,
            "primary_pollutant": "PM2.5",
        },
    )


async def waiting(made: City, broadcast: int, number: int) -> list[int]:
    """The deliveries that wait for a person, once there are as many, or fewer again."""
    while True:
        found = await made.read(listed, broadcast, made.process.clock())
        if len(found) == number:
            return [each["id"] for each in found]
        await asyncio.sleep(0.05)


async def decided(browser: Browsing, path: str, act: str, reason: str, *chosen: int) -> str:
    form = f"{path}/undecided/resend"
    shown = await browser.get(path)
    assert f'action="{form}"' in shown.html, shown.text
    fields = [("form_token", await browser.form_token()), ("reason", reason)]
    seen = await browser.post(
        f"{path}/undecided/{act}", [*fields, *(("chosen", str(each)) for each in chosen)]
    )
    return seen.text


async def test_a_person_sends_once_more_or_leaves_what_nobody_has_heard_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = Behaviour(lose_answer=1.0, receipts=False, findable=False)
    async with (
        city(tmp_path, lost, unknown_wait=0.0) as made,
        await at_desk(made, "officer", "duty_officer") as officer,
    ):
        entry = await submitted(made, soon(yellow()))
        launching = f"/console/decisions/{entry.id}/launch"
        await fill(officer, launching, launching, word="黄色", number="6")
        first, second, *others = await waiting(made, entry.broadcast_id, 5)
        path = f"/console/broadcasts/{entry.broadcast_id}"
        assert "请至少选一条" in await decided(officer, path, "leave", "已电话核实")
        kept = await decided(officer, path, "leave", " ", first)
        assert "请写明理由" in kept
        assert re.findall(r'<input id="([a-z-]*)"[^>]* aria-invalid="true"', kept) == ["undecided-reason"]
        assert f'value="{first}" id="delivery-{first}"' in kept
        assert "已处理" in await decided(officer, path, "leave", "已电话核实", first)
        again = await decided(officer, path, "leave", "已电话核实", first)  # the same form once more
        assert "待人处理" in again
        await waiting(made, entry.broadcast_id, 1 + len(others))
        assert "已处理" in await decided(officer, path, "resend", "没有收到", second)
        left = await waiting(made, entry.broadcast_id, 1 + len(others))  # lost once more
        monkeypatch.setattr(broadcasts, "_LISTED", 2)
        page = await officer.get(path)
        (more,) = re.findall(r'href="(\?after=\d+)" rel="next"', page.html)
        shown = [
            re.findall(r'id="delivery-(\d+)"', each.html) for each in (page, await officer.get(path + more))
        ]
        assert [int(each) for some in shown for each in some] == left
        fields = [("form_token", await officer.form_token()), ("reason", "全部电话核实"), ("every", "yes")]
        assert "已处理" in (await officer.post(f"{path}/undecided/leave{more}", fields)).text
        await waiting(made, entry.broadcast_id, 0)
