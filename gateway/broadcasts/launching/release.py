"""Releases the alert of a launched decision: its words are those that were approved."""

import json

from sqlalchemy import Connection

from gateway.broadcasts.desk import Desk
from gateway.broadcasts.launching.alert import Place, chain, identity, keep
from gateway.broadcasts.preparing.alert_draft import way
from gateway.broadcasts.preparing.standing import Link
from gateway.decisions.model import Decision
from gateway.directory.targets import PUSH
from gateway.exchange import payload_json
from gateway.exchange.cell import Serial
from gateway.exchange.life_cycle import all_clear
from gateway.exchange.release import open_ended, released
from gateway.ledger.decisions import notices
from gateway.ledger.decisions.decisions import Recorded
from gateway.ledger.exchange import alerts
from gateway.plans.model import Plan


def release(
    connection: Connection,
    desk: Desk,
    recorded: Recorded,
    plan: Plan,
    decision: Decision,
    link: Link,
    now: int,
) -> list[str]:
    """Store the alert of a decision that is just being launched, and the AllClear form of a Cancel where the
    desk has somebody who takes it; gives their identifiers.

    What was drafted is named, follows every earlier alert of its episode that somebody may still show, and
    says what hangs on the moment; nothing else of it is made again. `now`: milliseconds since 1970 UTC.
    """
    place = Place(recorded.id, recorded.broadcast_id, recorded.episode_id, recorded.exercise)
    (text,) = notices.texts(connection, recorded.id, {"purpose": "now", "medium": PUSH[2]})
    (content,) = json.loads(text.messages)
    draft = payload_json.from_data(json.loads(content))
    unit = draft.identifier.partition("_")[0]
    course = way(plan, decision, link)
    alert = released(
        draft,
        identity(connection, unit, now),
        course,
        desk.authority,
        chain(connection, recorded.episode_id),
    )
    serial = Serial(*alerts.cell_serial(connection, recorded.episode_id))
    renewed = alert.real and open_ended(alert, course)  # feeds hold nothing of an exercise
    keep(connection, desk, place, alert, "decision", serial, now, renewed=renewed)
    if not desk.all_clear or alert.message_type != "Cancel":
        return [alert.identifier]
    other = all_clear(alert, identity(connection, unit, now))
    keep(connection, desk, place, other, "all_clear", serial, now, renewed=False)
    return [alert.identifier, other.identifier]
