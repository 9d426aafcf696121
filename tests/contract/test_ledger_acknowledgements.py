# ruff: noqa: F401, F403
from tests.ledger.conftest import ledger
from tests.ledger.follow_up.test_acknowledgements import *
