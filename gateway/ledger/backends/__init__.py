"""Where the ledger is kept, SQLite or PostgreSQL: transactions, locks, copies, what both understand."""
