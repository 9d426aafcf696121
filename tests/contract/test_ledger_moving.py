# ruff: noqa: F403
from tests.ledger.test_moving import *
