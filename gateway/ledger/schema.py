"""The tables of the ledger. Times are integers: milliseconds since 1970 UTC.

`exercise` stands in episodes, decisions, broadcasts, deliveries, lanes, accounts, organisations and
addresses; composite foreign keys refuse a row that would mix an exercise with the real thing.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)

metadata = MetaData()
# PostgreSQL: rows that change several times keep room for their next state on their own page, and what is
# left of the earlier ones is cleared away in time, long before a fifth of a million rows has changed
_CHANGING = {
    "fillfactor": 80,
    "autovacuum_vacuum_scale_factor": 0.02,
    "autovacuum_analyze_scale_factor": 0.02,
    "autovacuum_vacuum_insert_scale_factor": 0.05,
}
_HOT = {  # few rows, changed all the time
    "fillfactor": 20,
    "autovacuum_vacuum_scale_factor": 0,
    "autovacuum_vacuum_threshold": 500,
    "autovacuum_vacuum_cost_delay": 0,
}
Key = BigInteger().with_variant(Integer, "sqlite")  # SQLite's rowid must be declared INTEGER

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
    Column("reach", Text, nullable=False),  # JSON: how many it tells, see broadcasts/reach.py
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

organisations = Table(
    "organisations",
    metadata,
    Column("id", Key, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("sector", Text),
    Column("area", Text, nullable=False),  # a plan's area code, or one of a street under it
    Column("contact", Text),
    Column("credit_code", Text, index=True),  # 统一社会信用代码
    Column("meter_number", Text),  # 电力总表编号
    Column("industry", Text),  # as the list says it
    Column("grade", Text),  # A B C D leading non_leading guaranteed
    Column("grade_valid_from", Text),  # ISO date
    Column("location", Text),  # where it is, in words
    Column("own_plan_filed_on", Text),  # ISO date of filing its 一厂一策; null: not filed
    Column("exercise", Boolean, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

organisation_groups = Table(  # groups and tags
    "organisation_groups",
    metadata,
    Column("organisation_id", Key, ForeignKey("organisations.id"), primary_key=True),
    Column("name", Text, primary_key=True),
)

organisation_changes = Table(  # what an import or a person changed; append-only
    "organisation_changes",
    metadata,
    Column("id", Key, primary_key=True),
    Column("organisation_id", Key, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("actor", Text, nullable=False),
    Column("changes", Text, nullable=False),  # JSON: field to [before, after], addresses masked
    Column("at", BigInteger, nullable=False),
)

contacts = Table(  # people of an organisation, in the order in which they are tried
    "contacts",
    metadata,
    Column("id", Key, primary_key=True),
    Column("organisation_id", Key, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),  # responsible deputy night_duty supervisor grid_member liaison
    Column("position", SmallInteger, nullable=False),
    Column("language", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

contact_addresses = Table(
    "contact_addresses",
    metadata,
    Column("contact_id", Key, ForeignKey("contacts.id"), primary_key=True),
    Column("address_id", Key, ForeignKey("addresses.id"), primary_key=True),
    Column("verified_on", Text),  # ISO date on which the contact said that it is theirs
    Column("quiet_from", Text),  # HH:MM in China Standard Time; holds only what is not urgent
    Column("quiet_until", Text),
)

duty_shifts = Table(  # who answers for a unit, hour by hour (值班表)
    "duty_shifts",
    metadata,
    Column("id", Key, primary_key=True),
    Column("contact_id", Key, ForeignKey("contacts.id"), nullable=False, index=True),
    Column("starts_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
)

measure_duties = Table(  # for a measure and unit: who answers for it
    "measure_duties",
    metadata,
    Column("plan", Text, primary_key=True),
    Column("measure_id", Text, primary_key=True),
    Column("unit", Text, primary_key=True),  # as the plan prints it
    Column("responsible_unit", Text),
    Column("leader", Text),
    Column("person", Text),
    Column("supervisor", Text),
)

inventory_lines = Table(  # 应急减排清单: what an organisation does at a level, a row a line of production
    "inventory_lines",
    metadata,
    Column("id", Key, primary_key=True),
    Column("organisation_id", Key, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("list", Text, nullable=False),  # industrial dust mobile white_list co_heating guaranteed
    Column("level", Text, nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("line", Text),  # line of production, unit, vehicle
    Column("action", Text, nullable=False),  # stop limit off_peak trucks own_words
    Column("percent", SmallInteger),  # of a limit
    Column("indicator", Text),  # what shows it: power, gas
    Column("indicator_value", Text),
    Column("preparation_minutes", Integer),
    Column("person", Text),  # in charge
    Column("exemption", Text),  # with its ground
    Column("batch", SmallInteger),  # of a rotation
    Column("words", Text, nullable=False),  # the cell's own words
    Column("certain", Boolean, nullable=False),  # false: the own words are sent
)

reductions = Table(  # tonnes a day, by organisation, pollutant and level; level '' is what it emits
    "reductions",
    metadata,
    Column("organisation_id", Key, ForeignKey("organisations.id"), primary_key=True),
    Column("level", Text, primary_key=True),
    Column("pollutant", Text, primary_key=True),
    Column("tonnes_a_day", Float, nullable=False),
)

imports = Table(  # what was imported, with its report
    "imports",
    metadata,
    Column("id", Key, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("counts", Text, nullable=False),  # JSON
    Column("report", Text, nullable=False),  # JSON: every row with its outcome and reasons
    Column("at", BigInteger, nullable=False),
)

uploads = Table(  # files that somebody looks at before they are imported; taken away then, or an hour later
    "uploads",
    metadata,
    Column("id", Text, primary_key=True),
    Column("user_id", Text, ForeignKey("users.id"), nullable=False, index=True),
    Column("file_name", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("options", Text, nullable=False),  # JSON: how it is read, and what is to happen beside storing
    Column("report", Text, nullable=False),  # JSON: what it would change, as it was shown
    Column("at", BigInteger, nullable=False, index=True),
)

import_mappings = Table(  # which column of an office's file is which field
    "import_mappings",
    metadata,
    Column("name", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("columns", Text, nullable=False),  # JSON: printed header to field
    Column("actor", Text, nullable=False),
    Column("saved_at", BigInteger, nullable=False),
)

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
    postgresql_with=_CHANGING,
)

Index(
    "acknowledgements_objected",
    acknowledgements.c.objected_at,
    acknowledgements.c.id,
    sqlite_where=text("objected_at is not null"),
    postgresql_where=text("objected_at is not null"),
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
    Column("meaning", Text, nullable=False),  # sign object wrong_number confirm other
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

addresses = Table(  # a row's value never changes: deliveries refer to what they were sent to
    "addresses",
    metadata,
    Column("id", Key, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("exercise", Boolean, nullable=False),
    UniqueConstraint("kind", "value", "exercise"),
    UniqueConstraint("id", "exercise"),
)

organisation_addresses = Table(
    "organisation_addresses",
    metadata,
    Column("organisation_id", Key, ForeignKey("organisations.id"), primary_key=True),
    Column("address_id", Key, ForeignKey("addresses.id"), primary_key=True),
)

campaigns = Table(  # "is this still your number?", asked of many at once; its messages are a broadcast
    "campaigns",
    metadata,
    Column("id", Key, primary_key=True),
    Column("exercise", Boolean, nullable=False),
    Column("started_by", Text, nullable=False),  # a token's name, or (local)
    Column("at", BigInteger, nullable=False),
    Column("selection", Text, nullable=False),  # JSON: who was meant, and which addresses
    Column("expires_at", BigInteger, nullable=False),  # nothing leaves later, and no link works
    Column("ended_at", BigInteger),
    UniqueConstraint("id", "exercise"),
)

verifications = Table(  # one question about one address of an organisation, and its answer
    "verifications",
    metadata,
    Column("id", Key, primary_key=True),
    Column("campaign_id", Key, ForeignKey("campaigns.id")),  # null: asked by telephone, outside of any
    Column("organisation_id", Key, ForeignKey("organisations.id"), nullable=False, index=True),
    Column("contact_id", Key, ForeignKey("contacts.id")),  # null: the organisation's own address
    Column("address_id", Key, ForeignKey("addresses.id"), nullable=False, index=True),
    Column("notice_id", Key, ForeignKey("notices.id")),  # what asks; several at one address share it
    Column("token_sha256", Text, index=True),
    Column("answered_at", BigInteger),
    Column("answer", Text),  # confirmed denied changed
    Column("via", Text),  # link sms api phone
    Column("caller", Text),  # who entered it: (link), (sms), a token's name, (local)
    Column("proposed_name", Text),  # of changed: who is to be called from now on, until a keeper acts
    Column("proposed_number", Text),
    Column("settled_at", BigInteger),  # when a keeper accepted or refused what was proposed
    UniqueConstraint("campaign_id", "organisation_id", "address_id"),
)
Index("verifications_to_ask", verifications.c.campaign_id, verifications.c.address_id)

denied_addresses = Table(  # whoever reads there says it is not the organisation's: it is used for it no more
    "denied_addresses",
    metadata,
    Column("organisation_id", Key, ForeignKey("organisations.id"), primary_key=True),
    Column("address_id", Key, ForeignKey("addresses.id"), primary_key=True),
    Column("denied_on", Text, nullable=False),  # ISO date
)

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
    Column("frozen_at", BigInteger),  # its list grows, or is of no use any more: see ledger/freezing.py
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
    UniqueConstraint("id", "exercise"),
    postgresql_with=_HOT,
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
    postgresql_with=_HOT,
)

incarnation = Table(  # one row: how a copy is told from the ledger itself, see gateway/ledger/incarnation.py
    "incarnation",
    metadata,
    Column("id", SmallInteger, primary_key=True),  # 1
    Column("mark", Text),  # what is found beside the ledger; null in a backup
    Column("earlier_mark", Text),  # the one before: a crash may leave it there
    Column("copied_at", BigInteger),  # when this backup was made
    Column("guarded_since", BigInteger),  # nothing leaves until a person resumes; null: not guarded
    Column("guarded_because", Text),  # backup, copy
)

keys = Table(  # what the machines of a shared ledger sign with; SQLite's lie as files beside it
    "keys",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),  # hexadecimal
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
    postgresql_with=_HOT,
)

reason_counters = Table(  # the same for why: deliveries in the states of `counters.EXPLAINED`
    "reason_counters",
    metadata,
    Column("group_id", Key, ForeignKey("delivery_groups.id"), primary_key=True),
    Column("state", Text, primary_key=True),
    Column("reason", Text, primary_key=True),
    Column("deliveries", Integer, nullable=False),
    postgresql_with=_HOT,
)

minute_counters = Table(  # the same by the minute in which they came so far: see gateway/ledger/minutes.py
    "minute_counters",
    metadata,
    Column("group_id", Key, ForeignKey("delivery_groups.id"), primary_key=True),
    Column("stage", Text, primary_key=True),  # accepted delivered failed
    Column("minute", BigInteger, primary_key=True),  # minutes since 1970 UTC
    Column("deliveries", Integer, nullable=False),  # by how many they grew; below 0: they fell
    Column("first_at", BigInteger, nullable=False),  # the first change in this minute, and the last
    Column("last_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
    postgresql_with=_HOT,
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
    postgresql_with=_CHANGING,
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
    postgresql_with=_CHANGING,
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

timers = Table(  # what happens later: claimed when due, like deliveries
    "timers",
    metadata,
    # settle_unknown, sweep_broadcast, obligation, sum_receipts, escalation, renew_alert,
    # order_answer, memo
    Column("kind", Text, primary_key=True),
    Column("subject_id", BigInteger, primary_key=True),
    Column("due_at", BigInteger, nullable=False),
    postgresql_with=_CHANGING,
)
Index("timers_due", timers.c.kind, timers.c.due_at, timers.c.subject_id)

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

tokens = Table(  # who else may call the API; a token itself is never kept
    "tokens",
    metadata,
    Column("name", Text, primary_key=True),
    Column("sha256", Text, nullable=False, unique=True),
    Column("scopes", Text, nullable=False),  # words apart by spaces
    Column("person", Text),  # whose it is; an approver's must name one
    Column("titles", Text, nullable=False),  # JSON: the titles that the person approves under
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("last_used_at", BigInteger),  # to the hour: a write an hour, not one a request
)

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

route_orders = Table(  # the accounts of a channel as two administrators ordered them; before the settings'
    "route_orders",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("accounts", Text, nullable=False),  # JSON: names, the first used first
    Column("decided_at", BigInteger, nullable=False),
)

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
    # refused, nothing. proof: a code that proves an address of user_id; moved: they are told elsewhere now
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
    Column("kind", Text, nullable=False),  # see gateway.ledger.account_changes.Kind
    Column("subject", Text, nullable=False),  # the name of a user or a token
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

drafts = Table(  # decisions that somebody is still writing: nobody else sees them
    "drafts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("user_id", Text, ForeignKey("users.id"), nullable=False),
    Column("plan", Text, nullable=False),
    Column("exercise", Boolean, nullable=False),
    Column("document", Text, nullable=False),  # JSON, as far as it is filled in; what is no value as typed
    Column("selection", Text),  # JSON: who is meant, as it was chosen; null: everybody whom the area concerns
    Column("made_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("decision_id", Text, ForeignKey("decisions.id")),  # null: never submitted
)
Index("drafts_of_user", drafts.c.user_id, drafts.c.exercise, drafts.c.changed_at)
