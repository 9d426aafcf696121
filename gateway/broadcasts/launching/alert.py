"""Gives an alert its name, writes it in every form, signs it and stores it: the last that is made of it."""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from gateway.broadcasts.desk import Desk
from gateway.errors import InputError
from gateway.exchange import cap, cell, national, payload_json
from gateway.exchange.model import Alert, Authority, Identity, read_moment
from gateway.exchange.release import holds_until
from gateway.exchange.signing import sign
from gateway.ledger import events, timers
from gateway.ledger.exchange import alerts
from gateway.ledger.exchange.alerts import Kind, NewAlert
from gateway.moments import local, milliseconds, moment

_log = logging.getLogger(__name__)

RENEW_AHEAD = timedelta(hours=2)  # of when an alert runs out; of one that holds for less, half its time
_NUMBERS = range(1, 100)  # of the messages of one second, in their identifiers
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an alert belongs in the ledger."""

    decision_id: str
    broadcast_id: int
    episode_id: str
    exercise: bool


def chain(connection: Connection, episode_id: str) -> list[Alert]:
    """An episode's alerts as they were released, oldest first, without the AllClear forms: those stand
    beside a Cancel, which whoever reads them knows too by its references."""
    known = alerts.of_episode(connection, episode_id)
    return [cap.read(each.cap) for each in known if each.kind != "all_clear"]


def identity(connection: Connection, unit: str, now: int) -> Identity:
    """A name that no alert has, and its time: that second, or the next one with a name left.

    `unit`: the fourteen digits of who issues. `now`: milliseconds since 1970 UTC.
    """
    second = moment(now).replace(microsecond=0)
    while True:
        names = [f"{unit}_{local(second):%Y%m%d%H%M%S}_{number}" for number in _NUMBERS]
        taken = alerts.taken(connection, names)
        for name in names:
            if name not in taken:
                return Identity(name, second)
        second += _SECOND


def keep(
    connection: Connection,
    desk: Desk,
    place: Place,
    alert: Alert,
    kind: Kind,
    serial: cell.Serial,
    now: int,
    *,
    renewed: bool,
) -> NewAlert:
    """Store an alert in all its forms; `renewed`: it is to be renewed before it runs out.

    A signature that cannot be made holds up nothing: it is stored unsigned, which an event and the log tell.
    """
    plain = cap.write(alert)
    signed = _signed(connection, desk, place, alert.identifier, plain, now)
    dialect, refused = _national(alert, desk.authority)
    ends = holds_until(alert)
    new = NewAlert(
        decision_id=place.decision_id,
        broadcast_id=place.broadcast_id,
        episode_id=place.episode_id,
        exercise=place.exercise,
        kind=kind,
        identifier=alert.identifier,
        message_type=alert.message_type,
        cell_code=serial.code,
        cell_update=serial.update,
        released_at=now,
        expires_at=None if ends is None else milliseconds(ends),
        renew_at=milliseconds(_renewal(alert, ends)) if renewed and ends is not None else None,
        signed=signed is not None,
        sha256=hashlib.sha256(signed or plain).hexdigest(),
        cap=signed or plain,
        national=dialect,
        national_refused=refused,
        json=payload_json.write(alert),
        cell=cell.broadcast(alert, serial, public_safety=desk.authority.public_safety).write(),
    )
    identifier = alerts.store(connection, new, in_place_of=[each.identifier for each in alert.references])
    if new.renew_at is not None:
        timers.put(connection, "renew_alert", [(identifier, new.renew_at)])
    return new


def _renewal(alert: Alert, ends: datetime) -> datetime:
    return ends - min(RENEW_AHEAD, (ends - read_moment(alert.sent)) / 2)


def _national(alert: Alert, authority: Authority) -> tuple[bytes | None, str | None]:
    try:
        return national.write(alert, authority), None
    except InputError as error:
        return None, f"{error.message} · {error.message_en}"


def _signed(
    connection: Connection, desk: Desk, place: Place, identifier: str, content: bytes, now: int
) -> bytes | None:
    if desk.signing_key is None:
        return None
    try:
        return sign(content, desk.signing_key, moment(now))
    except Exception as error:  # whatever is wrong with the key: the warning leaves
        reason = error.code if isinstance(error, InputError) else type(error).__name__
    _log.error("alert_unsigned", extra={"alert": identifier, "reason": reason})
    events.append(
        connection, now, "alert_unsigned", broadcast_id=place.broadcast_id, alert=identifier, reason=reason
    )
    return None
