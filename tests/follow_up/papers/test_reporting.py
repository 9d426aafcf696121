"""Reports to whom the plan names: prepared from the ledger, noted as sent, kept as a paper."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.broadcasts.actor import Actor
from gateway.errors import InputError
from gateway.follow_up.obligations.obligations import detail
from gateway.follow_up.papers import reporting
from gateway.follow_up.papers.reporting import NUMBER
from gateway.ledger.follow_up import obligations
from gateway.ledger.follow_up.obligations import Obligation
from tests.broadcasts.bureau import Bureau

OFFICER = Actor("user:officer", "值班员")


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    made = Bureau(tmp_path)
    yield made
    made.close()


def owed(bureau: Bureau) -> Obligation:
    """A daily report with several contents, of an episode that began."""
    episode = bureau.act(bureau.document()).episode_id
    bureau.expand()
    bureau.deliver()
    return next(
        row for row in bureau.ledger.read_now(obligations.of_episode, episode) if len(row.contents) > 1
    )


def test_a_report_is_prepared_under_the_plans_headings_and_says_where_each_part_comes_from(
    bureau: Bureau,
) -> None:
    row = owed(bureau)
    parts = bureau.ledger.read_now(reporting.prepared, bureau.desk, row.id, bureau.now)
    assert tuple(part.heading for part in parts) == row.contents
    assert all(bool(part.text) == bool(part.sources) for part in parts)
    assert (parts[0].sources, parts[0].text[:18]) == (("decisions",), "启动时间：2024年1月10日12时")
    assert parts[-1].text == ""  # only people know it


def test_a_report_that_was_sent_is_kept_with_its_number_and_meets_what_was_owed(bureau: Bureau) -> None:
    row = owed(bureau)
    contents = {heading: f"{heading}的内容" for heading in row.contents}

    def send(number: str, said: dict[str, str]) -> None:
        bureau.ledger.write_now(reporting.send, OFFICER, row.id, said, number, bureau.now)

    with pytest.raises(InputError, match="文号"):
        send(" ", contents)
    with pytest.raises(InputError, match="没有内容"):
        send("郑环报〔2024〕3号", dict.fromkeys(row.contents, " "))
    assert bureau.ledger.read_now(detail, row.id, bureau.now)["reports"] == []
    send("郑环报〔2024〕3号", contents)
    told = bureau.ledger.read_now(detail, row.id, bureau.now)
    assert told["met_at"] is not None
    assert told["reports"][0]["contents"] == {**contents, NUMBER: "郑环报〔2024〕3号"}
    (report,) = bureau.ledger.read_now(obligations.received, row.id)
    paper = reporting.as_paper(row, report.contents, report.from_whom, report.received_at)
    assert paper.number == "郑环报〔2024〕3号"
    assert [block.heading for block in paper.blocks if block.heading] == [
        f"{numeral}、{heading}"
        for numeral, heading in zip("一二三四五六七八九十", row.contents, strict=False)
    ]
    assert paper.signature[0] == row.by_whom
    assert all(f"{heading}的内容" in paper.text for heading in row.contents)


def test_what_no_report_of_the_plan_stands_behind_has_no_draft(bureau: Bureau) -> None:
    episode = bureau.act(bureau.document()).episode_id
    lift = next(row for row in bureau.ledger.read_now(obligations.of_episode, episode) if row.code == "lift")
    assert not reporting.has_draft(bureau.desk, lift)
    with pytest.raises(InputError, match="草稿"):
        bureau.ledger.read_now(reporting.prepared, bureau.desk, lift.id, bureau.now)
