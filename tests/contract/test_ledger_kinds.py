# ruff: noqa: F401
from tests.ledger.conftest import ledger
from tests.ledger.directory.test_kinds import (
    listed,
    test_groups_are_those_of_the_real_or_of_exercises,
    test_organisations_are_counted_by_what_a_selection_can_tell_apart,
    test_who_is_in_one_of_some_groups_is_counted_apart_and_once,
)
