"""Every adapter against real local servers."""
