"""What single enterprises read is frozen with the decision, and changes with their lists."""

from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from gateway.broadcasts.desk import Desk
from gateway.directory.inventory import InventoryLine
from gateway.identifiers import uuid7
from gateway.ledger.directory import inventory
from gateway.ledger.schema import organisations, personal_words
from gateway.ledger.trail import vouching
from gateway.notices.model import Office
from gateway.plans.catalogue import Catalogue
from tests.broadcasts.bureau import Bureau
from tests.city import HEADER

PLANTS = "\n".join(
    [
        HEADER,
        "E1,示例机械厂,企业,工业企业,410104,罗厂长,19900000103,一厂群,e1@example.com,否",
        "E2,示例水泥厂,企业,工业企业,410105,钱厂长,19900000203,二厂群,e2@example.com,否",
        "E3,示例无清单厂,企业,工业企业,410105,孙厂长,19900000303,三厂群,e3@example.com,否",
    ]
)


def line(name: str, level: str = "orange", **changes: Any) -> InventoryLine:
    stop = {"list": "industrial", "level": level, "line": name, "action": "stop", "certain": True}
    return InventoryLine(**{**stop, "words": f"{name}停产", **changes})


LINES = {
    "E1": [line("甲窑", preparation_minutes=240), line("甲窑", "red"), line("甲磨", "red")],
    "E2": [line("乙窑"), line("乙磨", action="own_words", words="视情停运乙磨", certain=False)],
}


def store(connection: Connection, lines: dict[str, list[InventoryLine]]) -> None:
    inventory.apply(connection, "industrial", lines, 0, "(local)")


def graded(connection: Connection, code: str, grade: str, since: date) -> None:
    values = {"grade": grade, "grade_valid_from": since.isoformat()}
    connection.execute(update(organisations).where(organisations.c.code == code).values(**values))


def own(connection: Connection, decision_id: str) -> dict[tuple[str, str], str]:
    rows = connection.execute(
        select(organisations.c.code, personal_words.c.medium, personal_words.c.words)
        .join(organisations, organisations.c.id == personal_words.c.organisation_id)
        .where(personal_words.c.decision_id == decision_id)
    )
    return {(row.code, row.medium): row.words for row in rows}


@pytest.fixture
def listed(bureau: Bureau) -> Bureau:
    bureau.register(PLANTS)
    bureau.ledger.write_now(store, LINES)
    return bureau


def test_every_enterprise_with_lines_has_its_own_words_in_the_media_that_reach_it(listed: Bureau) -> None:
    recorded = listed.submit(listed.document()).recorded
    stored = listed.ledger.read_now(own, recorded.id)
    assert set(stored) == {(code, medium) for code in ("E1", "E2") for medium in ("notice", "sms", "webhook")}
    for (code, _), words in stored.items():
        mine, others = ("甲", "乙") if code == "E1" else ("乙", "甲")
        assert f"{mine}窑" in words
        assert others not in words


def test_the_manifest_changes_when_one_line_changes(listed: Bureau) -> None:
    document = listed.document()
    first = listed.submit(document).recorded.manifest
    assert listed.submit(document).recorded.manifest == first
    listed.ledger.write_now(store, {"E2": [line("乙窑", preparation_minutes=30), LINES["E2"][1]]})
    changed = listed.submit(document).recorded
    assert changed.manifest != first
    assert "30分钟" in listed.ledger.read_now(own, changed.id)["E2", "notice"]


def test_a_line_at_another_level_does_not_touch_the_manifest(listed: Bureau) -> None:
    document = listed.document()
    first = listed.submit(document).recorded.manifest
    listed.ledger.write_now(store, {"E1": [LINES["E1"][0], line("甲窑", "red")]})
    assert listed.submit(document).recorded.manifest == first


def test_the_grade_is_part_of_what_is_approved(listed: Bureau) -> None:
    listed.ledger.write_now(graded, "E1", "B", date(2023, 10, 1))
    recorded = listed.submit(listed.document()).recorded
    assert "按B级绩效执行（2023年10月1日起）" in listed.ledger.read_now(own, recorded.id)["E1", "notice"]


def test_a_raise_says_what_is_new_and_a_lift_what_ends(listed: Bureau) -> None:
    listed.act(listed.example("zhengzhou-orange"))
    red = {name: said for name, said in listed.example("zhengzhou-red-raise").items() if name != "context"}
    raised = listed.act(red)
    told = listed.ledger.read_now(own, raised.id)
    assert "1. 甲窑：停产。\n2. 【新增】甲磨：停产。" in told["E1", "notice"]
    assert "清单没有登记本单位红色预警的措施" in told["E2", "notice"]
    assert "（新增）甲磨停产" in told["E1", "sms"]


def test_words_changed_behind_the_audit_trail_are_found(listed: Bureau) -> None:
    recorded = listed.submit(listed.document()).recorded
    assert listed.ledger.read_now(_faults) == []
    listed.ledger.write_now(
        lambda connection: connection.execute(
            update(personal_words).where(personal_words.c.medium == "sms").values(words="照常生产")
        )
    )
    assert listed.ledger.read_now(_faults) == [("CHANGED", f"decision:{recorded.id}/personal")]


def _faults(connection: Connection) -> list[tuple[str, str | None]]:
    return [(fault.code, fault.subject) for fault in vouching.faults(connection)]


def test_exercises_have_their_own_words_too(tmp_path: Path) -> None:
    bureau = Bureau(tmp_path, exercise_lanes=True)
    bureau.register("\n".join([HEADER, "X9,演练机械厂,企业,工业企业,410104,,19900000909,,,是"]))
    bureau.ledger.write_now(store, {"X9": [line("演练窑")]})
    recorded = bureau.submit(bureau.document(exercise=True)).recorded
    told = bureau.ledger.read_now(own, recorded.id)
    bureau.close()
    assert told["X9", "sms"].startswith("【重污染天气预警】演练：")


def test_a_chat_room_that_several_plants_share_is_told_once_and_nothing_of_one_plant(bureau: Bureau) -> None:
    bureau.register(PLANTS.replace("二厂群", "一厂群"))
    bureau.ledger.write_now(store, LINES)
    submitted = bureau.submit(bureau.document())
    assert submitted.prepared is not None
    stored = bureau.ledger.read_now(own, submitted.recorded.id)
    assert {medium for code, medium in stored} == {"notice", "sms"}
    rooms = [each.address_id for each in submitted.prepared.targeted.targets if each.kind == "wecom"]
    assert len(rooms) == len(set(rooms)) == 2  # one of two plants, and the third's own


ROTATION = """
rotation:
  batches_at_most: 3
  turn: {batches: 2, hours: 24, begins: midnight, clause: {path: 示例, lines: [1, 1]}}
  clause: {path: 示例, lines: [1, 1]}
"""


@pytest.fixture
def rotating(listed: Bureau, tmp_path: Path) -> Bureau:
    """Zhengzhou with a rule of rotation that it does not have."""
    plan = (files("message_templates") / "plans" / "zhengzhou.yaml").read_text("utf-8")
    folder = tmp_path / "plans"
    folder.mkdir()
    (folder / "zhengzhou.yaml").write_text(plan + ROTATION, "utf-8")
    listed.desk = Desk(Catalogue(folder), Office(contacts=("值班电话 0371-00000000",)), uuid7)
    listed.ledger.write_now(
        store,
        {
            "E1": [line("甲窑", batch=2), line("甲窑", "red", batch=2)],
            "E2": [line("乙窑", batch=1), line("乙窑", "red", batch=1)],
        },
    )
    return listed


def test_an_extension_goes_on_with_the_turns_of_a_rotation(rotating: Bureau) -> None:
    first = rotating.act(rotating.example("zhengzhou-orange"))
    started = rotating.ledger.read_now(own, first.id)
    # from the tenth at noon to the thirteenth at noon
    assert "甲窑：第2批：1月12日0时至1月13日0时停产。" in started["E1", "notice"]
    assert "乙窑：第1批：1月11日0时至1月12日0时、1月13日0时至1月13日12时停产。" in started["E2", "notice"]
    rotating.later(days=4)
    document = rotating.example("zhengzhou-orange")
    rotating.moment = datetime.fromisoformat("2024-01-13T08:00:00+08:00")
    extended = rotating.act(
        {
            **document,
            "action": "extend",
            "document_number": "第二号",
            "decided_at": rotating.moment.isoformat(),
            "starts_at": "2024-01-13T12:00:00+08:00",
            "expected_end_at": "2024-01-15T12:00:00+08:00",
            "forecast": {
                **document["forecast"],
                "days": [
                    {"date": f"2024-01-{day}", "low": 200, "high": 240, "mean": 215} for day in (13, 14, 15)
                ],
                "aqi_range": {"low": 200, "high": 240},
                "aqi_mean": 215,
            },
        }
    )
    told = rotating.ledger.read_now(own, extended.id)
    assert "【调整】甲窑：第2批：1月14日0时至1月15日0时停产。" in told["E1", "notice"]
    assert "1月13日0时至1月14日0时、1月15日0时至1月15日12时停产" in told["E2", "notice"]
