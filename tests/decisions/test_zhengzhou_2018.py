"""Zhengzhou's season of 2018-2019 (003): in force for half a year, no thresholds, a three-hour duty."""

from typing import Any

import pytest

from tests.decisions.examples import days
from tests.decisions.tables import Row, check_of, due_of, owing, verdict

# Lines 49, 571-613.
FITS: dict[str, Any] = {
    "plan": "zhengzhou-2018",
    "action": "issue",
    "level": "orange",
    "decided_at": "2019-01-10T16:00:00+08:00",
    "starts_at": "2019-01-11T00:00:00+08:00",
    "expected_end_at": "2019-01-14T00:00:00+08:00",
    "area": ["410100"],
    "forecast": {"days": days(210, 220, 140), "primary_pollutant": "PM2.5"},
    "approvals": [{"role": "主任", "name": "孙一鸣"}],
    "issuer": "郑州市环境攻坚办",
    "document_number": "郑环攻坚办〔2019〕3号",
}
BY_PEOPLE = {"LEVEL_NOT_MET": "note"}  # without thresholds the consultation decides
EXPIRED = {**BY_PEOPLE, "PLAN_EXPIRED": "refuse"}
RUNNING = {"active_level": "orange", "active_since": "2019-03-31T20:00:00+08:00"}


def at(decided: str, start: str) -> dict[str, Any]:
    return {"decided_at": decided, "starts_at": start, "expected_end_at": None}


ROWS: list[Row] = [
    ("a consultation's decision", {}, "ready", BY_PEOPLE),
    ("whatever the forecast", {"level": "red", "forecast": {"days": days(90)}}, "ready", BY_PEOPLE),
    ("at once", {"decided_at": "2019-01-10T23:59:00+08:00"}, "ready", BY_PEOPLE),
    # no floor is printed; an upper start is pointed out all the same
    (
        "below the city's active level",
        {"area": ["410105"], "level": "yellow", "context": {"upper_active_level": "orange"}},
        "ready",
        {**BY_PEOPLE, "BELOW_FLOOR": "note"},
    ),
    (
        "below a start by the province",
        {"level": "yellow", "basis": {"kind": "upper_warning", "level": "orange"}},
        "ready",
        {**BY_PEOPLE, "BELOW_FLOOR": "note"},
    ),
    ("at the province's level", {"basis": {"kind": "upper_warning", "level": "orange"}}, "ready", BY_PEOPLE),
    # in force from 2018-10-01 to 2019-03-31, both days included (line 49)
    ("the first day", at("2018-10-01T00:00:00+08:00", "2018-10-01T08:00:00+08:00"), "ready", BY_PEOPLE),
    ("the last day", at("2019-03-31T08:00:00+08:00", "2019-03-31T23:59:00+08:00"), "ready", BY_PEOPLE),
    ("the day before", at("2018-09-30T23:59:00+08:00", "2018-10-01T08:00:00+08:00"), "refused", EXPIRED),
    ("the day after", at("2019-03-31T08:00:00+08:00", "2019-04-01T00:00:00+08:00"), "refused", EXPIRED),
    ("years after", at("2024-01-08T08:00:00+08:00", "2024-01-10T12:00:00+08:00"), "refused", EXPIRED),
    (
        "years after with a reason",
        {**at("2024-01-08T08:00:00+08:00", "2024-01-10T12:00:00+08:00"), "special_reason": "会商决定"},
        "refused",
        EXPIRED,
    ),
    # the last day ends at midnight of China, wherever the clock stands
    ("the last day in UTC", at("2019-03-31T08:00:00+08:00", "2019-03-31T15:59:00+00:00"), "ready", BY_PEOPLE),
    (
        "the day after in UTC",
        at("2019-03-31T08:00:00+08:00", "2019-03-31T16:00:00+00:00"),
        "refused",
        EXPIRED,
    ),
    # what began in time is ended or mended after it
    (
        "a lift after the season",
        {
            **at("2019-04-01T20:00:00+08:00", "2019-04-02T00:00:00+08:00"),
            "action": "lift",
            "context": RUNNING,
        },
        "ready",
        {},
    ),
    (
        "a correction after the season",
        {
            **at("2019-04-01T08:00:00+08:00", "2019-03-31T20:00:00+08:00"),
            "action": "correct",
            "corrects": "文号有误",
            "context": RUNNING,
        },
        "ready",
        BY_PEOPLE,
    ),
    (
        "a retraction after the season",
        {
            **at("2019-04-01T08:00:00+08:00", "2019-04-01T08:00:00+08:00"),
            "action": "retract",
            "corrects": "误发",
            "context": RUNNING,
        },
        "ready",
        {},
    ),
    (
        "an extension after the season",
        {
            **at("2019-04-01T08:00:00+08:00", "2019-04-01T20:00:00+08:00"),
            "action": "extend",
            "context": RUNNING,
        },
        "refused",
        EXPIRED,
    ),
    # the document lays down no approvals, elements, lead time or conditions of lifting
    ("nobody approved", {"approvals": []}, "refused", {**BY_PEOPLE, "APPROVAL_MISSING": "refuse"}),
    ("no forecast at all", {"forecast": {"days": []}}, "ready", BY_PEOPLE),
    ("no issuer", {"issuer": None}, "refused", {**BY_PEOPLE, "ELEMENT_MISSING": "refuse"}),
    ("the city's government", {"issuer": "郑州市人民政府"}, "ready", BY_PEOPLE),
    ("a lift without figures", {"action": "lift"}, "ready", {}),
    ("a lower without figures", {"action": "lower", "level": "yellow"}, "ready", BY_PEOPLE),
    ("the development zone", {"area": ["410100A1"]}, "ready", BY_PEOPLE),
    ("another city", {"area": ["410421"]}, "refused", {**BY_PEOPLE, "AREA_OUTSIDE_JURISDICTION": "refuse"}),
]


@pytest.mark.parametrize(
    ("changes", "outcome", "findings"), [row[1:] for row in ROWS], ids=[r[0] for r in ROWS]
)
def test_the_season_is_left_to_people_and_to_its_dates(
    changes: dict[str, Any], outcome: str, findings: dict[str, str]
) -> None:
    assert verdict(FITS, changes) == (outcome, findings)


def test_no_forecast_gives_a_level() -> None:
    assert check_of(FITS, forecast={"days": days(500, 500, 500)}).level_by_forecast is None


def test_a_start_owes_the_counties_word_within_three_hours() -> None:
    owed = due_of(FITS)
    assert owed["county-notice"] == ("2019-01-10T19:00:00+08:00", None)
    assert owed["lift"] == ("2019-01-14T00:00:00+08:00", None)
    assert "郑州航空港经济综合实验区" in owing(FITS, "county-notice")
    assert len(owing(FITS, "county-notice")) == 16  # twelve counties, four zones
    assert owing(FITS, "county-notice", area=["410122", "410105"]) == ["金水区", "中牟县"]


def test_a_lift_owes_the_evaluation() -> None:
    owed = due_of(FITS, action="lift", starts_at="2019-01-14T00:00:00+08:00")
    assert owed["evaluation"] == ("2019-01-14T00:00:00+08:00", None)
    assert "lift" not in owed
