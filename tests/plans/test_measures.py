"""Which measures are in force, and what the facts settle."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.plans.measures import Facts, open_gaps, resolve, settle
from gateway.plans.model import Condition, Plan
from gateway.vocabulary import LEVELS, Level, rank
from tests.plans.small import small_plan

SMALL = small_plan().plan
SCHOOL_OUT = Facts(daily_aqi=500)
SCHOOL_ON = Facts(daily_aqi=499)
BETWEEN = Facts(humidity_percent=50, temperature_c=9)


def in_force(level: Level | None, facts: Facts = Facts(), plan: Plan = SMALL) -> dict[str, bool]:  # noqa: B008
    """The ids in force, each with whether its condition is open."""
    return {entry.measure.id: entry.open for entry in resolve(plan, level, facts)}


def plan_of(measures: list[dict[str, Any]], carry_on: bool = True) -> Plan:
    """The small plan with other measures, each given by id, level and what it replaces or asks for."""
    common = {"category": "mandatory", "clause": {"path": "四", "lines": [1, 1]}, "texts": {"public": "照办"}}
    data = SMALL.model_dump()
    data |= {"measures": [{**common, **measure} for measure in measures], "gaps": [], "nothing": []}
    return Plan.model_validate(data | {"measures_carry_on": carry_on})


def test_higher_levels_add_to_the_lower_ones() -> None:
    assert "output" in in_force("yellow")
    assert list(in_force("orange")) == ["lessons", "advice", "output", "trucks", "washing", "no-washing"]


def test_levels_restated_in_full_do_not_add_up() -> None:
    plan = SMALL.model_copy(update={"measures_carry_on": False})
    assert list(in_force("orange", plan=plan)) == ["trucks"]


def test_no_level_means_no_measures() -> None:
    assert resolve(SMALL, None, SCHOOL_OUT) == ()
    assert open_gaps(SMALL, None, BETWEEN) == ()


def test_a_measure_takes_the_place_of_what_it_replaces() -> None:
    assert "trucks" not in in_force("red")
    assert "more-trucks" in in_force("red")


def test_a_settled_condition_shows_one_branch() -> None:
    dry = Facts(humidity_percent=49, temperature_c=6)
    wet = Facts(humidity_percent=51, temperature_c=6)
    assert in_force("yellow", dry)["washing"] is False
    assert "no-washing" not in in_force("yellow", dry)
    assert in_force("yellow", wet)["no-washing"] is False
    assert "washing" not in in_force("yellow", wet)


def test_one_fact_settles_a_condition_when_the_others_cannot_change_it() -> None:
    wet = in_force("yellow", Facts(humidity_percent=51))
    assert "washing" not in wet
    assert wet["no-washing"] is False
    dry = in_force("yellow", Facts(humidity_percent=49))
    assert (dry["washing"], dry["no-washing"]) == (True, True)


def test_lessons_stop_when_the_aqi_reaches_500_and_go_on_below() -> None:
    assert in_force("red", SCHOOL_OUT)["no-school"] is False
    assert "lessons" not in in_force("red", SCHOOL_OUT)
    assert "no-school" not in in_force("red", SCHOOL_ON)
    assert in_force("red", SCHOOL_ON)["lessons"] is False


def test_an_open_measure_stands_beside_what_it_would_replace() -> None:
    assert in_force("red")["no-school"] is True
    assert in_force("red")["lessons"] is False


@pytest.mark.parametrize("facts", [BETWEEN, Facts(humidity_percent=40, temperature_c=5)])
def test_facts_between_the_branches_fall_into_the_gap(facts: Facts) -> None:
    assert not {"washing", "no-washing"} & set(in_force("orange", facts))
    assert [gap.between for gap in open_gaps(SMALL, "orange", facts)] == [["washing", "no-washing"]]


@pytest.mark.parametrize(
    "facts",
    [
        Facts(),
        Facts(humidity_percent=50),
        Facts(humidity_percent=49, temperature_c=6),
        Facts(temperature_c=4),
    ],
)
def test_there_is_no_gap_while_a_branch_is_open_or_true(facts: Facts) -> None:
    assert open_gaps(SMALL, "yellow", facts) == ()


def test_a_gap_ends_where_its_measures_are_replaced_or_belong_to_another_level() -> None:
    replaced = small_plan(("replaces: [trucks]", "replaces: [trucks, washing, no-washing]")).plan
    assert open_gaps(replaced, "orange", BETWEEN) != ()
    assert open_gaps(replaced, "red", BETWEEN) == ()
    alone = SMALL.model_copy(update={"measures_carry_on": False})
    assert open_gaps(alone, "red", BETWEEN) == ()


def test_gaps_of_the_same_words_are_told_once() -> None:
    plan = SMALL.model_copy(update={"gaps": [*SMALL.gaps, *SMALL.gaps]})
    assert len(open_gaps(plan, "yellow", BETWEEN)) == 1


def _condition(**operator: object) -> Condition:
    return Condition.model_validate({"text": "当", "all_of": [operator]})


@pytest.mark.parametrize(
    ("operator", "below", "at", "over"),
    [
        ({"above": 5}, False, False, True),
        ({"at_least": 5}, False, True, True),
        ({"below": 5}, True, False, False),
        ({"at_most": 5}, True, True, False),
    ],
)
def test_above_and_below_are_strict_and_at_least_and_at_most_are_not(
    operator: dict[str, int], below: bool, at: bool, over: bool
) -> None:
    condition = _condition(fact="temperature_c", **operator)
    assert settle(condition, Facts(temperature_c=4.9)) is below
    assert settle(condition, Facts(temperature_c=5)) is at
    assert settle(condition, Facts(temperature_c=5.1)) is over
    assert settle(condition, Facts()) is None


def test_a_pollutant_settles_its_condition_when_stated() -> None:
    ozone = _condition(fact="pollutant", equals="O3")
    assert settle(ozone, Facts(pollutant="O3")) is True
    assert settle(ozone, Facts(pollutant="PM2.5")) is False
    assert settle(ozone, Facts()) is None


@pytest.mark.parametrize(
    ("window", "first", "last", "expected"),
    [
        (("11-15", "03-15"), "2023-11-15", "2024-03-15", True),  # both ends, over the new year and 29 Feb
        (("11-15", "03-15"), "2023-11-14", "2023-11-15", None),
        (("11-15", "03-15"), "2024-03-16", "2024-11-14", False),
        (("11-15", "03-15"), "2023-11-14", "2023-11-14", False),
        (("02-01", "02-28"), "2024-02-29", "2024-02-29", False),
        (("02-01", "02-28"), "2024-02-28", "2024-02-29", None),
        (("02-01", "02-29"), "2023-02-28", "2023-02-28", True),
        (("02-29", "02-29"), "2023-02-01", "2023-03-31", False),
        (("02-29", "02-29"), "2024-02-29", "2024-02-29", True),
        (("01-01", "12-31"), "2024-01-01", "2030-01-01", True),
        (("05-01", "05-01"), "2024-05-02", "2025-05-01", None),
    ],
)
def test_days_settle_a_window_only_when_all_or_none_lie_in_it(
    window: tuple[str, str], first: str, last: str, expected: bool | None
) -> None:
    facts = Facts(first_day=date.fromisoformat(first), last_day=date.fromisoformat(last))
    assert settle(_condition(fact="date", within=window), facts) is expected


@pytest.mark.parametrize(
    "facts",
    [
        Facts(),
        Facts(first_day=date(2024, 1, 1)),
        Facts(last_day=date(2024, 1, 1)),
        Facts(first_day=date(2024, 1, 2), last_day=date(2024, 1, 1)),
    ],
)
def test_a_window_stays_open_without_both_days(facts: Facts) -> None:
    assert settle(_condition(fact="date", within=("01-01", "12-31")), facts) is None


_TESTS: list[dict[str, object]] = [
    {"fact": "daily_aqi", "at_least": 500},
    {"fact": "humidity_percent", "below": 50},
    {"fact": "humidity_percent", "above": 50},
    {"fact": "temperature_c", "at_most": 5},
    {"fact": "pollutant", "equals": "O3"},
    {"fact": "date", "within": ["11-15", "03-15"]},
]
_CONDITIONS = st.builds(
    lambda kind, tests: {"text": "当", kind: tests},
    st.sampled_from(["all_of", "any_of"]),
    st.lists(st.sampled_from(_TESTS), min_size=1, max_size=3),
)
_STARTS = st.dates(date(2023, 1, 1), date(2025, 12, 31))
_STATED = st.builds(
    lambda aqi, humidity, temperature, pollutant, first, days: Facts(
        aqi, humidity, temperature, pollutant, first, first + timedelta(days=days)
    ),
    st.integers(0, 600),
    st.floats(0, 100),
    st.floats(-20, 40),
    st.sampled_from(["PM2.5", "O3"]),
    _STARTS,
    st.integers(0, 20),
)


def _silent(facts: Facts, keep: frozenset[str]) -> Facts:
    return Facts(**{name: getattr(facts, name) for name in keep})


_NAMES = st.frozensets(st.sampled_from(list(Facts.__dataclass_fields__)))


@given(_CONDITIONS, _STATED, _NAMES)
def test_saying_more_never_turns_a_settled_condition_round(
    condition: dict[str, object], stated: Facts, keep: frozenset[str]
) -> None:
    model = Condition.model_validate(condition)
    early = settle(model, _silent(stated, keep))
    late = settle(model, stated)
    assert early is None or early is late
    if not any(test.fact == "date" for test in (*model.all_of, *model.any_of)):
        assert late is not None, "only days can lie on both sides of what a condition asks"


@st.composite
def _plans(draw: st.DrawFn) -> Plan:
    """Plans whose measures replace lower or equal, earlier ones, as lint asks."""
    measures: list[dict[str, Any]] = []
    for number in range(draw(st.integers(0, 7))):
        level = draw(st.sampled_from(LEVELS))
        lower = [m["id"] for m in measures if rank(m["level"]) <= rank(level)]
        measures.append(
            {
                "id": f"m{number}",
                "level": level,
                "replaces": draw(st.lists(st.sampled_from(lower), unique=True, max_size=3)) if lower else [],
                "condition": draw(st.none() | _CONDITIONS),
            }
        )
    return plan_of(draw(st.permutations(measures)), draw(st.booleans()))


@given(_plans(), st.sampled_from(LEVELS), _STATED, _NAMES)
def test_what_is_in_force_holds_together(
    plan: Plan, level: Level, stated: Facts, keep: frozenset[str]
) -> None:
    facts = _silent(stated, keep)
    entries = resolve(plan, level, facts)
    ids = [entry.measure.id for entry in entries]
    assert entries == resolve(plan, level, facts)
    assert ids == [m.id for m in plan.measures if m.id in ids], "the order of the file"

    settled = {entry.measure.id for entry in entries if not entry.open}
    for entry in entries:
        state = True if entry.measure.condition is None else settle(entry.measure.condition, facts)
        assert state is (None if entry.open else True)
        assert rank(entry.measure.level) <= rank(level)
        if not plan.measures_carry_on:
            assert entry.measure.level == level
        if entry.measure.id in settled:
            assert not set(entry.measure.replaces) & set(ids), "nothing replaced is in force"

    for measure in plan.measures:  # and nothing is missing without a reason
        belongs = measure.level == level or (plan.measures_carry_on and rank(measure.level) < rank(level))
        false = measure.condition is not None and settle(measure.condition, facts) is False
        named = any(measure.id in other.replaces for other in plan.measures)
        if belongs and not false and not named:
            assert measure.id in ids
