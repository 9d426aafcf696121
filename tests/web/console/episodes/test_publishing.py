"""What the office tells the public beside its decisions: an officer writes it, citizens read it."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
import pytest_asyncio

from gateway.bus.words import Word
from gateway.ledger.decisions import episode_list, publications
from gateway.moments import BEIJING
from gateway.notices import chinese
from gateway.settings import PublicSettings
from tests.citizens import LISTED, Citizen, Got, publishing_city
from tests.documents import orange_start, red_raise
from tests.people import person, signed_in
from tests.signing import start
from tests.web.console.browsing import Browsing, Seen

pytestmark = pytest.mark.asyncio(loop_scope="module")
SCRIPT = "<script>alert(1)</script>"
INVENTORY = "/console/directory/inventory"
HOUR = datetime.now(BEIJING) - timedelta(hours=1)
SAID = {
    "text": f"全市工地已停止土石方作业。{SCRIPT}\n各区正在巡查。",
    "text_en": "All sites have stopped earthworks.",
    "aqi": "268",
    "pollutant": "PM2.5",
    "measured_at": f"{HOUR:%Y-%m-%d %H:%M}",
    "expected": "预计1月12日夜间起改善",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def citizen(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Citizen]:
    folder = tmp_path_factory.mktemp("published")
    async with publishing_city(folder, PublicSettings(control_list=("area",))) as found:
        await start(found.made)
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def officer(citizen: Citizen) -> AsyncIterator[Browsing]:
    process = citizen.made.process
    user = await person(process, "officer", "duty_officer")
    async with Browsing(process, await signed_in(process, user)) as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def path(citizen: Citizen) -> str:
    (listed,) = await citizen.made.read(episode_list.page)
    return f"/console/episodes/{listed.episode.id}/progress"


def hidden(page: Seen, action: str) -> dict[str, str]:
    """The hidden fields of a page's form."""
    form = re.search(rf'<form method="post" action="{action}".*?</form>', page.html, re.DOTALL)
    assert form is not None, page.text
    return dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', form[0]))


async def public(citizen: Citizen, path: str = "/public") -> Got:
    """The page as it is once the server has looked at the ledger again, which it does each second."""
    citizen.made.process.bus.say(Word.LAUNCHED)
    return await citizen.get(path)


def carried(page: Seen) -> dict[str, str]:
    """Every hidden field of a page with a single form of its own."""
    found = re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', page.html)
    return {name: unescape(value) for name, value in found}


async def test_progress_is_looked_at_before_it_is_published_and_withdrawn_at_once(
    citizen: Citizen, officer: Browsing, path: str
) -> None:
    before = (await public(citizen)).text
    preview = await officer.post(path, {**hidden(await officer.get(path), path), **SAID})
    assert SCRIPT not in preview.html
    measured = f"{chinese.hour(HOUR, year=True)}，AQI 268（重度污染） · PM2.5"
    assert measured in preview.text
    assert "All sites have stopped earthworks." in preview.text
    assert (await public(citizen)).text == before  # nothing is public by being looked at
    form = list(carried(preview).items())
    mended = await officer.post(f"{path}/publish", [*form, ("act", "mend")])
    assert "各区正在巡查" in mended.text
    assert await citizen.made.read(publications.version) == (0, 0)
    done = await officer.post(f"{path}/publish", [*form, ("act", "publish")])
    assert "已公布" in done.text
    again = await officer.post(f"{path}/publish", [*form, ("act", "publish")])
    assert (again.status, again.path) == (200, path)  # it is said once
    assert (await citizen.made.read(publications.version))[0] == 1
    shown = await public(citizen)
    assert SCRIPT not in shown.text
    state = json.loads((await citizen.get("/public/state.json")).text)
    assert [(each["text_en"], each["measured"]["aqi"]) for each in state["progress"]] == [
        (SAID["text_en"], 268)
    ]
    for words in ("最新进展", "各区正在巡查", "AQI 268（重度污染）", "预计1月12日夜间起改善"):
        assert words in shown.words, words
    assert shown.words.index("AQI 268") < shown.words.index("要点")  # at the top, beside the level
    assert "All sites have stopped earthworks." in (await public(citizen, "/public?lang=en")).words
    withdrawing = f"{path}/1/withdraw"
    token = ("form_token", await officer.form_token())
    assert (await officer.post(withdrawing, [token, ("because", "")])).status == 422
    assert "已撤下" in (await officer.post(withdrawing, [token, ("because", "数字有误")])).text
    assert "各区正在巡查" not in (await public(citizen)).words
    assert "数字有误" in (await officer.get(path)).text
    said = {**SAID, "measured_at": f"{HOUR.astimezone(UTC):%Y-%m-%dT%H:%M}Z"}  # as a system writes it
    form = list(carried(await officer.post(path, {**hidden(await officer.get(path), path), **said})).items())
    twice = (officer.post(f"{path}/publish", [*form, ("act", "publish")]) for _ in range(2))
    assert sorted([page.status for page in await asyncio.gather(*twice)]) == [200, 200]  # a double click
    assert await citizen.made.read(publications.version) == (2, 1)
    assert measured in (await public(citizen)).text
    assert "已撤下" in (await officer.post(f"{path}/2/withdraw", [token, ("because", "重复")])).text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("text", " ", "请填写进展"),
        ("aqi", "很高", "AQI 应为整数"),
        ("aqi", "", "AQI 应为整数"),
        ("measured_at", "今天下午", "请填写监测时间"),
        ("measured_at", "2999-01-01 00:00", "还没有到"),
        ("measured_at", "2024-01-10 14:00", "超过三天"),
        ("pollutant", "烟", "没有这种污染物"),
    ],
)
async def test_what_cannot_be_published_is_said_beside_what_was_written(
    officer: Browsing, path: str, field: str, value: str, words: str
) -> None:
    fields = hidden(await officer.get(path), path)
    page = await officer.post(path, {**fields, **SAID, field: value})
    assert (page.status, words in page.text) == (422, True)
    if field != "text":
        assert "各区正在巡查" in page.text


async def test_the_list_is_published_and_withdrawn_by_whoever_may(
    citizen: Citizen, officer: Browsing
) -> None:
    listing = "/console/control-list"
    assert LISTED[0] in (await public(citizen, "/public/control-list")).words  # the settings publish it
    token = ("form_token", await officer.form_token())
    assert "由系统设置公布" in (await officer.get(listing)).text
    found = re.search(r'href="(/console/directory/\d+/inventory)"', (await officer.get(INVENTORY)).html)
    assert found is not None
    assert 'href="/public/control-list"' in (await officer.get(found[1])).html
    await officer.post(f"{listing}/withdraw", [token, ("because", "正在修订")])
    assert "清单没有公布" in (await officer.get(found[1])).text
    assert (await public(citizen, "/public/control-list")).status == 404
    assert "/public/control-list" not in (await public(citizen)).text
    assert (await officer.post(listing, [token, ("columns", "area"), ("basis", "")])).status == 422
    fields = [token, ("columns", "area"), ("columns", "grade"), ("basis", "郑环〔2024〕8号")]
    assert "已公布" in (await officer.post(listing, fields)).text
    shown = await public(citizen, "/public/control-list")
    assert "郑环〔2024〕8号" in shown.words
    assert "绩效等级" in shown.words
    process = citizen.made.process
    limited = await person(process, "limited", "duty_officer", areas=["410102"])
    reader = await person(process, "reader", "viewer")
    for user in (limited, reader):
        async with Browsing(process, await signed_in(process, user)) as browser:
            assert (
                '<form method="post" action="/console/control-list' not in (await browser.get(listing)).html
            )
            form = [("form_token", await browser.form_token()), ("because", "乱撤")]
            assert (await browser.post(f"{listing}/withdraw", form)).status == 403
    assert (await public(citizen, "/public/control-list")).status == 200


async def test_who_is_for_a_part_of_the_areas_alone_says_nothing_for_all(tmp_path: Path) -> None:
    async with publishing_city(tmp_path) as found:
        await start(found.made, orange_start(area=["410102", "410105"]))
        await start(found.made, red_raise(area=["410105"]))
        (listed,) = await found.made.read(episode_list.page)
        page = f"/console/episodes/{listed.episode.id}"
        process = found.made.process
        user = await person(process, "district", "duty_officer", areas=["410105"])
        async with Browsing(process, await signed_in(process, user)) as browser:
            seen = await browser.get(page)
            assert (seen.status, f"{page}/progress" in seen.html, "/lift" in seen.html) == (200, False, False)
            token = ("form_token", await browser.form_token())
            assert (await browser.get(f"{page}/progress")).status == 403
            published = [token, *SAID.items(), ("act", "publish"), ("seen", "0-0")]
            assert (await browser.post(f"{page}/progress/publish", published)).status == 403
            assert (await browser.post(f"{page}/bulletins", [token, ("number", "1")])).status == 403
        assert await found.made.read(publications.version) == (0, 0)
