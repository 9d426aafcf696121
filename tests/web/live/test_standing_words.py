"""What is announced and what is in force are told apart, each with its hour."""

from datetime import datetime, timedelta

import pytest

from gateway.ledger.decisions.episodes import Episode, Launched
from gateway.moments import BEIJING
from gateway.vocabulary import Action, Level
from gateway.web.live.standing_words import ends_later, episode_standing, step_standing
from tests.decisions.examples import decision

NOON = datetime(2024, 1, 10, 12, tzinfo=BEIJING)


def episode(*steps: tuple[Action, Level | None, datetime]) -> Episode:
    """Decisions that were launched one after the other, each with its start."""
    launched = []
    for number, (action, level, starts_at) in enumerate(steps, 1):
        stated = decision(starts_at=starts_at, expected_end_at=starts_at + timedelta(days=3))
        document = stated.model_dump_json()
        launched.append(Launched(str(number), number, action, level, str(number - 1), document, action))
    return Episode("invented", "zhengzhou", False, None, tuple(launched))


def at(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def test_a_warning_is_announced_until_its_hour_and_in_force_from_then_on() -> None:
    issued = episode(("issue", "orange", NOON))
    before, then = at(NOON - timedelta(minutes=1)), at(NOON)
    assert episode_standing("zh", issued, before) == "已发布，1月10日（周三）12:00 起生效"
    assert episode_standing("zh", issued, then) == "正在生效（1月10日（周三）12:00 起）"
    assert episode_standing("en", issued, before) == "announced, in force from Wed 10 Jan 12:00"
    assert episode_standing("en", issued, then) == "in force since Wed 10 Jan 12:00"


def test_what_goes_on_until_a_change_takes_effect_is_named() -> None:
    raised = episode(("issue", "orange", NOON), ("raise", "red", NOON + timedelta(hours=12)))
    between, then = at(NOON + timedelta(hours=1)), at(NOON + timedelta(hours=12))
    assert (
        episode_standing("zh", raised, between) == "已发布，1月11日（周四）00:00 起生效，此前橙色预警仍生效"
    )
    assert step_standing("zh", raised, "1", between) == "正在生效（到 1月11日（周四）00:00 为止）"
    assert episode_standing("zh", raised, then) == "正在生效（1月11日（周四）00:00 起）"
    assert step_standing("zh", raised, "1", then) == ""


def test_an_announced_lift_ends_nothing_before_its_hour() -> None:
    lifted = episode(("issue", "orange", NOON), ("lift", None, NOON + timedelta(hours=12)))
    between, then = at(NOON + timedelta(hours=1)), at(NOON + timedelta(hours=12))
    assert ends_later(lifted, between)
    assert (
        episode_standing("zh", lifted, between)
        == "已发布解除，1月11日（周四）00:00 起解除，此前橙色预警仍生效"
    )
    assert not ends_later(lifted, then)
    assert episode_standing("zh", lifted, then) == "已解除（1月11日（周四）00:00 起）"


@pytest.mark.parametrize(
    ("action", "said"), [("hint", "已提示，1月10日（周三）12:00 起可能发布预警"), ("tip", "")]
)
def test_a_hint_and_a_tip_are_never_in_force(action: Action, said: str) -> None:
    for moment in (NOON - timedelta(hours=1), NOON + timedelta(hours=1)):
        assert episode_standing("zh", episode((action, "orange", NOON)), at(moment)) == said


def test_of_a_retracted_episode_nothing_stands() -> None:
    retracted = episode(("issue", "orange", NOON), ("retract", "orange", NOON))
    assert episode_standing("zh", retracted, at(NOON)) == ""
    assert step_standing("zh", retracted, "2", at(NOON)) == ""


def test_what_was_lifted_or_gave_way_before_its_start_did_not_begin() -> None:
    raised: list[tuple[Action, Level | None, datetime]] = [("issue", "orange", NOON), ("raise", "red", NOON)]
    after = at(NOON + timedelta(hours=2))
    lifted = episode(*raised, ("lift", None, NOON + timedelta(hours=1)))
    assert step_standing("zh", lifted, "1", after) == "没有启动"
    assert step_standing("zh", lifted, "2", after) == ""
    early = episode(*raised, ("lift", None, NOON))
    assert step_standing("zh", early, "2", at(NOON - timedelta(hours=1))) == "不再启动"
