"""What the office tells the public beside its decisions: the progress of a response, and whether the
应急减排清单 is published. A row stays; withdrawing it is noted in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import Connection, Select, func, insert, select, update

from gateway.ledger.schema import publications

Kind = Literal["progress", "control_list"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MOST = 200  # of progress that is shown: an episode of ten days has some thirty


@dataclass(frozen=True, slots=True)
class Publication:
    """One of them; `content` is plain data. `plan` None: of all plans. Moments in milliseconds since 1970
    UTC; `withdrawn_at` None while the public reads it."""

    id: int
    kind: Kind
    plan: str | None
    episode_id: str | None
    content: Mapping[str, Any]
    published_at: int
    published_by: str
    withdrawn_at: int | None
    withdrawn_by: str | None
    withdrawn_because: str | None


_columns = select(
    publications.c.id,
    publications.c.kind,
    publications.c.plan,
    publications.c.episode_id,
    publications.c.content,
    publications.c.published_at,
    publications.c.published_by,
    publications.c.withdrawn_at,
    publications.c.withdrawn_by,
    publications.c.withdrawn_because,
)


def add(
    connection: Connection,
    kind: Kind,
    plan: str | None,
    episode_id: str | None,
    content: Mapping[str, Any],
    by: str,
    now: int,
) -> int:
    """Publish; gives its id. The database refuses one of an exercise."""
    values = {
        "kind": kind,
        "plan": plan,
        "episode_id": episode_id,
        "exercise": False,
        "content": json.dumps(content, ensure_ascii=False, sort_keys=True),
        "published_at": now,
        "published_by": by,
    }
    added = connection.execute(insert(publications).values(values).returning(publications.c.id))
    return int(added.scalar_one())


def withdraw(connection: Connection, identifier: int, by: str, because: str, now: int) -> bool:
    """The public reads it no more; False where that was so before."""
    changed = connection.execute(
        update(publications)
        .where(publications.c.id == identifier, publications.c.withdrawn_at.is_(None))
        .values(withdrawn_at=now, withdrawn_by=by, withdrawn_because=because)
    )
    return changed.rowcount == 1


def one(connection: Connection, identifier: int) -> Publication | None:
    """The one of that id."""
    return next(iter(_read(connection, _columns.where(publications.c.id == identifier))), None)


def of_episode(connection: Connection, episode_id: str) -> list[Publication]:
    """What was published of an episode, the newest first, what was withdrawn too."""
    own = _columns.where(publications.c.episode_id == episode_id)
    return _read(connection, own.order_by(publications.c.id.desc()))


def newest(connection: Connection, kind: Kind) -> Publication | None:
    """The last one of a kind, withdrawn or not."""
    of_kind = _columns.where(publications.c.kind == kind).order_by(publications.c.id.desc()).limit(1)
    return next(iter(_read(connection, of_kind)), None)


def version(connection: Connection) -> tuple[int, int]:
    """Another one after anything was published or withdrawn."""
    row = connection.execute(
        select(func.coalesce(func.max(publications.c.id), 0), func.count(publications.c.withdrawn_at))
    ).one()
    return int(row[0]), int(row[1])


def on_show(connection: Connection) -> tuple[list[Publication], Publication | None]:
    """What the public may read: the newest progress of all episodes, the newest first, and the last word
    about the list."""
    shown = _columns.where(publications.c.kind == "progress", publications.c.withdrawn_at.is_(None))
    progress = _read(connection, shown.order_by(publications.c.id.desc()).limit(MOST))
    return progress, newest(connection, "control_list")


def _read(connection: Connection, query: Select[Any]) -> list[Publication]:
    rows = connection.execute(query).mappings()
    return [Publication(**{**row, "content": json.loads(row["content"])}) for row in rows]
