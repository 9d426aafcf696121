"""Approval as work: by role, in the plan's order, of exactly what was seen."""

from typing import Any

import pytest

from gateway.broadcasts.actor import LOCAL, Actor
from gateway.broadcasts.approving.approve import refuse, send_back, withdraw
from gateway.broadcasts.approving.present import decision_json
from gateway.broadcasts.preparing.groundwork import Refused
from gateway.broadcasts.preparing.opinion import attach
from gateway.errors import InputError
from gateway.ledger.decisions.decisions import Recorded
from tests.broadcasts.bureau import DRAFTER, LEADER, Bureau
from tests.city import HEADER


def seen(bureau: Bureau, recorded: Recorded) -> dict[str, Any]:
    found: dict[str, Any] = bureau.ledger.read_now(decision_json, bureau.desk, recorded.id)
    return found


def code(caught: pytest.ExceptionInfo[InputError]) -> str:
    return caught.value.code


def test_a_decision_without_approvals_waits_for_them_and_then_leaves(bureau: Bureau) -> None:
    submitted = bureau.submit(bureau.document())
    recorded = submitted.recorded
    assert submitted.prepared is not None
    assert [step.place for step in submitted.prepared.steps] == [0]
    with pytest.raises(InputError) as early:
        bureau.launch(recorded)
    assert code(early) == "APPROVALS_TO_COME"
    assert bureau.approve(recorded) == ()
    assert bureau.state(recorded) == "approved"
    assert bureau.launch(recorded).launched
    assert [kind for kind, _ in bureau.audit()][-3:] == ["submitted", "approved", "launched"]
    (said,) = seen(bureau, recorded)["approvals"]
    assert (said["role"], said["name"], said["own_draft"], said["counts"]) == ("主任", "王主任", False, True)


def test_where_every_approval_must_be_stated_one_that_is_missing_refuses(bureau: Bureau) -> None:
    with pytest.raises(Refused) as refused:
        bureau.submit(bureau.document(), approved=True)
    assert {each.code for each in refused.value.check.findings} == {"APPROVAL_MISSING"}


def test_the_drafter_does_not_approve_where_the_plan_is_silent(bureau: Bureau) -> None:
    recorded = bureau.submit(bureau.document()).recorded
    for own in (Actor("draft", "起草人", ("主任",)), Actor("other-token", "起草人", ("主任",))):
        with pytest.raises(InputError) as refused:
            bureau.approve(recorded, own)
        assert code(refused) == "OWN_DRAFT"
    assert bureau.state(recorded) == "submitted"


def test_whoever_has_no_name_or_title_approves_nothing(bureau: Bureau) -> None:
    recorded = bureau.submit(bureau.document()).recorded
    for nobody in (LOCAL, Actor("token", "某人"), Actor("(init)")):
        with pytest.raises(InputError) as refused:
            bureau.approve(recorded, nobody)
        assert code(refused) == "APPROVER_UNNAMED"
    with pytest.raises(InputError) as other:
        bureau.approve(recorded, LEADER, role="市长")
    assert code(other) == "TITLE_UNKNOWN"


def test_steps_are_given_in_the_plans_order_each_by_its_title(bureau: Bureau) -> None:
    bureau.register(f"{HEADER}\nKS1,喀什示例学校,学校,,653100,,19900000777,,,否")
    recorded = bureau.submit(bureau.example("kashgar-orange")).recorded
    with pytest.raises(InputError) as early:
        bureau.approve(recorded, Actor("deputy", "副职", ("副指挥长",)))
    assert (code(early), "办公室主任" in early.value.message) == ("NOT_YOUR_TURN", True)
    (left,) = bureau.approve(recorded, Actor("office", "主任", ("指挥部办公室主任",)))
    assert (left.place, left.titles) == (1, ("指挥部副指挥长",))
    with pytest.raises(InputError) as still:
        bureau.launch(recorded)
    assert (code(still), "副指挥长" in still.value.message) == ("APPROVALS_TO_COME", True)
    assert bureau.approve(recorded, Actor("deputy", "副职", ("副指挥长",))) == ()
    assert bureau.state(recorded) == "approved"


def test_one_person_may_hold_two_ranks_and_gives_each_step(bureau: Bureau) -> None:
    bureau.register(f"{HEADER}\nKS1,喀什示例学校,学校,,653100,,19900000777,,,否")
    recorded = bureau.submit(bureau.example("kashgar-orange")).recorded
    both = Actor("both", "一人两职", ("指挥部办公室主任", "副指挥长"))
    assert len(bureau.approve(recorded, both)) == 1
    assert bureau.approve(recorded, both) == ()
    given = seen(bureau, recorded)["approvals"]
    assert [each["role"] for each in given] == ["指挥部办公室主任", "副指挥长"]


def test_a_drafter_to_whom_the_plan_gives_the_step_approves_and_it_is_recorded(bureau: Bureau) -> None:
    bureau.register(f"{HEADER}\nXG1,西岗示例学校,学校,,210203,,19900000778,,,否")
    chief = Actor("chief", "指挥", ("副指挥长",))
    recorded = bureau.submit(bureau.example("xigang-orange"), chief).recorded
    assert bureau.approve(recorded, chief) == ()
    (said,) = seen(bureau, recorded)["approvals"]
    assert said["own_draft"] is True


def test_another_manifest_than_the_one_that_was_seen_is_not_approved(bureau: Bureau) -> None:
    document = bureau.document()
    first = bureau.submit(document).recorded
    bureau.register(f"{HEADER}\nS9,新桥小学,学校,,410105,,19900000301,,,否")
    second = bureau.submit(document).recorded
    assert (second.id, second.manifest != first.manifest) == (first.id, True)
    with pytest.raises(InputError) as conflict:
        bureau.approve(first)
    assert code(conflict) == "MANIFEST_CONFLICT"


def test_frozen_anew_with_other_recipients_the_approvals_start_again(bureau: Bureau) -> None:
    document = bureau.document()
    first = bureau.submit(document).recorded
    bureau.approve(first)
    assert bureau.submit(document).recorded.state == "approved"  # nothing has changed: it stays approved
    bureau.register(f"{HEADER}\nS9,新桥小学,学校,,410105,,19900000301,,,否")
    second = bureau.submit(document).recorded
    assert second.state == "submitted"
    with pytest.raises(InputError) as early:
        bureau.launch(second)
    assert code(early) == "APPROVALS_TO_COME"
    (said,) = seen(bureau, second)["approvals"]
    assert said["counts"] is False  # kept, and naming what was seen


def test_a_returned_decision_is_submitted_anew_and_says_who_returned_it(bureau: Bureau) -> None:
    document = bureau.document()
    recorded = bureau.submit(document).recorded
    bureau.case(
        send_back, bureau.desk, recorded.id, recorded.manifest, bureau.now, LEADER, comment="时间写错了"
    )
    assert bureau.state(recorded) == "returned"
    for stopped in (bureau.approve, bureau.launch):
        with pytest.raises(InputError) as refused:
            stopped(recorded)
        assert code(refused) == "DECISION_NOT_OPEN"
    again = bureau.submit(document).recorded
    assert (again.id, again.state) == (recorded.id, "submitted")
    (said,) = seen(bureau, again)["approvals"]
    assert (said["verdict"], said["comment"], said["name"]) == ("return", "时间写错了", "王主任")


def test_what_was_refused_stays_refused(bureau: Bureau) -> None:
    document = bureau.document()
    recorded = bureau.submit(document).recorded
    bureau.case(refuse, bureau.desk, recorded.id, recorded.manifest, bureau.now, LEADER, comment="不宜发布")
    with pytest.raises(InputError) as again:
        bureau.submit(document)
    assert code(again) == "DECISION_REFUSED"
    with pytest.raises(InputError) as launched:
        bureau.launch(recorded)
    assert code(launched) == "DECISION_NOT_OPEN"


def test_to_return_needs_a_comment_and_a_title_of_the_chain(bureau: Bureau) -> None:
    recorded = bureau.submit(bureau.document()).recorded
    with pytest.raises(InputError) as silent:
        bureau.case(send_back, bureau.desk, recorded.id, recorded.manifest, bureau.now, LEADER, comment="  ")
    assert code(silent) == "COMMENT_NEEDED"


def test_only_the_drafter_withdraws_and_only_before_the_launch(bureau: Bureau) -> None:
    recorded = bureau.submit(bureau.document()).recorded
    with pytest.raises(InputError) as other:
        bureau.case(withdraw, recorded.id, bureau.now, LEADER)
    assert code(other) == "NOT_THE_DRAFTER"
    bureau.case(withdraw, recorded.id, bureau.now, DRAFTER)
    assert bureau.state(recorded) == "withdrawn"
    launched = bureau.act(bureau.document())
    with pytest.raises(InputError) as late:
        bureau.case(withdraw, launched.id, bureau.now, DRAFTER)
    assert code(late) == "DECISION_NOT_OPEN"


def test_the_consultations_opinion_is_kept_with_its_hash_until_the_launch(bureau: Bureau) -> None:
    recorded = bureau.submit(bureau.document()).recorded
    pdf = b"%PDF-1.7 invented"
    bureau.case(attach, recorded.id, "会商意见.pdf", "application/pdf", pdf, bureau.now, DRAFTER)
    (kept,) = seen(bureau, recorded)["opinions"]
    assert (kept["name"], kept["bytes"], len(kept["sha256"])) == ("会商意见.pdf", len(pdf), 64)
    assert bureau.audit()[-1] == ("opinion_attached", "draft")
    assert bureau.submit(bureau.document()).recorded.manifest == recorded.manifest
    bureau.approve(recorded)
    bureau.launch(recorded)
    with pytest.raises(InputError) as late:
        bureau.case(attach, recorded.id, "late.pdf", "application/pdf", pdf, bureau.now, DRAFTER)
    assert code(late) == "DECISION_NOT_OPEN"


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("application/pdf", b"<html>"),
        ("image/png", b"%PDF-1.7"),
        ("text/plain", b"\xff\xfe"),
        ("text/html", b"<p>"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_not_kept(bureau: Bureau, media_type: str, content: bytes) -> None:
    recorded = bureau.submit(bureau.document()).recorded
    with pytest.raises(InputError) as refused:
        bureau.case(attach, recorded.id, "f", media_type, content, bureau.now, DRAFTER)
    assert code(refused) == "OPINION_TYPE"
