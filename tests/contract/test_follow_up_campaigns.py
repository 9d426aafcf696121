# ruff: noqa: F403
from tests.follow_up.test_campaigns import *

del test_an_answer_that_cannot_be_meant_is_refused  # noqa: F821 - a database an example
