"""Sends what the ledger holds, records what came of it, and takes receipts."""
