# ruff: noqa: F401, F403
from tests.broadcasts.conftest import bureau
from tests.broadcasts.test_obligations import *

del test_whatever_happens_nothing_is_lost_and_nothing_owed_twice  # noqa: F821 - an office an example
