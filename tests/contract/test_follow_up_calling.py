# ruff: noqa: F401
from tests.follow_up.signatures.test_calling import (
    office,
    test_a_plant_that_never_signed_is_called_with_numbers_and_words_to_read_out,
    test_an_address_that_two_plants_share_reaches_both,
    test_the_board_keeps_what_an_organisation_did_apart,
    test_who_was_told_by_telephone_counts_as_reached_and_leaves_the_list,
)
