"""How many a decision tells, as it is kept when it is frozen."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.broadcasts.approving.present import prepared_json
from gateway.broadcasts.preparing import reach
from gateway.broadcasts.preparing.reach import Reach
from gateway.ledger.decisions import decisions
from gateway.ledger.decisions.listed import look
from tests.broadcasts.bureau import Bureau


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    opened = Bureau(tmp_path)
    yield opened
    opened.close()


def reach_of(bureau: Bureau, decision_id: str) -> Reach:
    entry = bureau.ledger.read_now(decisions.entry, decision_id)
    assert entry is not None
    return reach.read(entry.reach)


def test_the_kept_figures_are_those_of_the_frozen_list(bureau: Bureau) -> None:
    submitted = bureau.submit(bureau.document())
    kept = reach_of(bureau, submitted.recorded.id)
    assert submitted.prepared is not None
    shown = prepared_json(submitted.prepared)["recipients"]
    listed = bureau.ledger.read_now(look, submitted.recorded.broadcast_id)
    assert kept.recipients == shown["total"] == listed.recipients > 0
    assert (kept.organisations, kept.skipped) == (shown["organisations"], len(shown["skipped"]))
    assert [tuple(each.values()) for each in shown["counts"]] == list(kept.counts)
    assert kept.messages >= kept.recipients
    assert kept.segments > 0


def test_what_a_change_leaves_out_is_counted_with_its_own_words(bureau: Bureau) -> None:
    start = bureau.act(bureau.document())
    narrower = bureau.document(
        action="correct", area=["410105"], document_number="二号", previous=start.id, corrects="区域有误"
    )
    submitted = bureau.submit(narrower)
    kept = reach_of(bureau, submitted.recorded.id)
    assert submitted.prepared is not None
    assert kept.dropped == len(submitted.prepared.dropped) > 0
    assert kept.recipients == sum(number for _, _, number in kept.counts)
    assert kept.recipients > kept.dropped
