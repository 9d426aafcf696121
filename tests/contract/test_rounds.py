# ruff: noqa: F403
from tests.test_rounds import *
