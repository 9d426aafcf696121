"""Words of thousands are written beside the ledger; what is stored is what holds when it is stored."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import Connection

from gateway.broadcasts import beside_ledger
from gateway.broadcasts.approving.submit import Submitted
from gateway.broadcasts.beside_ledger import submit_aside
from gateway.broadcasts.preparing.groundwork import Gathered, gather, still_holds
from gateway.broadcasts.preparing.prepare import Prepared, compose
from gateway.decisions.model import Decision
from gateway.directory.selection import EVERYONE
from gateway.errors import InputError
from gateway.ledger.directory import inventory
from tests.broadcasts.bureau import DRAFTER, Bureau
from tests.broadcasts.preparing.test_personal import LINES, PLANTS, line, own, store


@pytest.fixture
def listed(bureau: Bureau) -> Bureau:
    bureau.register(PLANTS)
    bureau.ledger.write_now(store, LINES)
    return bureau


def submit(bureau: Bureau, document: dict[str, Any]) -> Submitted:
    return asyncio.run(
        submit_aside(bureau.ledger, bureau.desk, Decision.model_validate(document), bureau.now, DRAFTER)
    )


def test_it_freezes_what_one_transaction_would_freeze(listed: Bureau) -> None:
    document = listed.document()
    recorded = submit(listed, document).recorded
    again = listed.submit(document).recorded
    assert (again.id, again.manifest) == (recorded.id, recorded.manifest)


def test_others_write_while_words_are_written(listed: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pause is where thousands of texts would be written."""
    written: list[int] = []

    def slow(*given: Any, **more: Any) -> Prepared:
        written.append(listed.ledger.write_now(inventory.put_emissions, {}, 0, "(local)") == {})
        return compose(*given, **more)

    monkeypatch.setattr(beside_ledger, "compose", slow)
    submit(listed, listed.document())
    assert written == [True]


def test_a_list_that_changes_meanwhile_is_read_again(listed: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Gathered] = []

    def meanwhile(desk: Any, gathered: Gathered, **more: Any) -> Prepared:
        seen.append(gathered)
        prepared = compose(desk, gathered, **more)
        if len(seen) == 1:
            listed.ledger.write_now(store, {"E1": [line("丙窑")]})
        return prepared

    monkeypatch.setattr(beside_ledger, "compose", meanwhile)
    recorded = submit(listed, listed.document()).recorded
    assert len(seen) == 2
    assert "丙窑：停产" in listed.ledger.read_now(own, recorded.id)["E1", "notice"]


def test_a_directory_that_never_rests_is_read_and_stored_at_once(
    listed: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = 0

    def restless(desk: Any, gathered: Gathered, **more: Any) -> Prepared:
        nonlocal changes
        changes += 1
        listed.ledger.write_now(store, {"E1": [line(f"第{changes}窑")]})
        return compose(desk, gathered, **more)

    monkeypatch.setattr(beside_ledger, "compose", restless)
    recorded = submit(listed, listed.document()).recorded
    assert f"第{changes}窑：停产" in listed.ledger.read_now(own, recorded.id)["E1", "notice"]


def test_a_number_that_looks_alike_when_masked_counts_as_a_change(listed: Bureau) -> None:
    document = listed.document()
    decision = Decision.model_validate(document)

    def gathered(connection: Connection) -> Gathered:
        return gather(connection, listed.desk, decision, listed.now, EVERYONE)

    before = listed.ledger.read_now(gathered)
    listed.register(PLANTS.replace("19900000103", "19900110103"))
    assert not listed.ledger.read_now(still_holds, listed.desk, before)


def test_a_warning_that_came_into_force_meanwhile_ends_the_submission(
    listed: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = listed.document()

    def overtaken(desk: Any, gathered: Gathered, **more: Any) -> Prepared:
        monkeypatch.setattr(beside_ledger, "compose", compose)
        listed.act(listed.document(document_number="先发的一号"))
        return compose(desk, gathered, **more)

    monkeypatch.setattr(beside_ledger, "compose", overtaken)
    with pytest.raises(InputError, match="同一区域已有预警"):
        submit(listed, document)
