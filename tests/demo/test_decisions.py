from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.decisions.checks import check
from gateway.decisions.model import Context, Decision
from gateway.decisions.reading import read
from gateway.demo import decisions
from gateway.plans.catalogue import Catalogue

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))
MIDNIGHT = datetime(2026, 12, 30, 16, 0, tzinfo=UTC)  # in Zhengzhou; the warning runs into the next year


LAUNCH = timedelta(minutes=5)  # the longest that checking, rendering and launching may take


def codes(decision: Decision, in_force: Context | None = None) -> list[str]:
    plan = Catalogue().load(decision.plan).plan
    checked = check(plan, decision, decision.decided_at + LAUNCH, launching=True, in_force=in_force)
    assert checked.outcome == "ready", [finding.message for finding in checked.findings]
    assert checked.level_by_forecast == decision.level
    return [finding.code for finding in checked.findings]


@pytest.mark.parametrize("minutes", [0, 1, 59, 60, 661, 719, 720, 721, 1439])
def test_at_any_hour_the_three_decisions_follow_one_another_without_a_finding(minutes: int) -> None:
    at = MIDNIGHT + timedelta(minutes=minutes, seconds=7)
    started = decisions.start(at)
    raised = decisions.raise_to_red(at + timedelta(seconds=20))
    lifted = decisions.lift(at + timedelta(seconds=40))
    assert codes(started, Context()) == []
    orange = Context(
        active_level="orange", active_since=started.starts_at, scheduled_end=started.expected_end_at
    )
    assert codes(raised, orange) == []
    red = Context(active_level="red", active_since=raised.starts_at, scheduled_end=raised.expected_end_at)
    assert codes(lifted, red) == []


def test_there_is_an_example_of_every_action() -> None:
    assert {read(file.read_text("utf-8")).action for file in EXAMPLES} == {
        "issue",
        "raise",
        "lower",
        "extend",
        "lift",
    }


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_each_example_is_ready(file: Path) -> None:
    assert codes(read(file.read_text("utf-8"), file.name)) == []
