"""What comes after a launch: lanes that rest, ledgers that were restored, reports."""
