# ruff: noqa: F401, F403
from tests.delivery.conftest import door, ledger
from tests.delivery.test_handing_over import *
