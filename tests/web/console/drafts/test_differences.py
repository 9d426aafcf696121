"""What a decision changes against the one in force, in words."""

from typing import get_args

import pytest

from gateway.decisions.model import Decision
from gateway.plans.catalogue import Catalogue
from gateway.web.console.drafts.differences import Difference, differences
from gateway.web.live.live_words import Language
from tests.documents import orange_start


def changed(language: Language, *areas: str) -> list[Difference]:
    """What the Orange start changes when its area becomes others."""
    plan = Catalogue().load("zhengzhou").plan
    before = Decision.model_validate(orange_start(area=["410100"]))
    after = Decision.model_validate(orange_start(area=list(areas)))
    return differences(language, plan, before, after, {}, {})


def test_areas_are_listed_as_the_language_lists() -> None:
    (chinese,) = changed("zh", "410102", "410105")
    (english,) = changed("en", "410102", "410105")
    assert "、" in chinese.after
    assert ", " in english.after
    assert "、" not in english.after


@pytest.mark.parametrize("language", get_args(Language))
def test_what_stays_is_no_line(language: Language) -> None:
    assert changed(language, "410100") == []
