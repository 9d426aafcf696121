"""Submits and launches while the ledger goes on: words are written beside it, transactions are short.

The words of ten thousand enterprises take seconds to write, and a list of a million to store. For so long
no message may be kept from being claimed, and no receipt from being stored.
"""

import asyncio
from collections.abc import Callable

from sqlalchemy import Connection

from gateway.broadcasts.actor import Actor
from gateway.broadcasts.approving.recorded import asked
from gateway.broadcasts.approving.submit import (
    Frozen,
    Submitted,
    begin,
    known_already,
    launched,
    store,
    submit,
)
from gateway.broadcasts.desk import Desk
from gateway.broadcasts.launching.launch import launch
from gateway.broadcasts.preparing.groundwork import Gathered, gather, still_holds
from gateway.broadcasts.preparing.prepare import Prepared, compose
from gateway.decisions.model import Decision
from gateway.directory.selection import EVERYONE, Selection
from gateway.ledger.database import Ledger
from gateway.ledger.decisions import freezing, listed
from gateway.ledger.decisions.decisions import Recorded
from gateway.ledger.decisions.listed import Listed

Wanted = Callable[[Connection], Decision]
Then = Callable[[Connection, Submitted, Listed | None], Submitted]

# of a directory that is just being changed; then nobody else writes while it is read, or, where that would
# take too long, what was read is what counts
_TRIES = 3
_LONG = 4 * freezing.SLICE  # recipients: fewer are stored with the decision


async def submit_aside(
    ledger: Ledger,
    desk: Desk,
    decision: Decision | Wanted,
    now: int,
    actor: Actor,
    *,
    approved: bool = False,
    selection: Selection = EVERYONE,
    then: Then | None = None,
) -> Submitted:
    """What `submit.submit` does. `decision` may be worked out from the ledger; `then` goes on in the
    transaction that stores it, and gets what was seen of a long list. Raises what they raise."""

    def wanted(connection: Connection) -> Decision:
        return decision if isinstance(decision, Decision) else decision(connection)

    def read(connection: Connection) -> Gathered | None:
        asked = wanted(connection)
        if launched(connection, asked, selection) is not None:
            return None
        return gather(connection, desk, asked, now, selection)

    def finish(
        connection: Connection,
        gathered: Gathered,
        prepared: Prepared,
        frozen: Frozen | None,
        seen: Listed | None,
        directory_as_read: bool,
    ) -> Submitted | None:
        asked = wanted(connection)
        if (
            asked.fingerprint != gathered.stated
            or launched(connection, asked, selection) is not None
            or not still_holds(connection, desk, gathered, directory_as_read=directory_as_read)
            or (frozen is not None and not freezing.held(connection, frozen.broadcast_id))
        ):
            return None
        submitted = store(connection, desk, prepared, now, actor, frozen)
        return submitted if then is None else then(connection, submitted, seen)

    def whole(connection: Connection) -> Submitted:
        submitted = submit(
            connection, desk, wanted(connection), now, actor, approved=approved, selection=selection
        )
        return submitted if then is None else then(connection, submitted, None)

    for left in reversed(range(_TRIES)):
        gathered = await ledger.read(read)
        if gathered is None:
            break
        prepared = await asyncio.to_thread(compose, desk, gathered, read=ledger.read_now, approved=approved)
        long = sum(len(targets) for _, targets in prepared.recipients) > _LONG
        frozen = await _frozen(ledger, prepared) if long else None
        try:
            seen = None if frozen is None or then is None else await _looked(ledger, frozen.broadcast_id)
            submitted = await ledger.write(finish, gathered, prepared, frozen, seen, long and not left)
        finally:
            if frozen is not None:
                await clear_away(ledger, frozen)
        if submitted is not None:
            return submitted
    return await ledger.write(whole)


async def prepare_aside(
    ledger: Ledger, desk: Desk, decision: Decision, now: int, *, approved: bool, selection: Selection
) -> Prepared:
    """What `prepare.prepare` does, in no transaction longer than reading takes."""
    gathered = await ledger.read(gather, desk, decision, now, selection)
    return await asyncio.to_thread(compose, desk, gathered, read=ledger.read_now, approved=approved)


async def launch_aside(
    ledger: Ledger, desk: Desk, decision_id: str, manifest: str, now: int, actor: Actor
) -> Recorded:
    """What `launch.launch` does; a long list is looked through before. Raises what it raises."""
    recorded = await ledger.read(asked, decision_id, manifest)
    seen = None if recorded.launched else await _looked(ledger, recorded.broadcast_id)
    return await ledger.write(launch, desk, decision_id, manifest, now, actor, seen)


async def _looked(ledger: Ledger, broadcast_id: int) -> Listed:
    seen, more = await ledger.read(listed.look_on, broadcast_id)
    while more:
        seen, more = await ledger.read(listed.look_on, broadcast_id, seen)
    return seen


async def clear_away(ledger: Ledger, done: Frozen | None = None) -> None:
    """Clear away the lists that killed submissions have left, and that of one which is `done`, unless a
    decision has it; a slice a transaction."""
    if done is not None:
        await ledger.write(freezing.let_go, done.broadcast_id)
    while await ledger.write(freezing.clear, ledger.now()):
        pass


async def keep_clear(ledger: Ledger) -> None:
    """Clear away what killed submissions have left, now and again, until cancelled."""
    while True:
        await clear_away(ledger)
        await asyncio.sleep(freezing.ABANDONED / 1000)


async def _frozen(ledger: Ledger, prepared: Prepared) -> Frozen | None:
    """The list, stored a slice a transaction; None where there is none to store."""
    if await ledger.read(known_already, prepared) is not None:
        return None
    frozen = await ledger.write(begin, prepared, ledger.now())
    for some in frozen.slices(prepared):
        await ledger.write(freezing.add, frozen.broadcast_id, some, ledger.now())
    return frozen
