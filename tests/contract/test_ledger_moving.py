# ruff: noqa: F403
from tests.ledger.delivery.test_moving import *
