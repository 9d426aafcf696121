"""Orders of other levels: proved, kept, made into drafts that people complete."""
