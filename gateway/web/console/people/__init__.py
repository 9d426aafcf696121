"""People who sign in: their own account, and what administrators and auditors see."""
