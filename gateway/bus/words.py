"""The words of the bus; it costs nothing to import them."""

from enum import StrEnum

LOOK_SECONDS = 1.0  # how often a loop looks by itself that may have work from another machine


class Word(StrEnum):
    """Every hint there is. None carries anything: what is meant stands in the ledger."""

    LAUNCHED = "launched"  # a broadcast went live or was stopped
    QUEUED = "queued"  # deliveries may leave
    TIMER = "timer"  # a timer was set, or moved
    ACCOUNTS = "accounts"  # an account is free, or one of its lanes was parked or opened
    CHANGED = "changed"  # what people look at is another than it was


class Away(Exception):
    """Redis cannot be asked now: whoever asked goes on without it."""
