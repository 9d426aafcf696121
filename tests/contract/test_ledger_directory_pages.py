# ruff: noqa: F401
from tests.ledger.conftest import ledger
from tests.ledger.directory.test_directory_pages import (
    kept,
    test_a_file_waits_for_its_sender_alone_until_it_is_too_old,
    test_a_number_is_found_by_its_end_whoever_has_it,
    test_a_proposal_of_an_organisations_own_number_replaces_it,
    test_changes_are_told_newest_first_and_have_numbers_that_rise,
    test_enterprises_are_filtered_by_what_they_do_and_where_they_are,
    test_figures_are_summed_of_active_organisations_of_one_kind,
    test_measures_go_on_from_the_last_one,
    test_proposals_are_read_a_page_at_a_time_the_newest_first,
    test_the_check_reads_the_directory_a_slice_at_a_time,
    test_who_gets_less_is_told_with_why,
    test_whoever_is_known_already_gets_the_number_beside_theirs,
)
