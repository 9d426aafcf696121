"""Every launched decision releases one alert, whose bytes never change."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from gateway.broadcasts.approving.present import prepared_json
from gateway.broadcasts.launching.follow import Wish
from gateway.broadcasts.preparing.prepare import prepare
from gateway.decisions.model import Decision
from gateway.delivery import accounts
from gateway.errors import InputError
from gateway.exchange import cap
from gateway.exchange.certificates import read_key
from gateway.exchange.model import ALERT_LEVEL, Alert, Authority, read_moment
from gateway.exchange.verification import verify
from gateway.ledger import events
from gateway.ledger.decisions import notices
from gateway.ledger.decisions.decisions import Recorded
from gateway.ledger.delivery import lanes, ownership, queue
from gateway.ledger.directory import directory
from gateway.ledger.exchange import alerts
from gateway.ledger.exchange.alerts import StoredAlert
from gateway.notices.compose import render
from gateway.notices.model import Office
from tests.broadcasts.bureau import Bureau
from tests.broadcasts.launching.test_following import OBSERVED, lift, lowered
from tests.broadcasts.releases import chain
from tests.city import HEADER
from tests.delivery.world import settings_of
from tests.documents import red_raise
from tests.exchange.keys import certificate, pem, rsa_key, signing_key

SYSTEMS = "\n".join(
    [
        f"{HEADER},推送接收方",
        "O1,示例移动,电信运营企业,,410100,,,,,否,mobile",
        "O2,示例应急办,部门,,410100,,19900000777,,,否,platform",
        "O3,示例广电,媒体,,410105,,,,,否,platform",
        "O4,中原区示例广播站,媒体,,410102,,,,,否,station",
        "OX,演练平台,电信运营企业,,410100,,,,,是,drill",
    ]
)


def of(bureau: Bureau, recorded: Recorded) -> list[tuple[StoredAlert, Alert]]:
    return bureau.ledger.read_now(chain, recorded.episode_id)


def newest(bureau: Bureau, recorded: Recorded) -> tuple[StoredAlert, Alert]:
    return of(bureau, recorded)[-1]


def active(bureau: Bureau) -> list[str]:
    return [each.identifier for each in bureau.ledger.read_now(alerts.active, bureau.now)]


def raised(bureau: Bureau) -> dict[str, Any]:
    return red_raise(
        decided_at=bureau.moment.isoformat(), approvals=[], issuer="市环委会办公室", special_reason="会商"
    )


def extended(bureau: Bureau, level: str) -> dict[str, Any]:
    return bureau.document(
        action="extend",
        level=level,
        expected_end_at="2024-01-15T12:00:00+08:00",
        document_number="延长一号",
        special_reason="会商",
    )


def corrected(bureau: Bureau, of_it: Recorded) -> dict[str, Any]:
    document = bureau.document(
        action="correct",
        corrects="截止时间有误",
        previous=of_it.id,
        document_number="更正一号",
        special_reason="会商",
    )
    del document["level"]
    return document


# The chain


def test_a_warning_from_its_start_to_its_lift_is_one_chain(bureau: Bureau) -> None:
    start = bureau.act(bureau.document())
    assert active(bureau) == [newest(bureau, start)[0].identifier]
    steps = [start]
    makers: list[Callable[[], dict[str, Any]]] = [
        lambda: raised(bureau),
        lambda: extended(bureau, "red"),
        lambda: corrected(bureau, steps[-1]),
        lambda: lowered(bureau, ["410100"]),
    ]
    for make in makers:
        bureau.later(hours=9)
        steps.append(bureau.act(make()))
        assert active(bureau) == [newest(bureau, start)[0].identifier]
    bureau.later(days=3)
    bureau.act(lift(bureau, ["410100"]))
    found = [alert for _, alert in of(bureau, start)]
    assert [each.message_type for each in found] == [
        "Alert",
        "Update",
        "Update",
        "Update",
        "Update",
        "Update",
    ]
    levels = [alert.infos[0].parameter(ALERT_LEVEL) for alert in found]
    assert levels == ["橙色", "红色", "红色", "红色", "黄色", None]
    assert len({each.identifier for each in found}) == len(found)


def test_a_lift_cancels_everything_once_it_takes_effect(bureau: Bureau) -> None:
    start = bureau.act(bureau.document())
    bureau.later(days=4)
    wish = Wish("解除一号", changes={"observed": OBSERVED, "special_reason": "好转"})
    bureau.follow(start, "lift", wish)
    (first, _), (last, alert) = of(bureau, start)
    assert alert.message_type == "Cancel"
    assert [each.identifier for each in alert.references] == [first.identifier]
    assert (last.expires_at, last.renew_at) == (None, None)
    assert active(bureau) == []
    assert json.loads(last.cell)["stops_earlier"] is True


def test_until_a_lift_takes_effect_the_warning_is_said_to_go_on(bureau: Bureau) -> None:
    start = bureau.act(bureau.document(starts_at=bureau.moment.isoformat(), special_reason="急"))
    bureau.later(days=3, hours=4)
    document = lift(bureau, ["410100"])
    bureau.act(document)
    _, (last, alert) = of(bureau, start)
    assert alert.message_type == "Update"
    assert [info.ends for info in alert.infos if info.language == "zh-CN"] == [True, False]
    assert active(bureau) == [last.identifier]
    assert json.loads(last.cell)["cell_broadcast"] is False  # nobody is woken by words that go on
    bureau.later(hours=12)
    assert active(bureau) == []


@pytest.mark.parametrize("made", ["issue", "raise", "lift", "hint"])
def test_a_retraction_takes_back_what_was_said(bureau: Bureau, made: str) -> None:
    start = bureau.act(bureau.document(action="hint" if made == "hint" else "issue"))
    bureau.later(hours=5)
    last = start
    if made == "raise":
        last = bureau.act(raised(bureau))
    if made == "lift":
        wish = Wish("解除一号", changes={"observed": OBSERVED, "special_reason": "会商"})
        last = bureau.follow(start, "lift", wish).recorded
    bureau.later(hours=1)
    done = bureau.follow(last, "retract", Wish("撤回一号", changes={"special_reason": "会商"})).recorded
    if not done.launched:
        bureau.approve(done)
        bureau.launch(done)
    kinds = [alert.message_type for _, alert in of(bureau, start)]
    level = newest(bureau, start)[1].infos[0].parameter(ALERT_LEVEL)
    assert {
        "issue": (["Alert", "Cancel"], None),
        "raise": (["Alert", "Update", "Update"], "橙色"),
        "lift": (["Alert", "Cancel", "Alert"], "橙色"),
        "hint": (["Alert", "Cancel"], None),
    }[made] == (kinds, level)
    assert bool(active(bureau)) == (level is not None)


def test_a_warning_after_its_hint_updates_it(bureau: Bureau) -> None:
    hint = bureau.act(bureau.document(action="hint"))
    bureau.later(hours=5)
    bureau.act(bureau.document(document_number="二号", special_reason="会商"))
    (first, _), (_, alert) = of(bureau, hint)
    assert alert.message_type == "Update"
    assert [each.identifier for each in alert.references] == [first.identifier]


def test_a_second_episode_beside_has_a_chain_and_a_code_of_its_own(bureau: Bureau) -> None:
    one = bureau.act(bureau.document(area=["410102"]))
    other = bureau.act(bureau.document(area=["410105"], document_number="二号"))
    assert len(active(bureau)) == 2
    bureau.later(hours=2)
    bureau.follow(one, "retract", Wish("撤回一号"))
    assert active(bureau) == [newest(bureau, other)[0].identifier]
    assert newest(bureau, one)[0].cell_code != newest(bureau, other)[0].cell_code
    assert [each.cell_update for each, _ in of(bureau, one)] == [0, 1]
    # of one second: told apart by their numbers
    assert [newest(bureau, other)[0].identifier[-2:], of(bureau, one)[0][0].identifier[-2:]] == ["_2", "_1"]


def test_exercises_are_released_and_never_public(tmp_path: Path) -> None:
    bureau = Bureau(tmp_path, exercise_lanes=True)
    drill = bureau.act(bureau.document(exercise=True, document_number="演练一号"))
    stored, alert = newest(bureau, drill)
    assert (alert.status, alert.scope) == ("Exercise", "Restricted")
    assert active(bureau) == []
    assert bureau.ledger.read_now(alerts.issued) == []
    assert bureau.ledger.read_now(alerts.newest_id) == 0
    assert bureau.ledger.read_now(alerts.by_identifier, stored.identifier) == stored
    bureau.close()


# What was approved is what leaves


def test_the_draft_is_approved_and_only_its_name_and_time_are_made_later(bureau: Bureau) -> None:
    recorded = bureau.submit(bureau.document(starts_at="2024-01-10T12:00:00+08:00")).recorded
    (text,) = bureau.ledger.read_now(notices.texts, recorded.id, {"medium": "push"})
    draft = json.loads(json.loads(text.messages)[0])
    bureau.approve(recorded)
    bureau.desk = replace(
        bureau.desk,
        office=Office(signature="别的签名", contacts=("别的电话",)),
        authority=Authority(sender="other", event="别的", valid_hours=1, organisation="416"),
    )
    bureau.later(hours=3)
    bureau.launch(recorded)
    stored, alert = newest(bureau, recorded)
    assert read_moment(alert.sent) == bureau.moment
    said = json.loads(stored.json)
    for info in (*said["info"], *draft["info"]):
        info.pop("effective")
    assert {each for each in said if said[each] != draft.get(each)} == {"identifier", "sent", "incidents"}
    assert alert.identifier.startswith(draft["identifier"].partition("_")[0])


def test_the_same_document_drafts_the_same_words_whenever_it_comes(bureau: Bureau) -> None:
    first = bureau.submit(bureau.document()).recorded
    document = bureau.document()
    bureau.later(hours=1)
    assert bureau.submit(document).recorded.manifest == first.manifest
    bureau.approve(first)
    bureau.launch(first)
    bureau.launch(first)
    assert len(of(bureau, first)) == 1


def test_what_the_national_platform_cannot_be_told_holds_nothing_up(bureau: Bureau) -> None:
    known = bureau.act(bureau.document())
    assert newest(bureau, known)[0].national is not None
    area = next(each.code for each in bureau.desk.catalogue.load("zhengzhou").plan.areas if each.own_code)
    bureau.later(hours=1)
    bureau.follow(known, "retract", Wish("撤回一号"))
    own = bureau.act(bureau.document(area=[area], document_number="二号"))
    stored, _ = newest(bureau, own)
    assert stored.national is None
    assert "行政区划代码" in (stored.national_refused or "")


def test_no_statement_changes_what_was_released(bureau: Bureau) -> None:
    recorded = bureau.act(bureau.document())
    for form in ("cap", "json", "cell", "identifier"):
        for statement in (f"update alerts set {form} = null", "delete from alerts"):
            with pytest.raises(IntegrityError, match="append-only"):
                bureau.case(lambda connection, statement=statement: connection.exec_driver_sql(statement))
    assert len(of(bureau, recorded)) == 1


# Signatures


def test_a_configured_key_signs_what_is_released(bureau: Bureau) -> None:
    key = signing_key()
    bureau.desk = replace(bureau.desk, signing_key=key)
    recorded = bureau.act(bureau.document())
    stored, alert = newest(bureau, recorded)
    assert stored.signed
    proved = verify(stored.cap, {alert.sender: [key.fingerprint]}, bureau.moment)
    assert cap.from_root(proved.root) == alert


def test_a_certificate_that_has_run_out_holds_no_warning_up(
    bureau: Bureau, caplog: pytest.LogCaptureFixture
) -> None:
    ended = certificate(rsa_key(), until=bureau.moment - timedelta(days=1))
    bureau.desk = replace(bureau.desk, signing_key=read_key(pem(rsa_key()), ended))
    with caplog.at_level(logging.ERROR):
        recorded = bureau.act(bureau.document())
    stored, _ = newest(bureau, recorded)
    assert recorded.launched
    assert not stored.signed
    assert "alert_unsigned" in caplog.text
    told = [each for each in bureau.ledger.read_now(events.page) if each.kind == "alert_unsigned"]
    assert [each.detail for each in told] == [{"alert": stored.identifier, "reason": "CERTIFICATE_EXPIRED"}]


# Who takes it


def test_each_system_takes_an_alert_once_whoever_names_it(bureau: Bureau) -> None:
    bureau.register(SYSTEMS)
    start = bureau.act(bureau.document())
    told = bureau.told(start)
    assert {name: told[name] for name in ("mobile", "latform", "station")} == {
        "mobile": ["now"],
        "latform": ["now"],
        "station": ["now"],
    }
    assert "drill" not in told


def test_a_system_in_an_area_that_a_change_drops_takes_the_same_update(bureau: Bureau) -> None:
    bureau.register(SYSTEMS)
    start = bureau.act(bureau.document())
    bureau.later(hours=3)
    less = bureau.act(lowered(bureau, ["410105"]))
    assert bureau.told(less)["station"] == ["now"]
    assert bureau.told(less)["mobile"] == ["now"]
    (notice,) = {
        each
        for (_, _, medium, _), each in bureau.ledger.read_now(notices.readers, less.id, "now").items()
        if medium == "push"
    }
    envelope = json.loads(bureau.ledger.read_now(alerts.envelope, notice))
    stored, alert = newest(bureau, start)
    assert envelope["cap"].encode() == stored.cap
    assert (envelope["identifier"], envelope["type"], envelope["all_clear"]) == (
        alert.identifier,
        "update",
        None,
    )
    assert envelope["json"]["sent"] == envelope["sent"] == alert.sent


def test_a_system_that_took_the_warning_takes_its_lift_whoever_has_left_the_directory(
    bureau: Bureau, tmp_path: Path
) -> None:
    station = {"url": "http://127.0.0.1:9", "secrets": ["whsec_" + "QQ" * 22]}
    operators = {"provider": "standard_webhooks", "receivers": {"station": station}}
    bureau.case(accounts.sync, settings_of(tmp_path, operators=operators).accounts, bureau.now)
    epoch = bureau.case(ownership.hold, ["operators"], "test")["operators"]
    bureau.register(SYSTEMS)
    start = bureau.act(bureau.document())
    bureau.expand()
    lane = next(each for each in bureau.ledger.read_now(lanes.all_lanes) if each.channel == "push")
    claim = bureau.case(
        queue.claim,
        lane_id=lane.id,
        account_id=lane.account_id,
        epoch=epoch,
        now=bureau.now,
        limit=10,
        paid_from=0.0,
        interval=0.0,
        known={},
    )
    assert len(claim.messages) == 1
    bureau.case(directory.switch_off, ["O4"], bureau.now, "(local)")
    bureau.later(days=4)
    wish = Wish("解除一号", changes={"observed": OBSERVED, "special_reason": "好转"})
    last = bureau.follow(start, "lift", wish).recorded
    assert bureau.told(last)["station"] == ["now"]


def test_a_cancel_has_its_all_clear_form_beside_it_where_somebody_takes_it(bureau: Bureau) -> None:
    bureau.desk = replace(bureau.desk, all_clear=True)
    start = bureau.act(bureau.document())
    bureau.later(days=4)
    wish = Wish("解除一号", changes={"observed": OBSERVED, "special_reason": "好转"})
    last = bureau.follow(start, "lift", wish).recorded
    *_, (cancel, _), (clear, alert) = of(bureau, start)
    assert (cancel.kind, clear.kind) == ("decision", "all_clear")
    assert (cancel.message_type, clear.message_type) == ("Cancel", "Update")
    assert all(info.ends for info in alert.infos)
    (notice,) = bureau.ledger.read_now(notices.texts, last.id, {"medium": "push"})
    readers = bureau.ledger.read_now(notices.readers, last.id, "now")
    envelope = json.loads(
        bureau.ledger.read_now(alerts.envelope, readers["operators", None, "push", "zh-CN"])
    )
    assert notice.audience == "operators"
    assert (envelope["identifier"], envelope["all_clear"]["identifier"]) == (
        cancel.identifier,
        clear.identifier,
    )


def test_what_makes_no_alert_is_refused_before_anybody_approves(bureau: Bureau) -> None:
    """With so long a signature every text fits but the one that operators relay."""
    office = Office(signature="示例" * 30)
    document = bureau.document()
    render(bureau.desk.catalogue.load("zhengzhou").plan, Decision.model_validate(document), office)
    bureau.desk = replace(bureau.desk, office=office)
    with pytest.raises(InputError) as caught:
        bureau.submit(document)
    assert (caught.value.code, caught.value.field) == ("NOTICE_TOO_LONG", "public.sms")


def test_a_preview_says_which_systems_have_no_form_of_it_and_why(bureau: Bureau) -> None:
    bureau.register(SYSTEMS)
    area = next(each.code for each in bureau.desk.catalogue.load("zhengzhou").plan.areas if each.own_code)

    def told(codes: list[str]) -> Any:
        decision = Decision.model_validate(bureau.document(area=codes))
        return prepared_json(bureau.case(prepare, bureau.desk, decision, bureau.now))["recipients"][
            "formless"
        ]

    assert told([area]) is None  # nobody reads the dialect
    bureau.desk = replace(
        bureau.desk, national=frozenset({("mobile", False), ("absent", False), ("drill", True)})
    )
    found = told([area])
    assert found["receivers"] == ["mobile"]
    assert "行政区划代码" in found["message"]
    assert "exchange.divisions" in found["message_en"]
    assert told(["410100"]) is None
    divided = replace(bureau.desk.authority, divisions=((area, "410171"),))
    bureau.desk = replace(bureau.desk, authority=divided)
    assert told([area]) is None
