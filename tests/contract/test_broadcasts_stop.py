# ruff: noqa: F403
from tests.broadcasts.launching.test_stop import *
