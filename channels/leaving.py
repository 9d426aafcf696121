"""The last word before a request's first byte: until then whoever sends may keep it back.

Between the order to send and the first byte lies a connection, which may take seconds; a process that stood
still meanwhile finds it made when it goes on, and the message may be another machine's by then.
"""

from collections.abc import Callable
from contextvars import ContextVar

Gate = Callable[[], bool]  # whether bytes may still leave


class KeptBack(OSError):
    """The gate was shut: certainly no byte of the request left."""


_gate: ContextVar[Gate | None] = ContextVar("gate", default=None)


def guard(gate: Gate) -> None:
    """Have every request of this task pass `gate`, from now on."""
    _gate.set(gate)


def pass_gate() -> None:
    """To be called when there is a connection, right before the first byte. Raises `KeptBack`."""
    gate = _gate.get()
    if gate is not None and not gate():
        raise KeptBack
