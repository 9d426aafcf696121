# ruff: noqa: F401, F403
from tests.ledger.test_moving import *
