"""Who has not signed, and calls about it, over the API and on the page."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gateway.escalation_policy import Policy, Step
from gateway.ledger import timers
from gateway.ledger.accounts import tokens
from gateway.ledger.follow_up import calls, escalation, unsigned
from gateway.ledger.schema import escalation_steps
from gateway.settings import OfficeSettings
from tests.city import City, city
from tests.web.api import Client, described
from tests.web.test_live import HOUR, person, start, text

READER = "a-token-that-reads"
DUTY = "a-token-of-the-duty-officer"
NUMBER = "+8619900000103"


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[City]:
    office = OfficeSettings(reply_by_minutes={"enterprises": 30})
    async with city(tmp_path, server={"office": office}) as running_city:
        now = running_city.process.clock()
        await running_city.write(tokens.add, "reader", READER, ["read"], now, now + HOUR)
        await running_city.write(tokens.add, "duty", DUTY, ["read", "operate"], now, now + HOUR)
        yield running_city


async def launched(made: City) -> int:
    """A broadcast that everybody was told of."""
    broadcast_id = await start(made)
    async with asyncio.timeout(60):
        while not await made.read(unsigned.page, broadcast_id, "delivered"):
            await asyncio.sleep(0.05)
    return broadcast_id


async def to_be_called(made: City) -> int:
    """Put the one plant on the list of calls; gives its number there."""

    def work(connection: Any, now: int) -> int:
        step = connection.execute(escalation_steps.select()).one()
        timers.remove(connection, "escalation", [step.id])
        connection.execute(escalation_steps.update().values(kind="phone"))
        escalation.taken(connection, step.id, now)
        return int(step.acknowledgement_id)

    return int(await made.write(work, made.process.clock()))


async def test_the_api_tells_who_has_not_signed_and_takes_down_calls(made: City) -> None:
    broadcast_id = await launched(made)
    async with aiohttp.ClientSession() as session:
        reader, duty = (Client(session, made.process.url, token) for token in (READER, DUTY))
        status, board = await reader.get(f"/api/v1/broadcasts/{broadcast_id}/unsigned")
        assert status == 200
        described("get_unsigned", status, board)
        assert board["totals"]["asked"] == board["totals"]["delivered"] == 1
        (plant,) = board["organisations"]
        assert plant["people"][0]["numbers"] == [{"text": "199****0103", "tel": None}]
        _, board = await duty.get(f"/api/v1/broadcasts/{broadcast_id}/unsigned?standing=unsigned&area=410104")
        assert board["organisations"][0]["people"][0]["numbers"][0]["tel"] == f"tel:{NUMBER}"
        assert (await reader.get("/api/v1/broadcasts/99/unsigned"))[0] == 404

        assert (await reader.get("/api/v1/calls"))[0] == 403
        assert (await duty.get("/api/v1/calls"))[1] == {"calls": [], "next": None}
        number = await to_be_called(made)
        status, listed = await duty.get(f"/api/v1/calls?broadcast={broadcast_id}")
        described("list_calls", status, listed)
        (entry,) = listed["calls"]
        assert entry["id"] == number
        assert "橙色" in entry["script"]

        path = f"/api/v1/calls/{number}"
        assert (await reader.post(path, {"result": "told"}))[0] == 403
        assert (await duty.post(path, {"result": "shouted"}))[0] == 422
        assert (await duty.post("/api/v1/calls/99", {"result": "told"}))[0] == 404
        status, heard = await duty.post(path, {"result": "signed", "name": "罗厂长", "role": "厂长"})
        described("record_call", status, heard)
        assert heard["signed_at"] is not None
        assert (await duty.get("/api/v1/calls"))[1]["calls"] == []
        _, board = await reader.get(f"/api/v1/broadcasts/{broadcast_id}/unsigned?standing=signed")
        assert board["organisations"][0]["signed_by"] == "罗厂长"


async def test_the_page_masks_numbers_unless_they_may_be_dialled(made: City) -> None:
    broadcast_id = await launched(made)
    path = f"/live/{broadcast_id}/unsigned"
    async with person(made, READER) as session:
        assert f'href="{path}"' in await text(session, f"/live/{broadcast_id}")
        shown = await text(session, path)
        assert "示例机械厂" in shown
        assert "199****0103" in shown
        assert "tel:" not in shown
        assert "19900000103" not in shown.replace(" ", "")
        async with session.get("/live/99/unsigned") as answer:
            assert answer.status == 404
    async with person(made, DUTY) as session:
        assert f'<a href="tel:{NUMBER}">199 0000 0103</a>' in await text(session, path)
        assert "示例机械厂" not in await text(session, f"{path}?area=410102")
        assert "Unsigned" in await text(session, f"{path}?lang=en&standing=signed&audience=nobody")
    async with person(made, None) as session:
        async with session.get(path, allow_redirects=False) as answer:
            assert answer.headers["Location"] == f"/sign-in?next={path}"
        form = {"token": READER, "next": path}
        async with session.post("/sign-in/token", data=form, allow_redirects=False) as answer:
            assert answer.headers["Location"] == path


async def test_steps_come_by_themselves_while_the_server_runs(tmp_path: Path) -> None:
    soonest = Policy(
        audiences=("enterprises",), levels=("orange",), steps=(Step(after_minutes=1, kind="phone"),)
    )
    server = {
        "office": OfficeSettings(reply_by_minutes={"enterprises": 30}),
        "escalation": (soonest,),
    }
    async with city(tmp_path, server=server) as made:
        await launched(made)

        def sooner(connection: Any) -> None:
            connection.execute(escalation_steps.update().values(due_at=0))
            timers.put(connection, "escalation", [(1, 0)])

        await made.write(sooner)
        made.process.wake()
        async with asyncio.timeout(60):
            while not await made.read(calls.listed, made.process.clock()):
                await asyncio.sleep(0.05)
