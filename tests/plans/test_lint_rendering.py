"""Every text of a plan is rendered before it is needed: each level, action, reader, medium and language."""

import pytest

from gateway.notices.lint import unrenderable
from gateway.plans.catalogue import Catalogue
from tests.plans.small import small_plan


def found(*changes: tuple[str, str]) -> dict[str, str]:
    return {where: error.code for where, error in unrenderable(small_plan(*changes).plan)}


def test_a_plan_whose_texts_fit_is_sound() -> None:
    assert found() == {}


def test_a_text_too_long_for_its_medium_is_found_at_each_level_and_action_that_carries_it() -> None:
    long = "停" * 130
    faults = found(("public: 儿童、老人留在室内", f"public: {{text: 儿童、老人留在室内, short: {long}}}"))
    assert set(faults.values()) == {"NOTICE_TOO_LONG"}
    actions = {"yellow": "issue extend correct lower", "orange": "issue extend correct raise lower"}
    actions["red"] = "issue extend correct raise"
    for level, names in actions.items():
        for action in names.split():
            assert f"{level} {action} public sms" in faults
    assert all("public sms" in where for where in faults)
    assert not [where for where in faults if where.split()[1] in ("hint", "lift", "tip")]


def test_a_text_that_only_a_higher_level_carries_is_found_there() -> None:
    spoilt = ("enterprises.transport: 国四柴油货车停驶", "enterprises.transport: {text: 停驶, short: 停驶😀}")
    faults = found(spoilt)
    assert set(faults.values()) == {"SMS_CHARACTER"}
    assert "orange issue enterprises.transport sms" in faults
    assert "red issue enterprises.transport sms" not in faults  # another measure stands in its place
    assert "red retract enterprises.transport sms" in faults  # orange then holds again
    assert all("enterprises.transport" in where for where in faults)


@pytest.mark.parametrize("identifier", Catalogue().identifiers())
def test_every_packaged_plan_can_be_rendered_whatever_is_decided(identifier: str) -> None:
    assert unrenderable(Catalogue().load(identifier).plan) == []
