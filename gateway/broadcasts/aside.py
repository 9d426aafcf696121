"""Submits while the ledger goes on: words are written beside it, and stored in one short transaction.

The words of ten thousand enterprises take seconds to write. For so long no message may be kept from
being claimed, and no receipt from being stored.
"""

import asyncio
from collections.abc import Callable

from sqlalchemy import Connection

from gateway.broadcasts.actor import Actor
from gateway.broadcasts.desk import Desk
from gateway.broadcasts.gathering import Gathered, gather, still_holds
from gateway.broadcasts.prepare import Prepared, compose
from gateway.broadcasts.submit import Submitted, launched, store, submit
from gateway.decisions.model import Decision
from gateway.directory.selection import EVERYONE, Selection
from gateway.ledger.database import Ledger

Wanted = Callable[[Connection], Decision]
Then = Callable[[Connection, Submitted], Submitted]

_TRIES = 3  # of a directory that is just being changed; then nobody else writes while it is read


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
    transaction that stores it. Raises what they raise."""

    def wanted(connection: Connection) -> Decision:
        return decision if isinstance(decision, Decision) else decision(connection)

    def read(connection: Connection) -> Gathered | None:
        asked = wanted(connection)
        if launched(connection, asked, selection) is not None:
            return None
        return gather(connection, desk, asked, now, selection)

    def finish(connection: Connection, gathered: Gathered, prepared: Prepared) -> Submitted | None:
        asked = wanted(connection)
        if (
            asked.fingerprint != gathered.stated
            or launched(connection, asked, selection) is not None
            or not still_holds(connection, desk, gathered)
        ):
            return None
        submitted = store(connection, desk, prepared, now, actor)
        return submitted if then is None else then(connection, submitted)

    def whole(connection: Connection) -> Submitted:
        submitted = submit(
            connection, desk, wanted(connection), now, actor, approved=approved, selection=selection
        )
        return submitted if then is None else then(connection, submitted)

    for _ in range(_TRIES):
        gathered = await ledger.read(read)
        if gathered is None:
            break
        prepared = await asyncio.to_thread(compose, desk, gathered, approved=approved)
        submitted = await ledger.write(finish, gathered, prepared)
        if submitted is not None:
            return submitted
    return await ledger.write(whole)


async def prepare_aside(
    ledger: Ledger, desk: Desk, decision: Decision, now: int, *, approved: bool, selection: Selection
) -> Prepared:
    """What `prepare.prepare` does, in no transaction longer than reading takes."""
    gathered = await ledger.read(gather, desk, decision, now, selection)
    return await asyncio.to_thread(compose, desk, gathered, approved=approved)
