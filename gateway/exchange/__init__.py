"""Alerts as operators and neighbouring systems read them: CAP, the 12379 dialect, JSON, cell broadcast."""
