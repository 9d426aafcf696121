"""One process that serves: what it is composed of, its ports, its guard, what watches it."""
