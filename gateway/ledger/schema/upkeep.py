"""What the ledger keeps about itself: audit trail, timers, events, keys, and how a copy is known."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, SmallInteger, Table, Text

from gateway.ledger.schema.common import CHANGING, Key, metadata

audit = Table(  # append-only chain: a row's hash covers the one before it
    "audit",
    metadata,
    Column("id", Key, primary_key=True),  # 1, 2, 3 … without a gap
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),  # such as decision:0190… or broadcast:7
    Column("detail", Text, nullable=False),  # canonical JSON
    Column("previous", Text, nullable=False),  # SHA-256 (hex) of the row before; 64 zeros for the first
    Column("sha256", Text, nullable=False),
)

timers = Table(  # what happens later: claimed when due, like deliveries
    "timers",
    metadata,
    # settle_unknown, sweep_broadcast, obligation, sum_receipts, escalation, renew_alert,
    # order_answer, memo
    Column("kind", Text, primary_key=True),
    Column("subject_id", BigInteger, primary_key=True),
    Column("due_at", BigInteger, nullable=False),
    postgresql_with=CHANGING,
)
Index("timers_due", timers.c.kind, timers.c.due_at, timers.c.subject_id)

events = Table(  # what the time columns cannot hold; append-only
    "events",
    metadata,
    Column("id", Key, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("broadcast_id", Key, ForeignKey("broadcasts.id"), index=True),
    Column("delivery_id", Key, ForeignKey("deliveries.id")),
    Column("detail", Text),  # JSON
)

incarnation = (
    Table(  # one row: how a copy is told from the ledger itself, see gateway/ledger/backends/incarnation.py
        "incarnation",
        metadata,
        Column("id", SmallInteger, primary_key=True),  # 1
        Column("mark", Text),  # what is found beside the ledger; null in a backup
        Column("earlier_mark", Text),  # the one before: a crash may leave it there
        Column("copied_at", BigInteger),  # when this backup was made
        Column("guarded_since", BigInteger),  # nothing leaves until a person resumes; null: not guarded
        Column("guarded_because", Text),  # backup, copy
    )
)

keys = Table(  # what the machines of a shared ledger sign with; SQLite's lie as files beside it
    "keys",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),  # hexadecimal
)

idempotency_keys = Table(  # what was answered to a request that may come again
    "idempotency_keys",
    metadata,
    Column("caller", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request_sha256", Text, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("answered_at", BigInteger, nullable=False, index=True),
)
