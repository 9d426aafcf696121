"""Reports are received and checked, late or in time; what need not be met is waived with a reason."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.broadcasts.actor import Actor
from gateway.errors import InputError
from gateway.follow_up.obligations.obligations import detail, receive, waive
from gateway.ledger.follow_up import obligations
from gateway.ledger.schema import audit as audit_table
from tests.broadcasts.episodes import HOUR, Office, at
from tests.broadcasts.launching.test_obligations import issued, plan

CLERK = Actor("clerk")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path, plan())
    issued(made)
    yield made
    made.ledger.close()


def owed(office: Office, code: str) -> int:
    return office.rows(code)[0].id


def give(office: Office, identifier: int, when: str = "01-10 16:00", **contents: str) -> dict[str, Any]:
    answer: dict[str, Any] = office.ledger.write_now(
        receive, CLERK, identifier, "教育局 周科长", contents, at(when)
    )
    return answer


def test_a_whole_report_in_time_meets_the_obligation(office: Office) -> None:
    answer = give(office, owed(office, "units"), 措施="停课两所", 成效="良好")
    assert (answer["met"], answer["missing"], answer["report"]["late"]) == (True, [], False)
    assert (answer["obligation"]["state"], answer["obligation"]["late"]) == ("met", False)


def test_what_the_plan_lists_and_the_report_lacks_is_named_and_still_owed(office: Office) -> None:
    unit = owed(office, "units")
    answer = give(office, unit, 措施="停课两所", 成效="  ")
    assert (answer["met"], answer["missing"]) == (False, ["成效"])
    assert answer["obligation"]["state"] == "open"
    whole = give(office, unit, 成效="良好")  # a supplement need not say the rest again
    assert (whole["met"], whole["missing"]) == (True, [])
    stored = office.ledger.read_now(detail, unit, at("01-10 16:00"))["reports"]
    assert [each["missing"] for each in stored] == [["成效"], []]


def test_a_late_report_is_taken_and_marked(office: Office) -> None:
    answer = give(office, owed(office, "units"), "01-10 17:01", 措施="一", 成效="二")
    assert (answer["met"], answer["report"]["late"], answer["obligation"]["late"]) == (True, True, True)


def test_the_same_report_sent_again_is_kept_once(office: Office) -> None:
    unit = owed(office, "units")
    give(office, unit, 措施="停课两所")
    first = give(office, unit, 成效="良好")
    assert give(office, unit, "01-10 16:30", 成效=" 良好 ") == first
    assert len(office.ledger.read_now(detail, unit, at("01-10 16:30"))["reports"]) == 2


def test_a_report_for_what_a_decision_meets_is_refused(office: Office) -> None:
    with pytest.raises(InputError) as refused:
        give(office, owed(office, "lift"), 措施="一")
    assert refused.value.code == "OBLIGATION_BY_DECISION"
    with pytest.raises(InputError) as kept:
        office.ledger.write_now(waive, CLERK, owed(office, "lift"), "主任", "不需要", at("01-10 16:00"))
    assert kept.value.code == "OBLIGATION_BY_DECISION"


@pytest.mark.parametrize("contents", [{}, {"措施": " "}, {" ": "内容"}])
def test_a_report_that_says_nothing_is_refused(office: Office, contents: dict[str, str]) -> None:
    with pytest.raises(InputError) as refused:
        give(office, owed(office, "units"), **contents)
    assert refused.value.code == "REPORT_EMPTY"


def test_a_waived_day_is_closed_and_the_next_is_still_owed(office: Office) -> None:
    first = owed(office, "orange-daily")
    waived = office.ledger.write_now(waive, CLERK, first, "主任", "与市级合并报送", at("01-10 13:00"))
    assert (waived["state"], waived["ended_because"]) == ("ended", "免除：与市级合并报送（主任）")
    office.pass_time("01-11 08:00")
    assert [row.covers for row in office.rows("orange-daily")] == ["2024-01-11"]
    with pytest.raises(InputError) as closed:
        give(office, first, 措施="一")
    assert closed.value.code == "OBLIGATION_ENDED"


def test_an_unknown_number_is_an_error(office: Office) -> None:
    with pytest.raises(InputError) as unknown:
        give(office, 10_000, 措施="一")
    assert unknown.value.code == "OBLIGATION_UNKNOWN"


def test_who_is_overdue_is_told_unit_by_unit_also_where_no_clockwork_ran(office: Office) -> None:
    give(office, owed(office, "units"), 措施="一", 成效="二")
    late = office.ledger.read_now(obligations.page, at("01-10 17:00"), states=("overdue",))
    assert {(row.code, row.by_whom) for row, _ in late} == {
        ("filing", "各单位"),
        ("units", "公安局"),
        ("orange-daily", "各单位"),
    }
    before = office.ledger.read_now(obligations.page, at("01-10 17:00") - 1, states=("overdue",))
    assert {row.code for row, _ in before} == {"filing"}


def test_an_ended_day_is_overdue_once_with_or_without_the_clockwork(office: Office) -> None:
    def overdue(now: int) -> list[str]:
        found = office.ledger.read_now(obligations.page, now, states=("overdue",), episode=office.episode)
        return [row.code for row, _ in found if row.code in ("lift", "expected_end_passed")]

    end = at("01-13 12:00")
    assert overdue(end) == ["lift"]
    office.pass_time("01-13 12:00")
    assert overdue(end + HOUR) == ["expected_end_passed"]


def test_reports_and_what_they_met_are_in_the_audit_trail(office: Office) -> None:
    unit = owed(office, "units")
    give(office, unit, 措施="一")
    give(office, unit, 成效="二")
    kinds = office.ledger.read_now(
        lambda connection: [
            (row.actor, row.kind)
            for row in connection.execute(audit_table.select().order_by(audit_table.c.id))
            if row.subject == f"obligation:{unit}"
        ]
    )
    assert kinds == [("clerk", "report_received")] * 2 + [("clerk", "obligation_met")]
