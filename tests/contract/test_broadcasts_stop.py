# ruff: noqa: F403
from tests.broadcasts.test_stop import *
