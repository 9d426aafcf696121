# ruff: noqa: F401, F403
from tests.accounts.conftest import office
from tests.accounts.test_changes import *
from tests.accounts.test_signing_in import *
