"""Organisations, their people, addresses, inventories; imports; questions about addresses."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from gateway.ledger.schema.common import Key, metadata

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
    Column("role", Text, nullable=False),  # gateway.directory.model.ContactRole
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
