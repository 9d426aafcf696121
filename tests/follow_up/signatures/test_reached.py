"""The trail of each organisation, and the counties' report that everybody was notified."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from channels.contract import Accepted, Outcome, Reason, Rejected
from gateway.broadcasts.actor import LOCAL
from gateway.errors import InputError
from gateway.exchange.authority import ExchangeSettings
from gateway.follow_up.obligations.obligations import receive
from gateway.follow_up.papers.notified import notified
from gateway.follow_up.papers.report import summarise
from gateway.follow_up.signatures.calling import record
from gateway.follow_up.signatures.reached import TRAIL_COLUMNS, trail_report
from gateway.follow_up.signatures.signing import Signer, sign
from gateway.ledger.decisions.decisions import Recorded
from gateway.ledger.follow_up import obligations
from gateway.moments import BEIJING
from tests.broadcasts.bureau import CATALOGUE
from tests.decisions.test_zhengzhou_2018 import FITS
from tests.follow_up.asking import Asking

NAMES = {"410104": "管城回族区"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Asking]:
    made = Asking(tmp_path)
    yield made
    made.close()


def trail(office: Asking, recorded: Recorded, within: int = 180, *, full: bool = False) -> dict[str, str]:
    """The plant's row."""
    summary = office.ledger.read_now(
        summarise, recorded.broadcast_id, NAMES, ExchangeSettings().duty_minutes, office.now
    )
    _, found = trail_report(
        office.ledger, recorded.broadcast_id, NAMES, summary, within, office.now, "410104", full=full
    )
    (row,) = [dict(zip(TRAIL_COLUMNS, cells, strict=True)) for cells in found if cells[0] == "E1"]
    return row


def test_a_trail_tells_every_message_step_and_call(office: Asking) -> None:
    recorded = office.act(office.document())
    office.expand()
    office.deliver(lambda _address: Rejected(Reason.INVALID_ADDRESS))
    for _ in range(4):
        office.minutes(20)
        office.deliver(lambda _address: Rejected(Reason.INVALID_ADDRESS))
    row = trail(office, recorded)
    assert row["结果 outcome"] == "未通知到 unreached"
    assert row["通知到 reached"] == ""
    assert row["消息 messages"].count("号码或地址不存在") == 4
    assert row["消息 messages"].count("（催办）") == 2
    assert "19900001001" not in row["消息 messages"]
    assert "19900001001" in trail(office, recorded, full=True)["消息 messages"]
    assert "找下一联系人 钱二" in row["催办 steps"]
    assert "转电话" in row["催办 steps"]

    who = office.asked(recorded)
    office.case(record, who.id, "no_answer", office.now, caller="duty", by="张值班")
    office.later(minutes=10)
    office.case(record, who.id, "told", office.now, caller="duty", by="张值班", note="厂长已知")
    row = trail(office, recorded)
    assert row["结果 outcome"] == "已通知 reached"
    assert row["用时（分钟） minutes"] == "90"
    assert "张值班致电本单位，无人接听" in row["电话 calls"]
    assert "已口头通知：厂长已知" in row["电话 calls"]
    assert trail(office, recorded, within=60)["结果 outcome"] == "未通知到 unreached"  # as it stood then


def test_a_trail_tells_who_signed(office: Asking) -> None:
    recorded = office.start()
    office.later(minutes=7)
    office.case(sign, office.asked(recorded), Signer("=1+1", "值班员", "link", "(link)"), office.now)
    row = trail(office, recorded)
    assert row["结果 outcome"] == "已签收 signed"
    assert (row["签收人 signed by"], row["签收方式 via"]) == ("=1+1 值班员", "链接")
    assert trail(office, recorded, within=5)["结果 outcome"] == "已通知 reached"


def owed(office: Asking, recorded: Recorded, unit: str = "管城回族区") -> int:
    """The obligation of a county to notify everybody within three hours."""
    found = office.ledger.read_now(obligations.page, office.now, code="county-notice", unit=unit)
    assert found, recorded
    return found[0][0].id


def launched_2018(office: Asking, outcome: Callable[[int], Outcome]) -> Recorded:
    office.moment = datetime(2019, 1, 10, 16, tzinfo=BEIJING)
    recorded = office.act({**FITS, "approvals": []})
    office.expand()
    office.deliver(outcome)
    return recorded


def test_a_county_reports_from_the_ledger_once_all_are_reached(office: Asking) -> None:
    recorded = launched_2018(office, lambda _address: Rejected(Reason.INVALID_ADDRESS))
    identifier = owed(office, recorded)
    with pytest.raises(InputError) as caught:
        notified(office.ledger, CATALOGUE, identifier, office.now)
    assert caught.value.code == "NOT_ALL_REACHED"
    assert "示例机械厂（E1）" in caught.value.message
    office.case(record, office.asked(recorded).id, "told", office.now, caller="duty", by="张值班")
    contents = notified(office.ledger, CATALOGUE, identifier, office.now)
    assert "应通知 1 家，全部通知到" in next(iter(contents.values()))
    answer = office.case(receive, LOCAL, identifier, "管城回族区", contents, office.now)
    assert answer["met"]


def test_a_county_without_enterprises_has_nothing_to_report_from(office: Asking) -> None:
    recorded = launched_2018(office, lambda _address: Accepted("SM"))
    with pytest.raises(InputError) as caught:
        notified(office.ledger, CATALOGUE, owed(office, recorded, "中牟县"), office.now)
    assert caught.value.code == "NOBODY_ASKED"
