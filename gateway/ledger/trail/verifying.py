"""Checks the audit chain, its end as kept beside the ledger, an anchor, and what the rows vouch for."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from gateway.ledger.database import Ledger
from gateway.ledger.trail import audit, heads, vouching
from gateway.ledger.trail.audit import START, Head, row_hash
from gateway.ledger.trail.heads import Kept
from gateway.ledger.trail.vouching import Fault

MOST_FAULTS = 200  # that are named; one row put in makes no end of them
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found. `head` is the chain's end, to be kept as an anchor; `kept` whether its end is known
    from beside the ledger; `more`: faults that are not named."""

    head: Head
    kept: bool
    faults: tuple[Fault, ...]
    more: int

    @property
    def sound(self) -> bool:
        """Nothing was changed, removed or put in."""
        return not self.faults


def verify(ledger: Ledger, folder: Path, anchor: str | None = None) -> Verified:
    """Read the whole chain, then the tables that it tells of, in one snapshot each.

    `anchor`: a hash, or `row:hash`, as an earlier `verify` or the log gave it. A server may go on writing.
    """
    for _ in range(_TRIES):
        kept = heads.read(folder)
        end, found = ledger.read_now(_check, kept, anchor, ledger.shared)
        if heads.read(folder) == kept:  # nothing was added meanwhile
            break
    untrusted = {fault.row for fault in found if fault.row is not None}
    found += ledger.read_now(lambda connection: list(vouching.faults(connection, untrusted)))
    return Verified(end, kept is not None, tuple(found[:MOST_FAULTS]), max(0, len(found) - MOST_FAULTS))


def _check(
    connection: Connection, kept: Kept | None, anchor: str | None, shared: bool
) -> tuple[Head, list[Fault]]:
    chain = _Chain(kept, anchor, shared)
    found: list[Fault] = []
    for row in audit.stream(connection):
        found += chain.take(row)
    found += chain.end()
    return chain.head, found


class _Chain:
    """Takes the rows one after another."""

    def __init__(self, kept: Kept | None, anchor: str | None, shared: bool) -> None:
        self._shared = shared  # other machines add rows too, and keep their own ends
        self.head = Head(0, START)
        self._kept = kept
        self._seen: dict[int, str] = {0: START}
        place, _, digest = (anchor or "").rpartition(":")
        self._anchor = digest.lower() or None
        self._anchor_row = int(place) if place.isdigit() else None
        self._anchor_found = False
        self._shift = 0  # rows put in less rows taken away, where the later ones were numbered anew
        self._resumed: list[int] = []
        known = (kept.earlier, kept.newest, *(each.kept for each in kept.disputed)) if kept else ()
        self._wanted = {each.rows for each in known}

    def take(self, row: Any) -> Iterator[Fault]:
        """Compare a row with its own hash and with the row before it."""
        yield from self._gap(row)
        follows = row.previous == self.head.sha256
        if _hash_as(row, row.id - self._shift) == row.sha256:
            if not follows and row.id == self.head.rows + 1:
                yield _of_row(
                    "CHANGED",
                    row.id - 1,
                    f"审计第 {row.id - 1} 行被改动或替换：第 {row.id} 行不接在它之后",
                    f"audit row {row.id - 1} was changed or replaced: row {row.id} does not follow it",
                )
        else:
            yield self._changed(row)
        self.head = Head(row.id, row.sha256)
        if row.id in self._wanted:
            self._seen[row.id] = row.sha256
        if row.sha256 == self._anchor and self._anchor_row in (None, row.id):
            self._anchor_found = True
        if row.kind == "resumed":
            self._resumed.append(row.id)

    def _gap(self, row: Any) -> Iterator[Fault]:
        for missing in range(self.head.rows + 1, min(row.id, self.head.rows + 1 + MOST_FAULTS)):
            yield _removed(missing)

    def _changed(self, row: Any) -> Fault:
        if _hash_as(row, row.id - self._shift - 1) == row.sha256:
            self._shift += 1
            return _of_row(
                "INSERTED",
                row.id - 1,
                f"审计第 {row.id - 1} 行是插入的，其后各行重新编了号",
                f"audit row {row.id - 1} was inserted and the rows after it were numbered anew",
            )
        if self._shift < 0 and _hash_as(row, row.id - 1) == row.sha256:
            self._shift += 1
            return _of_row(
                "CHANGED",
                row.id,
                f"审计第 {row.id - 1} 行与第 {row.id} 行被对调",
                f"audit rows {row.id - 1} and {row.id} were exchanged",
            )
        if _hash_as(row, row.id - self._shift + 1) == row.sha256:
            self._shift -= 1
            return _of_row(
                "REMOVED",
                row.id,
                f"审计第 {row.id} 行被删除，其后各行重新编了号",
                f"audit row {row.id} was removed and the rows after it were numbered anew",
            )
        return _of_row("CHANGED", row.id, f"审计第 {row.id} 行被改动", f"audit row {row.id} was changed")

    def end(self) -> Iterator[Fault]:
        """Compare the chain's end with what is kept elsewhere."""
        if self._kept is None and self.head.rows and not self._shared:
            yield Fault(
                "HEAD_MISSING",
                None,
                heads.FILE,
                f"台账旁没有 {heads.FILE}：末尾的行若被删除无从得知，请用 --anchor 核对",
                f"there is no {heads.FILE} beside the ledger: rows removed at the end cannot be seen;"
                " give an --anchor",
            )
        if self._kept is not None:
            yield from self._ends_as(self._kept)
        if self._anchor is not None and not self._anchor_found:
            row = self._anchor_row
            yield Fault(
                "ANCHOR_MISSING",
                row,
                None,
                f"链中没有所给的锚{f'（第 {row} 行）' if row else ''}：该行或更早的行被改动或删除",
                f"the anchor{f' (row {row})' if row else ''} is not in the chain:"
                " that row or one before it was changed or removed",
            )

    def _ends_as(self, kept: Kept) -> Iterator[Fault]:
        for each in kept.disputed:
            if each.kept.sha256 == heads.UNKNOWN:
                if not any(row > each.found.rows for row in self._resumed):
                    yield Fault(
                        "HEAD_MISSING",
                        each.found.rows,
                        heads.FILE,
                        f"记第 {each.found.rows + 1} 行时台账旁没有 {heads.FILE}：此前末尾的行可能已被删除",
                        f"there was no {heads.FILE} when row {each.found.rows + 1} was added:"
                        " rows before it may have been removed",
                    )
            elif self._seen.get(each.kept.rows) != each.kept.sha256 and not any(
                row > each.found.rows for row in self._resumed
            ):
                yield _of_row(
                    "REMOVED",
                    each.found.rows + 1,
                    f"审计第 {each.found.rows + 1}—{each.kept.rows} 行曾被删除或替换，之后又接着记录",
                    f"audit rows {each.found.rows + 1} to {each.kept.rows} were removed or replaced"
                    " before later rows were added",
                )
        newest = kept.newest
        rows = self.head.rows - self._shift  # as they were numbered when they were written
        if Head(rows, self.head.sha256) in (newest, kept.earlier):
            return
        if self._shared and any(self._seen.get(each.rows) == each.sha256 for each in (newest, kept.earlier)):
            return
        if rows < newest.rows:
            for missing in range(rows + 1, min(newest.rows, rows + MOST_FAULTS) + 1):
                yield _removed(missing)
        elif self._seen.get(newest.rows) != newest.sha256:
            yield _of_row(
                "CHANGED",
                newest.rows,
                f"审计第 {newest.rows} 行与台账旁所记的不一致：它被替换了",
                f"audit row {newest.rows} is not the one kept beside the ledger: it was replaced",
            )
        else:
            for added in range(newest.rows + 1, min(self.head.rows, newest.rows + MOST_FAULTS) + 1):
                yield _of_row(
                    "INSERTED",
                    added,
                    f"审计第 {added} 行不是 airwarn 写入的",
                    f"audit row {added} was not written by airwarn",
                )


def _hash_as(row: Any, number: int) -> str:
    return row_hash(number, row.at, row.actor, row.kind, row.subject, row.detail, row.previous)


def _removed(number: int) -> Fault:
    return _of_row("REMOVED", number, f"审计第 {number} 行被删除", f"audit row {number} was removed")


def _of_row(code: str, number: int, message: str, message_en: str) -> Fault:
    return Fault(code, number, f"audit:{number}", message, message_en)
