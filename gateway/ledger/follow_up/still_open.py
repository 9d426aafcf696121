"""Who was asked to sign and is still waited for, as a condition of every query that asks."""

from sqlalchemy import and_

from gateway.ledger.schema import acknowledgements

STILL_OPEN = and_(  # neither signed nor objected, and no other decision has come in its place
    acknowledgements.c.signed_at.is_(None),
    acknowledgements.c.objected_at.is_(None),
    acknowledgements.c.ended_at.is_(None),
)
