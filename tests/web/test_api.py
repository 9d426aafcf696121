"""Every noun of the API, as a program of the office meets it; each answer is as described."""

import asyncio
import json
from typing import Any

from tests.city import City, soon
from tests.documents import as_yaml, orange_start, red_raise
from tests.web.api import Client, described


async def launched(client: Client, document: dict[str, Any]) -> tuple[str, int]:
    status, submitted = await client.post("/api/v1/decisions", as_yaml(document))
    described("submit_decision", status, submitted)
    status, overview = await client.post(
        f"/api/v1/decisions/{submitted['id']}/launch", {"manifest": submitted["manifest"]}
    )
    described("launch_decision", status, overview)
    while not overview["complete"]:
        await asyncio.sleep(0.02)
        status, overview = await client.get(f"/api/v1/broadcasts/{overview['id']}")
    described("get_broadcast", status, overview)
    return submitted["id"], overview["id"]


async def test_a_decision_is_read_back_with_document_findings_and_manifest(client: Client) -> None:
    document = soon(orange_start())
    identifier, broadcast = await launched(client, document)
    status, read = await client.get(f"/api/v1/decisions/{identifier}")
    described("get_decision", status, read)
    assert (read["broadcast"], read["level"], read["document"]["area"]) == (
        broadcast,
        "orange",
        document["area"],
    )
    assert len(read["manifest"]) == 64
    assert read["launched_at"] is not None


async def test_decisions_come_page_by_page_launched_or_not(client: Client) -> None:
    first, _ = await launched(client, soon(orange_start()))
    _, second = await client.post("/api/v1/decisions", as_yaml(soon(red_raise())))
    status, page = await client.get("/api/v1/decisions?limit=1")
    described("list_decisions", status, page)
    assert [each["id"] for each in page["decisions"]] == [first]
    _, rest = await client.get(f"/api/v1/decisions?after={page['next']}")
    assert [(each["id"], each["launched_at"]) for each in rest["decisions"]] == [(second["id"], None)]
    assert rest["next"] is None


async def test_the_character_that_no_ledger_keeps_is_refused_wherever_it_stands(client: Client) -> None:
    for path in ("/api/v1/decisions/a%00b", "/api/v1/organisations/a%00b/changes", "/api/v1/alerts/%00"):
        assert (await client.get(path))[0] == 404
    for path, field in (
        ("/api/v1/directory?search=a%00", "search"),
        ("/api/v1/decisions?after=%00", "after"),
    ):
        status, refused = await client.get(path)
        assert (status, refused["error"]["field"]) == (422, field)
    status, refused = await client.post("/api/v1/lanes/1/park", {"reason": "a\0b"})
    assert (status, refused["error"]["code"]) == (422, "DOCUMENT_CHARACTER")
    status, _ = await client.post("/api/v1/lanes/1/park", {"reason": "a path such as C:\\u0000"})
    assert status == 200


async def test_the_texts_of_a_decision_are_what_its_readers_got(client: Client, made: City) -> None:
    identifier, _ = await launched(client, soon(orange_start()))
    status, all_texts = await client.get(f"/api/v1/decisions/{identifier}/notices")
    described("list_notices", status, all_texts)
    _, some = await client.get(f"/api/v1/decisions/{identifier}/notices?audience=schools&medium=sms")
    (school,) = some["notices"]
    assert school in all_texts["notices"]
    assert school["messages"][0] in {message.text for message in made.twilio.seen}


async def test_deliveries_are_filtered_by_area_and_reason(client: Client) -> None:
    _, broadcast = await launched(client, soon(orange_start()))
    path = f"/api/v1/broadcasts/{broadcast}/deliveries"
    status, page = await client.get(f"{path}?area=410105&state=delivered")
    described("list_deliveries", status, page)
    assert {each["organisation"]["code"] for each in page["deliveries"]} == {"S1", "P1"}
    _, none = await client.get(f"{path}?reason=timeout")
    assert none == {"deliveries": [], "next": None}


async def test_the_directory_is_read_with_nobody_given_away(client: Client) -> None:
    status, page = await client.get("/api/v1/directory?exercise=false&audience=schools")
    described("list_organisations", status, page)
    (school,) = page["organisations"]
    assert (school["code"], school["contact"]) == ("S1", "林*")
    assert {each["kind"] for each in school["addresses"]} == {"sms", "wecom"}
    assert "19900000101" not in json.dumps(page)
    _, first = await client.get("/api/v1/directory?limit=4")
    _, rest = await client.get(f"/api/v1/directory?after={first['next']}")
    assert [each["code"] for each in first["organisations"] + rest["organisations"]] == [
        *("S1", "H1", "E1", "P1", "D1", "X1")
    ]


async def test_the_directory_is_counted(client: Client) -> None:
    status, counted = await client.get("/api/v1/directory/counts")
    described("count_directory", status, counted)
    schools = [each for each in counted["counts"] if each["audience"] == "schools"]
    assert [(each["exercise"], each["organisations"]) for each in schools] == [(False, 1), (True, 1)]


async def test_an_import_reports_every_row_as_described(client: Client) -> None:
    csv = "编码,名称,受众,行业,区域代码,联系人,手机,企业微信群,邮箱\nS2,新小学,学校,,410105,,123,,\n"
    status, report = await client.post("/api/v1/directory", csv)
    described("import_directory", status, report)


async def test_a_parked_lane_sends_nothing_until_it_is_opened(client: Client, made: City) -> None:
    status, listed = await client.get("/api/v1/lanes")
    described("list_lanes", status, listed)
    sms = next(each for each in listed["lanes"] if each["channel"] == "sms")
    status, parked = await client.post(f"/api/v1/lanes/{sms['id']}/park", {"reason": "换号"})
    described("park_lane", status, parked)
    assert (parked["open"], parked["parked_by"], parked["parked_reason"]) == (False, "(init)", "换号")
    _, submitted = await client.post("/api/v1/decisions", as_yaml(soon(orange_start())))
    _, overview = await client.post(
        f"/api/v1/decisions/{submitted['id']}/launch", {"manifest": submitted["manifest"]}
    )
    while overview["totals"].get("accepted") != 1:  # the WeCom group has its own lane
        await asyncio.sleep(0.02)
        _, overview = await client.get(f"/api/v1/broadcasts/{overview['id']}")
    assert (made.twilio.seen, overview["totals"]["queued"]) == ([], 5)
    status, opened = await client.post(f"/api/v1/lanes/{sms['id']}/open")
    described("open_lane", status, opened)
    assert opened["open"]
    while not overview["complete"]:
        await asyncio.sleep(0.02)
        _, overview = await client.get(f"/api/v1/broadcasts/{overview['id']}")
    assert len(made.twilio.seen) == 5


async def test_a_broadcast_is_stopped_and_what_waits_for_a_person_is_listed(client: Client) -> None:
    _, broadcast = await launched(client, soon(orange_start()))
    status, page = await client.get(f"/api/v1/broadcasts/{broadcast}/undecided")
    described("list_undecided", status, page)
    assert page == {"deliveries": [], "next": None}
    for act in ("resend", "leave"):
        path = f"/api/v1/broadcasts/{broadcast}/undecided/{act}"
        status, decided = await client.post(path, {"reason": "已电话核实"})
        described(f"{act}_undecided", status, decided)
        assert decided == {"decided": 0}
        status, problem = await client.post(path, {"reason": "已电话核实", "deliveries": [1]})
        described(f"{act}_undecided", status, problem)
        assert (status, problem["error"]["code"]) == (409, "DELIVERY_DECIDED")
    for _ in range(2):  # stopped once, however often it is asked for
        status, stopped = await client.post(f"/api/v1/broadcasts/{broadcast}/stop", {"reason": "发错区域"})
        described("stop_broadcast", status, stopped)
        assert not stopped["live"]
    _, trail = await client.get(f"/api/v1/audit?subject=broadcast:{broadcast}&kind=stopped")
    assert len(trail["audit"]) == 1
    assert (await client.post("/api/v1/broadcasts/999/stop", {"reason": "x"}))[0] == 404


async def test_plans_are_listed_read_and_linted(client: Client) -> None:
    status, listed = await client.get("/api/v1/plans")
    described("list_plans", status, listed)
    assert "zhengzhou" in {each["id"] for each in listed["plans"]}
    status, plan = await client.get("/api/v1/plans/zhengzhou")
    described("get_plan", status, plan)
    assert len(plan["measures"]) == sum(
        next(each["measures"] for each in listed["plans"] if each["id"] == "zhengzhou").values()
    )
    status, lint = await client.get("/api/v1/plans/zhengzhou/lint")
    described("lint_plan", status, lint)
    assert not [each for each in lint["problems"] if each["severity"] == "error"]


async def test_two_plans_are_compared(client: Client) -> None:
    status, found = await client.get("/api/v1/plans/zhengzhou/difference/zhengzhou-2018")
    described("compare_plans", status, found)
    assert (found["a"]["id"], found["b"]["id"]) == ("zhengzhou", "zhengzhou-2018")
    assert "mobile-ring" in {each["id"] for each in found["measures"]["only_a"]}
    assert "lead_time" in {each["section"] for each in found["rules"]}
    status, _ = await client.get("/api/v1/plans/zhengzhou/difference/nowhere")
    assert status == 404


async def test_what_is_not_there_is_not_found(client: Client) -> None:
    for path in ("decisions/x", "decisions/x/notices", "plans/x", "plans/x/lint", "broadcasts/9"):
        status, problem = await client.get(f"/api/v1/{path}")
        described("get_decision", status, problem)
        assert status == 404
    assert (await client.post("/api/v1/lanes/999/park", {"reason": "x"}))[0] == 404


async def test_a_filter_that_is_misspelt_is_refused_and_not_ignored(client: Client) -> None:
    status, problem = await client.get("/api/v1/directory?audiense=schools")
    described("list_organisations", status, problem)
    assert (status, problem["error"]["field"]) == (422, "audiense")
