# ruff: noqa: F403
from tests.directory.test_keeping import *
