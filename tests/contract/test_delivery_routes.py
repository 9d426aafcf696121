# ruff: noqa: F401, F403
from tests.delivery.conftest import door, ledger, provider
from tests.delivery.test_routes import *

del test_a_red_notice_leaves_next_before_ten_thousand_routine_messages  # noqa: F821 - a minute to prepare
