# ruff: noqa: F401, F403
from tests.ledger.conftest import ledger
from tests.ledger.delivery.test_closing import *
from tests.ledger.delivery.test_queue import *
