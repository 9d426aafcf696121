"""A server that is killed between a step of an approval and what it tells whoever acts next."""

import asyncio
import json
import signal
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection, select

from gateway.cli.client import ask
from gateway.directory.model import Address
from gateway.errors import InputError
from gateway.identifiers import uuid7
from gateway.ledger.accounts import user_addresses, users
from gateway.ledger.accounts.users import Role
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.schema import broadcasts, decisions, deliveries, memos
from gateway.settings import SOCKET
from tests.city import HEADER, soon
from tests.operations.place import Server, place

DOCUMENT = Path(__file__).parents[2] / "examples" / "kashgar-orange.yaml"
HEAD, DEPUTY = "指挥部办公室主任", "指挥部副指挥长"
PEOPLE: Sequence[tuple[str, Role, str]] = (
    ("head", "approver", HEAD),
    ("deputy", "approver", DEPUTY),
    ("officer", "duty_officer", "值班员"),
)
NUMBERS = [f"+861990000100{place}" for place in range(len(PEOPLE))]


def appoint(connection: Connection) -> None:
    """Two leaders and an officer, each with a number that is known to be theirs."""
    now = system_clock()
    for (name, role, title), number in zip(PEOPLE, NUMBERS, strict=True):
        identifier, address = uuid7(now), Address("sms", number)
        assert users.add(connection, identifier, name, f"{name}同志", (title,), (role,), (), "zh", now)
        user_addresses.state(connection, identifier, address, now)
        user_addresses.prove(connection, identifier, address, now)


def untold(connection: Connection) -> bool:
    """Whether a step was recorded, and nobody was told of it yet."""
    waiting = select(memos.c.id).where(memos.c.kind == "turn", memos.c.ended_at.is_(None))
    return connection.execute(waiting).first() is not None


def told(connection: Connection) -> list[int]:
    """The attempts of each message to the office's own people."""
    query = select(deliveries.c.attempts).join(broadcasts, broadcasts.c.id == deliveries.c.broadcast_id)
    return list(connection.execute(query.where(broadcasts.c.memo_id.is_not(None))).scalars())


async def killed_after(server: Server, folder: Path, target: str, body: dict[str, Any]) -> None:
    """Ask for a step, and kill the server as soon as the ledger has it."""
    ledger = Ledger(folder, write=False)
    step = ask(folder / SOCKET, "POST", target, json.dumps(body).encode(), "application/json")
    asked = asyncio.create_task(step)
    while not ledger.read_now(untold):
        if asked.done():
            asked.result()  # whatever refused it
        await asyncio.sleep(0.001)
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    await asyncio.gather(asked, return_exceptions=True)
    ledger.close()
    assert not asked.exception() or isinstance(asked.exception(), InputError)


def decision(folder: Path) -> tuple[str, str]:
    """The id and the manifest of what was submitted."""
    ledger = Ledger(folder, write=False)
    found = ledger.read_now(
        lambda connection: connection.execute(select(decisions.c.id, decisions.c.manifest)).one()
    )
    ledger.close()
    return found.id, found.manifest


def test_whoever_acts_next_is_told_once_though_the_server_was_killed_before_it_told_them(
    tmp_path: Path,
) -> None:
    with place(tmp_path, {}, schools=0) as made:
        (tmp_path / "directory.csv").write_text(
            f"{HEADER}\nK1,示例学校,学校,,653100,,19900000777,,,否\n", "utf-8"
        )
        assert made.command("directory", "import", "directory.csv").code == 0
        folder = tmp_path / "airwarn-data"
        ledger = Ledger(folder)
        ledger.write_now(appoint)
        ledger.close()
        stated = {**yaml.safe_load(DOCUMENT.read_text("utf-8")), "approvals": []}
        stated = soon(json.loads(json.dumps(stated, default=lambda moment: moment.isoformat())))
        with made.server() as server:
            asyncio.run(killed_after(server, folder, "/api/v1/decisions?drafter=示例", stated))
        identifier, manifest = decision(folder)
        for before, title in enumerate((HEAD, DEPUTY)):
            given = {"manifest": manifest, "role": title, "name": PEOPLE[before][0]}
            with made.server() as server:
                made.until_taken(before + 1)
                step = killed_after(server, folder, f"/api/v1/decisions/{identifier}/approve", given)
                asyncio.run(step)
        with made.server():
            made.until_taken(len(NUMBERS))
        ledger = Ledger(folder, write=False)
        assert ledger.read_now(told) == [1] * len(NUMBERS)
        ledger.close()
        assert Counter(each["to"] for each in made.taken) == Counter(NUMBERS)
