"""What holds of every plan of ours, whatever it orders."""

import re

import pytest

from gateway.plans.catalogue import Catalogue
from gateway.plans.lint import lint
from gateway.plans.measures import Facts, resolve
from gateway.plans.model import Wording
from gateway.vocabulary import LEVELS, Level
from tests.plans.one_plan import READERS, plan_of

PLANS = Catalogue().identifiers()
CURRENT = [plan for plan in PLANS if plan != "zhengzhou-2018"]  # nobody is sent texts of that season now
# Measures whose level is a part of what they say.
NAMES_A_LEVEL = {"pingdingshan": "procedure-floor", "zhengzhou": "procedure-production"}
NOTHING_TO_READ = {("kashgar", "yellow"): {"hospitals"}}


def read(plan: str, level: Level, reader: str) -> dict[str, list[Wording]]:
    """What a reader reads at a level, by category."""
    found: dict[str, list[Wording]] = {}
    for each in resolve(plan_of(plan), level, Facts()):
        if (wording := each.measure.texts.get(reader)) is not None:
            found.setdefault(each.measure.category, []).append(wording)
    return found


@pytest.mark.parametrize("plan", PLANS)
def test_it_has_no_fault(plan: str) -> None:
    assert lint(Catalogue().load(plan)) == []


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("plan", PLANS)
def test_every_category_of_a_reader_has_short_words(plan: str, level: Level) -> None:
    for reader in READERS:
        for category, wordings in read(plan, level, reader).items():
            assert any(each.short is not None for each in wordings), (reader, category)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("plan", CURRENT)
def test_every_reader_has_something_to_read(plan: str, level: Level) -> None:
    silent = {reader for reader in READERS if not read(plan, level, reader)}
    assert silent == NOTHING_TO_READ.get((plan, level), set())


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("plan", CURRENT)
def test_the_first_short_words_of_each_category_fit_beside_level_place_and_start(
    plan: str, level: Level
) -> None:
    for reader in READERS:
        first = [
            next((each.short for each in wordings if each.short), "")
            for wordings in read(plan, level, reader).values()
        ]
        assert sum(map(len, first)) <= 75, (reader, first)  # of 134 in two segments


@pytest.mark.parametrize("plan", CURRENT)
def test_a_level_is_never_named_by_a_text_that_lives_on_above_it(plan: str) -> None:
    measures = plan_of(plan).measures
    replaced = {name for each in measures for name in each.replaces} | {NAMES_A_LEVEL.get(plan)}
    for measure in measures:
        if measure.id not in replaced and measure.level != "red":
            for wording in measure.texts.values():
                if "级别更高时同样执行" in wording.text:
                    continue
                assert not re.search("[黄橙]色|Ⅲ级|Ⅱ级", wording.text), measure.id
