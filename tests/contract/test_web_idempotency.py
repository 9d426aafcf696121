# ruff: noqa: F401
from tests.web.conftest import client, made
from tests.web.test_idempotency import (
    test_a_key_is_forgotten_after_a_day,
    test_a_refused_request_may_be_mended_under_its_key,
    test_requests_under_one_key_at_the_same_time_are_done_once,
    test_the_same_request_under_a_key_is_answered_again_and_not_done_again,
    test_what_a_process_began_before_it_died_is_done_by_the_next,
)
