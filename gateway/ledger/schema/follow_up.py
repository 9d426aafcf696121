"""What came back and what is owed: obligations, signatures, escalation, calls, replies."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)

from gateway.ledger.schema.common import CHANGING, Key, metadata

obligations = Table(  # what is owed by whom; one row for each unit that owes, and for each day of a daily one
    "obligations",
    metadata,
    Column("id", Key, primary_key=True),
    Column("plan", Text, nullable=False),
    Column("episode_id", Text, ForeignKey("episodes.id"), index=True),  # null: of the year
    Column("decision_id", Text, ForeignKey("decisions.id")),  # the decision that created it
    Column("exercise", Boolean, nullable=False),
    Column("code", Text, nullable=False),  # the plan's, or lift, expected_end_passed, evaluation_of_drill
    Column("what", Text, nullable=False),
    Column("by_whom", Text, nullable=False),  # the one unit or district that owes this row
    Column("to_whom", Text, nullable=False),
    Column("contents", Text, nullable=False),  # JSON: what the plan wants to read in it
    Column("clause", Text),
    Column("covers", Text),  # ISO date that a daily report is about; the year of an undated yearly one
    Column("due_at", BigInteger),  # null: no time follows from the decision
    Column("repeats", Text),  # daily
    Column("opened_at", BigInteger, nullable=False),
    Column("next_at", BigInteger),  # of a daily one: when the next day's row is opened; null: none follows
    Column("reminded_at", BigInteger),
    Column("overdue_at", BigInteger),  # when it was found overdue
    Column("met_at", BigInteger),
    Column("ended_at", BigInteger),  # no longer owed
    Column("ended_because", Text),
)
Index(  # nothing is owed twice; a unique constraint would take nulls for different
    "obligations_once",
    obligations.c.plan,
    obligations.c.exercise,
    func.coalesce(obligations.c.episode_id, ""),
    obligations.c.code,
    obligations.c.by_whom,
    func.coalesce(obligations.c.covers, ""),
    func.coalesce(obligations.c.due_at, 0),
    unique=True,
)
Index(
    "obligations_open",
    obligations.c.due_at,
    sqlite_where=text("met_at is null and ended_at is null"),
    postgresql_where=text("met_at is null and ended_at is null"),
)

reports = Table(  # what was received for an obligation; append-only
    "reports",
    metadata,
    Column("id", Key, primary_key=True),
    Column("obligation_id", Key, ForeignKey("obligations.id"), nullable=False, index=True),
    Column("contents", Text, nullable=False),  # JSON: by the plan's heading, what was reported
    Column("missing", Text, nullable=False),  # JSON: headings that the plan lists and the report lacks
    Column("from_whom", Text, nullable=False),
    Column("caller", Text, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("received_at", BigInteger, nullable=False),
)

acknowledgements = Table(  # 签收: one for each organisation that a broadcast asks for it
    "acknowledgements",
    metadata,
    Column("id", Key, primary_key=True),
    Column("broadcast_id", Key, nullable=False),
    Column("organisation_id", Key, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("exercise", Boolean, nullable=False),
    Column("token_sha256", Text, nullable=False, unique=True),
    Column("due_at", BigInteger, nullable=False),  # by when it is to be signed
    Column("expires_at", BigInteger, nullable=False),  # the link's end
    Column("opened_at", BigInteger),
    Column("signed_at", BigInteger),
    Column("name", Text),
    Column("role", Text),
    Column("via", Text),  # link sms api phone
    Column("objected_at", BigInteger),
    Column("objection", Text),
    Column("done_at", BigInteger),
    Column("note", Text),
    Column("ended_at", BigInteger),  # superseded or lifted: nobody waits for it any more
    ForeignKeyConstraint(["broadcast_id", "exercise"], ["broadcasts.id", "broadcasts.exercise"]),
    UniqueConstraint("broadcast_id", "organisation_id"),
    postgresql_with=CHANGING,
)

Index(
    "acknowledgements_objected",
    acknowledgements.c.objected_at,
    acknowledgements.c.id,
    sqlite_where=text("objected_at is not null"),
    postgresql_where=text("objected_at is not null"),
)

report_drafts = Table(  # reports that people are still writing: one for each obligation, everybody's
    "report_drafts",
    metadata,
    Column("obligation_id", Key, ForeignKey("obligations.id"), primary_key=True),
    Column("contents", Text, nullable=False),  # JSON: by the plan's heading, as far as it is written
    Column("number", Text, nullable=False),  # the document's; "" while there is none
    Column("version", Integer, nullable=False),  # one more with every change
    Column("changed_by", Text, nullable=False),  # a person's name
    Column("changed_at", BigInteger, nullable=False),
)

photos = Table(  # of what was done; re-encoded
    "photos",
    metadata,
    Column("id", Key, primary_key=True),
    Column("acknowledgement_id", Key, ForeignKey("acknowledgements.id"), nullable=False, index=True),
    Column("jpeg", LargeBinary, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)

replies = Table(  # what came back by SMS
    "replies",
    metadata,
    Column("id", Key, primary_key=True),
    Column("account_id", Key, ForeignKey("accounts.id"), nullable=False),
    Column("provider_id", Text),
    Column("address_id", Key, ForeignKey("addresses.id")),
    Column("text", Text, nullable=False),
    Column("meaning", Text, nullable=False),  # gateway.ledger.follow_up.replies.Meaning
    Column("acknowledgement_id", Key, ForeignKey("acknowledgements.id")),
    Column("verification_id", Key, ForeignKey("verifications.id")),  # the first of those that it answered
    Column("received_at", BigInteger, nullable=False),
    UniqueConstraint("account_id", "provider_id"),
)

escalation_steps = Table(  # what is tried next for a missing signature
    "escalation_steps",
    metadata,
    Column("id", Key, primary_key=True),
    Column("acknowledgement_id", Key, ForeignKey("acknowledgements.id"), nullable=False),
    Column("number", SmallInteger, nullable=False),  # of the policy's steps, from 0
    Column("kind", Text, nullable=False),  # channel contact phone
    Column("contact_id", Key, ForeignKey("contacts.id")),
    Column("delivery_id", Key, ForeignKey("deliveries.id")),
    Column("due_at", BigInteger, nullable=False),
    Column("taken_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("ended_because", Text),  # signed objected told superseded lifted stopped skipped
    UniqueConstraint("acknowledgement_id", "number"),
)

calls = Table(  # what a duty officer or grid member heard; append-only
    "calls",
    metadata,
    Column("id", Key, primary_key=True),
    Column("acknowledgement_id", Key, ForeignKey("acknowledgements.id"), nullable=False, index=True),
    Column("contact_id", Key, ForeignKey("contacts.id")),
    Column("caller", Text, nullable=False),  # who called
    Column("result", Text, nullable=False),  # signed objected told no_answer wrong_number absent
    Column("note", Text),
    Column("at", BigInteger, nullable=False),
)
