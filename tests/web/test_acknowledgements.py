"""Acknowledgements through the API, and where else they are told."""

import io
import json
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gateway.follow_up.papers.archive import archive
from gateway.follow_up.papers.chronicle import chronicle
from gateway.follow_up.papers.report import COLUMNS, rows
from gateway.ledger.decisions import broadcasts
from gateway.notices.papers.chronicle import Signed
from tests.city import HEADER, City
from tests.documents import lift
from tests.signing import link, picture, signing_city, somebody, start
from tests.web.api import Client, described


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[City]:
    async with signing_city(tmp_path) as running_city:
        yield running_city


@pytest.fixture
async def client(made: City) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(session, made.process.url)


def path(broadcast: int, query: str = "") -> str:
    return f"/api/v1/broadcasts/{broadcast}/acknowledgements{query}"


async def listed(client: Client, broadcast: int, query: str = "") -> list[str]:
    status, page = await client.get(path(broadcast, query))
    assert status == 200, page
    described("list_acknowledgements", status, page)
    return [each["organisation"]["code"] for each in page["acknowledgements"]]


async def test_a_system_signs_for_its_organisation(client: Client, made: City) -> None:
    broadcast = await start(made)
    body: dict[str, Any] = {"organisation": "E1", "name": "罗厂长", "role": "厂长"}
    status, answer = await client.post(path(broadcast), body)
    described("acknowledge", status, answer)
    assert (status, answer["state"], answer["via"], answer["name"]) == (200, "signed", "api", "罗厂长")
    status, again = await client.post(path(broadcast), {**body, "name": "另一人"})
    assert (status, again) == (200, answer)
    status, done = await client.post(path(broadcast), {"organisation": "E1", "act": "done", "words": "已停"})
    assert (status, done["state"], done["note"]) == (200, "done", "已停")


async def test_states_are_told_apart_and_filtered(client: Client, made: City) -> None:
    broadcast = await start(made)
    assert await listed(client, broadcast) == ["S1", "E1"]
    assert await listed(client, broadcast, "?state=delivered") == ["S1", "E1"]
    async with somebody(made) as person:
        await person.open(link(made, "0101"))
    assert await listed(client, broadcast, "?state=opened") == ["S1"]
    await client.post(
        path(broadcast),
        {"organisation": "E1", "act": "object", "reason": "cannot_stop_safely", "name": "罗厂长"},
    )
    assert await listed(client, broadcast, "?state=objected") == ["E1"]
    assert await listed(client, broadcast, "?state=unsigned") == ["S1"]
    assert await listed(client, broadcast, "?audience=enterprises") == ["E1"]
    assert await listed(client, broadcast, "?area=410105") == ["S1"]
    assert await listed(client, broadcast, "?limit=1") == ["S1"]
    _, page = await client.get(path(broadcast, "?limit=1"))
    assert await listed(client, broadcast, f"?after={page['next']}") == ["E1"]
    _, overview = await client.get(f"/api/v1/broadcasts/{broadcast}")
    assert overview["signatures"] == {
        "asked": 2,
        "opened": 1,
        "signed": 0,
        "objected": 1,
        "done": 0,
        "open": 1,
    }


async def test_who_no_message_reached_is_unreachable_until_somebody_signs(client: Client, made: City) -> None:
    await made.register("\n".join([HEADER, "S9,远山小学,学校,,410105,吴老师,19900000999,,,否"]))
    made.twilio.behaviour = replace(made.twilio.behaviour, refused=frozenset({"+8619900000999"}))
    broadcast = await start(made)
    assert await listed(client, broadcast, "?state=unreachable") == ["S9"]
    assert "S9" not in await listed(client, broadcast, "?state=delivered")
    await client.post(path(broadcast), {"organisation": "S9", "name": "吴老师"})
    assert await listed(client, broadcast, "?state=unreachable") == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"organisation": "H1", "name": "何医生"}, 404, "ACKNOWLEDGEMENT_UNKNOWN"),
        ({"organisation": "E1"}, 422, "NAME_MISSING"),
        ({"organisation": "E1", "name": "长" * 41}, 422, "NAME_TOO_LONG"),
        ({"organisation": "E1", "name": "罗", "act": "object"}, 422, "REASON_MISSING"),
        ({"organisation": "E1", "act": "done"}, 409, "NOT_SIGNED"),
        ({"organisation": "E1", "act": "done", "words": "长" * 501}, 422, "WORDS_TOO_LONG"),
        ({"organisation": "E1", "name": "罗", "act": "undo"}, 422, "FIELD_INVALID"),
    ],
)
async def test_what_cannot_be_answered_is_a_problem_that_names_it(
    client: Client, made: City, body: dict[str, Any], status: int, code: str
) -> None:
    broadcast = await start(made)
    answered, problem = await client.post(path(broadcast), body)
    assert (answered, problem["error"]["code"]) == (status, code)


async def test_a_lift_ends_what_is_open_and_asks_anew(client: Client, made: City) -> None:
    first = await start(made)
    await client.post(path(first), {"organisation": "E1", "name": "罗厂长"})
    newer = await start(made, lift())
    _, before = await client.get(path(first))
    ended = {each["organisation"]["code"]: each["ended_at"] for each in before["acknowledgements"]}
    assert (ended["E1"], ended["S1"] is not None) == (None, True)
    status, problem = await client.post(path(first), {"organisation": "S1", "name": "林老师"})
    assert (status, problem["error"]["code"]) == (409, "ACKNOWLEDGEMENT_ENDED")
    assert await listed(client, newer, "?state=unsigned") == ["S1", "E1"]


async def test_report_chronicle_and_archive_tell_who_signed(client: Client, made: City) -> None:
    broadcast = await start(made)
    async with somebody(made) as person:
        plant = link(made, "0103")
        await person.send(f"{plant}/sign", {"name": "罗厂长", "role": "厂长"})
        form = aiohttp.FormData()
        form.add_field("photos", picture(size=(30, 20)), filename="a.jpg")
        await person.send(f"{plant}/done", form)
    process = made.process
    found = [dict(zip(COLUMNS, row, strict=True)) for row in rows(process.ledger, broadcast, {}, full=False)]
    plant_row = next(each for each in found if each["单位编码 code"] == "E1")
    assert plant_row["签收人 signed by"] == "罗厂长 厂长"
    assert plant_row["签收 signed"].endswith("+08:00")
    assert next(each for each in found if each["单位编码 code"] == "S1")["签收 signed"] == ""
    (summary,) = await made.read(broadcasts.summaries, broadcast)
    told = await made.read(chronicle, summary.episode_id, process.clock())
    assert told.signed == (Signed("enterprises", 1, 1), Signed("schools", 1, 0))
    file = io.BytesIO()
    archive(process.ledger, process.desk, summary.episode_id, file, process.clock(), full=False)
    with zipfile.ZipFile(file) as package:
        answers = json.loads(package.read("decisions/01-issue/acknowledgements.json"))
        assert package.read("decisions/01-issue/photos/E1-1.jpg").startswith(b"\xff\xd8")
    assert {each["organisation_code"]: each["name"] for each in answers} == {"S1": None, "E1": "罗厂长"}
