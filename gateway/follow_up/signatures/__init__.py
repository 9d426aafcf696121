"""Who signed, who did not, what was said, and what is tried next."""
