"""Who is told that it is their turn with a decision, through the same queue as everything else."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Connection, select

from gateway.accounts.users import actor_of
from gateway.broadcasts.actor import Actor
from gateway.broadcasts.approving.approve import refuse, send_back, withdraw
from gateway.directory.model import Address, AddressKind
from gateway.follow_up.obligations.turns import due_now, postpone, take
from gateway.identifiers import uuid7
from gateway.ledger import timers
from gateway.ledger.accounts import memos, user_addresses, users
from gateway.ledger.accounts.users import Role, User
from gateway.ledger.backends import incarnation
from gateway.ledger.decisions.decisions import Recorded
from gateway.ledger.schema import addresses, broadcasts, deliveries, notices
from gateway.notices.model import Office
from tests.broadcasts.bureau import LEADER, Bureau
from tests.city import HEADER

HEAD, DEPUTY = "指挥部办公室主任", "指挥部副指挥长"
AGAIN = 5 * 60_000  # ms


class Told(NamedTuple):
    number: str
    text: str
    state: str
    priority: int
    reason: str | None


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    opened = Bureau(tmp_path)
    yield opened
    opened.close()


def somebody(
    bureau: Bureau,
    name: str,
    *roles: Role,
    number: str | None = None,
    titles: Sequence[str] = (),
    areas: Sequence[str] = (),
    proved: bool = True,
    kind: AddressKind = "sms",
    person: str | None = None,
) -> User:
    def keep(connection: Connection) -> User:
        identifier = uuid7(bureau.now)
        called = person or f"{name}同志"
        assert users.add(connection, identifier, name, called, titles, roles, areas, "zh", bureau.now)
        if number is not None:
            address = Address(kind, number)
            user_addresses.state(connection, identifier, address, bureau.now)
            if proved:
                user_addresses.prove(connection, identifier, address, bureau.now)
        made = users.get(connection, identifier)
        assert made is not None
        return made

    return bureau.ledger.write_now(keep)


def look(bureau: Bureau) -> int:
    """Look after every memo that is due; gives how many messages that made."""
    return sum(
        bureau.ledger.write_now(take, bureau.desk, memo_id, AGAIN, bureau.now)
        for memo_id in bureau.ledger.read_now(due_now, bureau.now)
    )


def told(bureau: Bureau) -> list[Told]:
    """Every message to the office's own people, in the order in which they were made."""

    def read(connection: Connection) -> list[Told]:
        query = (
            select(
                addresses.c.value,
                notices.c.messages,
                deliveries.c.state,
                deliveries.c.priority,
                deliveries.c.reason,
            )
            .join(broadcasts, broadcasts.c.id == deliveries.c.broadcast_id)
            .join(addresses, addresses.c.id == deliveries.c.address_id)
            .join(notices, notices.c.id == deliveries.c.notice_id)
            .where(broadcasts.c.memo_id.is_not(None))
            .order_by(deliveries.c.id)
        )
        return [
            Told(value, json.loads(messages)[0], *rest)
            for value, messages, *rest in connection.execute(query)
        ]

    return bureau.ledger.read_now(read)


def kashgar(bureau: Bureau, actor: Actor | None = None) -> Recorded:
    """An orange start that two leaders approve, submitted."""
    bureau.register(f"{HEADER}\nKS1,喀什示例学校,学校,,653100,,19900000777,,,否")
    document = bureau.example("kashgar-orange")
    return bureau.submit(document, *([] if actor is None else [actor])).recorded


def numbers(found: Sequence[Told]) -> list[str]:
    return [each.number for each in found]


def test_each_step_tells_whoever_gives_the_next(bureau: Bureau) -> None:
    somebody(bureau, "head", "approver", number="+8619900001001", titles=[HEAD])
    somebody(bureau, "deputy", "approver", number="+8619900001002", titles=["副指挥长"])
    somebody(bureau, "officer", "duty_officer", number="+8619900001003")
    somebody(bureau, "viewer", "viewer", number="+8619900001004", titles=[HEAD])
    recorded = kashgar(bureau)
    assert look(bureau) == 1
    (first,) = told(bureau)
    assert first.number == "+8619900001001"
    assert first.text.startswith("【重污染天气预警】请您批准：喀什地区发布重污染天气橙色预警，")
    assert "起草人起草" in first.text
    bureau.deliver()
    bureau.approve(recorded, Actor("office", "主任", (HEAD,)))
    assert look(bureau) == 1
    assert numbers(told(bureau)[1:]) == ["+8619900001002"]
    bureau.deliver()
    bureau.approve(recorded, Actor("deputy", "副职", (DEPUTY,)))
    assert look(bureau) == 1
    ready = told(bureau)[2]
    assert (ready.number, "批准齐备，请发布" in ready.text) == ("+8619900001003", True)
    bureau.launch(recorded)
    assert (look(bureau), len(told(bureau))) == (0, 3)


def test_what_is_queued_for_a_step_that_is_done_never_leaves(bureau: Bureau) -> None:
    somebody(bureau, "head", "approver", number="+8619900001001", titles=[HEAD])
    somebody(bureau, "deputy", "approver", number="+8619900001002", titles=[DEPUTY])
    recorded = kashgar(bureau)
    look(bureau)
    bureau.approve(recorded, Actor("office", "主任", (HEAD,)))
    look(bureau)
    bureau.deliver()
    bureau.deliver()
    assert [each.state for each in told(bureau)] == ["cancelled", "delivered"]


def test_a_fault_here_shortens_no_wait_that_another_machine_has_set(bureau: Bureau) -> None:
    somebody(bureau, "head", "approver", number="+8619900001001", titles=[HEAD])
    kashgar(bureau)
    (memo_id,) = bureau.ledger.read_now(due_now, bureau.now)
    bureau.ledger.write_now(postpone, memo_id, bureau.now)
    assert (look(bureau), told(bureau)) == (0, [])
    bureau.later(minutes=1)
    assert look(bureau) == 1
    bureau.ledger.write_now(postpone, memo_id, bureau.now)  # its own look failed, after the other's
    bureau.later(minutes=4)
    assert look(bureau) == 0
    bureau.later(minutes=1)
    assert look(bureau) == 1


def test_a_crash_before_the_messages_are_made_loses_and_doubles_nothing(bureau: Bureau) -> None:
    somebody(bureau, "head", "approver", number="+8619900001001", titles=[HEAD])
    kashgar(bureau)
    (memo_id,) = bureau.ledger.read_now(due_now, bureau.now)

    def crashed(connection: Connection) -> None:
        assert take(connection, bureau.desk, memo_id, AGAIN, bureau.now) == 1
        raise RuntimeError

    with pytest.raises(RuntimeError):
        bureau.ledger.write_now(crashed)
    assert told(bureau) == []
    assert bureau.ledger.read_now(due_now, bureau.now) == [memo_id]
    assert look(bureau) == 1
    again = bureau.ledger.write_now(take, bureau.desk, memo_id, AGAIN, bureau.now)  # another machine's look
    assert (again, look(bureau), len(told(bureau))) == (0, 0, 1)


def test_who_does_not_act_is_told_once_more_and_then_the_drafter(bureau: Bureau) -> None:
    somebody(bureau, "head", "approver", number="+8619900001001", titles=[HEAD])
    somebody(bureau, "second", "approver", number="+8619900001002", titles=["办公室主任"])
    roles: tuple[Role, ...] = ("drafter", "approver")
    drafter = somebody(bureau, "drafter", *roles, number="+8619900001009", titles=[HEAD])
    recorded = kashgar(bureau, Actor(actor_of(drafter), drafter.person))
    assert look(bureau) == 2
    assert drafter.person not in [each.person for each in bureau.ledger.read_now(memos.told, recorded.id)]
    bureau.later(minutes=4)
    assert look(bureau) == 0
    bureau.later(minutes=1)
    assert look(bureau) == 2
    assert {"仍待您批准" in each.text for each in told(bureau)[2:]} == {True}
    bureau.later(minutes=5)
    assert look(bureau) == 1
    last = told(bureau)[-1]
    assert last.number == "+8619900001009"
    assert f"请打电话给{HEAD}" in last.text
    bureau.later(minutes=60)
    assert look(bureau) == 0
    bureau.approve(recorded, Actor("office", "主任", (HEAD,)))
    assert bureau.ledger.read_now(timers.next_due, "memo") == bureau.now


def test_an_exercise_never_leaves_by_a_real_lane(bureau: Bureau) -> None:
    somebody(bureau, "leader", "approver", number="+8619900001001", titles=["主任"])
    bureau.submit(bureau.document(exercise=True))
    look(bureau)
    bureau.deliver()
    (withheld,) = told(bureau)
    assert (withheld.state, withheld.reason) == ("suppressed", "configuration")


def test_an_exercise_is_marked_and_leaves_by_its_own_lane(tmp_path: Path) -> None:
    bureau = Bureau(tmp_path, exercise_lanes=True)
    somebody(bureau, "leader", "approver", number="+8619900001001", titles=["主任"])
    bureau.submit(bureau.document(exercise=True))
    look(bureau)
    bureau.deliver()
    (drilled,) = told(bureau)
    assert drilled.text.startswith("【重污染天气预警】演练：请您批准")
    assert drilled.state == "delivered"
    bureau.close()


def test_only_who_may_act_there_at_an_address_that_is_theirs_is_told(bureau: Bureau) -> None:
    somebody(bureau, "unproved", "approver", number="+8619900001001", titles=["主任"], proved=False)
    somebody(bureau, "elsewhere", "approver", number="+8619900001002", titles=["主任"], areas=["410102"])
    gone = somebody(bureau, "gone", "approver", number="+8619900001003", titles=["主任"])
    bureau.ledger.write_now(users.disable, gone.id, bureau.now)
    drafter = somebody(bureau, "drafter", "drafter", "approver", number="+8619900001004", titles=["主任"])
    somebody(bureau, "leader", "approver", number="+8619900001005", titles=["主任"])
    somebody(bureau, "beside", "approver", number="+8619900001005", titles=["副主任"])  # one duty telephone
    recorded = bureau.submit(bureau.document(), Actor(actor_of(drafter), drafter.person)).recorded
    assert look(bureau) == 1
    assert numbers(told(bureau)) == ["+8619900001005"]
    shown = bureau.ledger.read_now(memos.told, recorded.id)
    assert [each.person for each in shown] == ["beside同志", "leader同志"]


@pytest.mark.parametrize(("verdict", "words"), [(send_back, "已退回，请修改后再提交"), (refuse, "已被否决")])
def test_the_drafter_is_told_when_it_comes_back(
    bureau: Bureau, verdict: Callable[..., Any], words: str
) -> None:
    drafter = somebody(bureau, "drafter", "drafter", number="+8619900001009")
    recorded = bureau.submit(bureau.document(), Actor(actor_of(drafter), drafter.person)).recorded
    look(bureau)
    bureau.case(verdict, bureau.desk, recorded.id, recorded.manifest, bureau.now, LEADER, comment="不妥")
    assert look(bureau) == 1
    (back,) = told(bureau)
    assert (back.number, words in back.text) == ("+8619900001009", True)
    bureau.later(minutes=30)
    assert look(bureau) == 0


def test_another_of_the_drafters_name_is_not_taken_for_them(bureau: Bureau) -> None:
    drafter = somebody(bureau, "drafter", "drafter", number="+8619900001009")
    somebody(bureau, "elsewhere", "drafter", number="+8619900001008", person=drafter.person)
    recorded = bureau.submit(bureau.document(), Actor(actor_of(drafter), drafter.person)).recorded
    look(bureau)
    bureau.ledger.write_now(users.disable, drafter.id, bureau.now)
    bureau.case(send_back, bureau.desk, recorded.id, recorded.manifest, bureau.now, LEADER, comment="不妥")
    assert look(bureau) == 0
    assert told(bureau) == []


def test_who_is_told_late_is_still_told(bureau: Bureau) -> None:
    somebody(bureau, "leader", "approver", number="+8619900001001", titles=["主任"])
    soon = {"starts_at": "2024-01-08T20:00:00+08:00", "special_reason": "污染提前到达，紧急启动。"}
    bureau.submit(bureau.document(**soon))
    hours = 20  # as an office may set call_again_minutes
    for _ in range(2):
        for memo_id in bureau.ledger.read_now(due_now, bureau.now):
            bureau.ledger.write_now(take, bureau.desk, memo_id, hours * 3_600_000, bureau.now)
        bureau.deliver()
        bureau.later(hours=hours)
    assert [each.state for each in told(bureau)] == ["delivered", "delivered"]


def test_somebody_is_told_at_every_address_by_sms_first(bureau: Bureau) -> None:
    leader = somebody(bureau, "leader", "approver", number="+8619900001001", titles=["主任"])
    mailbox = Address("email", "leader@example.gov.cn")
    bureau.ledger.write_now(user_addresses.state, leader.id, mailbox, bureau.now)
    bureau.ledger.write_now(user_addresses.prove, leader.id, mailbox, bureau.now)
    bureau.desk = replace(bureau.desk, office=Office(sign_at="https://warn.example.gov.cn/s/"))
    recorded = bureau.submit(bureau.document()).recorded
    assert look(bureau) == 2
    sms, email = told(bureau)
    assert (sms.number, email.number) == ("+8619900001001", "leader@example.gov.cn")
    link = f"https://warn.example.gov.cn/console/decisions/{recorded.id}/approve"
    assert link in sms.text
    assert link in email.text


def test_a_restored_copy_calls_nobody_for_what_may_be_long_over(bureau: Bureau) -> None:
    somebody(bureau, "leader", "approver", number="+8619900001001", titles=["主任"])
    bureau.submit(bureau.document())
    look(bureau)
    bureau.ledger.write_now(incarnation.resume, "王主任", bureau.now)
    bureau.deliver()
    bureau.later(minutes=10)
    assert look(bureau) == 0
    assert [each.state for each in told(bureau)] == ["cancelled"]


def test_officers_are_told_of_what_was_submitted_approved_unless_it_is_launched_at_once(
    bureau: Bureau,
) -> None:
    somebody(bureau, "officer", "duty_officer", number="+8619900001003")
    approved = bureau.document()
    approved["approvals"] = [{"role": "主任", "name": "王主任", "at": approved["decided_at"]}]
    left = bureau.submit(approved).recorded
    assert look(bureau) == 0
    bureau.later(seconds=10)
    assert look(bureau) == 1
    assert "批准齐备，请发布" in told(bureau)[0].text
    bureau.launch(left)
    retracted = {**approved, "action": "retract", "document_number": "撤1", "corrects": "误发"}
    retracted.pop("expected_end_at")
    bureau.launch(bureau.submit(retracted).recorded)
    bureau.later(seconds=10)
    assert look(bureau) == 0


def test_nobody_is_told_of_what_was_withdrawn(bureau: Bureau) -> None:
    somebody(bureau, "leader", "approver", number="+8619900001001", titles=["主任"])
    recorded = bureau.submit(bureau.document()).recorded
    bureau.case(withdraw, recorded.id, bureau.now, Actor("draft", "起草人"))
    assert (look(bureau), told(bureau)) == (0, [])


def test_a_call_leaves_behind_its_class_and_before_lesser_warnings(bureau: Bureau) -> None:
    somebody(bureau, "leader", "approver", number="+8619900001001", titles=["主任"])
    running = bureau.act(bureau.document())
    bureau.expand()
    retracted = bureau.document(action="retract", document_number="撤1", corrects="误发")
    retracted.pop("expected_end_at")
    bureau.submit(retracted)
    look(bureau)
    (call,) = told(bureau)
    queued = bureau.ledger.read_now(_priorities, running.broadcast_id)
    assert 5 < call.priority < min(queued)


def _priorities(connection: Connection, broadcast_id: int) -> list[int]:
    query = select(deliveries.c.priority).where(deliveries.c.broadcast_id == broadcast_id)
    return list(connection.execute(query).scalars())
