"""What an episode owes, from its first decision to the last report."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.broadcasts.actor import Actor
from gateway.follow_up.obligations.obligations import waive
from gateway.ledger.follow_up import obligations
from gateway.plans.catalogue import Catalogue
from gateway.plans.model import Plan
from tests.broadcasts.episodes import Office, at

BODY = "市生态环境保护委员会污染防治攻坚办公室"


def report(code: str, **changes: Any) -> dict[str, Any]:
    return {
        "code": code,
        "what": "情况",
        "by_whom": "各单位",
        "to_whom": BODY,
        "actions": ["issue", "raise", "lower", "extend"],
        "clause": {"path": "一", "lines": [1, 1]},
        "deadline": {"event": "decision", "within_hours": 3, "text": "三小时内"},
        **changes,
    }


DAILY = {"event": "start", "daily_at": "17:00", "text": "每日17时前"}
MORNING = {**DAILY, "covers": "previous_day", "daily_at": "10:00"}
AFTER_END = {"event": "end", "within_days": 3, "text": "3日内"}
REPORTS = [
    report("filing", actions=["issue", "raise", "lower", "extend", "lift"]),
    report("units", owed_by="units", units=["教育局", "公安局"], deadline=DAILY, contents=["措施", "成效"]),
    report("districts", owed_by="districts", deadline=MORNING),
    report("orange-daily", levels=["orange", "red"], deadline=DAILY),
    report(
        "evaluation",
        actions=["lift"],
        once_begun=True,
        deadline={"event": "end", "within_days": 5, "text": "5日内"},
    ),
    report("end-order", actions=["lift"], deadline={"event": "end", "within_days": 0, "text": "当日"}),
    report("forecast-of-end", deadline={"event": "end", "within_days": 1, "text": "结束后1日"}),
    report("yellow-end", levels=["yellow"], deadline=AFTER_END),
    report("year", actions=["lift"], deadline={"event": "year", "before": "04-01", "text": "每年4月前"}),
    report(
        "drill",
        actions=["lift"],
        exercises_only=True,
        deadline={"event": "end", "within_days": 3, "text": "3日内"},
    ),
]


def plan() -> Plan:
    known = Catalogue(None).load("zhengzhou").plan
    areas = [area for area in known.areas if area.code in ("410100", "410102", "410103")]
    changed = {"areas": [area.model_dump() for area in areas], "reports": REPORTS}
    return Plan.model_validate({**known.model_dump(), **changed})


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path, plan())
    yield made
    made.ledger.close()


def issued(office: Office, **changes: Any) -> str:
    stated = {"starts_at": "01-10 12:00", "expected_end_at": "01-13 12:00", **changes}
    return office.launch("issue", "01-08 08:00", **stated)


def test_each_unit_and_district_owes_its_own_row(office: Office) -> None:
    issued(office)
    assert office.counts() == {
        "filing": 1,
        "units": 2,
        "districts": 2,
        "orange-daily": 1,
        "forecast-of-end": 1,
        "lift": 1,
    }
    assert {row.by_whom for row in office.rows("units")} == {"教育局", "公安局"}
    assert [(row.covers, row.due_at) for row in office.rows("units")] == [
        ("2024-01-10", at("01-10 17:00"))
    ] * 2
    assert {(row.covers, row.due_at) for row in office.rows("districts")} == {
        ("2024-01-10", at("01-11 10:00"))
    }
    assert [row.contents for row in office.rows("units")] == [("措施", "成效")] * 2


def test_a_decision_for_one_district_asks_nothing_of_another(office: Office) -> None:
    issued(office, area=["410103"])
    assert [row.by_whom for row in office.rows("districts")] == ["二七区"]


def test_every_day_of_the_response_is_owed_and_no_day_after_it(office: Office) -> None:
    issued(office)
    office.pass_time("01-12 08:00")
    assert [row.covers for row in office.rows("orange-daily")] == ["2024-01-10", "2024-01-11", "2024-01-12"]
    office.launch("lift", "01-12 09:00", starts_at="01-13 12:00")
    office.pass_time("01-20 00:00")
    days = [row.covers for row in office.rows("orange-daily")]
    assert days == ["2024-01-10", "2024-01-11", "2024-01-12", "2024-01-13"]


def test_a_lift_at_midnight_asks_for_no_report_on_the_day_that_it_begins(office: Office) -> None:
    issued(office)
    office.pass_time("01-11 08:00")
    office.launch("lift", "01-11 09:00", starts_at="01-12 00:00")
    office.pass_time("01-20 00:00")
    assert [row.covers for row in office.rows("orange-daily")] == ["2024-01-10", "2024-01-11"]


def test_after_days_without_the_program_no_day_is_missing(office: Office) -> None:
    issued(office)
    office.restart()
    office.pass_time("01-15 00:00")
    assert [row.covers for row in office.rows("orange-daily")] == [f"2024-01-{day}" for day in range(10, 16)]


def test_a_raise_files_anew_and_doubles_nothing_else(office: Office) -> None:
    issued(office)
    before = office.counts()
    office.launch("raise", "01-09 08:00", level="red", starts_at="01-10 12:00", expected_end_at="01-14 12:00")
    assert office.counts() == {**before, "filing": 2}
    assert [row.due_at for row in office.rows("lift")] == [at("01-14 12:00")]
    assert [row.due_at for row in office.rows("forecast-of-end")] == [at("01-15 12:00")]


def test_a_lower_level_ends_what_it_does_not_owe(office: Office) -> None:
    issued(office)
    office.pass_time("01-11 08:00")
    office.launch(
        "lower", "01-11 09:00", level="yellow", starts_at="01-11 12:00", expected_end_at="01-14 12:00"
    )
    office.pass_time("01-13 08:00")
    assert [row.covers for row in office.rows("orange-daily")] == ["2024-01-10", "2024-01-11"]
    assert len(office.rows("units")) == 2 * 4
    office.launch(
        "raise", "01-13 09:00", level="orange", starts_at="01-14 12:00", expected_end_at="01-16 12:00"
    )
    office.pass_time("01-15 08:00")
    days = [row.covers for row in office.rows("orange-daily")]
    assert days == ["2024-01-10", "2024-01-11", "2024-01-14", "2024-01-15"]


def test_a_district_that_a_change_drops_reports_no_more(office: Office) -> None:
    issued(office)
    office.launch(
        "extend", "01-11 09:00", area=["410103"], starts_at="01-11 12:00", expected_end_at="01-15 12:00"
    )
    office.pass_time("01-13 08:00")
    days = Counter(row.by_whom for row in office.rows("districts"))
    assert days == {"中原区": 2, "二七区": 4}


@pytest.mark.parametrize("when", ["01-09 08:00", "01-10 08:00", "01-10 12:00"])
def test_a_warning_lifted_before_it_began_asks_for_no_day_or_evaluation(office: Office, when: str) -> None:
    issued(office)
    office.launch("lift", when)
    office.pass_time("01-20 00:00")
    assert {"units", "districts", "orange-daily", "evaluation"} & office.counts().keys() == set()
    assert len(office.rows("end-order")) == 1  # whoever passed the start on passes this on


def test_a_raise_that_had_not_begun_leaves_the_evaluation_of_what_had(office: Office) -> None:
    issued(office)
    office.launch("raise", "01-11 08:00", level="red", starts_at="01-12 12:00", expected_end_at="01-14 12:00")
    office.launch("lift", "01-11 20:00")
    assert len(office.rows("evaluation")) == 1
    assert [row.covers for row in office.rows("orange-daily")] == ["2024-01-10", "2024-01-11"]


def test_a_raise_asks_again_for_nothing_that_a_person_waived(office: Office) -> None:
    issued(office)
    office.pass_time("01-11 08:00")
    today = office.rows("orange-daily")[-1].id
    office.ledger.write_now(waive, Actor("clerk"), today, "主任", "合并报送", at("01-11 09:00"))
    office.launch("raise", "01-11 10:00", level="red", expected_end_at="01-14 12:00")
    office.pass_time("01-12 08:00")
    assert [row.covers for row in office.rows("orange-daily")] == ["2024-01-10", "2024-01-12"]


def test_what_hangs_on_the_end_of_a_level_goes_with_the_level(office: Office) -> None:
    issued(office, level="yellow")
    assert office.counts()["yellow-end"] == 1
    office.launch("raise", "01-11 09:00", level="red", expected_end_at="01-14 12:00")
    assert "yellow-end" not in office.counts()
    office.launch("lower", "01-12 09:00", level="yellow", expected_end_at="01-14 12:00")
    assert [row.due_at for row in office.rows("yellow-end")] == [at("01-17 12:00")]


def test_a_lift_corrected_to_a_later_day_asks_for_that_day_too(office: Office) -> None:
    issued(office)
    office.pass_time("01-11 08:00")
    lifted = office.launch("lift", "01-11 09:00", starts_at="01-11 20:00")
    office.launch("correct", "01-11 10:00", mends=lifted, level=None, starts_at="01-12 12:00")
    office.pass_time("01-20 00:00")
    assert [row.covers for row in office.rows("orange-daily")] == [f"2024-01-{day}" for day in (10, 11, 12)]
    assert [row.due_at for row in office.rows("evaluation")] == [at("01-17 12:00")]
    assert office.rows("lift") == []


def test_a_lift_is_what_was_owed_and_owes_the_evaluation(office: Office) -> None:
    issued(office)
    office.launch("lift", "01-12 09:00", starts_at="01-12 20:00")
    assert [row.met_at for row in office.rows("lift", open_only=False)] == [at("01-12 09:00")]
    assert [row.due_at for row in office.rows("evaluation")] == [at("01-17 20:00")]
    assert "drill" not in office.counts()


def test_the_year_is_evaluated_once_however_many_episodes_it_had(office: Office) -> None:
    for _ in range(3):
        issued(office)
        office.launch("lift", "01-12 09:00")
        office.begin()
    found = office.ledger.read_now(_all_of, "year")
    assert [(row.due_at, row.episode_id) for row in found] == [(at("04-01 00:00"), None)]


def test_a_drill_owes_its_own_evaluation_and_nothing_of_the_year(tmp_path: Path) -> None:
    office = Office(tmp_path, plan(), exercise=True)
    issued(office)
    office.launch("lift", "01-12 09:00")
    assert office.counts()["drill"] == 1
    assert office.ledger.read_now(_all_of, "year") == []
    assert all(row.exercise for row in office.rows())
    office.ledger.close()


def test_a_retracted_start_owes_nothing_but_its_own_filing(office: Office) -> None:
    start = issued(office)
    office.pass_time("01-11 08:00")
    office.launch("retract", "01-11 09:00", mends=start)
    office.pass_time("01-20 00:00")
    assert [(row.code, row.due_at) for row in office.rows()] == [("filing", at("01-11 12:00"))]


def test_a_retracted_raise_leaves_what_was_owed_before_it(office: Office) -> None:
    issued(office, level="yellow")
    office.pass_time("01-11 08:00")
    owed = {(row.code, row.by_whom, row.covers, row.due_at) for row in office.rows()}
    raised = office.launch("raise", "01-11 09:00", level="red", expected_end_at="01-16 12:00")
    assert office.counts()["orange-daily"] == 1
    office.launch("retract", "01-11 10:00", mends=raised)
    now = {(row.code, row.by_whom, row.covers, row.due_at) for row in office.rows()}
    assert now == owed | {("filing", "各单位", None, at("01-11 13:00"))}


def test_a_retracted_lift_puts_the_warning_s_obligations_back(office: Office) -> None:
    issued(office)
    office.pass_time("01-11 08:00")
    owed = {(row.code, row.by_whom, row.covers, row.due_at) for row in office.rows()}
    lifted = office.launch("lift", "01-11 09:00")
    assert office.counts()["evaluation"] == 1
    office.launch("retract", "01-11 10:00", mends=lifted, level=None)
    now = {(row.code, row.by_whom, row.covers, row.due_at) for row in office.rows()}
    assert now == owed | {("filing", "各单位", None, at("01-11 13:00"))}
    office.pass_time("01-12 08:00")
    assert [row.covers for row in office.rows("orange-daily")][-1] == "2024-01-12"


def test_a_correction_moves_what_the_mended_decision_owed(office: Office) -> None:
    start = issued(office)
    office.launch(
        "correct",
        "01-08 10:00",
        mends=start,
        area=["410103"],
        starts_at="01-10 12:00",
        expected_end_at="01-14 12:00",
    )
    assert office.counts() == {
        "filing": 1,
        "units": 2,
        "districts": 1,
        "orange-daily": 1,
        "forecast-of-end": 1,
        "lift": 1,
    }
    assert [row.due_at for row in office.rows("lift")] == [at("01-14 12:00")]
    assert [row.due_at for row in office.rows("filing")] == [at("01-08 13:00")]


def test_an_expected_end_that_passes_owes_a_decision_until_there_is_one(office: Office) -> None:
    issued(office)
    office.pass_time("01-13 11:59")
    assert office.rows("expected_end_passed") == []
    office.pass_time("01-13 12:00")
    (owed,) = office.rows("expected_end_passed")
    assert (owed.by_whom, owed.due_at) == (plan().issuing_body.name, at("01-13 12:00"))
    assert office.rows("lift") != []  # the warning stands
    office.pass_time("01-14 12:00")
    assert office.rows("orange-daily")[-1].covers == "2024-01-14"
    office.launch("extend", "01-14 13:00", expected_end_at="01-16 12:00")
    assert office.rows("expected_end_passed") == []
    office.pass_time("01-16 12:00")
    assert [row.due_at for row in office.rows("expected_end_passed")] == [at("01-16 12:00")]


def test_an_open_ended_warning_passes_no_end(office: Office) -> None:
    issued(office, expected_end_at=None, open_ended=True)
    office.pass_time("01-20 00:00")
    assert office.rows("expected_end_passed") == []
    assert [row.due_at for row in office.rows("lift")] == [None]


def test_a_hint_owes_a_decision_and_an_issue_is_one(office: Office) -> None:
    office.launch("hint", "01-08 08:00", starts_at="01-10 12:00", expected_end_at="01-11 12:00")
    assert office.counts() == {"decision": 1}
    office.pass_time("01-11 12:00")
    assert office.counts() == {"decision": 1, "expected_end_passed": 1}
    office.launch("issue", "01-11 13:00", expected_end_at="01-13 12:00")
    assert "decision" not in office.counts()
    assert "expected_end_passed" not in office.counts()


def test_an_ended_hint_leaves_nothing_to_report(office: Office) -> None:
    office.launch("hint", "01-08 08:00", starts_at="01-10 12:00", expected_end_at="01-11 12:00")
    office.launch("lift", "01-09 08:00")
    assert office.counts() == {}


def test_reminders_come_before_a_deadline_and_marks_after_it(office: Office) -> None:
    issued(office)
    office.pass_time("01-10 14:59")
    first = office.rows("units")[0]
    assert (first.reminded_at, first.overdue_at) == (None, None)
    office.pass_time("01-10 15:00")
    assert office.rows("units")[0].reminded_at == at("01-10 15:00")
    office.pass_time("01-10 17:00")
    assert office.rows("units")[0].overdue_at == at("01-10 17:00")


def test_what_is_wanted_at_once_is_not_reminded_of_and_not_late_in_the_first_hour(tmp_path: Path) -> None:
    soon = report("filing", deadline={"event": "decision", "within_hours": 0, "text": "立即"})
    office = Office(
        tmp_path,
        plan().model_copy(
            update={"reports": Plan.model_validate({**plan().model_dump(), "reports": [soon]}).reports}
        ),
    )
    issued(office)
    office.pass_time("01-08 08:59")
    (row,) = office.rows("filing")
    assert (row.reminded_at, row.overdue_at) == (None, None)
    office.pass_time("01-08 09:00")
    assert office.rows("filing")[0].overdue_at == at("01-08 09:00")
    office.ledger.close()


START: dict[str, dict[str, int]] = {  # what an orange start for the whole area makes owed
    "zhengzhou": {
        "province-filing": 1,
        "districts-daily": 16,
        "units-daily": 16,
        "units-daily-orange": 1,
        "lift": 1,
    },
    "pingdingshan": {
        "province-filing": 1,
        "province-report": 1,
        "districts-daily": 12,
        "teams-daily": 9,
        "daily-consultation": 1,
        "lift": 1,
    },
    "kashgar": {
        "units-execution": 18,
        "rolling-broadcast": 13,
        "counties-daily": 13,
        "units-daily": 18,
        "lift": 1,
    },
    "xigang": {"upward-report": 1, "members-daily": 14, "lift": 1},
    "zhengzhou-2018": {"county-notice": 16, "lift": 1},
}
AFTER: dict[str, dict[str, int]] = {  # what its lift makes owed, with the daily reports of two days
    "zhengzhou": {
        "province-filing": 2,
        "districts-daily": 32,
        "units-daily": 32,
        "units-daily-orange": 2,
        "end-order": 16,
        "summary": 1,
        "province-evaluation": 1,
    },
    "pingdingshan": {
        "province-filing": 2,
        "province-report": 1,
        "districts-daily": 24,
        "teams-daily": 18,
        "daily-consultation": 2,
        "end-order": 12,
        "districts-summary": 12,
        "units-summary": 1,
        "city-evaluation": 1,
        "districts-evaluation": 12,
    },
    "kashgar": {
        "units-execution": 18,
        "rolling-broadcast": 39,  # from the day of the decision
        "counties-daily": 26,
        "units-daily": 36,
        "units-end": 18,
        "counties-end": 13,
        "evaluation": 1,
        "counties-after-lift": 13,
    },
    "xigang": {"upward-report": 2, "members-daily": 28, "members-summary": 14, "district-summary": 1},
    "zhengzhou-2018": {"county-notice": 16, "evaluation": 1, "evaluation-districts": 16},
}
YEARLY: dict[str, dict[str, int]] = {
    "zhengzhou": {"yearly-evaluation": 1, "list-revision": 2, "county-plan-filing": 16},
    "pingdingshan": {"yearly-evaluation": 12, "yearly-evaluation-result": 12, "list-revision": 12},
    "kashgar": {"plan-revision": 1, "reduction-list": 13},
    "xigang": {"yearly-evaluation": 1},
    "zhengzhou-2018": {},
}


@pytest.mark.parametrize("name", START)
@pytest.mark.parametrize("exercise", [False, True])
def test_each_plan_s_decisions_make_owed_what_it_lists(tmp_path: Path, name: str, exercise: bool) -> None:
    known = Catalogue(None).load(name).plan
    office = Office(tmp_path, known, exercise)
    issued(office, area=[known.area], starts_at="01-09 12:00", expected_end_at="01-11 12:00")
    assert office.counts() == START[name]
    office.launch("lift", "01-10 09:00", area=[known.area], starts_at="01-10 12:00")
    drill = {"drill-evaluation": 13} if exercise and name == "kashgar" else {}
    assert office.counts() == AFTER[name] | drill
    every = office.ledger.read_now(obligations.page, at("01-10 09:00"))
    yearly = Counter(row.code for row, _ in every if row.episode_id is None)
    assert yearly == ({} if exercise else YEARLY[name])
    office.ledger.close()


def test_what_has_no_day_in_the_year_is_owed_in_each_year(tmp_path: Path) -> None:
    office = Office(tmp_path, Catalogue(None).load("zhengzhou").plan)
    for year in (2024, 2024, 2025):
        office.year = year
        issued(office)
        office.launch("lift", "01-12 09:00")
        office.begin()
    found = office.ledger.read_now(_all_of, "county-plan-filing")
    assert Counter(row.covers for row in found) == {"2024": 16, "2025": 16}
    office.ledger.close()


def _all_of(connection: Any, code: str) -> list[Any]:
    return [row for row, _ in obligations.page(connection, at("01-01 00:00"), code=code)]


def _change(action: str, **changes: Any) -> Callable[[Office, list[str], str], None]:
    def step(office: Office, ids: list[str], when: str) -> None:
        mends = ids[-1] if action == "correct" else None
        ids.append(office.launch(action, when, mends=mends, **changes))

    return step


def _retract(office: Office, ids: list[str], when: str) -> None:
    """A correction is retracted with what it mends; the first decision stays."""
    newest = ids[-1]
    left = ids[:-1]
    while office.actions[newest] == "correct":
        newest, left = left[-1], left[:-1]
    if left:
        office.launch("retract", when, mends=ids[-1])
        ids[:] = left


STEPS: list[Callable[[Office, list[str], str], None]] = [
    _change("raise", level="red", expected_end_at="02-20 12:00"),
    _change("lower", level="yellow", expected_end_at="02-21 12:00"),
    _change("extend", area=["410103"], expected_end_at="02-22 12:00"),
    _change("correct", expected_end_at="02-23 12:00"),
    _retract,
    lambda office, ids, when: office.restart(),
    lambda office, ids, when: None,
]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    steps=st.lists(st.sampled_from(range(len(STEPS))), max_size=8),
    tend=st.lists(st.booleans(), min_size=8, max_size=8),
)
def test_whatever_happens_nothing_is_lost_and_nothing_owed_twice(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int], tend: list[bool]
) -> None:
    office = Office(tmp_path_factory.mktemp("office"), plan())
    try:
        ids = [office.launch("issue", "01-08 08:00", expected_end_at="02-19 12:00")]
        for place, step in enumerate(steps):
            if tend[place]:
                office.pass_time(f"01-{place + 9:02} 08:00")
            STEPS[step](office, ids, f"01-{place + 9:02} 09:00")
        office.pass_time("01-19 08:00")
        rows = office.rows(open_only=False)
        keys = Counter((row.code, row.by_whom, row.covers, row.due_at) for row in rows)
        assert max(keys.values()) == 1
        assert len(office.rows("lift")) == 1
        assert len(office.rows("forecast-of-end")) == 1
        # the units report on every day of the episode, whatever the level
        days = [f"2024-01-{day:02}" for day in range(8, 20)]
        for unit in ("教育局", "公安局"):
            assert [row.covers for row in office.rows("units") if row.by_whom == unit] == days
        office.launch("lift", "01-19 09:00")
        office.pass_time("01-25 08:00")
        assert office.rows("lift") == []
        assert office.counts()["units"] == 2 * len(days)
        assert office.counts()["evaluation"] == 1
    finally:
        office.ledger.close()
