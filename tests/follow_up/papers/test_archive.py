"""What an episode's archive tells of single enterprises."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from gateway.follow_up.papers.archive import archive
from gateway.ledger.exchange import alerts
from gateway.slots import OWN_SLOT
from tests.broadcasts.bureau import Bureau
from tests.broadcasts.preparing.test_personal import LINES, PLANTS, store


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    made = Bureau(tmp_path)
    yield made
    made.close()


def files(bureau: Bureau, *, full: bool) -> dict[str, str]:
    bureau.register(PLANTS)
    bureau.ledger.write_now(store, LINES)
    recorded = bureau.act(bureau.document())
    packed = io.BytesIO()
    archive(bureau.ledger, bureau.desk, recorded.episode_id, packed, bureau.now, full=full)
    with ZipFile(packed) as opened:
        return {
            name: opened.read(name).decode("utf-8", "replace")
            for name in opened.namelist()
            if "/texts/" in name or name.endswith(".jsonl")
        }


def test_what_was_released_is_in_it_byte_for_byte(bureau: Bureau) -> None:
    recorded = bureau.act(bureau.document())
    packed = io.BytesIO()
    archive(bureau.ledger, bureau.desk, recorded.episode_id, packed, bureau.now, full=False)
    (alert,) = bureau.ledger.read_now(alerts.of_episode, recorded.episode_id)
    with ZipFile(packed) as opened:
        stem = f"alerts/01-{alert.identifier}"
        kept = [opened.read(f"{stem}.{form}") for form in ("cap.xml", "national.xml", "json", "cell.json")]
    assert kept == [alert.cap, alert.national, alert.json, alert.cell]


def test_own_words_are_kept_beside_the_shared_ones_which_show_no_slot(bureau: Bureau) -> None:
    found = files(bureau, full=True)
    own = [json.loads(line) for line in found.pop("decisions/01-issue/own-words.jsonl").splitlines()]
    assert {each["organisation"] for each in own} == {"E1", "E2"}
    assert any("甲窑" in each["words"] for each in own)
    assert found
    assert not any(OWN_SLOT in text for text in found.values())


def test_without_addresses_they_are_left_out(bureau: Bureau) -> None:
    assert not any(name.endswith(".jsonl") for name in files(bureau, full=False))
