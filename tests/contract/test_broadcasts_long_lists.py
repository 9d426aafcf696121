# ruff: noqa: F401, F403
from tests.broadcasts.conftest import bureau
from tests.broadcasts.launching.test_long_lists import *
