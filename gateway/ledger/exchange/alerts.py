"""Alerts as they were released: whoever asks later is given these very bytes.

Times are milliseconds since 1970 UTC.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, func, insert, select, update

from gateway.ledger.schema import alerts, notice_readers

# decision: what a launched decision is; all_clear: its Cancel, as the Update that some take in its place;
# renewal: the same warning, for longer
Kind = Literal["decision", "all_clear", "renewal"]


@dataclass(frozen=True, slots=True)
class NewAlert:
    """An alert as it is released.

    `cell_code` and `cell_update` are of its cell broadcast. `expires_at`: when what it warns or tells of
    runs out (None: it only ends something). `renew_at`: when it needs its renewal (None: none is due).
    `sha256` (hex) is of `cap`. `national` is None where the 12379 dialect has no form of it, and
    `national_refused` then says why.
    """

    decision_id: str
    broadcast_id: int
    episode_id: str
    exercise: bool
    kind: Kind
    identifier: str
    message_type: str
    cell_code: int
    cell_update: int
    released_at: int
    expires_at: int | None
    renew_at: int | None
    signed: bool
    sha256: str
    cap: bytes = field(repr=False)
    national: bytes | None = field(repr=False)
    national_refused: str | None
    json: bytes = field(repr=False)
    cell: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class StoredAlert(NewAlert):
    """A released alert. `ended_at`: when a later one came in its place or ended it; None: none did."""

    id: int
    ended_at: int | None


_FIELDS = tuple(StoredAlert.__dataclass_fields__)
_stored = select(*(alerts.c[name] for name in _FIELDS))
_of_episode = _stored.where(alerts.c.episode_id == bindparam("episode")).order_by(alerts.c.id)
_of_broadcast = _stored.where(alerts.c.broadcast_id == bindparam("broadcast")).order_by(alerts.c.id)
_named = _stored.where(alerts.c.identifier == bindparam("identifier"))
_active = _stored.where(
    alerts.c.exercise.is_(False), alerts.c.ended_at.is_(None), alerts.c.expires_at > bindparam("now")
).order_by(alerts.c.id.desc())
_issued = _stored.where(alerts.c.exercise.is_(False)).order_by(alerts.c.id.desc()).limit(bindparam("most"))
_newest = select(func.max(alerts.c.id)).where(alerts.c.exercise.is_(False))
_last_code = select(alerts.c.cell_code).order_by(alerts.c.id.desc()).limit(1)
_of_notice = _stored.where(
    alerts.c.decision_id.in_(
        select(notice_readers.c.decision_id).where(notice_readers.c.notice_id == bindparam("notice"))
    ),
    alerts.c.kind.in_(("decision", "all_clear")),
).order_by(alerts.c.id)


def store(connection: Connection, new: NewAlert, *, in_place_of: Collection[str] = ()) -> int:
    """Store what is released; gives its id. `in_place_of`: the identifiers of the episode's alerts that
    it replaces or ends. None of the episode's earlier ones is renewed any more."""
    earlier = alerts.c.episode_id == new.episode_id
    replaced = alerts.c.identifier.in_(sorted(in_place_of)) & alerts.c.ended_at.is_(None)
    connection.execute(update(alerts).where(earlier, replaced).values(ended_at=new.released_at))
    connection.execute(update(alerts).where(earlier, alerts.c.renew_at.is_not(None)).values(renew_at=None))
    values = {name: getattr(new, name) for name in NewAlert.__dataclass_fields__}
    return int(connection.execute(insert(alerts).values(values).returning(alerts.c.id)).scalar_one())


def by_id(connection: Connection, identifier: int) -> StoredAlert | None:
    """The alert of that id, or None."""
    found = connection.execute(_stored.where(alerts.c.id == identifier)).mappings().all()
    return next(iter(_read(found)), None)


def end_renewals(connection: Connection, broadcast_id: int) -> None:
    """Renew none of a broadcast's alerts any more."""
    due = (alerts.c.broadcast_id == broadcast_id, alerts.c.renew_at.is_not(None))
    connection.execute(update(alerts).where(*due).values(renew_at=None))


def unrenewed(connection: Connection, since: int) -> list[str]:
    """The identifiers of alerts whose renewal was due by that moment."""
    due = select(alerts.c.identifier).where(alerts.c.renew_at <= since).order_by(alerts.c.id)
    return list(connection.execute(due).scalars())


def of_episode(connection: Connection, episode_id: str) -> list[StoredAlert]:
    """An episode's alerts, oldest first."""
    return _read(connection.execute(_of_episode, {"episode": episode_id}).mappings().all())


def of_broadcast(connection: Connection, broadcast_id: int) -> list[StoredAlert]:
    """What was released with a broadcast, and its renewals, oldest first."""
    return _read(connection.execute(_of_broadcast, {"broadcast": broadcast_id}).mappings().all())


def by_identifier(connection: Connection, identifier: str) -> StoredAlert | None:
    """The alert of that name, or None."""
    return next(iter(_read(connection.execute(_named, {"identifier": identifier}).mappings().all())), None)


def taken(connection: Connection, identifiers: Collection[str]) -> set[str]:
    """Those of these names that an alert has already."""
    query = select(alerts.c.identifier).where(alerts.c.identifier.in_(sorted(identifiers)))
    return set(connection.execute(query).scalars())


def active(connection: Connection, now: int) -> list[StoredAlert]:
    """The real alerts that hold, newest first: not run out, and none came in their place or ended them."""
    return _read(connection.execute(_active, {"now": now}).mappings().all())


def issued(connection: Connection, *, before: int | None = None, limit: int = 100) -> list[StoredAlert]:
    """The real alerts that were ever released, newest first, from the one before the id `before`."""
    query = _issued if before is None else _issued.where(alerts.c.id < before)
    return _read(connection.execute(query, {"most": limit}).mappings().all())


def newest_id(connection: Connection) -> int:
    """The id of the newest real alert; 0 where there is none."""
    return int(connection.execute(_newest).scalar_one() or 0)


def cell_serial(connection: Connection, episode_id: str) -> tuple[int, int]:
    """The message code and update number of an episode's next cell broadcast.

    An episode keeps its code (1 to 1023, allotted in turn; 0 is a preview's); its updates count from 0 to
    15 and around. A phone that has had a code and number shows them no second time.
    """
    mine = [each for each in of_episode(connection, episode_id) if each.kind == "decision"]
    if mine:
        return mine[-1].cell_code, (mine[-1].cell_update + 1) % 16
    last = connection.execute(_last_code).scalar()
    return (last or 0) % 1023 + 1, 0


def envelope(connection: Connection, notice: int) -> str:
    """What the systems that take a decision's alert are handed, as JSON, by the id of its push notice.

    `{"identifier", "type": "alert"|"update"|"cancel", "sent", "cap": text, "national": text|null, "json":
    object, "cell": object, "all_clear": the same without this key|null}`. Raises `LookupError` where none
    was released.
    """
    released = _read(connection.execute(_of_notice, {"notice": notice}).mappings().all())
    own = next((each for each in released if each.kind == "decision"), None)
    if own is None:
        raise LookupError(f"no alert was released of notice {notice}")
    instead = next((each for each in released if each.kind == "all_clear"), None)
    told = {**_forms(own), "all_clear": None if instead is None else _forms(instead)}
    return json.dumps(told, ensure_ascii=False)


def _forms(alert: StoredAlert) -> dict[str, Any]:
    data = json.loads(alert.json)
    return {
        "identifier": alert.identifier,
        "type": alert.message_type.lower(),
        "sent": data["sent"],
        "cap": alert.cap.decode(),
        "national": None if alert.national is None else alert.national.decode(),
        "json": data,
        "cell": json.loads(alert.cell),
    }


def _read(found: Sequence[Any]) -> list[StoredAlert]:
    return [StoredAlert(**row) for row in found]
