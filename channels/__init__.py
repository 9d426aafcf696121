"""Adapters to message providers; each speaks one vendor's language and nothing of airwarn's plans."""
