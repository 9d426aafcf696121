"""What the tables of the ledger share: where they are gathered, how PostgreSQL keeps them, their keys."""

from sqlalchemy import BigInteger, Integer, MetaData

metadata = MetaData()
# PostgreSQL: rows that change several times keep room for their next state on their own page, and what is
# left of the earlier ones is cleared away in time, long before a fifth of a million rows has changed
CHANGING = {
    "fillfactor": 80,
    "autovacuum_vacuum_scale_factor": 0.02,
    "autovacuum_analyze_scale_factor": 0.02,
    "autovacuum_vacuum_insert_scale_factor": 0.05,
}
HOT = {  # few rows, changed all the time
    "fillfactor": 20,
    "autovacuum_vacuum_scale_factor": 0,
    "autovacuum_vacuum_threshold": 500,
    "autovacuum_vacuum_cost_delay": 0,
}
Key = BigInteger().with_variant(Integer, "sqlite")  # SQLite's rowid must be declared INTEGER
