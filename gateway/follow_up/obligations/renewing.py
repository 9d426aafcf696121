"""Renews the alert of a warning without an end before it runs out: else it would vanish from feeds.

A renewal is for whoever reads feeds and public data. It is never handed over: operators would wake a city
with words that have not changed.
"""

from datetime import timedelta

from sqlalchemy import Connection

from gateway.broadcasts.desk import Desk
from gateway.broadcasts.launching.alert import Place, chain, identity, keep
from gateway.exchange import cap
from gateway.exchange.cell import Serial
from gateway.exchange.life_cycle import renewal
from gateway.exchange.release import own_part
from gateway.ledger import events, timers
from gateway.ledger.backends import incarnation
from gateway.ledger.database import Clock, Ledger
from gateway.ledger.exchange import alerts
from gateway.ledger.exchange.alerts import NewAlert
from gateway.ledger.trail import audit, vouching
from gateway.moments import moment
from gateway.rounds import Rounds

_SLICE = 100  # renewals in a row
_LONGEST_SLEEP = 60.0  # seconds: they are due hours before an alert runs out
_GUARDED = 60_000  # ms until it is looked again whether a restored copy was let go


class Renewer(Rounds):
    """Renews what is due. Any number of processes may run one."""

    def __init__(self, ledger: Ledger, clock: Clock, desk: Desk) -> None:
        super().__init__("renewing", ledger, clock, _LONGEST_SLEEP, shared=_LONGEST_SLEEP)
        self._desk = desk

    async def _round(self) -> int | None:
        while due := await self._ledger.read(timers.due, "renew_alert", self._clock(), _SLICE):
            for identifier in due:
                await self._ledger.write(renew, self._desk, identifier, self._clock())
        return await self._ledger.read(timers.next_due, "renew_alert")


def renew(connection: Connection, desk: Desk, identifier: int, now: int) -> NewAlert | None:
    """Renew an alert whose moment has come, for as long as such a warning holds from now on; gives the
    renewal. None: it was superseded, lifted or stopped, or a restored copy is not let go yet.

    However long nobody was there, it is renewed once. `now`: milliseconds since 1970 UTC.
    """
    timers.remove(connection, "renew_alert", [identifier])
    due = alerts.by_id(connection, identifier)
    if due is None or due.renew_at is None:
        return None
    if incarnation.guard(connection) is not None or now < due.renew_at:
        timers.put(connection, "renew_alert", [(identifier, max(now + _GUARDED, due.renew_at))])
        return None
    named = identity(connection, due.identifier.partition("_")[0], now)
    until = moment(now) + timedelta(hours=desk.authority.valid_hours)
    alert = renewal(own_part(cap.read(due.cap)), named, until, chain(connection, due.episode_id))
    place = Place(due.decision_id, due.broadcast_id, due.episode_id, due.exercise)
    serial = Serial(due.cell_code, due.cell_update)  # a phone that has the words shows them no second time
    stored = keep(connection, desk, place, alert, "renewal", serial, now, renewed=True)
    events.append(connection, now, "alert_renewed", broadcast_id=due.broadcast_id, alert=stored.identifier)
    detail: dict[str, object] = {
        "alerts": vouching.released(connection, [stored.identifier]),
        "renews": due.identifier,
    }
    audit.append(connection, now, "(airwarn)", vouching.RENEWED, f"broadcast:{due.broadcast_id}", detail)
    return stored
