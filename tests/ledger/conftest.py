from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.delivery import accounts
from gateway.ledger.database import Ledger, system_clock
from tests.backends import open_ledger
from tests.delivery.world import settings_of, twilio


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger with the lanes of one SMS account with two senders."""
    opened = open_ledger(tmp_path)
    account = twilio("http://127.0.0.1:9", senders=["+15005550006", "+15005550010"])
    opened.write_now(accounts.sync, settings_of(tmp_path, sms=account).accounts, system_clock())
    yield opened
    opened.close()
