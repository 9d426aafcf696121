"""The way of a decision through the office, as tokens of different people walk it."""

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gateway.ledger.accounts import tokens
from gateway.ledger.accounts.tokens import Scope
from gateway.settings import SOCKET
from tests.city import City, soon
from tests.documents import as_yaml, orange_start
from tests.web.api import Client, described

DAY = 86_400_000
DECISIONS = "/api/v1/decisions"


async def holder(
    made: City, client: Client, name: str, *scopes: Scope, titles: tuple[str, ...] = ()
) -> Client:
    """A client with a token of its own; its person is of the token's name."""
    now, token = made.process.clock(), f"invented-{name.encode().hex()}"
    assert await made.write(
        lambda connection: tokens.add(
            connection, name, token, scopes, now, now + DAY, person=name, titles=titles
        )
    )
    return Client(client.session, client.url, token)


@pytest.fixture
async def drafter(made: City, client: Client) -> Client:
    return await holder(made, client, "起草人", "read", "submit")


@pytest.fixture
async def leader(made: City, client: Client) -> Client:
    return await holder(made, client, "王主任", "read", "approve", titles=("主任",))


async def submitted(drafter: Client, **changes: Any) -> Any:
    status, answer = await drafter.post(DECISIONS, as_yaml(soon(orange_start(approvals=[], **changes))))
    described("submit_decision", status, answer)
    assert status == 201
    return answer


async def test_drafted_approved_and_launched_by_three_tokens(
    client: Client, made: City, drafter: Client, leader: Client
) -> None:
    draft = await submitted(drafter)
    assert (draft["state"], [step["titles"] for step in draft["steps"]]) == ("submitted", [[]])
    path, seen = f"{DECISIONS}/{draft['id']}", {"manifest": draft["manifest"]}
    assert (await drafter.post(f"{path}/approve", seen))[0] == 403  # no scope
    status, early = await client.post(f"{path}/launch", seen)
    described("launch_decision", status, early)
    assert (status, early["error"]["code"]) == (409, "APPROVALS_TO_COME")
    status, other = await leader.post(f"{path}/approve", {"manifest": "0" * 64})
    assert (status, other["error"]["code"]) == (409, "MANIFEST_CONFLICT")
    status, approved = await leader.post(f"{path}/approve", {**seen, "comment": "同意"})
    described("approve_decision", status, approved)
    assert (approved["state"], approved["steps"]) == ("approved", [])
    assert (approved["drafter"], approved["drafter_name"]) == ("起草人", "起草人")
    assert (await leader.post(f"{path}/launch", seen))[0] == 403
    status, launched = await client.post(f"{path}/launch", seen)
    described("launch_decision", status, launched)
    assert status == 200


async def test_a_returned_decision_tells_its_drafter_why(drafter: Client, leader: Client) -> None:
    draft = await submitted(drafter)
    path = f"{DECISIONS}/{draft['id']}"
    status, refused = await leader.post(f"{path}/return", {"manifest": draft["manifest"]})
    assert (status, refused["error"]["field"]) == (422, "comment")
    status, returned = await leader.post(
        f"{path}/return", {"manifest": draft["manifest"], "comment": "请核对开始时间"}
    )
    described("return_decision", status, returned)
    _, seen = await drafter.get(path)
    assert (seen["state"], seen["approvals"][0]["comment"]) == ("returned", "请核对开始时间")
    status, gone = await drafter.post(f"{path}/withdraw")
    described("withdraw_decision", status, gone)
    assert gone["state"] == "withdrawn"


async def test_a_token_cannot_speak_for_somebody_else(
    client: Client, drafter: Client, leader: Client
) -> None:
    draft = await submitted(drafter)
    path, seen = f"{DECISIONS}/{draft['id']}", {"manifest": draft["manifest"]}
    status, other = await leader.post(f"{path}/approve", {**seen, "name": "李市长"})
    assert (status, other["error"]["code"]) == (403, "PERSON_NOT_ALLOWED")
    status, other = await leader.post(f"{path}/approve", {**seen, "role": "市长"})
    assert (status, other["error"]["code"]) == (403, "TITLE_UNKNOWN")
    status, other = await client.post(f"{path}/approve", seen)  # the settings' own token is nobody
    assert (status, other["error"]["code"]) == (403, "APPROVER_UNNAMED")
    status, other = await drafter.post(
        f"{DECISIONS}?drafter=王主任", as_yaml(soon(orange_start(approvals=[])))
    )
    assert (status, other["error"]["code"]) == (403, "PERSON_NOT_ALLOWED")


async def test_opinions_are_listed_and_given_back_as_they_came(client: Client, drafter: Client) -> None:
    draft = await submitted(drafter)
    path = f"{DECISIONS}/{draft['id']}/opinions"
    pdf = "%PDF-1.7 会商"
    status, kept = await drafter.call("POST", f"{path}?name=会商.pdf", pdf, Content_Type="application/pdf")
    described("attach_opinion", status, kept)
    status, listed = await client.get(path)
    described("list_opinions", status, listed)
    assert listed["opinions"] == [kept]
    headers = {"Authorization": f"Bearer {client.token}"}
    async with client.session.get(f"{client.url}{path}/{kept['id']}", headers=headers) as answer:
        assert (answer.status, answer.content_type) == (200, "application/pdf")
        assert (await answer.read()).decode() == pdf
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert (await client.get(f"{path}/999"))[0] == 404


async def test_a_retraction_leaves_in_one_step_where_the_caller_may_launch(
    client: Client, made: City, drafter: Client, leader: Client
) -> None:
    draft = await submitted(drafter)
    path, seen = f"{DECISIONS}/{draft['id']}", {"manifest": draft["manifest"]}
    status, early = await client.post(f"{path}/retract", {"document_number": "撤回一号"})
    described("retract_decision", status, early)
    assert (status, early["error"]["code"]) == (409, "DECISION_NOT_LAUNCHED")
    await leader.post(f"{path}/approve", seen)
    _, overview = await client.post(f"{path}/launch", seen)
    while not overview["complete"]:
        await asyncio.sleep(0.02)
        _, overview = await client.get(f"/api/v1/broadcasts/{overview['id']}")
    status, waiting = await drafter.post(f"{path}/retract", {"document_number": "撤回一号"})
    described("retract_decision", status, waiting)
    assert (waiting["state"], waiting["prepared_by"]) == ("approved", draft["id"])
    status, done = await client.post(f"{path}/retract", {"document_number": "撤回一号"})
    described("retract_decision", status, done)
    assert (done["state"], done["id"]) == ("launched", waiting["id"])
    while not (await client.get(f"/api/v1/broadcasts/{done['broadcast']}"))[1]["complete"]:
        await asyncio.sleep(0.02)
    assert any("撤回" in (each.text or "") for each in made.twilio.seen)


async def test_texts_are_read_by_purpose(client: Client, drafter: Client) -> None:
    draft = await submitted(drafter)
    path = f"{DECISIONS}/{draft['id']}/notices?audience=schools&medium=sms"
    texts = {}
    for purpose in ("now", "lift", "lift_before_start", "correct", "retract"):
        status, found = await client.get(f"{path}&purpose={purpose}")
        described("list_notices", status, found)
        (text,) = found["notices"]
        assert text["purpose"] == purpose
        texts[purpose] = text["messages"][0]
    assert len(set(texts.values())) == 5
    assert (await client.get(path))[1]["notices"][0]["messages"][0] == texts["now"]


async def test_a_follow_up_states_approvals_only_with_the_right_to_launch(
    drafter: Client, client: Client
) -> None:
    _, launched = await client.post(DECISIONS, as_yaml(soon(orange_start())))
    await client.post(f"{DECISIONS}/{launched['id']}/launch", {"manifest": launched["manifest"]})
    body = {"document_number": "撤回", "approvals": [{"role": "主任", "name": "张明"}]}
    status, refused = await drafter.post(f"{DECISIONS}/{launched['id']}/retract", body)
    assert (status, refused["error"]["code"]) == (403, "APPROVALS_NOT_ALLOWED")


async def test_this_machines_commands_say_whom_they_act_for(made: City, drafter: Client) -> None:
    draft = await submitted(drafter)
    path: Path = made.process.settings.data_folder / SOCKET
    body = {"manifest": draft["manifest"], "role": "主任", "name": "王主任"}
    async with (
        aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(path))) as session,
        session.post(
            f"http://airwarn{DECISIONS}/{draft['id']}/approve", data=json.dumps(body).encode()
        ) as answer,
    ):
        said = (await answer.json())["approvals"][0]
    assert (said["role"], said["name"], said["by"]) == ("主任", "王主任", "(local)")
