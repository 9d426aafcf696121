"""Importing lists: the file, the plans and the ledger brought together."""
