# ruff: noqa: F403
from tests.follow_up.test_undecided import *
