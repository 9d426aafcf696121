"""Escalation policies as an office states them."""

from pathlib import Path

import pytest

from gateway.errors import InputError
from gateway.escalation_policy import DEFAULT, policy_for
from gateway.settings import load
from gateway.vocabulary import AUDIENCES, LEVELS


def stated(folder: Path, text: str) -> Path:
    file = folder / "airwarn.toml"
    file.write_text(text, "utf-8")
    return file


def policy(steps: str, audiences: str = '"enterprises"', levels: str = '"orange"') -> str:
    return f"[[escalation]]\naudiences = [{audiences}]\nlevels = [{levels}]\nsteps = [{steps}]\n"


CALL = '{after_minutes = 60, kind = "phone"}'


def test_without_any_of_its_own_an_office_has_one_for_every_audience_and_level() -> None:
    for audience in AUDIENCES:
        for level in LEVELS:
            found = policy_for(DEFAULT, audience, level)
            assert found is not None
            assert found.steps[-1].kind == "phone"
            assert found.steps[-1].after_minutes <= 120  # three hours are not over when people begin to call
    assert policy_for(DEFAULT, "enterprises", None) is None  # a lift


def test_an_office_states_its_own(tmp_path: Path) -> None:
    settings = load(stated(tmp_path, policy(CALL)))
    found = policy_for(settings.escalation, "enterprises", "orange")
    assert found is not None
    assert [(step.after_minutes, step.kind) for step in found.steps] == [(60, "phone")]
    assert policy_for(settings.escalation, "schools", "orange") is None


@pytest.mark.parametrize(
    ("text", "field", "words"),
    [
        (policy(""), "escalation.0.steps", "至少要有 1 项"),
        (policy('{after_minutes = 0, kind = "phone"}'), "escalation.0.steps.0.after_minutes", "应大于 0"),
        (policy('{after_minutes = 9, kind = "fax"}'), "escalation.0.steps.0.kind", "phone 之一"),
        (policy(CALL, audiences=""), "escalation.0.audiences", "至少要有 1 项"),
        (policy(CALL, levels='"blue"'), "escalation.0.levels.0", "应为 yellow"),
        (policy(f'{CALL}, {{after_minutes = 50, kind = "contact"}}'), "escalation.0", "须递增"),
        (policy(f'{CALL}, {{after_minutes = 90, kind = "contact"}}'), "escalation.0", "最后一步"),
        (policy(CALL) + policy(CALL), "escalation", "不止一条规则"),
        (policy(CALL) + 'whom = "me"\n', "escalation.0.whom", "不认识的键"),
    ],
)
def test_one_that_makes_no_sense_is_one_clear_error(
    tmp_path: Path, text: str, field: str, words: str
) -> None:
    with pytest.raises(InputError) as caught:
        load(stated(tmp_path, text))
    assert (caught.value.code, caught.value.field) == ("SETTINGS_INVALID", field)
    assert words in caught.value.message
