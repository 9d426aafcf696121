"""What citizens read of warnings that were really launched, from a real server."""

import hashlib
import itertools
import json
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as etree

import pytest
from sqlalchemy import Connection, insert, select, update

from gateway.bus.words import Word
from gateway.ledger.decisions import notices
from gateway.ledger.schema import alerts, decisions, inventory_lines, notice_readers, organisations
from gateway.moments import BEIJING
from gateway.settings import PublicSettings
from gateway.sign_tokens import SIGN_SLOT
from gateway.slots import OWN_SLOT
from gateway.web.public import newest
from tests.citizens import LISTED, Citizen, publishing_city
from tests.city import DIRECTORY, soon
from tests.documents import lift, orange_start, red_raise
from tests.exchange.messages import alert_of
from tests.exchange.released import put
from tests.signing import link, start

PAGES = ("/public", "/public/spoken", "/public/messages", "/public/check")
FIRST_PAINT = 200_000  # bytes


@pytest.fixture
async def citizen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Citizen]:
    monkeypatch.setattr(newest, "STEP", 86_400_000)  # else the state is another every half minute
    async with publishing_city(tmp_path) as found:
        yield found


async def test_that_nothing_is_in_force_is_said_plainly_and_as_of_when(citizen: Citizen) -> None:
    for path in PAGES[:2]:
        got = await citizen.get(path)
        assert (got.status, "没有生效的预警" in got.words) == (200, True)
        assert re.search(r"截至(\d{4}年\d+月\d+日\d+时|二零二\w年\w+)", got.words), got.words
    assert "No warning in force" in (await citizen.get("/public?lang=en")).words
    assert "还没有发布过信息" in (await citizen.get("/public/messages")).words
    badge = etree.fromstring((await citizen.get("/public/badge.svg")).text)
    assert "没有生效的预警" in (badge.get("aria-label") or "")


async def test_a_citizen_reads_when_where_how_bad_what_to_do_and_until_when(citizen: Citizen) -> None:
    await start(citizen.made)
    document = soon(orange_start())
    begins = datetime.fromisoformat(document["starts_at"]).astimezone(BEIJING)
    got = await citizen.get("/public")
    for words in (
        "郑州市重污染天气预警",
        "橙色预警",
        "Ⅱ级应急响应",
        "已发布，",
        "12时起生效",
        f"{begins.year}年{begins.month}月{begins.day}日12时",
        "（约72小时）",
        "AQI范围180—260",
        "逐日AQI",
        "易感人群（儿童、老年人",
        "禁止燃放烟花爆竹",
        "倡导绿色出行",
        "中小学、幼儿园停止室外课程和活动",
        "列入郑州市工业企业重污染天气应急减排清单的",
        "值班电话 0371-00000000",
    ):
        assert words in got.words, words
    assert 'href="tel:037100000000"' in got.text
    assert "【演练】" not in got.text
    headings = re.findall(r"<h([1-6])", got.text)
    assert headings[0] == "1"
    assert headings.count("1") == 1
    assert all(int(after) <= int(before) + 1 for before, after in itertools.pairwise(headings))
    assert len(got.text.encode()) < FIRST_PAINT

    english = await citizen.get("/public?lang=en")
    assert "Orange warning" in english.words
    assert "Zhengzhou" in english.words
    assert '<html lang="en">' in english.text
    spoken = (await citizen.get("/public/spoken")).text
    (said,) = re.findall(r'class="box spoken" lang="zh-CN">([^<]+)<', spoken)
    assert "二级应急响应" in said
    assert not re.search(r"[0-9Ⅰ-Ⅻ]", said)

    await start(citizen.made, red_raise())
    got = await citizen.get("/public")
    assert "红色预警" in got.words
    assert "新增" in got.words
    steps = got.text.partition('id="progress"')[2]
    assert steps.index("发布重污染天气橙色预警") < steps.index("升级为红色预警")
    await start(citizen.made, lift())
    got = await citizen.get("/public")
    assert "没有生效的预警" in got.words
    assert "解除重污染天气红色预警" in got.words
    assert re.findall("起：(..)预警（不再启动）", got.words) == ["橙色", "红色"]


async def test_the_words_are_those_that_were_frozen(citizen: Citizen) -> None:
    await start(citizen.made)
    before = await citizen.get("/public")
    identifier = await citizen.newest()

    def say_otherwise(connection: Connection) -> None:
        """Change the decision's document: what was frozen stays."""
        connection.execute(update(decisions).values(document="{}"))

    await citizen.made.write(say_otherwise)
    citizen.made.process.bus.say(Word.LAUNCHED)
    assert (await citizen.get("/public")).text == before.text
    texts = await citizen.made.read(_public_notice)
    for line in "\n".join(json.loads(texts[0].messages)).splitlines():
        plain = re.sub(r"^(?:\d+\. |[一二三四五]、|（[一二三四五]）)", "", line).strip()
        if plain and not plain.startswith("要点"):
            assert plain in before.words or plain in (await _message(citizen, identifier)), plain


async def _message(citizen: Citizen, identifier: str) -> str:
    return (await citizen.get(f"/public/messages/{identifier}")).words


def _public_notice(connection: Connection) -> list[notices.Text]:
    (decision,) = set(connection.execute(select(notice_readers.c.decision_id)).scalars())
    wanted = {"purpose": "now", "audience": "public", "medium": "notice", "language": "zh-CN"}
    return notices.texts(connection, decision, wanted)


async def test_nothing_of_one_organisation_or_person_is_on_any_page(citizen: Citizen) -> None:
    await start(citizen.made)
    token = link(citizen.made, "0103").removeprefix("/s/")
    identifier = await citizen.newest()
    pages = [*PAGES, f"/public/messages/{identifier}", "/public/badge.svg"]
    for path in [*pages, *(f"{path}?lang=en" for path in pages)]:
        got = await citizen.get(path)
        assert got.status == 200, path
        for words in (SIGN_SLOT, OWN_SLOT, "/s/", token, *LISTED):
            assert words not in got.text, (path, words)
        for line in DIRECTORY.splitlines()[1:]:
            _, name, _, _, _, person, number, group, *_ = line.split(",")
            for word in filter(None, (name, person, number, group)):
                assert word not in got.text, (path, word)
        for approval in orange_start()["approvals"]:
            assert approval["name"] not in got.text
        assert "Set-Cookie" not in got.headers
    assert (await citizen.get("/public/control-list")).status == 404


async def test_nothing_of_an_exercise_is_on_any_page(tmp_path: Path) -> None:
    async with publishing_city(tmp_path, exercise=True) as citizen:
        await start(citizen.made, orange_start(exercise=True))
        identifier = await citizen.made.read(
            lambda connection: connection.execute(select(alerts.c.identifier)).scalar_one()
        )
        for path in (*PAGES, "/public/badge.svg"):
            assert "橙色" not in (await citizen.get(path)).text, path
        assert "没有生效的预警" in (await citizen.get("/public")).words
        assert (await citizen.get(f"/public/messages/{identifier}")).status == 404


async def test_a_message_tells_its_words_its_fingerprints_and_what_became_of_it(citizen: Citizen) -> None:
    await start(citizen.made)
    identifier = await citizen.newest()
    listed = await citizen.get("/public/messages")
    assert f"/public/messages/{identifier}" in listed.text
    assert "第1条" in listed.words
    got = await citizen.get(f"/public/messages/{identifier}")
    assert "仍然有效" in got.words
    sha256 = hashlib.sha256((await citizen.get(f"/cap/{identifier}.xml")).text.encode()).hexdigest()
    assert sha256 in got.text
    assert sha256 in listed.text
    told = re.findall(
        r"<blockquote[^>]*>(.*?)</blockquote>\s*<p class=\"code\">SHA-256 (\w{64})", got.text, re.S
    )
    assert len(told) > 5
    assert all(hashlib.sha256(words.encode()).hexdigest() == digest for words, digest in told)
    await start(citizen.made, red_raise())
    got = await citizen.get(f"/public/messages/{identifier}")
    assert "已被取代" in got.words
    assert f"/public/messages/{await citizen.newest()}" in got.text
    assert (await citizen.get("/public/messages/nothing")).status == 404
    assert (await citizen.get("/public/messages?before=x")).status == 422
    earlier = await citizen.get("/public/messages?before=2")
    assert ("第1条" in earlier.words, "第2条" in earlier.words) == (True, False)


async def test_a_forwarded_text_is_checked_on_the_page(citizen: Citizen) -> None:
    await start(citizen.made)
    sms = next(each.text for each in citizen.made.twilio.seen if each.to.endswith("0104"))
    assert "是我们发布的，现在有效" in (await citizen.ask(sms)).words
    none = await citizen.ask(f"{sms}<script>alert(1)</script>")
    assert "查不到" in none.words
    assert "<script" not in none.text
    assert none.headers["Cache-Control"] == "no-store"
    english = await citizen.ask(sms, "?lang=en")
    assert "Ours, and it counts" in english.words
    for text in ("", "字" * 10_001):
        refused = await citizen.ask(text)
        assert (refused.status, 'role="alert"' in refused.text) == (422, True)
    program = await citizen.ask(sms, accept="*/*")  # what names no type is a program
    assert program.headers["Content-Type"].startswith("application/json")
    await start(citizen.made, red_raise())
    assert "现在已不作数" in (await citizen.ask(sms)).words


async def test_pages_may_be_kept_and_asked_about_and_are_safe(citizen: Citizen) -> None:
    await start(citizen.made)
    for path in (*PAGES, f"/public/messages/{await citizen.newest()}", "/public/badge.svg"):
        got = await citizen.get(path)
        assert got.headers["Cache-Control"].startswith("public, max-age="), path
        assert "stale-if-error" in got.headers["Cache-Control"]
        again = await citizen.get(path, If_None_Match=got.headers["ETag"])
        assert (again.status, again.text) == (304, ""), path
        head = await citizen.get(path, "HEAD")
        assert head.headers["ETag"] == got.headers["ETag"]
        assert got.headers["X-Frame-Options"] == "DENY"
        policy = got.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script-src" not in policy
        assert "unsafe" not in policy
        assert "<script" not in got.text
        assert " style=" not in got.text
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//(?!127\.0\.0\.1)", got.text), path
    odd = await citizen.get('/public/messages?lang="><script>&print=<b>&contrast=&plan=<i>')
    assert odd.text == (await citizen.get("/public/messages")).text  # what is not understood is passed over
    badge = await citizen.get("/public/badge.svg?plan=zhengzhou")
    assert badge.headers["Content-Type"] == "image/svg+xml"
    assert badge.headers["Access-Control-Allow-Origin"] == "*"
    assert badge.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert re.search("橙色预警 [0-9]+月[0-9]+日12时起 ", etree.fromstring(badge.text).get("aria-label") or "")
    changed = (await citizen.get("/public")).headers["ETag"]
    await start(citizen.made, red_raise())
    assert (await citizen.get("/public", If_None_Match=changed)).status == 200


async def test_until_a_lift_for_later_the_warning_and_its_measures_stand(citizen: Citizen) -> None:
    await start(citizen.made)
    document = soon(orange_start())
    hour = datetime.fromisoformat(document["starts_at"]) + timedelta(hours=24)
    back = lift()
    moved = soon(back)
    shift = datetime.fromisoformat(back["starts_at"]) - datetime.fromisoformat(moved["starts_at"])
    await start(citizen.made, lift(starts_at=(hour + shift).isoformat()))
    got = await citizen.get("/public")
    assert "橙色预警" in got.words
    at = hour.astimezone(BEIJING)
    assert f"生效到 {at.year}年{at.month}月{at.day}日12时" in got.words
    assert "继续按此前的通告执行" in got.words
    assert "不再启动" not in got.words
    assert "禁止燃放烟花爆竹" in got.words
    until_then = got.text.partition('id="schools-1-earlier"')[2]
    assert "中小学、幼儿园停止室外课程和活动" in until_then
    lifted, stands = re.findall(r'class="box spoken" lang="zh-CN">([^<]+)<', await _spoken(citizen))
    assert ("解除重污染天气橙色预警" in lifted, "禁放烟花爆竹" in stands) == (True, True)


async def _spoken(citizen: Citizen) -> str:
    return (await citizen.get("/public/spoken")).text


async def test_several_places_are_told_apart(citizen: Citizen) -> None:
    await start(citizen.made)
    sent = datetime.now(BEIJING)
    starts = sent + timedelta(hours=52)
    alert = alert_of(
        "issue orange", earlier=[], sent=sent, starts_at=starts, expected_end_at=starts + timedelta(hours=72)
    )
    alert = replace(alert, identifier=f"{alert.identifier}0")  # the launch may have been in this second
    await citizen.made.write(put, alert, "kashgar")
    citizen.made.process.bus.say(Word.LAUNCHED)
    overview = await citizen.get("/public")
    assert "/public?plan=zhengzhou" in overview.text
    assert "/public?plan=kashgar" in overview.text
    assert "喀什地区" in overview.words
    other = await citizen.get("/public?plan=kashgar")
    assert "橙色预警" in other.words
    advice = " ".join((alert.infos[0].instruction or "").split())
    assert advice in other.words  # it has no document: what its alert says is told
    assert (await citizen.get("/public?plan=nowhere")).status == 404
    assert (await citizen.get("/public/badge.svg")).status == 422
    assert (await citizen.get("/public/badge.svg?plan=kashgar")).status == 200


async def test_a_warning_that_ran_out_without_a_lift_is_not_told_as_over(citizen: Citizen) -> None:
    sent = datetime.now(BEIJING) - timedelta(hours=30)
    ends = sent + timedelta(hours=29)
    alert = alert_of("issue orange", earlier=[], sent=sent, starts_at=sent, expected_end_at=ends)
    await citizen.made.write(put, alert)
    citizen.made.process.bus.say(Word.LAUNCHED)
    got = await citizen.get("/public")
    assert re.findall(r'class="chip[^>]*>([^<]*)<', got.text) == ["预警已到期，未见解除"]
    assert "没有看到解除信息" in got.words
    assert "没有看到解除信息" in await _spoken(citizen)
    badge = etree.fromstring((await citizen.get("/public/badge.svg")).text)
    assert "未见解除" in (badge.get("aria-label") or "")


async def test_the_control_list_is_published_as_far_as_the_office_chooses(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with publishing_city(tmp_path, PublicSettings(control_list=("area", "sector"))) as citizen:
        await citizen.made.write(_list_many)
        got = await citizen.get("/public/control-list")
        assert "示例机械厂" in got.words
        assert "管城回族区" in got.words
        assert "工业企业" in got.words
        for words in (*LISTED[1:], "罗厂长", "1990000", "E1", "绩效等级", "演练厂", "停业厂"):
            assert words not in got.words, words
        assert "第250家" not in got.words
        (more,) = re.findall(r'href="(/public/control-list\?after=\d+)"', got.text)
        assert "第250家" in (await citizen.get(more)).words
        found = await citizen.get("/public/control-list?name=%E7%AC%AC250")
        assert ("第250家" in found.words, "示例机械厂" in found.words) == (True, False)
        assert "没有这样的企业" in (await citizen.get("/public/control-list?name=%25")).words
        assert "/public/control-list" in (await citizen.get("/public")).text
        await citizen.made.write(_renamed, "inventory_lines", "lost")
        assert (await citizen.get("/public/control-list")).status == 503
        assert "public_page_unread" in caplog.text
        await citizen.made.write(_renamed, "lost", "inventory_lines")


def _renamed(connection: Connection, table: str, name: str) -> None:
    connection.exec_driver_sql(f"alter table {table} rename to {name}")


def _list_many(connection: Connection) -> None:
    def add(name: str, **changes: bool) -> None:
        values = {
            "code": name,
            "name": name,
            "audience": "enterprises",
            "sector": "industry",
            "area": "410104",
            "exercise": False,
            "active": True,
            "updated_at": 0,
        } | changes
        found = connection.execute(insert(organisations).values(values).returning(organisations.c.id))
        connection.execute(
            insert(inventory_lines).values(
                organisation_id=found.scalar_one(),
                list="industrial",
                level="orange",
                position=0,
                action="stop",
                words="停产",
                certain=True,
            )
        )

    add("演练厂", exercise=True)
    add("停业厂", active=False)
    for number in range(1, 251):
        add(f"第{number}家")


async def test_what_is_not_known_is_never_told_as_no_warning(tmp_path: Path) -> None:
    async with publishing_city(tmp_path / "one") as citizen:
        await start(citizen.made)
    shutil.copytree(tmp_path / "one" / "data", tmp_path / "two" / "data")
    async with publishing_city(tmp_path / "two") as citizen:  # a copy that nobody has looked at
        for path in PAGES:
            refused = await citizen.get(path)
            assert (refused.status, "Retry-After" in refused.headers) == (503, True)
            assert "不表示没有预警" in refused.words
            assert "没有生效的预警" not in refused.words
            assert refused.headers["Cache-Control"] == "no-store"
        badge = await citizen.get("/public/badge.svg")
        assert badge.status == 503
        assert "没有生效" not in badge.text
        assert (await citizen.ask("橙色预警")).status == 503


async def test_what_was_known_is_told_with_its_age_while_the_ledger_is_away(
    citizen: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    await start(citizen.made)
    fresh = await citizen.get("/public")
    assert 'id="stale"' not in fresh.text
    monkeypatch.setattr(newest, "STALE", -1)
    citizen.made.process.bus.say(Word.LAUNCHED)
    stale = await citizen.get("/public")
    assert 'id="stale"' in stale.text
    assert stale.headers["Warning"].startswith("110")
    assert "橙色预警" in stale.words


async def test_whoever_asks_too_often_is_told_so_in_words(tmp_path: Path) -> None:
    async with publishing_city(tmp_path, PublicSettings(per_second=0.01, burst=2)) as citizen:
        assert [(await citizen.get("/public")).status for _ in range(2)] == [200, 200]
        refused = await citizen.get("/public")
        assert refused.status == 429
        assert "请稍后再试" in refused.words
        assert refused.headers["Content-Type"].startswith("text/html")
        assert (await citizen.get("/public/badge.svg")).status == 429
