"""Says what is wrong with an alert in XML: its structure by tables of our own, then its meaning by rules."""
