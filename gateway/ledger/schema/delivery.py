"""Messages on their way: accounts, lanes, deliveries, attempts, receipts, and counts of them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from gateway.ledger.schema.common import CHANGING, HOT, Key, metadata

accounts = Table(  # one worker at a time owns an account; its epoch rises with each owner
    "accounts",
    metadata,
    Column("id", Key, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("provider", Text, nullable=False),
    Column("exercise", Boolean, nullable=False),
    Column("owner", Text),
    Column("owned_since", BigInteger),
    Column("epoch", Integer, nullable=False),
    Column("lease_until", BigInteger, nullable=False),
    Column("again_at", BigInteger),  # its work ended by a fault, and begins again then; null: it did not
    UniqueConstraint("id", "exercise"),
    postgresql_with=HOT,
)

workers = Table(  # processes that share the accounts out among themselves (PostgreSQL)
    "workers",
    metadata,
    Column("name", Text, primary_key=True),
    Column("started_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)

lanes = Table(
    "lanes",
    metadata,
    Column("id", Key, primary_key=True),
    Column("account_id", Key, nullable=False),
    Column("name", Text, nullable=False),  # number, bot's group or sender; unique in its account
    Column("channel", Text, nullable=False),  # the kind of address: sms, wecom, email, push
    Column("exercise", Boolean, nullable=False),
    Column("enabled", Boolean, nullable=False),  # false: no longer in settings
    Column("request_timeout", BigInteger, nullable=False),  # ms: no request takes longer
    Column("receipt_window", BigInteger, nullable=False),  # ms after the claim: no receipt is expected later
    Column("final_on_accept", Boolean, nullable=False),  # nothing better than accepted is ever known
    Column("next_free_at", BigInteger, nullable=False),  # what was claimed is paid for by then
    Column("route", SmallInteger, nullable=False),  # its account's place in the order of its channel
    Column("named_only", Boolean, nullable=False),  # it reaches the one address that it is named after
    Column("idempotent", Boolean, nullable=False),  # a repeat is known by its id: nobody reads it twice
    Column("parked_until", BigInteger),  # null or past: open
    Column("parked_reason", Text),
    Column("parked_by", Text),  # the person who parked it; null: the engine did
    Column("breaker", Text, nullable=False),  # closed, open; half-open: open, and its rest is over
    Column("breaker_since", BigInteger, nullable=False),
    Column("breaker_reason", Text),  # why it opened last; null: it never did
    Column("breaker_openings", SmallInteger, nullable=False),  # without a calm time in between
    ForeignKeyConstraint(["account_id", "exercise"], ["accounts.id", "accounts.exercise"]),
    UniqueConstraint("account_id", "name"),
    UniqueConstraint("id", "exercise"),
    postgresql_with=HOT,
)

route_orders = Table(  # the accounts of a channel as two administrators ordered them; before the settings'
    "route_orders",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("accounts", Text, nullable=False),  # JSON: names, the first used first
    Column("decided_at", BigInteger, nullable=False),
)

delivery_groups = Table(  # what deliveries are counted by
    "delivery_groups",
    metadata,
    Column("id", Key, primary_key=True),
    Column("broadcast_id", Key, ForeignKey("broadcasts.id"), nullable=False),
    Column("audience", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("area", Text, nullable=False),
    UniqueConstraint("broadcast_id", "audience", "channel", "area"),
)

counters = Table(  # changes in the same transaction as the rows it counts
    "counters",
    metadata,
    Column("group_id", Key, ForeignKey("delivery_groups.id"), primary_key=True),
    Column("state", Text, primary_key=True),
    Column("deliveries", Integer, nullable=False),
    postgresql_with=HOT,
)

reason_counters = Table(  # the same for why: deliveries in the states of `counters.EXPLAINED`
    "reason_counters",
    metadata,
    Column("group_id", Key, ForeignKey("delivery_groups.id"), primary_key=True),
    Column("state", Text, primary_key=True),
    Column("reason", Text, primary_key=True),
    Column("deliveries", Integer, nullable=False),
    postgresql_with=HOT,
)

minute_counters = (
    Table(  # the same by the minute in which they came so far: see gateway/ledger/delivery/minutes.py
        "minute_counters",
        metadata,
        Column("group_id", Key, ForeignKey("delivery_groups.id"), primary_key=True),
        Column("stage", Text, primary_key=True),  # accepted delivered failed
        Column("minute", BigInteger, primary_key=True),  # minutes since 1970 UTC
        Column("deliveries", Integer, nullable=False),  # by how many they grew; below 0: they fell
        Column("first_at", BigInteger, nullable=False),  # the first change in this minute, and the last
        Column("last_at", BigInteger, nullable=False),
        sqlite_with_rowid=False,
        postgresql_with=HOT,
    )
)

deliveries = Table(  # one message of one notice to one address
    "deliveries",
    metadata,
    Column("id", Key, primary_key=True),
    Column("broadcast_id", Key, nullable=False),
    Column("exercise", Boolean, nullable=False),
    Column("group_id", Key, ForeignKey("delivery_groups.id"), nullable=False),
    Column("organisation_id", Key, ForeignKey("organisations.id")),  # null: of a memo
    Column("address_id", Key, nullable=False),
    Column("notice_id", Key, ForeignKey("notices.id"), nullable=False),
    Column("part", SmallInteger, nullable=False),  # from 0, of the notice's messages
    Column("lane_id", Key),  # null only where no lane serves the address: suppressed
    Column("state", Text, nullable=False),
    Column("priority", SmallInteger, nullable=False),  # 0 leaves first
    Column("due_at", BigInteger),  # null unless queued
    Column("attempts", SmallInteger, nullable=False),
    Column("reason", Text),
    Column("claimed_at", BigInteger),
    Column("accepted_at", BigInteger),
    Column("sent_at", BigInteger),
    Column("delivered_at", BigInteger),
    Column("read_at", BigInteger),
    Column("ended_at", BigInteger),  # failed, expired, cancelled, suppressed
    ForeignKeyConstraint(["broadcast_id", "exercise"], ["broadcasts.id", "broadcasts.exercise"]),
    ForeignKeyConstraint(["address_id", "exercise"], ["addresses.id", "addresses.exercise"]),
    ForeignKeyConstraint(["lane_id", "exercise"], ["lanes.id", "lanes.exercise"]),
    UniqueConstraint("broadcast_id", "address_id", "notice_id", "part", "organisation_id"),
    postgresql_with=CHANGING,
)
Index("deliveries_of_organisation", deliveries.c.organisation_id, deliveries.c.broadcast_id)
Index(  # few have a reason: it costs nothing while nothing fails
    "deliveries_explained",
    deliveries.c.broadcast_id,
    deliveries.c.reason,
    deliveries.c.id,
    sqlite_where=text("reason is not null"),
    postgresql_where=text("reason is not null"),
)
Index(
    "deliveries_due",
    deliveries.c.lane_id,
    deliveries.c.priority,
    deliveries.c.due_at,
    deliveries.c.id,
    sqlite_where=text("due_at is not null"),
    postgresql_where=text("due_at is not null"),
)

delivery_spans = Table(  # the ids of a broadcast's deliveries, both included; others' may lie between them
    "delivery_spans",
    metadata,
    Column("broadcast_id", Key, ForeignKey("broadcasts.id"), primary_key=True),
    Column("first_id", Key, nullable=False),
    Column("last_id", Key, nullable=False),
)

opted_out_addresses = Table(  # whose provider said last that they refuse us: see delivery/opted_out.py
    "opted_out_addresses",
    metadata,
    Column("address_id", Key, primary_key=True),
    Column("exercise", Boolean, nullable=False),
    Column("delivery_id", Key, ForeignKey("deliveries.id"), nullable=False),  # which was refused
    ForeignKeyConstraint(["address_id", "exercise"], ["addresses.id", "addresses.exercise"]),
)

attempts = Table(
    "attempts",
    metadata,
    Column("delivery_id", Key, ForeignKey("deliveries.id"), primary_key=True),
    Column("number", SmallInteger, primary_key=True),  # from 1
    Column("lane_id", Key, ForeignKey("lanes.id"), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("repeat", Boolean, nullable=False),  # sent again although an earlier one may have arrived
    # sending, deferred (the lane's fault), refused (certainly not sent), unknown, accepted, sent, failed
    # (by receipt), delivered, read
    Column("state", Text, nullable=False),
    Column("provider_id", Text),
    Column("reason", Text),
    Column("vendor_code", Text),
    Column("started_at", BigInteger, nullable=False),
    Column("answered_at", BigInteger),
    Column("asks", SmallInteger),  # how often its provider was asked for its receipt; null: never
    sqlite_with_rowid=False,
    postgresql_with=CHANGING,
)
Index(
    "attempts_in_flight",
    attempts.c.lane_id,
    sqlite_where=text("answered_at is null"),
    postgresql_where=text("answered_at is null"),
)
Index(
    "attempts_provider_id",
    attempts.c.provider_id,
    sqlite_where=text("provider_id is not null"),
    postgresql_where=text("provider_id is not null"),
)

unmatched_receipts = Table(  # receipts that match nothing yet
    "unmatched_receipts",
    metadata,
    Column("id", Key, primary_key=True),
    Column("account_id", Key, ForeignKey("accounts.id"), nullable=False),
    Column("provider_id", Text, index=True),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("vendor_code", Text),
    Column("received_at", BigInteger, nullable=False),
)
