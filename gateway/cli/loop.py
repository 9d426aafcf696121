"""The event loop that commands run on."""

import asyncio
import gc
import importlib.util
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
# A hundred messages make thousands of objects that live until their answers are recorded: at Python's own
# threshold of 700 a tenth of the time went into looking for garbage among them.
_SELDOM = (20_000, 10, 10)


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run to the end: on uvloop where the extra `perf` is installed, else on asyncio's own loop."""
    factory = None
    if importlib.util.find_spec("uvloop") is not None:
        import uvloop

        factory = uvloop.new_event_loop
    gc.freeze()  # what is loaded stays
    gc.set_threshold(*_SELDOM)
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(main)
