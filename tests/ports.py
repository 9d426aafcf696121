"""Ports of this machine."""

import functools
import itertools
import os
import socket
from collections.abc import Iterator

_FIRST, _COUNT = 20_000, 10_000  # below those that a system gives by itself to whoever listens or connects
_EACH = 50


def free_port() -> int:
    """One on which nobody listens, and which nobody takes before whoever asked does: a system gives it to
    nobody by itself, and each process of the tests has others."""
    for port in _of_process(os.getpid()):
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("they begin again for ever")


@functools.cache
def _of_process(pid: int) -> Iterator[int]:
    return (_FIRST + (pid * _EACH + place) % _COUNT for place in itertools.count())
