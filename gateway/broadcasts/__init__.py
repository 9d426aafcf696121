"""From a decision to a broadcast: freeze its manifest, launch it, make its deliveries."""
