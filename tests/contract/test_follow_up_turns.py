# ruff: noqa: F403
from tests.follow_up.test_turns import *
