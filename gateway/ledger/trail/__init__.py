"""The audit trail: a chain of rows, its end kept elsewhere, and what its rows vouch for."""
