"""How many messages were sent, delivered and failed over time, as a picture with its tables."""

import re
from pathlib import Path

from pydantic import SecretStr

from channels.stand_ins.wecom import WecomStandIn
from gateway.ledger.decisions import episode_list
from gateway.settings import WecomSettings
from tests.city import HEADER
from tests.people import person
from tests.signing import signing_city, start
from tests.web.console.browsing import browsing, inline

_ROW = re.compile(
    r'<th scope=row role=rowheader data-label="[^"]*" class="">([0-9: -]+)</th>(.*?)</tr>', re.DOTALL
)
_CELL = re.compile(r'class="number">([0-9,]+)<')


async def test_the_course_tells_in_words_lines_and_tables_when_messages_left_and_arrived(
    tmp_path: Path,
) -> None:
    async with signing_city(tmp_path) as made:
        broadcast = await start(made)
        page = f"/console/broadcasts/{broadcast}/course"
        async with await browsing(made.process, await person(made.process, "sees", "viewer")) as browser:
            seen = await browser.get(page)
            assert seen.status == 200
            sent = re.search(r"应发 (\d+) 条.*已发出 (\d+) 条（100%）", seen.text)
            assert sent is not None
            assert sent[1] == sent[2]
            assert f"已发出 {sent[2]}</text>" in seen.html
            rows = _ROW.findall(seen.html)
            assert rows
            assert _CELL.findall(rows[-1][1])[0] == sent[2]
            schools = re.search(
                r'学校</th><td[^>]* class="number">(\d+)</td>(<td[^>]*>[0-9:]{8}</td>){2}', seen.html
            )
            assert schools is not None
            assert not inline(seen.html)
            only = await browser.get(f"{page}?audience=schools&channel=sms")
            fewer = re.search(r"应发 (\d+) 条", only.text)
            assert fewer is not None
            assert 0 < int(fewer[1]) < int(sent[1])
            assert "企业</th><td" not in only.html
            table = await browser.get(f"{page}?format=csv")
            assert table.headers["Content-Type"].startswith("text/csv")
            assert len(table.text.splitlines()) == 1 + len(rows)
            assert (await browser.get("/console/broadcasts/999/course")).status == 404
            assert (await browser.get(f"{page}?audience=nobody")).status == 422
        for areas, status in ((("410105",), 200), (("210200",), 404)):
            user = await person(made.process, f"of.{areas[0]}", "viewer", areas=areas)
            async with await browsing(made.process, user) as browser:
                assert (await browser.get(page)).status == status


def night(stand_in: WecomStandIn) -> WecomSettings:
    """A group beside that of the city."""
    groups = {"夜校群": SecretStr("key-2")}
    return WecomSettings(provider="wecom", base_url=stand_in.url, groups=groups)


async def test_every_page_takes_the_share_delivered_of_what_goes_by_channels_with_receipts(
    tmp_path: Path,
) -> None:
    async with WecomStandIn() as another, signing_city(tmp_path, beside={"night": night(another)}) as made:
        await made.register(f"{HEADER}\nS2,示例夜校,学校,,410103,王老师,,夜校群,,否")
        broadcast = await start(made)
        async with await browsing(made.process, await person(made.process, "sees", "viewer")) as browser:
            page = f"/console/broadcasts/{broadcast}"
            course = await browser.get(f"{page}/course")
            assert "已送达 5 条（有回执的 5 条的 100%）" in course.text
            assert re.search(r"95% 送达：\d\d:\d\d:\d\d。", course.text)
            group = re.search(r"企业微信</th>(.*?)</tr>", course.html)
            assert group is not None
            assert group[1].count(">此通道无回执</td>") == 2
            only = await browser.get(f"{page}/course?channel=wecom")
            assert "已送达 0 条（此通道无回执）" in only.text
            assert "95% 送达：此通道无回执。" in only.text
            district = await browser.get(f"{page}/map")
            assert "送达（有回执的通道）：5 / 5（100%）" in district.text
            assert 'aria-label="二七区：此通道无回执"' in district.html
            assert ">无回执</text>" in district.html
            live = await browser.get(f"/live/{broadcast}")
            assert "共 5 条（全部 7 条）" in live.text
            times = re.search(r'id="delivered-times">(.*?)</dd>', live.html)
            assert times is not None
            assert times[1].count("<time") == 2
            assert live.html.count('<span class="not-yet">此通道无回执</span>') == 4  # a channel, a district
            assert "未达到" not in live.text
            (listed,) = await made.read(episode_list.page)
            episode = await browser.get(f"/console/episodes/{listed.episode.id}")
            assert "消息 7 条：发出 7，送达 5（有回执的 5 条的 100%），失败 0" in episode.text
