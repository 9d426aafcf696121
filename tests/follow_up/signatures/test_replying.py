"""What a reply by SMS counts for: what its number was told last, and nothing older."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from channels.contract import Outcome, Reason, Reply, Unknown
from gateway.broadcasts.launching.follow import Wish
from gateway.directory.model import Address
from gateway.follow_up.obligations import turns
from gateway.follow_up.signatures.replying import READING, hear
from gateway.identifiers import uuid7
from gateway.ledger import timers
from gateway.ledger.accounts import user_addresses, users
from gateway.ledger.decisions.decisions import Recorded
from gateway.ledger.delivery import lanes
from gateway.ledger.schema import deliveries, memos, notices, replies
from tests.broadcasts.bureau import LEADER
from tests.follow_up.asking import PLANT, Asking

NUMBER = "+8619900001000"  # of the plant itself
MINUTE = 60.0


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Asking]:
    opened = Asking(tmp_path)
    yield opened
    opened.close()


def heard(office: Asking, text: str, after: float = MINUTE) -> str:
    """The plant's number answers so many seconds later; gives what that was taken as."""
    office.later(seconds=after)
    (lane,) = office.ledger.read_now(lanes.all_lanes)
    reply = Reply(f"SM{office.now}{text.encode().hex()}", NUMBER, text)
    office.case(partial(hear, office=office.desk.office), lane.account_id, reply, office.now)
    return str(office.ledger.read_now(_last))


def _last(connection: Connection) -> str:
    return str(connection.execute(select(replies.c.meaning).order_by(replies.c.id.desc()).limit(1)).scalar())


def _answers(connection: Connection) -> list[str]:
    """What replies were answered, as it is queued or left."""
    query = (
        select(notices.c.messages)
        .join(deliveries, deliveries.c.notice_id == notices.c.id)
        .join(memos, memos.c.id == notices.c.memo_id)
        .where(memos.c.kind == "several")
    )
    return [text for each in connection.execute(query).scalars() for text in json.loads(each)]


def signed(office: Asking, recorded: Recorded, code: str = "E1") -> bool:
    return office.asked(recorded, code).signed_at is not None


def retracted(office: Asking, recorded: Recorded) -> Recorded:
    """What the plant is told next: that the warning was a mistake."""
    newer = office.follow(recorded, "retract", Wish("撤回一号")).recorded
    office.expand()
    office.deliver()
    return newer


def called_to_approve(office: Asking) -> None:
    """A leader reads at the plant's number too; it is their turn with another decision."""

    def keep(connection: Connection) -> None:
        leader = uuid7(office.now)
        users.add(connection, leader, "leader", LEADER.person or "", LEADER.titles, ["approver"], [], "zh", 1)
        user_addresses.state(connection, leader, Address("sms", NUMBER), office.now)
        user_addresses.prove(connection, leader, Address("sms", NUMBER), office.now)

    office.ledger.write_now(keep)
    office.submit(office.document(area=["410105"], document_number="郑环攻坚办〔2024〕9号"))
    office.later(minutes=5)
    due = office.ledger.read_now(timers.due, "memo", office.now, 10)
    assert sum(office.case(turns.take, office.desk, each, 300_000, office.now) for each in due) >= 1
    office.deliver()


@pytest.mark.parametrize("text", ["1", "2", "不能停"])
def test_an_answer_to_the_call_to_approve_signs_for_nobody(office: Asking, text: str) -> None:
    warning = office.start(area=["410104"])
    called_to_approve(office)
    assert heard(office, text) == "unclear"
    asked = office.asked(warning)
    assert (asked.signed_at, asked.objected_at) == (None, None)


def test_a_warning_after_the_call_to_approve_is_signed_by_its_own_answer(office: Asking) -> None:
    called_to_approve(office)
    office.later(minutes=1)
    warning = office.start(area=["410104"])
    assert heard(office, "1") == "sign"
    assert signed(office, warning)


def test_the_answer_to_an_order_is_not_taken_for_the_next_that_nobody_has_read_yet(office: Asking) -> None:
    first = office.start()
    office.later(minutes=30)
    newer = retracted(office, first)
    assert heard(office, "1", after=READING / 1000 - 1) == "unclear"
    assert not signed(office, newer)
    assert heard(office, "1", after=2) == "sign"
    assert signed(office, newer)


def test_a_second_reply_does_not_sign_what_was_asked_before(office: Asking) -> None:
    office.add(replace(PLANT, code="E2", name="示例二厂", area="410105", contacts=()))
    earlier = office.start(area=["410104"])
    office.later(minutes=30)
    newer = office.start(area=["410105"], document_number="郑环攻坚办〔2024〕9号")
    assert heard(office, "1") == "sign"
    assert heard(office, "1") == "unclear"
    assert (signed(office, earlier), signed(office, newer, "E2")) == (False, True)


def test_a_reply_signs_for_neither_of_two_plants_told_at_once(office: Asking) -> None:
    office.add(replace(PLANT, code="E2", name="示例二厂", contacts=()))
    warning = office.start()
    assert heard(office, "1") == "unclear"
    assert [signed(office, warning, code) for code in ("E1", "E2")] == [False, False]
    (answer,) = office.ledger.read_now(_answers)
    assert "您的回复没有算数：" in answer
    assert {"示例机械厂", "示例二厂"} <= set(re.split("[：、]|的通知", answer))
    assert "打开每条短信里的链接" in answer
    assert heard(office, "收到") == "unclear"
    assert heard(office, "2") == "unclear"
    assert office.ledger.read_now(_answers) == [answer]  # once: each costs, and telephones answer too
    office.deliver()
    assert heard(office, "1") == "unclear"  # that answer asks for nothing
    assert [signed(office, warning, code) for code in ("E1", "E2")] == [False, False]


def test_a_reply_may_hold_what_no_ledger_can(office: Asking) -> None:
    warning = office.start()
    (lane,) = office.ledger.read_now(lanes.all_lanes)
    stranger = Reply("SM-odd", "+861990000\0\ud800", "1\0\u202e\ud800")
    office.case(partial(hear, office=office.desk.office), lane.account_id, stranger, office.now)
    assert office.ledger.read_now(_last) == "unclear"
    assert heard(office, "1\0") == "sign"
    assert signed(office, warning)


def test_a_message_that_may_have_been_lost_is_answered_all_the_same(office: Asking) -> None:
    def lost(_address: int) -> Outcome:
        return Unknown(Reason.TIMEOUT)

    recorded = office.act(office.document())
    office.expand()
    office.deliver(lost)
    assert heard(office, "收到") == "sign"
    assert signed(office, recorded)


def test_a_message_that_never_left_is_nothing_that_was_said_last(office: Asking) -> None:
    warning = office.start(area=["410104"])
    office.add(replace(PLANT, code="E2", name="示例二厂", area="410105", contacts=()))
    office.later(minutes=1)
    office.act(office.document(area=["410105"], document_number="郑环攻坚办〔2024〕9号"))
    office.expand()  # queued, and nothing leaves
    assert heard(office, "1") == "sign"
    assert signed(office, warning)
