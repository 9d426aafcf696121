"""Bulletins, drafts and the whole archive, from a ledger in which an office has worked."""

import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from gateway.broadcasts.launching.follow import Wish
from gateway.decisions.model import Correction
from gateway.errors import InputError
from gateway.follow_up.papers.archive import archive
from gateway.follow_up.papers.bulletins import draft, kept_bulletin, make_bulletin
from gateway.follow_up.papers.chronicle import chronicle
from gateway.ledger.decisions import opinions
from gateway.ledger.decisions.opinions import NewOpinion
from tests.broadcasts.bureau import LEADER, Bureau


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    made = Bureau(tmp_path)
    yield made
    made.close()


def test_bulletins_are_numbered_kept_as_they_were_and_audited(bureau: Bureau) -> None:
    recorded = bureau.act(bureau.document())
    first = bureau.ledger.write_now(make_bulletin, bureau.desk, recorded.episode_id, LEADER, bureau.now)
    before = bureau.ledger.read_now(kept_bulletin, recorded.episode_id, 1)
    bureau.later(hours=5)
    second = bureau.ledger.write_now(make_bulletin, bureau.desk, recorded.episode_id, LEADER, bureau.now)
    assert (first.number, second.number) == (1, 2)
    assert bureau.ledger.read_now(kept_bulletin, recorded.episode_id, 1) == before
    assert "橙色预警" in before.text
    assert "2024年1月8日13时" in bureau.ledger.read_now(kept_bulletin, recorded.episode_id, 2).text
    with pytest.raises(InputError, match="第3期"):
        bureau.ledger.read_now(kept_bulletin, recorded.episode_id, 3)


def test_a_draft_names_the_reports_that_there_are(bureau: Bureau) -> None:
    recorded = bureau.act(bureau.document())
    episode, now = recorded.episode_id, bureau.now
    paper = bureau.ledger.read_now(draft, bureau.desk, episode, "districts-daily", None, now)
    assert "启动时间：2024年1月10日12时" in paper.text
    with pytest.raises(InputError, match="districts-daily"):
        bureau.ledger.read_now(draft, bureau.desk, episode, "nonsense", None, now)


def test_nothing_is_told_of_an_episode_in_which_nothing_was_launched(bureau: Bureau) -> None:
    submitted = bureau.submit(bureau.document())
    for identifier in (submitted.recorded.episode_id, "none"):
        with pytest.raises(InputError, match="污染过程"):
            bureau.ledger.read_now(chronicle, identifier, bureau.now)


def test_a_retracted_message_no_longer_counts_in_the_chronicle(bureau: Bureau) -> None:
    recorded = bureau.act(bureau.document())
    bureau.later(hours=1)
    wish = Wish(document_number="撤回一号", corrects=Correction(wrong="误发"))
    retracted = bureau.follow(recorded, "retract", wish)
    told = bureau.ledger.read_now(chronicle, recorded.episode_id, bureau.now)
    if not retracted.recorded.launched:  # its words differ from the prepared ones: approved again
        bureau.approve(retracted.recorded)
        bureau.launch(retracted.recorded)
        told = bureau.ledger.read_now(chronicle, recorded.episode_id, bureau.now)
    assert [(step.decision.action, step.counts) for step in told.steps] == [
        ("issue", False),
        ("retract", False),
    ]
    assert told.standing is None


def test_the_archive_holds_everything_and_its_sums_are_right(bureau: Bureau) -> None:
    submitted = bureau.submit(bureau.document())
    content = "会商意见：建议发布".encode()
    new = NewOpinion(
        "../会商.txt", "text/plain", hashlib.sha256(content).hexdigest(), content, "draft", bureau.now
    )
    bureau.ledger.write_now(opinions.add, submitted.recorded.id, new)
    bureau.approve(submitted.recorded)
    recorded = bureau.launch(submitted.recorded)
    bureau.ledger.write_now(make_bulletin, bureau.desk, recorded.episode_id, LEADER, bureau.now)
    packed = io.BytesIO()
    files = archive(bureau.ledger, bureau.desk, recorded.episode_id, packed, bureau.now, full=False)
    with ZipFile(packed) as opened:
        names = set(opened.namelist())
        listed = [line.split("  ", 1) for line in opened.read("SHA256SUMS").decode().splitlines()]
        sums = {name: digest for digest, name in listed}
        assert {name: hashlib.sha256(opened.read(name)).hexdigest() for name in sums} == sums
        approvals = json.loads(opened.read("decisions/01-issue/approvals.json"))
        kept = [name for name in names if "/opinions/" in name]
        told = {row["kind"] for row in json.loads(opened.read("audit.json"))}
        decision = json.loads(opened.read("decisions/01-issue/decision.json"))
        addresses = opened.read("decisions/01-issue/deliveries.csv").decode("utf-8-sig")
    assert names == {*sums, "SHA256SUMS"}
    assert files == len(sums)
    assert [(each["verdict"], each["name"]) for each in approvals] == [("approve", "王主任")]
    assert [".." in name.split("/") for name in kept] == [False]
    assert "19900000001" not in addresses
    assert {"submitted", "approved", "launched", "bulletin_made"} <= told
    assert decision["reach"]["recipients"] == 7
    assert decision["selection"] is None
    for name in (
        "episode.json",
        "obligations.json",
        "audit.json",
        "bulletins/01.docx",
        "report-drafts/province-evaluation.docx",
        "decisions/01-issue/decision.json",
        "decisions/01-issue/papers/order.docx",
        "decisions/01-issue/texts/now/schools.sms.zh-CN.txt",
        "decisions/01-issue/texts/lift/schools.sms.zh-CN.txt",
    ):
        assert name in names
