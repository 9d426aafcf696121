from tests.ledger.backends.test_lists import *  # noqa: F403
from tests.web.console.broadcasts.test_signing_times import *  # noqa: F403
from tests.web.console.episodes.test_drills import *  # noqa: F403
