"""Boards and call sheets over the API."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from channels.stand_ins.behaviour import Behaviour
from gateway.ledger.directory import inventory
from gateway.ledger.trail import audit
from tests.boards.drawn import fonts
from tests.boards.samples import ADDRESS, LINES
from tests.city import TOKEN, City, city, soon
from tests.documents import as_yaml, orange_start
from tests.web.api import Client


async def fetch(client: Client, path: str, token: str = TOKEN) -> tuple[int, str, bytes]:
    headers = {"Authorization": f"Bearer {token}"}
    async with client.session.get(client.url + path, headers=headers) as response:
        return response.status, response.headers.get("Content-Disposition", ""), await response.read()


async def listed(made: City) -> None:
    await made.write(inventory.apply, "industrial", {"E1": LINES}, made.process.clock(), "(local)")


async def exports(made: City) -> list[str]:
    rows = await made.read(audit.page, kind="exported")
    return [row.subject for row in rows]


async def test_a_board_is_a_pdf_to_save_and_is_in_the_audit_trail(made: City, client: Client) -> None:
    fonts()
    await listed(made)
    link = f"plan=zhengzhou&link={ADDRESS}"
    for path, name in ((f"/E1?{link}", "board-E1.pdf"), (f"?{link}&paper=a4", "boards.pdf")):
        status, disposition, content = await fetch(client, f"/api/v1/boards{path}")
        assert (status, content[:5]) == (200, b"%PDF-")
        assert disposition.startswith("attachment")
        assert name in disposition
    assert await exports(made) == ["boards:zhengzhou"] * 2


async def test_call_sheets_name_those_whose_number_is_dead(tmp_path: Path) -> None:
    fonts()
    behaviour = Behaviour(refused=frozenset({"+8619900000102"}))
    async with city(tmp_path, behaviour) as made, aiohttp.ClientSession() as session:
        client = Client(session, made.process.url)
        _, submitted = await client.post("/api/v1/decisions", as_yaml(soon(orange_start())))
        manifest = {"manifest": submitted["manifest"]}
        _, overview = await client.post(f"/api/v1/decisions/{submitted['id']}/launch", manifest)
        while not overview["complete"]:
            await asyncio.sleep(0.02)
            _, overview = await client.get(f"/api/v1/broadcasts/{overview['id']}")
        path = f"/api/v1/broadcasts/{overview['id']}/calls"
        status, disposition, content = await fetch(client, path)
        assert (status, content[:5]) == (200, b"%PDF-")
        assert "calls.pdf" in disposition
        assert await exports(made) == [f"broadcast:{overview['id']}"]
        status, disposition, content = await fetch(client, f"{path}?format=csv")
        assert (status, "晴川医院" in content.decode()) == (200, True)
        assert "晴川小学" not in content.decode()
        assert len(await exports(made)) == 2
        nobody, _, _ = await fetch(client, f"{path}?area=410108")
        assert nobody == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("boards/E99?plan=zhengzhou&link=https://a.example", 404),
        ("boards/E1?plan=nowhere&link=https://a.example", 404),
        ("boards/E1?plan=zhengzhou&link=javascript:x", 422),
        ("boards/E1?plan=zhengzhou&paper=a2&link=https://a.example", 422),
        ("boards/E1?link=https://a.example", 422),
        ("boards/S1?plan=zhengzhou&link=https://a.example", 409),
        ("boards?plan=zhengzhou&link=https://a.example", 404),
        ("broadcasts/99/calls", 404),
    ],
)
async def test_what_cannot_be_printed_is_a_problem(client: Client, path: str, status: int) -> None:
    found, _, content = await fetch(client, f"/api/v1/{path}")
    assert found == status, content
