"""The server as other programs meet it: real sockets, real stand-ins."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from channels.stand_ins.behaviour import Behaviour
from gateway.errors import InputError
from gateway.ledger.database import FolderLock, holder_of
from gateway.settings import SOCKET
from gateway.web.serving.running import SERVE, running
from tests.city import TOKEN, City, city, settings, soon
from tests.documents import as_yaml, orange_start, red_raise


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[City]:
    async with city(tmp_path, Behaviour(receipt_delay=(0.0, 0.01))) as running_city:
        yield running_city


class Client:
    """The API with its token."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session = session
        self.url = url

    async def call(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, Any]:
        async with self.session.request(
            method, self.url + path, data=body.encode() or None, headers=headers
        ) as response:
            return response.status, json.loads(await response.read())

    async def post(self, path: str, body: str = "") -> tuple[int, Any]:
        return await self.call("POST", path, body, Authorization=f"Bearer {TOKEN}")

    async def get(self, path: str) -> tuple[int, Any]:
        return await self.call("GET", path, Authorization=f"Bearer {TOKEN}")

    async def launch(self, document: dict[str, Any]) -> tuple[int, Any]:
        _, submitted = await self.post("/api/v1/decisions", as_yaml(document))
        body = json.dumps({"manifest": submitted["manifest"]})
        return await self.post(f"/api/v1/decisions/{submitted['id']}/launch", body)

    async def until_complete(self, broadcast: int) -> Any:
        while True:
            _, seen = await self.get(f"/api/v1/broadcasts/{broadcast}")
            if seen["complete"]:
                return seen
            await asyncio.sleep(0.02)


@pytest.fixture
async def client(made: City) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(session, made.process.url)


async def test_health_needs_no_token(client: Client) -> None:
    assert await client.call("GET", "/health") == (200, {"status": "ok"})


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x"])
async def test_the_api_is_closed_without_the_token(client: Client, token: str) -> None:
    status, problem = await client.call("GET", "/api/v1/broadcasts", Authorization=token)
    assert (status, problem["status"]) == (401, 401)


async def test_the_private_socket_is_the_owners_and_needs_no_token(made: City) -> None:
    path = made.process.settings.data_folder / SOCKET
    assert path.stat().st_mode & 0o777 == 0o600
    async with (
        aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(path))) as session,
        session.get("http://airwarn/api/v1/broadcasts") as response,
    ):
        assert response.status == 200


async def test_a_decision_is_submitted_launched_delivered_and_read(client: Client, made: City) -> None:
    status, submitted = await client.post("/api/v1/decisions", as_yaml(soon(orange_start())))
    assert status == 201
    assert submitted["check"]["outcome"] == "ready"
    assert submitted["recipients"]["organisations"] == 5  # the exercise's school is not told
    assert made.twilio.seen == []  # submitting sends nothing
    body = json.dumps({"manifest": submitted["manifest"]})
    status, launched = await client.post(f"/api/v1/decisions/{submitted['id']}/launch", body)
    assert (status, launched["live"]) == (200, True)
    seen = await client.until_complete(launched["id"])
    assert seen["totals"] == {"delivered": 5, "accepted": 1}
    _, page = await client.get(f"/api/v1/broadcasts/{launched['id']}/deliveries?channel=sms&limit=2")
    assert [each["state"] for each in page["deliveries"]] == ["delivered", "delivered"]
    _, rest = await client.get(
        f"/api/v1/broadcasts/{launched['id']}/deliveries?channel=sms&after={page['next']}"
    )
    assert (len(rest["deliveries"]), rest["next"]) == (3, None)
    assert "19900000101" not in json.dumps(page)  # numbers are masked


async def test_a_decision_may_be_json_too(client: Client) -> None:
    status, _ = await client.post("/api/v1/decisions", json.dumps(soon(orange_start())))
    assert status == 201


async def test_a_dry_run_tells_all_and_stores_nothing(client: Client) -> None:
    document = soon(orange_start())
    _, preview = await client.post("/api/v1/decisions?dry_run=true", as_yaml(document))
    status, submitted = await client.post("/api/v1/decisions", as_yaml(document))
    assert (status, submitted["manifest"]) == (201, preview["manifest"])


async def test_launching_the_same_manifest_again_gives_the_running_broadcast(
    client: Client, made: City
) -> None:
    document = soon(orange_start())
    _, first = await client.launch(document)
    await client.until_complete(first["id"])
    status, again = await client.launch(document)
    assert (status, again["id"]) == (200, first["id"])
    assert len(made.twilio.seen) == 5


async def test_launching_another_manifest_is_a_conflict(client: Client) -> None:
    _, submitted = await client.post("/api/v1/decisions", as_yaml(soon(orange_start())))
    path = f"/api/v1/decisions/{submitted['id']}/launch"
    status, problem = await client.post(path, json.dumps({"manifest": "0" * 64}))
    assert (status, problem["error"]["code"]) == (409, "MANIFEST_CONFLICT")
    status, problem = await client.post(path, "{}")
    assert (status, problem["error"]["field"]) == (422, "manifest")
    status, problem = await client.post(path, "not json")
    assert (status, problem["error"]["code"]) == (422, "BODY_MALFORMED")


async def test_a_manifest_from_before_another_launch_is_stale(client: Client) -> None:
    await client.launch(soon(orange_start()))
    _, early = await client.post("/api/v1/decisions", as_yaml(soon(red_raise())))
    _, other = await client.post("/api/v1/decisions", as_yaml(soon(red_raise(document_number="另一号"))))
    await client.post(f"/api/v1/decisions/{other['id']}/launch", json.dumps({"manifest": other["manifest"]}))
    status, problem = await client.post(
        f"/api/v1/decisions/{early['id']}/launch", json.dumps({"manifest": early["manifest"]})
    )
    assert (status, problem["error"]["code"]) == (409, "STANDING_CHANGED")


async def test_what_the_checks_refuse_is_answered_with_the_findings(client: Client) -> None:
    status, problem = await client.post(
        "/api/v1/decisions", as_yaml(soon(orange_start(document_number=None)))
    )
    assert status == 422
    assert "DOCUMENT_NUMBER_MISSING" in {each["code"] for each in problem["check"]["findings"]}


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/api/v1/decisions", "plan: [", 422, "DOCUMENT_MALFORMED"),
        ("POST", "/api/v1/decisions", as_yaml(soon(red_raise())), 409, "NOTHING_IN_FORCE"),
        ("POST", "/api/v1/decisions", as_yaml(soon(orange_start(context={}))), 422, "CONTEXT_NOT_ALLOWED"),
        ("POST", "/api/v1/decisions/none/launch", '{"manifest": "x"}', 404, "DECISION_UNKNOWN"),
        ("GET", "/api/v1/broadcasts/77", "", 404, "BROADCAST_UNKNOWN"),
        ("GET", "/api/v1/broadcasts/77/deliveries", "", 404, "BROADCAST_UNKNOWN"),
        ("POST", "/api/v1/directory", "编码\n1", 422, "DIRECTORY_NOT_A_TABLE"),
    ],
)
async def test_bad_input_is_a_problem_that_names_it(
    client: Client, method: str, path: str, body: str, status: int, code: str
) -> None:
    answered, problem = await client.call(method, path, body, Authorization=f"Bearer {TOKEN}")
    assert (answered, problem["error"]["code"]) == (status, code)
    assert problem["error"]["message"] != problem["error"]["message_en"]


async def test_an_unknown_path_and_method_are_problems_too(client: Client) -> None:
    assert (await client.get("/api/v1/nothing"))[0] == 404
    assert (await client.call("DELETE", "/health"))[0] == 405


async def test_a_page_size_that_is_no_number_is_refused(client: Client) -> None:
    _, launched = await client.launch(soon(orange_start()))
    for query in ("limit=x", "limit=0", "limit=1001", "after=-1", "limit=٣", "limit=1&limit=2", "state=lost"):
        status, problem = await client.get(f"/api/v1/broadcasts/{launched['id']}/deliveries?{query}")
        assert (status, problem["error"]["code"][:6]) == (422, "FIELD_")


async def test_a_directory_comes_in_with_a_result_for_every_row(client: Client) -> None:
    csv = "编码,名称,受众,行业,区域代码,联系人,手机,企业微信群,邮箱\nS2,新小学,学校,,410105,,123,,\n"
    status, report = await client.post("/api/v1/directory?file=new.csv", csv)
    assert (status, report["counts"]["refused"]) == (200, 1)
    assert report["rows"][0]["faults"][0]["field"] == "sms"


@pytest.mark.parametrize("account", ["sms", "wecom", "nobody"])
async def test_a_forged_callback_is_refused_and_changes_nothing(
    client: Client, made: City, account: str
) -> None:
    _, launched = await client.launch(soon(orange_start()))
    before = await client.until_complete(launched["id"])
    status, _ = await client.call("POST", f"/callbacks/{account}/1/1/forged", "MessageStatus=failed")
    assert status == 403
    assert await client.until_complete(launched["id"]) == before


async def test_a_second_server_on_the_same_folder_is_refused_by_name(made: City) -> None:
    with pytest.raises(InputError) as refused:
        async with running(made.process.settings, "airwarn serve"):
            pass
    assert refused.value.code == "FOLDER_LOCKED"
    assert "airwarn serve" in refused.value.message


async def test_a_server_waits_for_a_short_command_that_has_the_folder(tmp_path: Path) -> None:
    configured = settings(tmp_path)
    held = FolderLock(configured.data_folder, "airwarn token add")
    asyncio.get_running_loop().call_later(0.2, held.release)
    async with running(configured, SERVE):
        assert (holder_of(configured.data_folder) or "").startswith(SERVE)


async def test_a_folder_too_deep_for_the_private_socket_is_refused_by_the_name_of_its_setting(
    tmp_path: Path,
) -> None:
    with pytest.raises(InputError) as refused:
        async with running(settings(tmp_path / ("深" * 40)), "airwarn serve"):
            pass
    assert (refused.value.code, refused.value.field) == ("FOLDER_TOO_LONG", "data_folder")


async def test_a_port_in_use_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(InputError) as refused:
        async with running(settings(tmp_path, port=taken.getsockname()[1]), "airwarn serve"):
            pass
    assert refused.value.code == "PORT_IN_USE"
    assert {path.name for path in (tmp_path / "data").iterdir()} <= {"lock.json"}


async def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(InputError) as refused:
        async with running(settings(tmp_path), "airwarn serve"):
            pass
    assert refused.value.code == "FOLDER_UNWRITABLE"
