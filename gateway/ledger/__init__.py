"""The one truth: what was decided, rendered, sent, and what became of it. SQL is only here."""
