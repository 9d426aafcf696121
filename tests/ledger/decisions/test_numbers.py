"""Every number of a broadcast is accounted for, also those that no warning has."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete

from gateway.ledger.decisions import numbers
from gateway.ledger.schema import broadcasts, recipients
from gateway.web.live.newest import Newest
from gateway.web.live.readers import Reader
from tests.follow_up.asking import Asking
from tests.follow_up.signatures.test_replying import called_to_approve


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Asking]:
    opened = Asking(tmp_path)
    yield opened
    opened.close()


async def test_the_list_says_what_stands_under_the_numbers_between_its_broadcasts(office: Asking) -> None:
    first = office.start(area=["410104"])
    called_to_approve(office)  # a decision that waits, and what the leader is told of it
    last = office.start(area=["410102"], document_number="郑环攻坚办〔2024〕10号")
    assert (first.broadcast_id, last.broadcast_id) == (1, 4)
    assert office.ledger.read_now(numbers.apart, 1, 4) == [(2, 2, "decision"), (3, 3, "memo")]
    text = await _list(office)
    assert "上面没有列出的是：2 未发布的决定；3 发给本单位人员的通知、对短信的答复。" in text
    limited = await _list(office, limits=["410104"])
    assert "没有列出" not in limited
    office.ledger.write_now(_clear, 2)  # as what a killed submission leaves
    assert office.ledger.read_now(numbers.apart, 1, 4) == [(2, 2, "unused"), (3, 3, "memo")]


async def _list(office: Asking, limits: tuple[str, ...] | list[str] = ()) -> str:
    look = await Newest(office.ledger, lambda: office.now, limits)()
    return look.render(Reader("zh", limited=bool(limits)))


def _clear(connection: Connection, broadcast_id: int) -> None:
    connection.execute(delete(recipients).where(recipients.c.broadcast_id == broadcast_id))
    connection.execute(delete(broadcasts).where(broadcasts.c.id == broadcast_id))
