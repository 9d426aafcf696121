"""Whose turn it is where plants stop in turns; the plan of these tests is an invented one."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from gateway.moments import BEIJING
from gateway.notices.personal import Personal
from gateway.notices.turns import Period, Rota
from gateway.plans.model import Rotation
from tests.notices.samples import OFFICE, decision, zhengzhou
from tests.notices.test_own import line, words

CLAUSE = {"path": "示例", "lines": [1, 1]}
START = datetime(2024, 1, 10, 12, tzinfo=BEIJING)


def rotation(**turn: Any) -> Rotation:
    stated = {"batches": 3, "hours": 48, "begins": "midnight", "clause": CLAUSE, **turn}
    return Rotation.model_validate({"batches_at_most": 3, "turn": stated, "clause": CLAUSE})


def rota(days: float | None, *, after: float = 0, former: float | None = None, **turn: Any) -> Rota:
    """Counted from the tenth at noon; what is told now begins `after` and ends `days` after that."""
    starts = START + timedelta(days=after)
    return Rota(
        rotation(**turn),
        START,
        Period(starts, None if days is None else START + timedelta(days=days)),
        None if former is None else Period(START, START + timedelta(days=former)),
    )


@pytest.mark.parametrize(
    ("batch", "spans"),
    [
        (1, ("1月11日0时至1月13日0时", "1月17日0时至1月17日12时")),  # the warning ends in its turn
        (2, ("1月13日0时至1月15日0时",)),
    ],
)
def test_a_batch_stops_from_its_hour_to_its_hour(batch: int, spans: tuple[str, ...]) -> None:
    assert rota(7).turn(batch).spans == spans


def test_a_batch_whose_turn_does_not_come_is_told_when_it_would() -> None:
    told = rota(4.5).turn(3)
    assert (told.spans, told.next_begins) == ((), "1月15日0时")


def test_turns_may_begin_with_the_start_itself() -> None:
    assert (
        rota(4, begins="start", hours=24).turn(2).spans
        == (
            "1月11日12时至1月12日12时",
            "1月14日12时至1月14日12时",
        )[:1]
    )


def test_an_open_warning_tells_the_next_turns_and_that_they_go_on() -> None:
    told = rota(None).turn(1)
    assert told.spans == ("1月11日0时至1月13日0时", "1月17日0时至1月19日0时", "1月23日0时至1月25日0时")
    assert told.more


def test_an_extension_goes_on_with_the_turns_and_marks_those_that_are_new() -> None:
    extended = rota(9, after=3, former=3)
    assert extended.turn(1).spans == ("1月17日0时至1月19日0时",)
    assert extended.changed(1)
    assert not rota(4.4, after=3, former=4.2).changed(3)


def test_a_batch_that_the_rule_does_not_know_has_no_turn() -> None:
    assert rota(7).turn(4).why == "not_in_rule"
    assert Rota(None, START, Period(START, None)).turn(1).why == "no_rule"
    only_limited = Rotation.model_validate({"batches_at_most": 3, "clause": CLAUSE})
    assert Rota(only_limited, START, Period(START, None)).turn(1).why == "no_rule"


def test_the_enterprises_own_line_holds_its_turn_in_both_languages() -> None:
    plan = zhengzhou().model_copy(update={"rotation": rotation()})
    told = words(line(batch=2), writer=Personal(plan, decision(), OFFICE), media=("sms",))
    section = "\n".join(told.section)
    assert "1#窑：第2批：1月13日0时至1月13日12时停产。" in section
    english = words(line(batch=2), writer=Personal(plan, decision(), OFFICE, language="en"))
    said = "batch 2 (from 13 January 2024, 00:00 to 13 January 2024, 12:00), stop."
    assert said in "\n".join(english.section)
    assert told.sms is not None
    assert "1#窑第2批：1月13日0时至1月13日12时停产" in told.sms


def test_where_no_rule_is_printed_the_words_say_whom_to_ask() -> None:
    told = words(line(batch=2), media=("sms",))
    assert "本通知不能确定本批的起止时间：请立即询问值班电话 0371-00000000" in "\n".join(told.section)
    assert told.sms is not None
    assert "1#窑第2批停产（何时轮到请立即询问）" in told.sms


def test_preparation_ends_when_the_batchs_turn_comes() -> None:
    plan = zhengzhou().model_copy(update={"rotation": rotation()})
    told = words(line(batch=2, preparation_minutes=240), writer=Personal(plan, decision(), OFFICE))
    assert "须在1月12日20时前开始，1月13日0时前完成" in "\n".join(told.section)


def test_a_rule_of_more_batches_than_are_allowed_is_no_plan() -> None:
    with pytest.raises(ValueError, match="batches_at_most 3"):
        rotation(batches=4)
