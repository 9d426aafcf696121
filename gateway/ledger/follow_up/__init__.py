"""What came back and what is owed: signatures, escalation, calls, replies, obligations."""
