# ruff: noqa: F401, F403
from tests.delivery.conftest import door, ledger, provider
from tests.delivery.test_inquiries import *
