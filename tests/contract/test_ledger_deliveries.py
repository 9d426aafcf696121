# ruff: noqa: F401, F403
from tests.ledger.conftest import ledger
from tests.ledger.delivery.test_completion import *
from tests.ledger.delivery.test_deliveries import *
from tests.ledger.delivery.test_exposed import *
from tests.ledger.delivery.test_flights import *
from tests.ledger.delivery.test_receipts import *
