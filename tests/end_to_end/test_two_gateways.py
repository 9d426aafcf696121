"""A city orders and its district follows, from the start to the lift, each through a gateway of its own."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from channels.webhook import signatures
from tests.documents import as_yaml
from tests.end_to_end.office import process
from tests.end_to_end.two_gateways import Office, city_decision, completed, hour, linked, seed, shown, until


def post(district: Office, content: bytes, key: str | None, name: str = "msg_by_hand") -> int:
    """The status with which the district answers a message; signed as Standard Webhooks with `key`."""
    headers = {"Content-Type": "application/cap+xml"}
    if key is not None:
        headers |= signatures.sign([signatures.signing_key(key)], name, datetime.now(UTC), content)
    try:
        with urlopen(Request(f"{district.url}/api/v1/orders", content, headers)) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def waiting(district: Office) -> list[dict[str, Any]]:
    return [each for each in district.json("order", "list")["orders"] if each["state"] == "received"]


def next_order(district: Office, number: int) -> Any:
    """The order that waits, once the city's `number`th has come."""
    of_city = f"大重污指令〔2026〕{number}号"
    return until(
        lambda: next((each for each in waiting(district) if each["document_number"] == of_city), None)
    )


def told(city: Office, broadcast: int) -> str:
    """What the district said last of a broadcast's alert."""
    found = city.json("handover", str(broadcast))
    (receiver,) = found["receivers"]
    return shown(receiver)


def shown_to_people(district: Office, order: int) -> None:
    """The same in words; a draft overwrites no file."""
    assert "待处理" in district.run("order", "list").out
    assert "Standard Webhooks 签名" in district.run("order", "show", str(order)).out
    assert district.run("order", "draft", str(order), "--output", "draft.yaml").code == 0
    assert "# 补 document_number" in (district.folder / "draft.yaml").read_text("utf-8")
    assert district.run("order", "draft", str(order), "--output", "draft.yaml").code == 1
    assert "大连市" in district.run("due").out
    found = district.run("doctor", "--json").json["checks"]
    assert "ORDERS_WAITING" in {each["code"] for each in found}


@pytest.mark.long
def test_a_district_follows_its_citys_orders_from_start_to_lift(tmp_path: Path) -> None:
    with (
        process(tmp_path, "channels.stand_ins", "--twilio-port", "0") as (_, stand_ins),
        linked(tmp_path, stand_ins["twilio_url"]) as (city, district, city_key),
    ):
        stated = city_decision("issue", "orange", 1)
        started = city.decide(stated)
        order = next_order(district, 1)
        assert (order["kind"], order["level"], order["area"]) == ("warning", "orange", ["210203"])
        until(lambda: "已收到，待处理" in told(city, started["broadcast"]))
        due = district.json("due")["obligations"]
        assert [each["code"] for each in due] == ["order_received"]

        draft = district.json("order", "draft", str(order["id"]))
        assert draft["document"]["action"] == "issue"
        assert draft["document"]["expected_end_at"] == stated["expected_end_at"]
        shown_to_people(district, order["id"])
        ours = district.decide(completed(draft, 1))
        assert waiting(district) == []
        assert district.json("order", "show", str(order["id"]))["decision"] == ours["id"]
        until(lambda: "已发布橙色预警，文号 西重污染预警〔2026〕1号" in told(city, started["broadcast"]))

        raised = city.decide(city_decision("raise", "red", 2))
        order = next_order(district, 2)
        below = completed(draft, 2, action="extend", expected_end_at=hour(96).isoformat())
        refused = district.submit(below)
        assert refused.code == 1, refused
        assert {"BELOW_FLOOR", "LEVEL_DIFFERS_FROM_ORDER"} <= {
            each["code"] for each in refused.json["check"]["findings"] if each["severity"] == "refuse"
        }
        red = district.json("order", "draft", str(order["id"]))
        assert (red["document"]["action"], red["document"]["level"]) == ("raise", "red")

        orange = city.run("payload", "released", str(started["broadcast"])).out.encode()
        alert = city.run("payload", "released", str(raised["broadcast"])).out.encode()
        assert post(district, alert.replace("红色".encode(), "黄色".encode()), None) == 403  # forged
        assert post(district, alert, f"whsk_{seed()}") == 403
        assert post(district, alert, None) == 202  # a repetition, proved by its XML signature
        assert post(district, orange, city_key) == 202
        assert post(district, orange.replace("橙色".encode(), "黄色".encode()), city_key) == 409
        (drill := city.folder / "drill.yaml").write_text(
            as_yaml(city_decision("issue", "orange", 9, exercise=True)), encoding="utf-8"
        )
        sent = datetime.now(UTC) + timedelta(seconds=200)  # no second in which the city released something
        made = city.run("payload", "make", drill.name, "--now", sent.isoformat())
        assert made.code == 0, made
        assert post(district, made.out.encode(), city_key, "msg_drill") == 202
        (exercise,) = [each for each in waiting(district) if each["exercise"]]
        drafted = district.json("order", "draft", str(exercise["id"]))
        assert (drafted["document"]["action"], drafted["document"]["exercise"]) == ("issue", True)
        assert [each["document_number"] for each in waiting(district) if not each["exercise"]] == [
            "大重污指令〔2026〕2号"
        ]

        district.decide(completed(red, 3))
        early = {**completed(red, 4, action="lift"), "basis": {"kind": "upper_order"}}
        for key in ("level", "expected_end_at"):
            del early[key]
        refused = district.submit(early)
        assert "BELOW_FLOOR" in {each["code"] for each in refused.json["check"]["findings"]}, refused

        lifted = city.decide(city_decision("lift", None, 3, starts_at=hour(0.5).isoformat()))
        order = next_order(district, 3)
        draft = district.json("order", "draft", str(order["id"]))
        assert draft["document"]["action"] == "lift"
        starts = {"starts_at": hour(1.5).isoformat()}
        district.decide(completed(draft, 5, **starts))
        until(lambda: "已解除预警，文号 西重污染预警〔2026〕5号" in told(city, lifted["broadcast"]))
        assert [each["exercise"] for each in waiting(district)] == [True]
        assert not any(
            each["in_force"]
            for each in district.json("order", "list", "--all")["orders"]
            if not each["exercise"]
        )
        assert district.run("audit", "verify").code == 0
