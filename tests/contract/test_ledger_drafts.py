# ruff: noqa: F401
from tests.ledger.conftest import ledger
from tests.ledger.decisions.test_drafts import (
    test_a_draft_is_read_changed_and_discarded_by_its_writer_alone,
    test_exercises_are_listed_apart_the_last_changed_first,
    test_of_too_many_drafts_those_left_longest_go,
)
