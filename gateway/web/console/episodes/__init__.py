"""Episodes: what happened, what is owed, what other levels ordered, what the public reads."""
