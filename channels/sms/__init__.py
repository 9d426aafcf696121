"""Short messages, one file a provider."""
