"""Decisions, episode by episode, with what is frozen for them; drafts, and the lists of whom they tell."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
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
    text,
)

from gateway.ledger.schema.common import Key, metadata

episodes = Table(
    "episodes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("plan", Text, nullable=False),
    Column("exercise", Boolean, nullable=False),
    Column("opened_at", BigInteger),  # null until its first decision is launched
    Column(
        "closed_at", BigInteger
    ),  # launch of its lift; of a tip at once; open again when a lift is retracted
    UniqueConstraint("id", "exercise"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("episode_id", Text, nullable=False),
    Column("exercise", Boolean, nullable=False),
    Column("plan", Text, nullable=False),
    Column("plan_version", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("level", Text),
    Column("document_number", Text),
    Column("document", Text, nullable=False),  # canonical JSON
    Column("fingerprint", Text, nullable=False, unique=True),
    Column("manifest", Text, nullable=False),  # SHA-256 over decision, plan, notices, recipients
    Column("findings", Text, nullable=False),  # JSON, as shown to the approvers
    Column("reach", Text, nullable=False),  # JSON: how many it tells, see broadcasts/preparing/reach.py
    Column("selection", Text),  # JSON: who is meant; null: everybody whom the area concerns
    Column("state", Text, nullable=False),  # submitted, returned, refused, approved, launched, withdrawn
    Column("drafter", Text, nullable=False),  # who submitted it: a token's name, or (local)
    Column("drafter_name", Text),  # the person behind it, where the token names one
    Column("mends_id", Text, ForeignKey("decisions.id")),  # the decision that a correct or retract mends
    Column("prepared_by_id", Text, ForeignKey("decisions.id")),  # whose approval covers these texts already
    Column("recorded_at", BigInteger, nullable=False),
    ForeignKeyConstraint(["episode_id", "exercise"], ["episodes.id", "episodes.exercise"]),
    UniqueConstraint("id", "exercise"),
)

notices = Table(  # each text of a decision once; of a campaign one for each address, which it names
    "notices",
    metadata,
    Column("id", Key, primary_key=True),
    Column("decision_id", Text, ForeignKey("decisions.id")),
    Column("campaign_id", Key, ForeignKey("campaigns.id")),
    Column("memo_id", Key, ForeignKey("memos.id")),
    Column("medium", Text, nullable=False),
    Column("language", Text),  # of a decision's text
    Column("sha256", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("messages", Text, nullable=False),  # JSON: the messages that leave, in order
    Column("html", Text),
    Column("measures", Text, nullable=False),  # JSON
    Column("reply_minutes", Integer),  # it asks to be signed for so soon after it; null: it does not ask
    UniqueConstraint("decision_id", "medium", "sha256"),
    # of neither: what was frozen before, or is just being frozen
    CheckConstraint("decision_id is null or campaign_id is null", name="notices_of_one"),
    CheckConstraint(
        "memo_id is null or (decision_id is null and campaign_id is null)", name="notices_of_memo"
    ),
)

notice_readers = Table(  # which audience or sector reads which text
    "notice_readers",
    metadata,
    Column("decision_id", Text, ForeignKey("decisions.id"), primary_key=True),
    # now: what leaves; dropped: for areas that a change leaves out; lift, correct, retract: prepared with it
    Column("purpose", Text, primary_key=True),
    Column("audience", Text, primary_key=True),
    Column("sector", Text, primary_key=True),  # '' for none
    Column("medium", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("notice_id", Key, ForeignKey("notices.id"), nullable=False),
)

approvals = Table(  # what approvers said; append-only
    "approvals",
    metadata,
    Column("id", Key, primary_key=True),
    Column("decision_id", Text, ForeignKey("decisions.id"), nullable=False, index=True),
    Column("manifest", Text, nullable=False),  # the hash of what they saw
    Column("verdict", Text, nullable=False),  # approve, return, refuse
    Column("step", SmallInteger),  # of the plan's chain, from 0; null for return and refuse
    Column("role", Text, nullable=False),  # a title printed in the plan, or what was stated
    Column("name", Text, nullable=False),
    Column("caller", Text, nullable=False),  # the token's name, or (local)
    Column(
        "own_draft", Boolean, nullable=False
    ),  # the drafter approved: only where the plan's roles make it so
    Column("comment", Text),
    Column("at", BigInteger, nullable=False),
)

opinions = Table(  # 会商意见: the consultation behind a decision
    "opinions",
    metadata,
    Column("id", Key, primary_key=True),
    Column("decision_id", Text, ForeignKey("decisions.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("caller", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)

papers = Table(  # documents beside the notices, frozen with a decision: order, proclamation, news, …
    "papers",
    metadata,
    Column("decision_id", Text, ForeignKey("decisions.id"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("content", Text, nullable=False),  # canonical JSON of `Paper.content()`
    Column("sha256", Text, nullable=False),  # of content
)

bulletins = Table(  # situation bulletins of an episode, as they were made out; append-only
    "bulletins",
    metadata,
    Column("episode_id", Text, ForeignKey("episodes.id"), primary_key=True),
    Column("number", Integer, primary_key=True),  # from 1, without a gap
    Column("content", Text, nullable=False),  # canonical JSON of `Paper.content()`
    Column("sha256", Text, nullable=False),  # of content
    Column("caller", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
)

publications = Table(  # what the office tells the public beside its decisions, and whether it still does
    "publications",
    metadata,
    Column("id", Key, primary_key=True),
    Column("kind", Text, nullable=False),  # progress: of an episode; control_list: who is on the 清单
    Column("plan", Text),  # null: of all plans
    Column("episode_id", Text),  # of progress
    Column("exercise", Boolean, nullable=False),
    Column("content", Text, nullable=False),  # canonical JSON
    Column("published_at", BigInteger, nullable=False),
    Column("published_by", Text, nullable=False),
    Column("withdrawn_at", BigInteger),
    Column("withdrawn_by", Text),
    Column("withdrawn_because", Text),
    ForeignKeyConstraint(["episode_id", "exercise"], ["episodes.id", "episodes.exercise"]),
    CheckConstraint("exercise = false", name="publications_are_real"),  # an exercise is never public
    CheckConstraint("(kind = 'progress') = (episode_id is not null)", name="publications_in_episode"),
)
Index("publications_of_episode", publications.c.episode_id)

personal_words = Table(  # what an organisation reads of its own, in place of its notice's slot
    "personal_words",
    metadata,
    Column("decision_id", Text, ForeignKey("decisions.id"), primary_key=True),
    Column("organisation_id", Key, ForeignKey("organisations.id"), primary_key=True),
    Column("medium", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("words", Text, nullable=False),  # sms: the whole message; else the lines of its section
    Column("sha256", Text, nullable=False),
)

drafts = Table(  # decisions that somebody is still writing: nobody else sees them
    "drafts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("user_id", Text, ForeignKey("users.id"), nullable=False),
    Column("plan", Text, nullable=False),
    Column("exercise", Boolean, nullable=False),
    Column("document", Text, nullable=False),  # JSON, as far as it is filled in; what is no value as typed
    Column("selection", Text),  # JSON: who is meant, as it was chosen; null: everybody whom the area concerns
    Column("version", BigInteger, nullable=False),  # raised by each change
    Column("made_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("decision_id", Text, ForeignKey("decisions.id")),  # null: never submitted
)
Index("drafts_of_user", drafts.c.user_id, drafts.c.exercise, drafts.c.changed_at)

broadcasts = Table(  # of a decision: made and frozen when that is submitted; it leaves once launched
    "broadcasts",
    metadata,
    Column("id", Key, primary_key=True),
    Column("decision_id", Text, unique=True),
    Column("campaign_id", Key, unique=True),  # in the place of a decision
    Column("memo_id", Key, unique=True),  # the same
    Column("episode_id", Text, index=True),  # null: of a campaign or memo
    Column("exercise", Boolean, nullable=False),
    Column("follows_id", Key, ForeignKey("broadcasts.id")),  # what was in force when it was frozen
    Column("live", Boolean, nullable=False),  # the switch: not live, nothing more leaves
    Column("launched_at", BigInteger),
    Column("valid_until", BigInteger),  # set with launched_at
    Column(
        "frozen_at", BigInteger
    ),  # its list grows, or is of no use any more: see ledger/decisions/freezing.py
    # every recipient of it has a larger id
    Column("recipients_after", BigInteger, nullable=False, server_default=text("0")),
    Column("recipients", Integer),  # how many its list tells; null: not launched, count them
    Column("expanded_through", BigInteger, nullable=False),  # last recipient made into deliveries
    Column("expanded_at", BigInteger),
    Column("superseded_by", Key, ForeignKey("broadcasts.id")),
    Column("stopped_at", BigInteger),
    ForeignKeyConstraint(["decision_id", "exercise"], ["decisions.id", "decisions.exercise"]),
    ForeignKeyConstraint(["campaign_id", "exercise"], ["campaigns.id", "campaigns.exercise"]),
    ForeignKeyConstraint(["memo_id", "exercise"], ["memos.id", "memos.exercise"]),
    CheckConstraint("decision_id is null or campaign_id is null", name="broadcasts_of_one"),
    CheckConstraint(
        "memo_id is null or (decision_id is null and campaign_id is null)", name="broadcasts_of_memo"
    ),
    CheckConstraint("(decision_id is null) = (episode_id is null)", name="broadcasts_in_episode"),
    UniqueConstraint("id", "exercise"),
)

recipients = Table(  # the frozen list: which organisation is told what, where
    "recipients",
    metadata,
    Column("id", Key, primary_key=True),
    Column("broadcast_id", Key, ForeignKey("broadcasts.id"), nullable=False),
    Column("organisation_id", Key, ForeignKey("organisations.id"), nullable=False),
    Column("address_id", Key, ForeignKey("addresses.id"), nullable=False),
    Column("notice_id", Key, ForeignKey("notices.id"), nullable=False),
)
Index("recipients_of_broadcast", recipients.c.broadcast_id, recipients.c.organisation_id)
