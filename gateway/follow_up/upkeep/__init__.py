"""Lanes that rest, ledgers that were restored, messages of which nobody knows: what people look after."""
