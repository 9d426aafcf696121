"""What the audit trail vouches for is what stands in the tables: every change of it is found and named."""

import asyncio
import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from channels.stand_ins.behaviour import Behaviour
from gateway.ledger.accounts import tokens
from gateway.ledger.database import FILE
from gateway.ledger.trail.verifying import Verified, verify
from tests.backends import open_ledger
from tests.city import city, soon
from tests.documents import as_yaml, lift, orange_start
from tests.web.api import Client


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an office that warned, took a report, lifted, and stopped."""
    folder = tmp_path_factory.mktemp("office")
    asyncio.run(_office(folder))
    return folder / "data"


async def _office(folder: Path) -> None:
    async with (
        city(folder, Behaviour(receipt_delay=(0.0, 0.01))) as made,
        aiohttp.ClientSession() as session,
    ):
        client = Client(session, made.process.url)
        start = soon(orange_start())
        (approval,) = start.pop("approvals")
        _, submitted = await client.post("/api/v1/decisions", as_yaml(start))
        now = made.process.clock()
        leader = Client(session, client.url, "invented leader")
        await made.process.ledger.write(
            tokens.add,
            "leader",
            leader.token,
            ["approve"],
            now,
            now + 1_000_000,
            person=approval["name"],
            titles=[approval["role"]],
        )
        approve = f"/api/v1/decisions/{submitted['id']}/approve"
        status, answer = await leader.post(approve, {"manifest": submitted["manifest"]})
        assert status == 200, answer
        await _launch(client, submitted)
        _, found = await client.get("/api/v1/obligations?code=districts-daily")
        unit = found["obligations"][0]
        contents = dict.fromkeys(unit["contents"], "情况如下")
        body = {"from_whom": unit["by_whom"], "contents": contents}
        status, _ = await client.post(f"/api/v1/obligations/{unit['id']}/reports", body)
        assert status == 201
        _, lifted = await client.post("/api/v1/decisions", as_yaml(soon(lift())))
        await _launch(client, lifted)


async def _launch(client: Client, submitted: dict[str, Any]) -> None:
    body = {"manifest": submitted["manifest"]}
    status, answer = await client.post(f"/api/v1/decisions/{submitted['id']}/launch", body)
    assert status == 200, answer


@pytest.fixture
def folder(told: Path, tmp_path: Path) -> Path:
    """A copy of it, to be spoilt."""
    shutil.copytree(told, tmp_path / "data")
    return tmp_path / "data"


def checked(folder: Path) -> Verified:
    ledger = open_ledger(folder, write=False)
    try:
        return verify(ledger, folder)
    finally:
        ledger.close()


def spoil(folder: Path, statement: str) -> Any:
    """Do what an intruder does; gives the first cell that the statement returns."""
    with closing(sqlite3.connect(folder / FILE)) as connection:
        triggers = connection.execute("select name from sqlite_master where type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f"drop trigger {name}")
        row = connection.execute(statement).fetchone()
        connection.commit()
        return row[0] if row else None


def named(folder: Path) -> set[str | None]:
    return {fault.subject for fault in checked(folder).faults}


def test_nothing_is_wrong_with_what_was_left_alone(folder: Path) -> None:
    assert checked(folder).faults == ()


@pytest.mark.parametrize(
    "change",
    ["title = title || '。'", "messages = replace(messages, '橙色', '黄色')", "html = html || ' '"],
)
def test_a_changed_text_is_named(folder: Path, change: str) -> None:
    where = "select min(id) from notices where html is not null and messages like '%橙色%'"
    number = spoil(folder, f"update notices set {change} where id = ({where}) returning id")
    assert number is not None
    assert f"notices:{number}" in named(folder)


def test_a_text_changed_together_with_its_hash_is_found(folder: Path) -> None:
    decision = spoil(
        folder,
        "update notices set title = 'x', messages = '[\"x\"]', html = null,"
        f" sha256 = '{_hash_of_x()}' where id = (select min(id) from notices) returning decision_id",
    )
    assert named(folder) == {f"decision:{decision}/texts"}


def test_a_text_given_to_other_readers_is_found(folder: Path) -> None:
    decision = spoil(
        folder,
        "update notice_readers set notice_id = (select max(id) from notices n where n.decision_id ="
        " notice_readers.decision_id and n.medium = notice_readers.medium)"
        " where rowid = 1 returning decision_id",
    )
    assert f"decision:{decision}/texts" in named(folder)


@pytest.mark.parametrize(
    ("statement", "part"),
    [
        ("update decisions set document = replace(document, '410100', '410105')", "document"),
        ("update papers set content = replace(content, '橙色', '黄色')", "papers"),
        ("delete from papers", "papers"),
        ("update recipients set address_id = (select max(id) from addresses)", "recipients"),
    ],
)
def test_a_changed_part_of_a_decision_is_named(folder: Path, statement: str, part: str) -> None:
    spoil(folder, statement)
    assert part in {(subject or "").rpartition("/")[2] for subject in named(folder)}


def test_a_removed_recipient_is_found(folder: Path) -> None:
    spoil(folder, "delete from recipients where id = 1")
    assert {(subject or "").rpartition("/")[2] for subject in named(folder)} == {"recipients"}


@pytest.mark.parametrize(
    "change", ["name = '李四'", "role = '副主任'", "manifest = 'x'", "verdict = 'refuse'", "comment = 'x'"]
)
def test_a_changed_approval_is_named(folder: Path, change: str) -> None:
    number = spoil(folder, f"update approvals set {change} where id = 1 returning id")
    assert number == 1
    assert any("approvals" in (subject or "") for subject in named(folder))


def test_a_removed_approval_is_named(folder: Path) -> None:
    decision = spoil(folder, "delete from approvals where id = 1 returning decision_id")
    assert f"decision:{decision}/approvals" in named(folder)


def test_an_approval_put_in_is_named(folder: Path) -> None:
    columns = "decision_id, manifest, verdict, step, role, name, caller, own_draft, at"
    number = spoil(
        folder,
        f"insert into approvals ({columns}) select decision_id, manifest, verdict, step, role, name, caller,"
        " own_draft, at + 1 from approvals where id = 1 returning id",
    )
    assert named(folder) == {f"approvals:{number}"}


@pytest.mark.parametrize(
    "change", ["contents = '{}'", "from_whom = 'x'", "late = 1", "received_at = received_at - 1"]
)
def test_a_changed_report_is_named(folder: Path, change: str) -> None:
    spoil(folder, f"update reports set {change}")
    assert named(folder) == {"reports:1"}


def test_a_removed_report_is_named(folder: Path) -> None:
    spoil(folder, "delete from reports")
    assert named(folder) == {"reports:1"}


def test_a_launch_that_is_denied_is_named(folder: Path) -> None:
    spoil(folder, "update broadcasts set launched_at = null where id = 1")
    assert named(folder) == {"broadcast:1"}


@pytest.mark.parametrize("form", ["cap", "national", "json", "cell"])
def test_a_changed_alert_is_named(folder: Path, form: str) -> None:
    name = spoil(folder, f"update alerts set {form} = {form} || x'20' where id = 1 returning identifier")
    assert named(folder) == {f"alerts:{name}"}


def test_a_removed_alert_and_one_put_in_are_named(folder: Path) -> None:
    name = spoil(folder, "update alerts set identifier = identifier || '9' where id = 1 returning identifier")
    assert named(folder) == {f"alerts:{name}", f"alerts:{name[:-1]}"}


def _hash_of_x() -> str:
    return hashlib.sha256(json.dumps(["x", ["x"], None], ensure_ascii=False).encode()).hexdigest()
