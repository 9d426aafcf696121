"""The bus between machines: hints, shared limits and vendors' access tokens. It may vanish."""
