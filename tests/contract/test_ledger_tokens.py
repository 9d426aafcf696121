# ruff: noqa: F401, F403
from tests.ledger.conftest import ledger
from tests.ledger.test_tokens import *

del test_the_token_itself_is_nowhere_in_the_ledger  # noqa: F821 - reads SQLite's file
