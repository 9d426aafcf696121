# ruff: noqa: F401, F403
from tests.ledger.conftest import ledger
from tests.ledger.decisions.test_seasons import *
