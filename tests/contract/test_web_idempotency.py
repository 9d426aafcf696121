# ruff: noqa: F401, F403
from tests.web.conftest import client, made
from tests.web.test_idempotency import *
