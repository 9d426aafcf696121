"""Handing over as the office meets it: a launch, operators' platforms on real sockets, and what is told."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from lxml import etree
from sqlalchemy import Connection, select

from channels.stand_ins import Behaviour, ReceiverStandIn
from channels.stand_ins.receiver import SECRET, Taken
from gateway.exchange.validation.validate import validate
from gateway.follow_up.obligations.handover import handover as handed_over
from gateway.ledger.accounts import tokens
from gateway.ledger.exchange import alerts
from gateway.ledger.schema import attempts, lanes
from gateway.settings import ReceiverSettings, StandardWebhooksSettings
from tests.city import City, city, soon
from tests.cli.command import airwarn
from tests.documents import as_yaml, lift, orange_start, red_raise
from tests.web.api import Client, described
from tests.web.test_live import person, text

OPERATORS = """编码,名称,受众,区域代码,联系人,手机,推送接收方
O1,示例移动公司,电信运营企业,410100,值班台,19900000201,mobile
O2,示例通信管理局,部门,410100,沈科长,19900000202,office
"""
LONG = 60.0
QUICK = Behaviour(receipt_delay=(0.0, 0.01))
_CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"


@pytest.fixture
async def mobile() -> AsyncIterator[ReceiverStandIn]:
    async with ReceiverStandIn(QUICK) as started:
        yield started


@pytest.fixture
async def office() -> AsyncIterator[ReceiverStandIn]:
    networks = {"示例联通": 2000, "示例电信": 1000}
    async with ReceiverStandIn(QUICK, networks=networks) as started:
        yield started


@pytest.fixture
async def made(tmp_path: Path, mobile: ReceiverStandIn, office: ReceiverStandIn) -> AsyncIterator[City]:
    account = StandardWebhooksSettings(
        provider="standard_webhooks",
        timeout=1.0,
        unknown_wait=0.1,
        receivers={
            "mobile": ReceiverSettings(url=mobile.url, secrets=[SECRET]),
            "office": ReceiverSettings(url=office.url, secrets=[SECRET], format="json", all_clear=True),
        },
    )
    async with city(tmp_path, QUICK, beside={"operators": account}) as running_city:
        report = await running_city.register(OPERATORS)
        assert report["counts"]["refused"] == 0
        yield running_city


@pytest.fixture
async def client(made: City) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(session, made.process.url)


async def launched(client: Client, document: dict[str, Any]) -> int:
    """Launch, and wait for nothing."""
    status, submitted = await client.post("/api/v1/decisions", as_yaml(document))
    assert status == 201, submitted
    path = f"/api/v1/decisions/{submitted['id']}/launch"
    status, overview = await client.post(path, {"manifest": submitted["manifest"]})
    assert status == 200, overview
    return int(overview["id"])


async def handover(client: Client, broadcast: int) -> dict[str, Any]:
    status, found = await client.get(f"/api/v1/broadcasts/{broadcast}/handover")
    described("get_handover", status, found)
    return dict(found)


async def standing(client: Client, broadcast: int, **wanted: int) -> dict[str, Any]:
    """The handover, as soon as so many receivers stand so."""
    async with asyncio.timeout(LONG):
        while (found := await handover(client, broadcast))["counts"] != wanted:
            await asyncio.sleep(0.02)
    return found


def _began(connection: Connection, receiver: str) -> list[int]:
    """When each request to a receiver left, in ms."""
    query = (
        select(attempts.c.started_at)
        .join(lanes, lanes.c.id == attempts.c.lane_id)
        .where(lanes.c.name == receiver)
        .order_by(attempts.c.started_at)
    )
    return list(connection.execute(query).scalars())


def types(taken: list[Taken]) -> list[str]:
    read = [etree.fromstring(each.body) for each in taken]
    return [str(each.findtext(f"{_CAP}msgType")) for each in read]


async def test_operators_take_the_released_bytes_and_the_office_sees_how_far_they_are(
    made: City, client: Client, mobile: ReceiverStandIn, office: ReceiverStandIn
) -> None:
    broadcast = await launched(client, soon(orange_start()))
    found = await standing(client, broadcast, in_time=2)
    (released,) = await made.read(alerts.of_broadcast, broadcast)
    ((to_mobile,), (to_office,)) = mobile.taken, office.taken
    assert to_mobile.body == released.cap
    assert validate(to_mobile.body, datetime.now(UTC)).valid
    assert to_office.document == {
        "type": "alert.released",
        "timestamp": json.loads(released.json)["sent"],
        "data": json.loads(released.json),
    }
    first, second = found["receivers"]
    assert (first["receiver"], first["organisation"]["name"]) == ("mobile", "示例移动公司")
    assert [(each["operator"], each["targeted"], each["sent"]) for each in first["networks"]] == [
        (None, 1000, 1000)
    ]
    assert [(each["operator"], each["targeted"], each["sent"]) for each in second["networks"]] == [
        ("示例电信", 1000, 1000),
        ("示例联通", 2000, 2000),
    ]
    assert all(each["minutes_to_95_percent"] == 0.0 for each in second["networks"])
    assert (found["duty_minutes"], found["begin_minutes"]) == (15, None)
    assert [each["name"] for each in first["people"]] == ["值班台"]


async def test_a_lift_comes_last_to_whoever_was_slow_and_in_the_form_that_each_reads(
    made: City, client: Client, mobile: ReceiverStandIn, office: ReceiverStandIn
) -> None:
    mobile.behaviour = Behaviour(receipts=False, hang=1.0)
    await launched(client, soon(orange_start()))
    async with asyncio.timeout(LONG):
        await mobile.took(1)
    raised = await launched(client, soon(red_raise()))
    found = await handover(client, raised)
    assert (found["level"], found["begin_minutes"]) == ("red", 1)
    ended = await launched(client, soon(lift()))
    mobile.behaviour = Behaviour(receipts=False)
    await standing(client, ended, waiting=1, in_time=1)
    assert types(list(mobile.taken)) in (["Alert", "Cancel"], ["Alert", "Update", "Cancel"])
    assert mobile.arrivals.index(mobile.taken[-1].id) == len(mobile.arrivals) - 1
    began = await made.read(_began, "mobile")
    assert began[-1] >= began[-2] + 2000  # twice the timeout: a request that was lost may have been begun
    last = office.taken[-1].document["data"]
    assert (last["msgType"], last["info"][0]["responseType"]) == ("Update", ["AllClear"])


async def test_a_district_has_time_to_decide_and_its_answer_is_shown(
    made: City, client: Client, mobile: ReceiverStandIn, office: ReceiverStandIn, tmp_path: Path
) -> None:
    report = await made.register(OPERATORS.replace("O2,示例通信管理局,部门", "O2,示例区,区县"))
    assert report["counts"]["changed"] == 1
    mobile.behaviour = office.behaviour = Behaviour(receipts=False)
    await launched(client, soon(orange_start()))
    raised = await launched(client, soon(red_raise()))
    async with asyncio.timeout(LONG):
        taken = [(await each.took(2))[-1] for each in (mobile, office)]
    assert await mobile.report(taken[0], "accepted") == 204
    assert await office.report(taken[1], "accepted", message="已收到，待处理") == 204
    await standing(client, raised, under_way=2)
    duty = made.process.settings.exchange.duty_minutes
    found = await made.read(handed_over, raised, duty, made.process.clock() + 2 * 60_000)
    assert [each["standing"] for each in found["receivers"]] == ["late", "under_way"]
    district = found["receivers"][1]
    assert [each["words"] for each in (district, *district["networks"])] == ["已收到，待处理"] * 2
    folder = {"AIRWARN_DATA_FOLDER": str(made.process.settings.data_folder)}
    printed = await asyncio.to_thread(airwarn, tmp_path, "handover", **folder)
    assert "待处理" in printed.out.replace("\n", "")
    now = made.process.clock()
    await made.write(tokens.add, "reader", "a-token-that-reads", ["read"], now, now + 60_000)
    async with person(made, "a-token-that-reads") as session:
        assert "已收到，待处理" in await text(session, f"/live/{raised}/handover")


async def test_who_refuses_and_who_cannot_be_reached_is_named_with_what_to_do_and_whom_to_call(
    made: City, client: Client, mobile: ReceiverStandIn, office: ReceiverStandIn, tmp_path: Path
) -> None:
    mobile.behaviour = Behaviour(receipts=False)
    await office.go_down()
    broadcast = await launched(client, soon(orange_start()))
    async with asyncio.timeout(LONG):
        (taken,) = await mobile.took(1)
    assert await mobile.report(taken, "refused", message="区域不在本网") == 204
    found = await standing(client, broadcast, refused=1, not_handed_over=1)
    first, second = found["receivers"]
    assert first["networks"][0]["message"] == "区域不在本网"
    assert second["reason"] == "connection"
    assert all(each["advice"] and each["people"] for each in found["receivers"])
    now = made.process.clock()
    await made.write(tokens.add, "reader", "a-token-that-reads", ["read"], now, now + 60_000)
    async with person(made, "a-token-that-reads") as session:
        assert f'href="/live/{broadcast}/handover"' in await text(session, f"/live/{broadcast}")
        shown = await text(session, f"/live/{broadcast}/handover")
        for words in ("示例移动公司", "拒收", "区域不在本网", "还没有交接上", "连不上", "199****0202"):
            assert words in shown
        assert "19900000202" not in shown.replace(" ", "")
    folder = {"AIRWARN_DATA_FOLDER": str(made.process.settings.data_folder)}
    printed = await asyncio.to_thread(airwarn, tmp_path, "handover", **folder)
    assert printed.code == 0
    for words in ("mobile", "拒收", "区域不在本网", "还没有交接上", "连不上", "沈科长", "15 分钟内发到 95%"):
        assert words in printed.out.replace("\n", "")
    assert "19900000202" not in printed.out.replace(" ", "")
    dialled = await asyncio.to_thread(airwarn, tmp_path, "handover", "--full-numbers", **folder)
    assert "199 0000 0202" in dialled.out, dialled.err
    _, trail = await client.get("/api/v1/audit?kind=exported")
    assert [each["subject"] for each in trail["audit"]] == [f"broadcast:{broadcast}"]
    reported = await asyncio.to_thread(airwarn, tmp_path, "report", str(broadcast), "--json", **folder)
    facts = {each["name"]: each["value"] for each in reported.json["summary"]["facts"]}
    assert facts["交接 handover mobile"].startswith("拒收")
    assert facts["交接 handover office"].startswith("还没有交接上")
    told = await asyncio.to_thread(airwarn, tmp_path, "handover", str(broadcast), "--json", **folder)
    assert [each["standing"] for each in told.json["receivers"]] == ["refused", "not_handed_over"]
    status, _ = await client.get("/api/v1/broadcasts/999/handover")
    assert status == 404
