"""A drill walks the whole way on its own, and no way leads from it to the real thing or back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Executable, insert, select, update
from sqlalchemy.exc import IntegrityError

from gateway.broadcasts.launching.follow import Wish
from gateway.errors import InputError
from gateway.ledger.decisions import episodes
from gateway.ledger.decisions.decisions import Recorded
from gateway.ledger.delivery import counters
from gateway.ledger.schema import (
    addresses,
    broadcasts,
    decisions,
    deliveries,
    lanes,
    notice_readers,
    notices,
    recipients,
)
from tests.broadcasts.bureau import Bureau

DRILL_NUMBER = "+8619900000901"


@pytest.fixture
def drill(tmp_path: Path) -> Iterator[Bureau]:
    """An office whose only lanes are those of exercises."""
    made = Bureau(tmp_path, exercise_lanes=True)
    yield made
    made.close()


def reached(bureau: Bureau, recorded: Recorded) -> set[str]:
    bureau.expand()
    bureau.deliver()
    return set(
        bureau.ledger.read_now(
            lambda connection: list(
                connection.execute(
                    select(addresses.c.value)
                    .join(deliveries, deliveries.c.address_id == addresses.c.id)
                    .where(deliveries.c.broadcast_id == recorded.broadcast_id)
                ).scalars()
            )
        )
    )


def test_a_drill_goes_the_whole_way_through_its_own_lanes_people_and_counters(drill: Bureau) -> None:
    start = drill.act(drill.document(exercise=True))
    assert reached(drill, start) == {DRILL_NUMBER}
    lifted = drill.follow(start, "retract", Wish("演练撤回")).recorded
    assert lifted.launched
    assert reached(drill, lifted) == {DRILL_NUMBER}
    for each in (start, lifted):
        (count,) = drill.ledger.read_now(counters.by_group, each.broadcast_id)
        assert (count.state, count.deliveries) == ("delivered", 1)


def test_every_text_of_a_drill_bears_its_mark_whatever_it_is_for(drill: Bureau) -> None:
    recorded = drill.submit(drill.document(exercise=True)).recorded

    def texts(connection: Connection) -> list[tuple[str, str, str]]:
        rows = connection.execute(
            select(notice_readers.c.purpose, notices.c.medium, notices.c.messages)
            .join(notices, notices.c.id == notice_readers.c.notice_id)
            .where(notices.c.decision_id == recorded.id)
        )
        return [(purpose, medium, messages) for purpose, medium, messages in rows]

    found = drill.ledger.read_now(texts)
    assert {purpose for purpose, _, _ in found} == {"now", "lift", "lift_before_start", "correct", "retract"}
    assert [each for each in found if "演练" not in each[2]] == []


def test_without_live_lanes_the_real_thing_does_not_leave_through_those_of_drills(drill: Bureau) -> None:
    recorded = drill.submit(drill.document()).recorded
    drill.approve(recorded)
    with pytest.raises(InputError) as refused:
        drill.launch(recorded)
    assert refused.value.code == "NO_LANE"


def test_a_drill_and_a_warning_stand_beside_each_other_and_never_change_each_other(bureau: Bureau) -> None:
    warning = bureau.act(bureau.document())
    drill = bureau.submit(bureau.document(exercise=True, document_number="演练一号")).recorded
    assert drill.episode_id != warning.episode_id  # the warning in force does not bar it
    for previous, exercise in ((warning.id, True), (drill.id, False)):
        document = bureau.document(
            action="retract", exercise=exercise, previous=previous, corrects="误发", document_number="混"
        )
        with pytest.raises(InputError) as refused:
            bureau.submit(document)
        assert refused.value.code == "PREVIOUS_UNKNOWN"
    (standing,) = bureau.ledger.read_now(episodes.standing, "zhengzhou", False)
    assert standing.newest is not None
    assert standing.newest.decision_id == warning.id


def test_an_approval_of_a_drill_is_none_of_the_warning_with_the_same_words(bureau: Bureau) -> None:
    drill = bureau.submit(bureau.document(exercise=True)).recorded
    bureau.approve(drill)
    real = bureau.submit(bureau.document()).recorded
    assert (real.id != drill.id, real.manifest != drill.manifest) == (True, True)
    assert bureau.state(real) == "submitted"


def test_no_row_of_the_ledger_takes_a_drill_to_the_real_thing_or_back(bureau: Bureau) -> None:
    """Every way that a fault of the program could take: the ledger itself refuses it."""
    start = bureau.act(bureau.document())
    drill = bureau.submit(bureau.document(exercise=True, document_number="演练一号")).recorded
    bureau.expand()

    def an_address(connection: Connection, exercise: bool) -> int:
        found = select(addresses.c.id).where(addresses.c.exercise == exercise).limit(1)
        return int(connection.execute(found).scalar_one())

    ids = {kind: bureau.ledger.read_now(an_address, kind) for kind in (False, True)}
    of_start = deliveries.c.broadcast_id == start.broadcast_id
    row = bureau.ledger.read_now(
        lambda connection: dict(
            connection.execute(select(deliveries).where(of_start).limit(1)).mappings().one()
        )
    )
    mixed = [
        update(deliveries).where(of_start).values(address_id=ids[True]),
        update(deliveries).where(of_start).values(exercise=True),
        update(deliveries).where(of_start).values(broadcast_id=drill.broadcast_id),
        insert(deliveries).values({**row, "id": None, "part": 7, "exercise": True}),
        insert(deliveries).values({**row, "id": None, "part": 7, "address_id": ids[True]}),
        insert(deliveries).values({**row, "id": None, "part": 7, "broadcast_id": drill.broadcast_id}),
        update(broadcasts).where(broadcasts.c.id == drill.broadcast_id).values(exercise=False),
        update(broadcasts).where(broadcasts.c.id == drill.broadcast_id).values(decision_id="none"),
        update(decisions).where(decisions.c.id == drill.id).values(exercise=False),
        update(decisions).where(decisions.c.id == drill.id).values(episode_id=start.episode_id),
        update(lanes).values(exercise=True),
    ]
    for statement in mixed:
        with pytest.raises(IntegrityError):
            bureau.ledger.write_now(_do, statement)


def test_a_drills_address_on_a_real_list_stops_before_it_becomes_a_delivery(bureau: Bureau) -> None:
    start = bureau.act(bureau.document())

    def smuggle(connection: Connection) -> None:
        listed = recipients.c.broadcast_id == start.broadcast_id
        drill = select(addresses.c.id).where(addresses.c.value == DRILL_NUMBER).scalar_subquery()
        connection.execute(update(recipients).where(listed).values(address_id=drill))

    bureau.ledger.write_now(smuggle)
    with pytest.raises(IntegrityError):
        bureau.expand()


def _do(connection: Connection, statement: Executable) -> None:
    connection.execute(statement)
