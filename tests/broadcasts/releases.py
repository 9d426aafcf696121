"""What must hold of the alerts of an episode, by the words of the rules and not by the code's."""

import hashlib
import json
from datetime import UTC, datetime

from sqlalchemy import Connection

from gateway.exchange import cap, payload_json
from gateway.exchange.model import Alert
from gateway.exchange.validation.validate import validate
from gateway.ledger.exchange import alerts
from gateway.ledger.exchange.alerts import StoredAlert
from tests.exchange.test_properties import expected_references


def chain(connection: Connection, episode_id: str) -> list[tuple[StoredAlert, Alert]]:
    """An episode's alerts, oldest first, each read from its bytes; every one of them is checked."""
    found = [(each, cap.read(each.cap)) for each in alerts.of_episode(connection, episode_id)]
    earlier: list[Alert] = []
    for stored, alert in found:
        judged = validate(stored.cap, datetime.fromtimestamp(stored.released_at / 1000, UTC))
        assert judged.faults == (), (stored.identifier, judged.faults)
        if stored.national is not None:
            assert validate(stored.national).faults == ()
        assert stored.identifier == alert.identifier
        assert stored.message_type == alert.message_type
        assert stored.sha256 == hashlib.sha256(stored.cap).hexdigest()
        assert payload_json.read(stored.json) == alert
        assert "cell_broadcast" in json.loads(stored.cell)
        assert alert.incidents == found[0][1].identifier
        if stored.kind == "all_clear":
            assert alert.references == earlier[-1].references
            continue
        assert [str(each) for each in alert.references] == expected_references(alert, earlier)
        earlier.append(alert)
    assert len({each.cell_code for each, _ in found}) <= 1
    return found
