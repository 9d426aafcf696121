"""Drafts: each its writer's alone, the real ones apart from exercises, and no more than a person can mean."""

from typing import Any

from gateway.ledger.accounts import users
from gateway.ledger.database import Ledger
from gateway.ledger.decisions import drafts
from gateway.ledger.decisions.drafts import Draft

NOW = 1_800_000_000_000


def writer(ledger: Ledger, name: str) -> str:
    ledger.write_now(users.add, f"id-{name}", name, name, [], ["drafter"], [], "zh", NOW)
    return f"id-{name}"


def add(ledger: Ledger, identifier: str, user: str, *, exercise: bool = False, at: int = NOW) -> None:
    document: dict[str, Any] = {"plan": "zhengzhou", "action": "issue", "issuer": "某办公室"}
    ledger.write_now(drafts.add, identifier, user, "zhengzhou", exercise, document, at)


def get(ledger: Ledger, identifier: str, user: str) -> Draft | None:
    return ledger.read_now(drafts.get, identifier, user)


def test_a_draft_is_read_changed_and_discarded_by_its_writer_alone(ledger: Ledger) -> None:
    one, other = writer(ledger, "one"), writer(ledger, "other")
    add(ledger, "a", one)
    ledger.write_now(drafts.change, "a", other, {"issuer": "别人"}, NOW + 1)
    ledger.write_now(drafts.discard, "a", other)
    found = get(ledger, "a", one)
    assert found is not None
    assert (found.document["issuer"], found.changed_at, found.open) == ("某办公室", NOW, True)
    assert get(ledger, "a", other) is None
    assert found.selection is None
    ledger.write_now(drafts.change, "a", one, {"issuer": "另一机关"}, NOW + 2, {"audiences": ["schools"]})
    changed = get(ledger, "a", one)
    assert changed is not None
    assert (changed.document, changed.changed_at) == ({"issuer": "另一机关"}, NOW + 2)
    assert changed.selection == {"audiences": ["schools"]}
    assert not ledger.write_now(drafts.change, "a", one, {"issuer": "晚到"}, NOW + 3, None, found.version)
    assert get(ledger, "a", one) == changed  # it was changed since that was seen
    assert ledger.write_now(drafts.change, "a", one, {"issuer": "后来"}, NOW + 4, None, changed.version)
    ledger.write_now(drafts.discard, "a", one)
    assert get(ledger, "a", one) is None


def test_exercises_are_listed_apart_the_last_changed_first(ledger: Ledger) -> None:
    one = writer(ledger, "one")
    for place, exercise in enumerate((False, True, False)):
        add(ledger, f"d{place}", one, exercise=exercise, at=NOW + place)
    listed = {kind: ledger.read_now(drafts.of_user, one, kind) for kind in (False, True)}
    assert [each.id for each in listed[False]] == ["d2", "d0"]
    assert [(each.id, each.exercise) for each in listed[True]] == [("d1", True)]


def test_of_too_many_drafts_those_left_longest_go(ledger: Ledger) -> None:
    one = writer(ledger, "one")
    for place in range(drafts.MOST + 2):
        add(ledger, f"d{place:03}", one, at=NOW + place)
    listed = ledger.read_now(drafts.of_user, one, False)
    assert len(listed) == drafts.MOST
    assert get(ledger, "d001", one) is None
    assert get(ledger, "d002", one) is not None
