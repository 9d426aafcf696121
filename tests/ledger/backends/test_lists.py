"""The lists of the console as the ledger gives them: every order, page by page, within areas."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from gateway.directory.model import Address, Contact, ContactAddress, Organisation
from gateway.errors import InputError
from gateway.ledger.decisions import drills
from gateway.ledger.directory import directory, register
from gateway.ledger.exchange import order_list
from gateway.ledger.follow_up import obligations, owed
from gateway.ledger.follow_up.obligations import STATES, New
from gateway.ledger.trail import audit
from tests.backends import open_ledger

NOW = 1_700_000_000_000
HOUR = 3_600_000


def organisation(number: int, area: str) -> Organisation:
    person = Contact("周某", "responsible", (ContactAddress(Address("sms", f"+861990000{number:04d}")),))
    return Organisation(
        f"O{number}", f"单位{number % 3}", "schools", None, area, None, (), contacts=(person,)
    )


def new(number: int, plan: str, by_whom: str) -> New:
    due = None if number == 0 else NOW + (1 + number % 3) * HOUR
    return New(
        plan, None, None, False, f"c{number}", "日报", by_whom, "市", (), None, None, due, None, NOW - HOUR
    )


def walked(page: Callable[..., list[Any]], key: Callable[[Any], int]) -> list[int]:
    """The numbers of a list, two rows a page."""
    seen: list[int] = []
    while True:
        some = page(after=seen[-1] if seen else None)
        seen += [key(each) for each in some]
        if len(some) < 2:
            return seen


def test_lists_go_on_where_the_last_page_ended_in_every_order(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path)

    def fill(connection: Connection) -> None:
        areas = ("410102", "410105")
        directory.apply(connection, [organisation(n, areas[n % 2]) for n in range(7)], NOW)
        for number in range(7):
            obligations.add(connection, new(number, "zhengzhou", f"区{number % 2}"), NOW)
        for number in range(5):
            audit.append(connection, NOW, f"a{number % 2}", "tried", f"thing:{number}", {})

    def check(connection: Connection) -> None:
        for descending in (False, True):
            more: dict[str, Any] = {"descending": descending, "limit": 2}
            for sort in ("code", "name", "area", "updated"):
                listed = partial(register.page, connection, sort=sort, **more)
                found = walked(listed, lambda row: int(row.id))
                assert len(found) == len(set(found)) == 7
            for sort in ("due", "opened"):
                due = partial(owed.page, connection, NOW, states=STATES, sort=sort, **more)
                found = walked(due, lambda row: int(row[0].id))
                assert len(found) == len(set(found)) == 7
            trail = walked(
                partial(audit.recorded, connection, kind="tried", since=NOW, until=NOW + 1, **more),
                lambda row: int(row.id),
            )
            assert trail == sorted(trail, reverse=descending)
            assert len(trail) == 5
        in_area = register.page(connection, limits=("410105",), search="单位")
        assert {each.organisation.area for each in in_area} == {"410105"}
        assert [each.organisation.code for each in register.page(connection, search="0004")] == ["O4"]
        last = owed.page(connection, NOW, states=("open",), units={"zhengzhou": None}, sort="due")[-1]
        assert last[0].due_at is None
        of_one = owed.page(connection, NOW, states=STATES, units={"zhengzhou": ("区1",)})
        assert {each.by_whom for each, _ in of_one} == {"区1"}
        assert owed.page(connection, NOW, states=STATES, units={}) == []
        assert owed.counts(connection, NOW, {"zhengzhou": None})["open"] == 7
        assert len(audit.recorded(connection, subjects=["thing:1", "thing:2"], actors=["a1", "a2"])) == 1
        assert audit.recorded(connection, until=NOW) == audit.recorded(connection, subjects=[]) == []
        assert order_list.page(connection, areas=("410105",), search="x") == []
        assert drills.page(connection, limits=("410105",), plan="zhengzhou") == []
        with pytest.raises(InputError, match="第一页"):
            register.page(connection, after=999)

    ledger.write_now(fill)
    ledger.read_now(check)
    ledger.close()
