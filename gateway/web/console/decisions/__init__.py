"""Decisions: approval, launch, and what ends or mends them."""
