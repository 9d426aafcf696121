from typing import Any

from sqlalchemy import Connection

from gateway.directory.model import Recipient
from gateway.ledger.decisions.listing import Listing


def everyone(connection: Connection, /, exercise: bool, *, at_once: int = 2, **how: Any) -> list[Recipient]:
    """Who may be told a decision, read so many at a time."""
    listing, found = Listing(exercise, **how), list[Recipient]()
    while some := listing.slice_after(connection, found[-1].organisation_id if found else 0, at_once):
        found += some
    return found
