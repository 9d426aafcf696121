"""Alerts as they were released, how far systems sent them on, and orders of other levels."""
