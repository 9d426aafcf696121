"""The event loop that commands run on."""

import asyncio
import gc
import importlib.util
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
_USUAL = (700, 10, 10)  # Python's own thresholds, which the command line raises while it starts


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run to the end: on uvloop where the extra `perf` is installed, else on asyncio's own loop."""
    factory = None
    if importlib.util.find_spec("uvloop") is not None:
        import uvloop

        factory = uvloop.new_event_loop
    gc.freeze()  # what is loaded stays; whatever runs on has its garbage collected as usual
    gc.set_threshold(*_USUAL)
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(main)
