"""The first ledger: every table of `gateway.ledger.schema` as of version 0.1.0."""

from alembic import op

from gateway.ledger.backends import fences
from gateway.ledger.schema import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables. A later change of the schema is a step of its own and freezes this one."""
    metadata.create_all(op.get_bind())
    fences.put_up(op.get_bind())
