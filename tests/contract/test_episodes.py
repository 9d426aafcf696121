# ruff: noqa: F401
from tests.follow_up.papers.test_publishing import *  # noqa: F403
from tests.follow_up.papers.test_publishing import bureau
from tests.ledger.decisions.test_episode_list import *  # noqa: F403
from tests.ledger.follow_up.test_objections import *  # noqa: F403
