"""Objections and replies as lists: who waits for a call, who wrote from where."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from gateway.ledger.directory import organisations
from gateway.ledger.follow_up import acknowledgements, calls, objections, replies
from gateway.ledger.follow_up.acknowledgements import Asked
from gateway.ledger.follow_up.objections import Objection, Reply
from gateway.ledger.schema import accounts
from tests.broadcasts.bureau import Bureau

SCHOOLS = ("S410102", "S410104", "S410105")


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    made = Bureau(tmp_path)
    yield made
    made.close()


def object_to(bureau: Bureau) -> list[int]:
    """Three schools object, a second after each other; gives what they were asked under."""
    recorded = bureau.act(bureau.document())

    def act(connection: Connection) -> list[int]:
        ids = organisations.ids(connection, SCHOOLS)
        asked = [Asked(ids[code], f"token-{code}", bureau.now) for code in SCHOOLS]
        acknowledgements.ask(connection, recorded.broadcast_id, False, bureau.now, asked)
        made = [each.id for each in acknowledgements.page(connection, recorded.broadcast_id)]
        for later, identifier in enumerate(made):
            acknowledgements.object_to(
                connection, identifier, "其他：供暖不能停", "林老师", "", "link", bureau.now + later * 1000
            )
        return made

    found: list[int] = bureau.case(act)
    return found


def listed(bureau: Bureau, **asked: object) -> list[Objection]:
    return bureau.ledger.read_now(
        lambda connection: objections.objections(connection, **asked)  # type: ignore[arg-type]
    )


def test_an_objection_waits_until_a_call_told_or_signed(bureau: Bureau) -> None:
    first, second, third = object_to(bureau)
    assert [each.id for each in listed(bureau, waits=True)] == [third, second, first]
    bureau.later(minutes=5)
    bureau.case(calls.add, first, None, "值班员", "no_answer", None, bureau.now)
    bureau.case(calls.add, second, None, "值班员", "told", "先保供暖", bureau.now)
    assert [each.id for each in listed(bureau, waits=True)] == [third, first]
    assert [(each.id, each.waits) for each in listed(bureau, waits=False)] == [(second, False)]


def test_objections_are_limited_to_areas_and_go_on_page_by_page(bureau: Bureau) -> None:
    first, second, third = object_to(bureau)
    assert [each.id for each in listed(bureau, limits=["410104"])] == [second]
    assert [each.id for each in listed(bureau, limit=2)] == [third, second]
    assert [each.id for each in listed(bureau, after=second)] == [first]
    assert listed(bureau, exercise=True) == []
    assert listed(bureau, broadcast_id=99) == []


def test_a_reply_names_who_reads_at_its_number(bureau: Bureau) -> None:
    numbers = ("+8619904101021", "+8619904101051", "+8619900009999")

    def keep(connection: Connection) -> None:
        account = connection.execute(select(accounts.c.id)).scalar_one()
        for place, number in enumerate(numbers):
            address = replies.sender(connection, account, number)
            replies.keep(
                connection, account, f"SM{place}", address, f"第{place}条", "other", None, bureau.now
            )

    def read(**asked: object) -> list[Reply]:
        return bureau.ledger.read_now(
            lambda connection: objections.received(connection, **asked)  # type: ignore[arg-type]
        )

    bureau.case(keep)
    assert [(each.text, each.organisation) for each in read()] == [
        ("第2条", None),
        ("第1条", "金水区示例学校"),
        ("第0条", "中原区示例学校"),
    ]
    assert [each.text for each in read(limits=["410105"])] == ["第1条"]
    assert [each.text for each in read(search="0")] == ["第0条"]
    assert read(meaning="sign") == []
