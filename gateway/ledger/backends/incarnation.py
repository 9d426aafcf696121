"""Tells the ledger itself from a copy of it: a copy sends nothing until a person has looked (`resume`).

A copy is older than the truth. What it holds as queued may have left since, and what was lifted may
still stand in it. So the ledger and a small file beside it carry the same mark, and the mark names the
files that it was made for:

- A backup (`airwarn backup`) carries no mark.
- A file put back in place, or a folder copied elsewhere, is another file than the mark names.
- The mark is renewed at each start and stop, so an older copy carries an older one.

PostgreSQL says itself where it is (`gateway.ledger.backends.places`), and each connection asks. A copy that
keeps its place, such as a volume set back, is known by the audit chain: it lacks rows that this machine
added.

Not recognised: a whole disk or virtual machine set back or cloned. Whoever does that deletes the file
`incarnation` before the next start.
"""

import fcntl
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import OperationalError

from gateway.ledger import events
from gateway.ledger.accounts import memos
from gateway.ledger.backends import places
from gateway.ledger.backends.leftover import MARK
from gateway.ledger.database import FILE, Ledger
from gateway.ledger.directory import campaigns
from gateway.ledger.schema import incarnation
from gateway.ledger.trail import audit, heads

# what makes a copy one; a ledger that nobody ever ran from has no mark to lose
COPY_SQL = "update incarnation set mark = null, earlier_mark = null, copied_at = :now"
_GENERATION = 0x80087601  # FS_IOC_GETVERSION of Linux
_OPEN = "/dev/fd"  # the descriptors of this process


@dataclass(frozen=True, slots=True)
class Guard:
    """Why nothing leaves; moments in milliseconds since 1970 UTC.

    `because`: `backup`, made at `copied_at`; `copy`, of which no more is known.
    """

    since: int
    because: Literal["backup", "copy"]
    copied_at: int | None


def begin(ledger: Ledger, folder: Path, now: int) -> None:
    """Guard a ledger that is a copy, and make this its folder. Called before anything may leave.

    The folder's lock is the caller's. A ledger that was never run from is nobody's copy.
    """
    if ledger.shared:
        ledger.write_now(_begin_shared, folder, now)
        return
    if copied(ledger, folder):
        ledger.write_now(_guard, now)
    _renew(ledger, folder)


def copied(ledger: Ledger, folder: Path) -> bool:
    """Whether a ledger is a copy from which nothing has been started yet: the next start will guard it. Of
    one on PostgreSQL that is known at its start alone."""
    if ledger.shared:
        return False
    known, found = ledger.read_now(_marks), _found(folder)
    return known is not None and (found is None or found not in known)


def end(ledger: Ledger, folder: Path) -> None:
    """Renew the mark, so that copies made until now are known as such. Called when nothing runs any more."""
    if ledger.shared:
        return
    try:
        _renew(ledger, folder)
    except (OSError, OperationalError):  # a full disk: the mark of the start still holds
        return


def guard(connection: Connection) -> Guard | None:
    """Why nothing leaves; None: it may."""
    row = connection.execute(
        select(incarnation.c.guarded_since, incarnation.c.guarded_because, incarnation.c.copied_at).where(
            incarnation.c.guarded_since.is_not(None)
        )
    ).first()
    return None if row is None else Guard(*row)


def resume(connection: Connection, by: str, now: int, caller: str = "(local)") -> None:
    """A person has looked: what is queued may leave. `caller`: a token's name, or (local)."""
    connection.execute(update(incarnation).values(guarded_since=None, guarded_because=None, copied_at=None))
    for campaign in campaigns.running(connection):  # its questions may have left the ledger itself since
        campaigns.end(connection, campaign, now)
    memos.end_all(connection, now)
    events.append(connection, now, "resumed", by=by)
    audit.append(connection, now, caller, "resumed", "ledger:1", {"by": by})


def _begin_shared(connection: Connection, folder: Path, now: int) -> None:
    connection.exec_driver_sql(places.SETTLE)
    written = heads.written_at(folder)
    kept = heads.read(folder)
    if kept is None or written is None:
        return
    if not any(audit.holds(connection, each) for each in (kept.earlier, kept.newest)):
        resumed = audit.newest(connection, "resumed")
        if resumed is None or resumed.at < written:  # else a person has looked since
            _guard(connection, now)


def _marks(connection: Connection) -> tuple[str | None, str | None] | None:
    row = connection.execute(select(incarnation.c.mark, incarnation.c.earlier_mark)).first()
    return None if row is None else (row.mark, row.earlier_mark)


def _guard(connection: Connection, now: int) -> None:
    copied_at = connection.execute(select(incarnation.c.copied_at)).scalar_one()
    because = "copy" if copied_at is None else "backup"
    connection.execute(
        update(incarnation)
        .where(incarnation.c.guarded_since.is_(None))
        .values(guarded_since=now, guarded_because=because)
    )
    events.append(connection, now, "restored", because=because)


def _renew(ledger: Ledger, folder: Path) -> None:
    """A new mark in both places; a crash at any moment leaves the ledger knowing the one beside it."""
    fresh = folder / f"{MARK}.new"
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_hex(16))
        file.flush()
        os.fsync(file.fileno())
    ledger.write_now(_store, _seen(folder, fresh), _found(folder))
    if not ledger.checkpoint():
        return  # a long reader holds the log: the earlier mark still counts
    fresh.rename(folder / MARK)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)  # or a power cut may leave the file of two marks ago
    finally:
        os.close(descriptor)


def _store(connection: Connection, mark: str, beside: str | None) -> None:
    if _marks(connection) is None:
        connection.execute(insert(incarnation).values(id=1))
    connection.execute(update(incarnation).values(mark=mark, earlier_mark=beside))


def _found(folder: Path) -> str | None:
    try:
        return _seen(folder, folder / MARK)
    except (OSError, ValueError):
        return None


def _seen(folder: Path, mark: Path) -> str:
    """What the mark says, of which file, beside which ledger."""
    return f"{mark.read_text('ascii')} {_identity(mark)} {_identity(folder / FILE)}"


def _identity(path: Path) -> str:
    """A file's own: it survives a restart and a move of the folder, but no copying.

    Inode numbers are used again as soon as they are free; the generation tells their uses apart.
    """
    already = _already_open(path)
    if already is not None:
        return _number(already)
    with path.open("rb") as file:
        return _number(file.fileno())


def _already_open(path: Path) -> int | None:
    """The descriptor under which this process has a file open, which stays open.

    To close any descriptor of a file takes away every POSIX lock that the process holds on it. SQLite's
    own would go with them: the next program to open the ledger beside us, a `sqlite3` shell for example,
    would take itself for the only one, delete the log as it leaves, and all that we write would be lost.
    """
    wanted = path.stat()
    for each in os.listdir(_OPEN):
        try:
            if os.path.samestat(os.fstat(int(each)), wanted):
                return int(each)
        except OSError:  # closed meanwhile, such as the descriptor that listed them
            continue
    return None


def _number(descriptor: int) -> str:
    try:
        generation = fcntl.ioctl(descriptor, _GENERATION, bytes(8)).hex()
    except OSError:  # a file system without
        generation = "-"
    return f"{os.fstat(descriptor).st_ino}.{generation}"
