"""Alerts pushed to other platforms over HTTPS."""
