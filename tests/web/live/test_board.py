"""The duty officer's pages about a broadcast: signatures and calls, steps, what did not arrive."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import SecretStr

from channels.stand_ins.behaviour import Behaviour
from gateway.ledger.delivery import live
from gateway.ledger.follow_up import acknowledgements, unsigned
from gateway.ledger.trail import audit
from gateway.settings import OfficeSettings, WecomSettings
from gateway.web.live import feeds
from tests.city import HEADER, City, city
from tests.documents import orange_start
from tests.people import person
from tests.web.console.browsing import Browsing, browsing, inline
from tests.web.test_live import start

pytestmark = pytest.mark.asyncio(loop_scope="module")
MORE = "\n".join(
    [
        HEADER,
        "L1,座机小学,学校,,410102,门卫,037167180001,,,否",
        "KX1,演练学校,学校,,410105,演练员,,演练群,,是",
    ]
)
OFFICE = OfficeSettings(reply_by_minutes={"enterprises": 30, "schools": 30, "hospitals": 30})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[City]:
    """A city with one broadcast, of which one number is refused."""
    folder: Path = tmp_path_factory.mktemp("board")
    behaviour = Behaviour(receipt_delay=(0.0, 0.01), refused=frozenset({"+8619900000102"}))
    drill = WecomSettings(
        provider="wecom",
        base_url="http://127.0.0.1:9",  # nothing takes what an exercise sends
        groups={"演练群": SecretStr("key-2")},
        exercise=True,
    )
    server = {"office": OFFICE}
    async with city(folder, behaviour, server=server, beside={"drill": drill}) as running_city:
        await running_city.register(MORE)
        broadcast = await start(running_city)
        await running_city.process.engine.idle(broadcast)
        yield running_city


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def officer(made: City) -> AsyncIterator[Browsing]:
    user = await person(made.process, "officer", "duty_officer")
    async with await browsing(made.process, user) as browser:
        yield browser


async def asked(made: City, code: str) -> int:
    found = await made.read(acknowledgements.of_organisation, 1, code)
    return int(found.id)


async def test_a_signature_by_telephone_is_written_down_in_the_row(made: City, officer: Browsing) -> None:
    plant = await asked(made, "E1")
    board = await officer.get("/live/1/unsigned")
    assert 'http-equiv="refresh"' in board.html
    assert f"call={plant}#row-{plant}" in board.html
    path = f"/live/1/unsigned?audience=enterprises&call={plant}"
    opened = await officer.get(path)
    assert 'http-equiv="refresh"' not in opened.html  # nobody's words are lost to a reload
    assert "橙色" in opened.text
    assert [each for each in inline(opened.html) if "tel:" not in each] == []
    action = f"/live/1/unsigned/{plant}?audience=enterprises"
    refused = await officer.send(path, action, result="objected", note="")
    assert refused.status == 422
    assert "有异议须写明原因" in refused.text
    endless = await officer.send(path, action, result="objected", note="长" * 100_000)
    assert (endless.status, "内容太多" in endless.text) == (413, True)
    taken = await officer.send(path, action, result="signed", name="罗厂长", role="厂长")
    assert (taken.status, taken.path) == (200, "/live/1/unsigned")
    assert "已登记：代为签收" in taken.text
    assert "示例机械厂" not in taken.text
    found = await made.read(acknowledgements.by_id, plant)
    assert (found.name, found.role, found.via) == ("罗厂长", "厂长", "phone")
    signed = await officer.get("/live/1/unsigned?standing=signed")
    assert "罗厂长" in signed.text
    assert "call=" not in signed.html  # nobody is to be called any more


async def test_calls_are_written_down_by_duty_officers_of_the_area_alone(
    made: City, officer: Browsing
) -> None:
    school = await asked(made, "S1")
    path = f"/live/1/unsigned/{school}"
    fields = {"result": "told"}
    for name, role, areas, status in (
        ("looks", "viewer", (), 403),
        ("rules", "administrator", (), 403),
        ("elsewhere", "duty_officer", ("410102",), 404),
    ):
        user = await person(made.process, name, role, areas=areas)  # type: ignore[arg-type]
        async with await browsing(made.process, user) as browser:
            token = await browser.form_token()
            assert (await browser.post(path, {"form_token": token, **fields})).status == status
            assert "晴川小学" not in (await browser.get(f"/live/1/unsigned?call={school}")).text or not areas
    assert (await officer.post(path, fields)).status == 403  # without the form's proof
    assert (await officer.post("/live/1/unsigned/777", fields)).status == 404
    assert (await officer.post("/live/2/unsigned/1", fields)).status == 404
    assert (await made.read(acknowledgements.by_id, school)).signed_at is None


async def test_the_board_becomes_a_file_that_the_audit_trail_tells_of(made: City, officer: Browsing) -> None:
    found = await officer.get("/live/1/unsigned?standing=unreachable&format=csv")
    assert found.headers["Content-Disposition"] == 'attachment; filename="unsigned-1.csv"'
    header, *rows = found.text.strip().splitlines()
    assert "下一步" in header
    assert {row.split(",")[0] for row in rows} == {"晴川医院", "座机小学"}
    assert "199 0000 0102" in found.text
    told = (await made.read(audit.page, kind="exported"))[-1]
    assert (told.kind, told.subject) == ("exported", "broadcast:1")
    viewer = await person(made.process, "reads", "viewer")
    async with await browsing(made.process, viewer) as browser:
        assert "199 0000 0102" not in (await browser.get("/live/1/unsigned?format=csv")).text


async def test_steps_say_what_was_done_and_what_comes_next(made: City, officer: Browsing) -> None:
    async with asyncio.timeout(60):
        while "座机小学" not in (page := await officer.get("/live/1/steps")).text:
            await asyncio.sleep(0.2)
    assert "由人拨打" in page.text  # the one with a landline alone is to be called at once
    assert "换渠道再发" in page.text
    assert "最多" in page.text
    assert "座机小学" not in (await officer.get("/live/1/steps?kind=channel")).text
    assert (await officer.get("/live/99/steps")).status == 404
    user = await person(made.process, "other", "viewer", areas=("410105",))
    async with await browsing(made.process, user) as browser:
        assert "座机小学" not in (await browser.get("/live/1/steps")).text


async def test_what_did_not_arrive_says_why_what_to_do_and_who_it_is(made: City, officer: Browsing) -> None:
    live_page = await officer.get("/live/1")
    address = "/live/1/failures?reason=invalid_address&amp;state=failed&amp;channel=sms"
    assert address in live_page.html
    assert "当场改通讯录" in live_page.text
    shown = await officer.get(address.replace("&amp;", "&"))
    assert "空号、停机或邮箱不存在" in shown.text
    assert "晴川医院" in shown.text
    assert "tel:+8619900000102" in shown.html
    assert "199****0102" in shown.text
    assert "晴川医院" not in (await officer.get("/live/1/failures?reason=invalid_address&state=unknown")).text
    every = await officer.get("/live/1/failures")
    assert "号码或地址不存在" in every.text
    assert "固定电话不收短信" in every.text
    assert "晴川医院" not in every.text
    reflected = await officer.get("/live/1/failures?reason=%22%3E%3Cimg%20src=x%3E")
    assert (reflected.status, "<img" in reflected.html) == (200, False)
    user = await person(made.process, "there", "duty_officer", areas=("410105",))
    async with await browsing(made.process, user) as browser:
        limited = await browser.get(address.replace("&amp;", "&"))
        assert "晴川医院" not in limited.text
        assert "号码或地址不存在" in limited.text  # counts are everybody's
    viewer = await person(made.process, "watches", "viewer")
    async with await browsing(made.process, viewer) as browser:
        assert "tel:" not in (await browser.get(address.replace("&amp;", "&"))).html


async def test_acts_are_one_tap_away_for_those_alone_who_may(made: City, officer: Browsing) -> None:
    head = (await made.read(live.picture, 1, made.process.clock())).head
    stop, lift = "/console/broadcasts/1#act", f"/console/decisions/{head.decision_id}/lift"
    seen = (await officer.get("/live/1")).html
    assert stop in seen
    assert lift in seen
    assert "/console/lanes" in seen
    for path in (stop, lift, "/console/lanes"):
        assert (await officer.get(path)).status == 200
    for name, role, areas, doors in (
        ("drafts", "drafter", (), {lift}),
        ("administers", "administrator", (), {stop}),
        ("views", "viewer", (), set()),
        ("county", "duty_officer", ("410102",), set()),
    ):
        user = await person(made.process, name, role, areas=areas)  # type: ignore[arg-type]
        async with await browsing(made.process, user) as browser:
            html = (await browser.get("/live/1")).html
            assert {each for each in (stop, lift) if each in html} == doors, name


async def test_the_page_tells_times_and_signatures(made: City, officer: Browsing) -> None:
    async with asyncio.timeout(60):
        while (
            "个单位还没有签收" not in (page := await officer.get("/live/1")).text or "未达到" not in page.text
        ):
            await asyncio.sleep(feeds.EVERY)
    assert "第一条发出" in page.text
    assert "下一步" in page.text
    head = (await made.read(live.picture, 1, made.process.clock())).head
    assert "区县" in page.text
    assert head.document_number in page.text
    assert await made.read(unsigned.page, 1)
    assert 'id="summary" data-mark="' in page.html


async def test_an_exercise_has_its_colour_on_every_page(made: City, officer: Browsing) -> None:
    drill = await start(made, orange_start(exercise=True))
    for path in ("", "/unsigned", "/steps", "/failures", "/handover"):
        assert '<body class="of-exercise">' not in (await officer.get(f"/live/1{path}")).html, path
        page = await officer.get(f"/live/{drill}{path}")
        assert '<body class="of-exercise">' in page.html, path
        assert "不会发给真实对象" in page.text
