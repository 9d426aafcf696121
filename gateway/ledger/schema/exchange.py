"""Alerts as they were released, how far systems sent them on, and orders of other levels."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from gateway.ledger.schema.common import Key, metadata

alerts = Table(  # what was released of a decision; its bytes never change
    "alerts",
    metadata,
    Column("id", Key, primary_key=True),
    Column("decision_id", Text, nullable=False, index=True),
    Column("broadcast_id", Key, nullable=False),
    Column("episode_id", Text, nullable=False, index=True),
    Column("exercise", Boolean, nullable=False),
    Column("kind", Text, nullable=False),  # decision, all_clear, renewal
    Column("identifier", Text, nullable=False, unique=True),
    Column("message_type", Text, nullable=False),  # Alert, Update, Cancel
    Column("cell_code", SmallInteger, nullable=False),  # the episode's, of ten bits
    Column("cell_update", SmallInteger, nullable=False),  # of four bits
    Column("released_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),  # when what it warns or tells of runs out; null: it only ends something
    Column("renew_at", BigInteger),  # when it needs its renewal; null: none is due
    Column("ended_at", BigInteger),  # when a later one came in its place or ended it
    Column("signed", Boolean, nullable=False),
    Column("sha256", Text, nullable=False),  # of cap
    Column("cap", LargeBinary, nullable=False),
    Column("national", LargeBinary),  # null: the 12379 dialect has no form of it
    Column("national_refused", Text),  # why
    Column("json", LargeBinary, nullable=False),
    Column("cell", LargeBinary, nullable=False),
    ForeignKeyConstraint(["decision_id", "exercise"], ["decisions.id", "decisions.exercise"]),
    ForeignKeyConstraint(["broadcast_id", "exercise"], ["broadcasts.id", "broadcasts.exercise"]),
    ForeignKeyConstraint(["episode_id", "exercise"], ["episodes.id", "episodes.exercise"]),
    CheckConstraint("(national is null) = (national_refused is not null)", name="alerts_national"),
)
Index(
    "alerts_in_force",
    alerts.c.expires_at,
    sqlite_where=text("ended_at is null and expires_at is not null"),
    postgresql_where=text("ended_at is null and expires_at is not null"),
)

progress = Table(  # what systems that take alerts tell of sending them on; append-only
    "progress",
    metadata,
    Column("id", Key, primary_key=True),
    Column("delivery_id", Key, ForeignKey("deliveries.id"), nullable=False),
    Column("report", Text, nullable=False),  # its own id: the same again is the same report
    Column("operator", Text, nullable=False),  # the network that it speaks of; '': the receiver itself
    Column("state", Text, nullable=False),  # accepted running finished refused
    Column("targeted", BigInteger),  # people
    Column("sent", BigInteger),
    Column("failed", BigInteger),
    Column("message", Text),
    Column("at", BigInteger, nullable=False),  # the receiver's time; never later than received_at
    Column("received_at", BigInteger, nullable=False),
    UniqueConstraint("delivery_id", "report"),
)

senders = Table(  # who may send orders, as the settings name them: kept for the checks of every process
    "senders",
    metadata,
    Column("name", Text, primary_key=True),
    Column("plan", Text, nullable=False),
    Column("relation", Text, nullable=False),  # upper, lower, neighbour
    Column("meaning", Text, nullable=False),  # order, warning, prompt
)

orders = Table(  # messages of other levels, proved to be theirs; the bytes as they came
    "orders",
    metadata,
    Column("id", Key, primary_key=True),
    Column("sender", Text, nullable=False),  # its name in the settings
    Column("plan", Text, nullable=False),
    Column("relation", Text, nullable=False),
    Column("meaning", Text, nullable=False),
    Column("exercise", Boolean, nullable=False),
    Column("identifier", Text),  # null: not readable
    Column("event", Text),  # the identifier of its event's first message, as far as we know it
    Column("earlier", Text, nullable=False),  # JSON: identifiers that it refers to
    Column("format", Text),  # cap, national, json
    Column("sha256", Text, nullable=False, index=True),  # of what is proved, by which repeats are known
    Column("content_type", Text, nullable=False),
    Column("proof", Text, nullable=False),  # signature, webhook
    Column("sent_at", BigInteger),
    Column("received_at", BigInteger, nullable=False),
    Column("kind", Text),  # warning, end, hint, tip
    Column("message_type", Text),
    Column("level", Text),
    Column("until_then", Text),  # a level that goes on until starts_at
    Column("starts_at", BigInteger),
    Column("area", Text, nullable=False),  # JSON: codes of the plan
    Column("document_number", Text),
    Column("facts", Text, nullable=False),  # JSON: what else a draft is made of
    Column("verdict", Text, nullable=False),  # draft, unchanged, informed, outdated, refused
    Column("refusal", Text),  # JSON: code, message, message_en
    Column("in_force", Boolean, nullable=False),  # the newest of its event, of an upper level: a floor here
    Column("state", Text, nullable=False),  # received, taken, dismissed, overtaken, kept
    Column("obligation_id", Key, ForeignKey("obligations.id")),
    Column("decision_id", Text, ForeignKey("decisions.id")),  # the launched decision that took it
    Column("settled_at", BigInteger),  # taken, dismissed, overtaken
    Column("settled_by", Text),
    Column("settled_because", Text),
    Column("callback", Text),  # where its sender wants to hear what becomes of it
    Column("content", LargeBinary, nullable=False),  # the bytes as they came; last, so that scans pass it by
    UniqueConstraint("sender", "identifier"),
)
Index(
    "orders_in_force",
    orders.c.plan,
    orders.c.exercise,
    sqlite_where=text("in_force = 1"),
    postgresql_where=text("in_force"),
)
Index("orders_of_event", orders.c.sender, orders.c.event)

order_answers = Table(  # what a sender is told of its order; append-only but for how it left
    "order_answers",
    metadata,
    Column("id", Key, primary_key=True),
    Column("order_id", Key, ForeignKey("orders.id"), nullable=False, index=True),
    Column("state", Text, nullable=False),  # accepted, running, finished, refused
    Column("message", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("sent_at", BigInteger),
    Column("given_up_at", BigInteger),
)
