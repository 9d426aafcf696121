# ruff: noqa: F401
from tests.ledger.test_walks import test_a_page_does_not_walk_through_the_messages
