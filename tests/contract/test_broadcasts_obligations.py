# ruff: noqa: F401
from tests.broadcasts.conftest import bureau
from tests.broadcasts.launching.test_obligations import (
    office,
    test_a_correction_moves_what_the_mended_decision_owed,
    test_a_raise_files_anew_and_doubles_nothing_else,
    test_a_retracted_lift_puts_the_warning_s_obligations_back,
    test_after_days_without_the_program_no_day_is_missing,
    test_reminders_come_before_a_deadline_and_marks_after_it,
    test_the_year_is_evaluated_once_however_many_episodes_it_had,
    test_what_has_no_day_in_the_year_is_owed_in_each_year,
)
