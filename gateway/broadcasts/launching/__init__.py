"""A broadcast set live: what leaves, in which order, what it releases and makes owed, what ends it."""
