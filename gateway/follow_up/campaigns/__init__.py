"""Asking people whether their addresses are still right."""
