"""What is owed, as a unit or the office's own program meets it through the API."""

from datetime import UTC, datetime
from typing import Any

from tests.city import City, soon
from tests.documents import orange_start
from tests.web.api import Client, described
from tests.web.test_api import launched
from tests.web.test_tokens import token


async def owed(client: Client, query: str = "") -> list[dict[str, Any]]:
    status, answer = await client.get(f"/api/v1/obligations{query}")
    described("list_obligations", status, answer)
    return list(answer["obligations"])


async def test_a_launch_makes_owed_what_the_plan_asks_for(client: Client) -> None:
    decision, _ = await launched(client, soon(orange_start()))
    listed = await owed(client)
    assert {each["decision"] for each in listed} == {decision}
    assert {"province-filing", "districts-daily", "lift"} <= {each["code"] for each in listed}
    (lift,) = await owed(client, "?code=lift")
    assert lift["due_at"] is not None
    assert await owed(client, "?exercise=true") == []
    assert await owed(client, f"?episode={lift['episode']}&state=met") == []


async def test_the_list_comes_page_by_page(client: Client) -> None:
    await launched(client, soon(orange_start()))
    every = [each["id"] for each in await owed(client)]
    _, first = await client.get("/api/v1/obligations?limit=2")
    _, rest = await client.get(f"/api/v1/obligations?after={first['next']}")
    assert [each["id"] for page in (first, rest) for each in page["obligations"]] == every
    assert rest["next"] is None


async def test_a_unit_reports_and_what_is_missing_is_named(client: Client, made: City) -> None:
    await launched(client, soon(orange_start()))
    daily = next(each for each in await owed(client) if each["contents"])
    reporting = Client(client.session, client.url, await token(made, "report"))
    path = f"/api/v1/obligations/{daily['id']}/reports"
    part = {"from_whom": daily["by_whom"], "contents": {daily["contents"][0]: "情况如下"}}
    status, answer = await reporting.post(path, part)
    described("receive_report", status, answer)
    assert (answer["met"], answer["missing"]) == (False, daily["contents"][1:])
    rest = {"from_whom": daily["by_whom"], "contents": dict.fromkeys(daily["contents"][1:], "补充")}
    _, whole = await reporting.post(path, rest)
    assert (whole["met"], whole["obligation"]["state"]) == (True, "met")
    status, read = await client.get(f"/api/v1/obligations/{daily['id']}")
    described("get_obligation", status, read)
    assert [each["missing"] for each in read["reports"]] == [daily["contents"][1:], []]


async def test_a_unit_s_token_waives_nothing_and_a_person_says_why(client: Client, made: City) -> None:
    await launched(client, soon(orange_start()))
    (filing,) = await owed(client, "?code=province-filing")
    path = f"/api/v1/obligations/{filing['id']}/waive"
    reporting = Client(client.session, client.url, await token(made, "report"))
    status, _ = await reporting.post(path, {"reason": "不用报"})
    assert status == 403
    status, answer = await client.post(path, {"reason": "省级已由系统收到", "by": "值班主任"})
    described("waive_obligation", status, answer)
    assert (answer["state"], answer["ended_because"]) == ("ended", "免除：省级已由系统收到（值班主任）")
    status, _ = await client.post(path, {"reason": "再一次"})
    assert status == 409


async def test_what_a_decision_meets_takes_no_report(client: Client) -> None:
    await launched(client, soon(orange_start()))
    (lift,) = await owed(client, "?code=lift")
    body = {"from_whom": "某人", "contents": {"内容": "已解除"}}
    status, problem = await client.post(f"/api/v1/obligations/{lift['id']}/reports", body)
    assert (status, problem["error"]["code"]) == (409, "OBLIGATION_BY_DECISION")
    status, _ = await client.get("/api/v1/obligations/999999")
    assert status == 404


async def test_what_is_published_beside_decisions_is_read_until_it_is_withdrawn(
    client: Client, made: City
) -> None:
    await launched(client, soon(orange_start()))
    _, listed = await client.get("/api/v1/episodes")
    path = f"/api/v1/episodes/{listed['episodes'][0]['id']}/progress"
    measured = {"aqi": 215, "pollutant": "PM2.5", "at": datetime.now(UTC).isoformat()}
    stated = {"text": "已派出12个检查组", "measured": measured}
    status, said = await client.post(path, stated)
    described("publish_progress", status, said)
    assert (status, said["measured"]["aqi"]) == (201, 215)
    assert (await client.post(path, stated))[1]["id"] == said["id"]  # said once
    _, found = await client.get(path)
    assert [each["id"] for each in found["progress"]] == [said["id"]]
    status, taken = await client.post(f"{path}/{said['id']}/withdraw", {"because": "数字有误"})
    described("withdraw_progress", status, taken)
    assert taken["withdrawn_because"] == "数字有误"
    assert (await client.post(f"{path}/{said['id']}/withdraw", {"because": "再撤"}))[0] == 409
    assert (await client.post(path, {"text": " "}))[0] == 422
    assert (await client.get("/api/v1/episodes/none/progress"))[0] == 404
    status, public = await client.post("/api/v1/control-list", {"columns": ["grade"], "basis": "8号"})
    described("publish_control_list", status, public)
    assert (public["columns"], public["basis"]) == (["grade"], "8号")
    assert (await client.post("/api/v1/control-list/withdraw", {"because": "修订"}))[1]["columns"] is None
    limited = Client(client.session, client.url, await token(made, "read"))
    assert (await limited.post(path, {"text": "越权"}))[0] == 403


async def test_the_audit_trail_tells_of_everything_to_who_may_read_it(client: Client, made: City) -> None:
    decision, broadcast = await launched(client, soon(orange_start()))
    reader = Client(client.session, client.url, await token(made, "audit"))
    status, trail = await reader.get("/api/v1/audit")
    described("list_audit", status, trail)
    kinds = [each["kind"] for each in trail["audit"]]
    assert kinds[:2] == ["settings_changed", "directory_imported"]
    assert {"submitted", "launched"} <= set(kinds)
    _, some = await reader.get(f"/api/v1/audit?subject=broadcast:{broadcast}&kind=launched")
    (launch,) = some["audit"]
    assert launch["detail"]["decision"] == decision
    _, every = await reader.get("/api/v1/audit?subject=broadcast:")
    assert launch in every["audit"]
    _, page = await reader.get("/api/v1/audit?limit=1")
    assert (len(page["audit"]), page["next"]) == (1, 1)
    other = Client(client.session, client.url, await token(made, "read", name="other"))
    await client.post("/api/v1/lanes/1/park", {"reason": "检修", "by": "值班员"})
    await client.post("/api/v1/lanes/1/open")
    _, lane = await reader.get("/api/v1/audit?subject=lane:1")
    assert [(each["kind"], each["actor"], each["detail"]["by"]) for each in lane["audit"]] == [
        ("lane_parked", "(init)", "值班员"),
        ("lane_opened", "(init)", "(init)"),
    ]
    status, _ = await other.get("/api/v1/audit")
    assert status == 403
