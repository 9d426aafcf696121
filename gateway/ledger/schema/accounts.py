"""People who sign in, their tokens, and what the office tells them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from gateway.ledger.schema.common import Key, metadata

users = Table(  # people who sign in; roles and areas say what they may see and do
    "users",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),  # to sign in with, in lower case; never used again
    Column("person", Text, nullable=False),
    Column("titles", Text, nullable=False),  # JSON: those that the person approves under
    Column("roles", Text, nullable=False),  # words apart by spaces
    Column("areas", Text, nullable=False),  # JSON: codes; none: everywhere
    Column("language", Text, nullable=False),  # zh, en
    Column("password", Text),  # argon2id; null: until the invitation is used
    Column("invitation_sha256", Text, unique=True),  # of the pass phrase that sets the first password
    Column("invitation_ends_at", BigInteger),
    Column("one_time_secret", Text),  # base32; null: no codes are asked for
    Column("one_time_step", BigInteger, nullable=False),  # of the last code that was taken: each works once
    Column("recovery_codes", Text, nullable=False),  # JSON: SHA-256 of those still good
    Column("made_at", BigInteger, nullable=False),
    Column("signed_in_at", BigInteger),
    Column("disabled_at", BigInteger),
)

sign_ins = Table(  # a browser in which somebody signed in; its token is never kept
    "sign_ins",
    metadata,
    Column("id", Text, primary_key=True),
    Column("user_id", Text, ForeignKey("users.id"), nullable=False, index=True),
    Column("token_sha256", Text, nullable=False, unique=True),
    Column("device", Text, nullable=False),  # in short words
    Column("offered_secret", Text),  # base32; of one-time codes being set up
    Column("made_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),  # to the minute
    Column("ends_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("ended_because", Text),  # signed_out, elsewhere, password, reset, disabled, changed
)

user_addresses = (
    Table(  # where the office's own people are told; a new one replaces the old once it is proved
        "user_addresses",
        metadata,
        Column("user_id", Text, ForeignKey("users.id"), primary_key=True),
        Column("kind", Text, primary_key=True),  # sms, wecom_user, email
        Column("value", Text, primary_key=True),
        Column("stated_at", BigInteger, nullable=False),
        Column("proved_at", BigInteger),  # null: nothing is sent there but a code
        Column("memo_id", Key, ForeignKey("memos.id")),  # what brought the code
        Column("code_sha256", Text),  # of the code, after the memo's number; good while the memo lives
        Column("tries", SmallInteger, nullable=False),  # of that code
    )
)

memos = Table(  # what the office tells its own people; its messages are a broadcast, made when they are
    "memos",
    metadata,
    Column("id", Key, primary_key=True),
    Column("exercise", Boolean, nullable=False),
    # turn: somebody is to act on the decision, nobody has looked yet who; then approve, launch, returned,
    # refused, nothing. proof: a code that proves an address of user_id; moved: they are told elsewhere now.
    # several: to a number that answered for several organisations at once what decision_id told them
    Column("kind", Text, nullable=False),
    Column("decision_id", Text, ForeignKey("decisions.id"), index=True),
    Column("place", SmallInteger),  # of the step that is to be given, in the plan's chain
    Column("user_id", Text, ForeignKey("users.id"), index=True),
    Column("rounds", SmallInteger, nullable=False),  # how often people were told
    Column("made_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),  # done, or overtaken: what is still queued does not leave
    UniqueConstraint("id", "exercise"),
    CheckConstraint("(decision_id is null) = (user_id is not null)", name="memos_of_one"),
)

memo_readers = Table(  # who was told, where; append-only
    "memo_readers",
    metadata,
    Column("memo_id", Key, ForeignKey("memos.id"), primary_key=True),
    Column("round", SmallInteger, primary_key=True),  # from 1
    Column("user_id", Text, ForeignKey("users.id"), primary_key=True),
    Column("address_id", Key, ForeignKey("addresses.id"), primary_key=True),
    Column("notice_id", Key, ForeignKey("notices.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
)

account_changes = Table(  # what one administrator proposes and another confirms
    "account_changes",
    metadata,
    Column("id", Key, primary_key=True),
    Column("kind", Text, nullable=False),  # see gateway.ledger.accounts.account_changes.Kind
    Column("subject", Text, nullable=False),  # the name of a user or a token; a channel
    Column("detail", Text, nullable=False),  # JSON
    Column("proposed_by", Text, ForeignKey("users.id"), nullable=False),
    Column("proposed_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("state", Text, nullable=False),  # waiting, confirmed, refused, withdrawn
    Column("settled_by", Text, ForeignKey("users.id")),
    Column("settled_at", BigInteger),
)
Index(
    "account_changes_waiting",
    account_changes.c.ends_at,
    sqlite_where=text("state = 'waiting'"),
    postgresql_where=text("state = 'waiting'"),
)

tokens = Table(  # who else may call the API; a token itself is never kept
    "tokens",
    metadata,
    Column("name", Text, primary_key=True),
    Column("sha256", Text, nullable=False, unique=True),
    Column("scopes", Text, nullable=False),  # words apart by spaces
    Column("person", Text),  # whose it is; an approver's must name one
    Column("titles", Text, nullable=False),  # JSON: the titles that the person approves under
    Column("areas", Text, nullable=False),  # JSON: codes; none: everywhere
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("last_used_at", BigInteger),  # to the hour: a write an hour, not one a request
)
