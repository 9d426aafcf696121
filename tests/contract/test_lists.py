from tests.ledger.test_lists import *  # noqa: F403
from tests.web.console.test_drills import *  # noqa: F403
from tests.web.console.test_signing_times import *  # noqa: F403
