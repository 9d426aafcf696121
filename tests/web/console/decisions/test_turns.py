"""From the draft to the launch, everybody hears on their telephone when it is their turn."""

import asyncio
import re
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from sqlalchemy import Connection

from channels.stand_ins.behaviour import Seen as Message
from gateway.broadcasts.preparing import reach
from gateway.directory.model import Address
from gateway.ledger.accounts import user_addresses, users
from gateway.ledger.decisions.decisions import Entry
from tests.city import City
from tests.web.console.browsing import Browsing
from tests.web.console.office import DEPUTY, HEAD, at_desk, fill, kashgar, office, submitted

pytestmark = pytest.mark.asyncio(loop_scope="module")
ACCOUNT = "/console/account"
HEADS, DEPUTYS, OFFICERS, DRAFTERS = (f"+861380000000{digit}" for digit in range(1, 5))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[City]:
    async with office(tmp_path_factory.mktemp("turns")) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def head(made: City) -> AsyncIterator[Browsing]:
    async with await at_desk(made, "head", "approver", titles=[HEAD]) as browser:
        yield browser


async def heard(made: City, number: str, words: str, after: int = 0) -> Message:
    """The message with these words that a telephone gets, the first since `after` of all were there."""
    async with asyncio.timeout(60):
        while True:
            for each in made.twilio.seen[after:]:
                if each.to == number and words in each.text:
                    return each
            await asyncio.sleep(0.02)


async def reads(browser: Browsing, path: str, words: str) -> str:
    """The page, once it says so."""
    async with asyncio.timeout(60):
        while words not in (page := (await browser.get(path)).text):
            await asyncio.sleep(0.02)
        return page


async def told_at(made: City, name: str, number: str) -> None:
    """An account's number, proved."""

    def keep(connection: Connection) -> None:
        user = users.find(connection, name)
        assert user is not None
        address = Address("sms", number)
        user_addresses.state(connection, user.id, address, made.process.clock())
        user_addresses.prove(connection, user.id, address, made.process.clock())

    await made.write(keep)


async def approve(browser: Browsing, entry: Entry) -> None:
    page = f"/console/decisions/{entry.id}/approve"
    number = str(reach.read(entry.reach).recipients)
    given = await fill(browser, page, page, word="橙色", number=number, comment="")
    assert given.status == 200, given.text


async def test_a_number_is_stated_and_proved_on_ones_own_page(made: City, head: Browsing) -> None:
    before = len(made.twilio.seen)
    stated = await head.send(ACCOUNT, f"{ACCOUNT}/addresses/sms", value="138 0000 0001")
    assert (stated.path, "待核实" in stated.text, HEADS in stated.text) == (ACCOUNT, True, True)
    code = re.search(r"验证码(\d{6})", (await heard(made, HEADS, "验证码", before)).text)
    assert code is not None
    await reads(head, ACCOUNT, "验证码短信或邮件：已送达")
    wrong = await head.send(ACCOUNT, f"{ACCOUNT}/addresses/sms/prove", code="12")
    assert (wrong.status, "验证码不对" in wrong.text) == (422, True)
    proved = await head.send(ACCOUNT, f"{ACCOUNT}/addresses/sms/prove", code=code[1])
    assert (proved.status, "待核实" in proved.text, "✓ 已核实" in proved.text) == (200, False, True)
    bad = await head.send(ACCOUNT, f"{ACCOUNT}/addresses/sms", value="1390000")
    assert (bad.status, "电话" in bad.text, "1390000" in bad.text) == (422, True, False)


async def test_each_hears_when_it_is_their_turn_and_the_page_tells_whom(made: City, head: Browsing) -> None:
    await told_at(made, "head", HEADS)
    async with (
        await at_desk(made, "deputy", "approver", titles=[DEPUTY]) as deputy,
        await at_desk(made, "officer", "duty_officer") as officer,
        await at_desk(made, "writer", "drafter") as writer,
    ):
        await told_at(made, "deputy", DEPUTYS)
        await told_at(made, "officer", OFFICERS)
        before = len(made.twilio.seen)
        entry = await submitted(made, kashgar(document_number="turns"), await made.read(users.find, "writer"))
        page = f"/console/decisions/{entry.id}"
        call = await heard(made, HEADS, "请您批准", before)
        assert "喀什地区发布重污染天气橙色预警，turns。" in call.text
        assert "writer同志起草" in call.text
        shown = await reads(writer, page, "已送达")
        assert "+86138****0001" in shown
        assert HEADS[-8:] not in shown
        await approve(head, entry)
        await heard(made, DEPUTYS, "请您批准", before)
        await approve(deputy, entry)
        await heard(made, OFFICERS, "批准齐备，请发布", before)
        assert "officer同志" in await reads(officer, page, "+86138****0003")
        made_of = [each.to for each in made.twilio.seen[before:]]
        assert made_of == [HEADS, DEPUTYS, OFFICERS]


async def test_who_has_no_number_is_to_be_telephoned(made: City) -> None:
    async with await at_desk(made, "bare", "approver", titles=[HEAD], areas=["653100"]) as bare:
        entry = await submitted(made, kashgar(document_number="bare"))
        page = await reads(bare, f"/console/decisions/{entry.id}", "没有核实过的号码，请打电话")
        assert "bare同志" in page
        acting = await bare.get(f"/console/decisions/{entry.id}/approve")
        assert (acting.status, "请打电话" in acting.text) == (200, False)  # it is they themselves


async def test_an_exercise_calls_nobody_by_a_real_lane(made: City, head: Browsing) -> None:
    await told_at(made, "head", HEADS)
    before = len(made.twilio.seen)
    entry = await submitted(made, kashgar(document_number="drill", exercise=True))
    assert "还没有通知到人" in await reads(head, f"/console/decisions/{entry.id}", "没有通道")
    assert [each for each in made.twilio.seen[before:] if "演练" in each.text] == []


async def test_a_form_that_is_too_large_gets_a_page(made: City, head: Browsing) -> None:
    token = await head.form_token()
    answer = await head.post(f"{ACCOUNT}/addresses/sms", {"form_token": token, "value": "1" * 120_000})
    assert (answer.status, "内容太多" in answer.text) == (413, True), answer.text
    async with await at_desk(made, "pastes", "drafter") as drafter:
        sent = aiohttp.FormData({"form_token": await drafter.form_token()})
        sent.add_field("file", b"#" * 120_000, filename="decision.yaml")
        async with drafter.session.post("/console/drafts/new/document", data=sent) as refused:
            assert (refused.status, "内容太多" in await refused.text()) == (413, True)
    async with Browsing(made.process) as stranger:
        answer = await stranger.post("/sign-in", {"name": "1" * 120_000})
        assert (answer.status, "内容太多" in answer.text) == (413, True)
