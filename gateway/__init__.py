"""airwarn: a notification and public-alert gateway for heavy-air-pollution warnings."""

__version__ = "0.1.0"
