"""An office's folder, and the processes that run in it."""

import json
import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Any

from tests.cli.nursery import Child, nursery
from tests.processes import TRACED, json_lines, written

_SECONDS_TO_END = 60.0


@contextmanager
def process(
    folder: Path,
    module: str,
    *arguments: str,
    errors: IO[str] | None = None,
    rest: list[str] | None = None,
    end: int = signal.SIGTERM,
    **environment: str,
) -> Iterator[tuple[Child, Any]]:
    """`python -m module`, which prints one JSON document when it is ready; ended when the block ends, by the
    signal `end`.

    Its stderr is the file `errors`, and `rest` gets what else it printed.
    """
    reading, writing = os.pipe()
    with (
        open(os.devnull) as nothing,
        open(reading, encoding="utf-8") as out,
        tempfile.TemporaryFile("w+") as said,  # a pipe that nobody reads would hold it up when full
    ):
        told = said if errors is None else errors
        with open(writing, "wb") as theirs:
            streams = [each.fileno() for each in (nothing, theirs, told)]
            given = {**os.environ, **TRACED, "PYTHONUTF8": "1", **environment}
            started = nursery().start(folder, module, arguments, given, streams)
        try:
            yield started, _ready(out, told)
        finally:
            started.send_signal(end)
            started.ended(_SECONDS_TO_END, told)
            if rest is not None:
                rest.append(out.read())


def _ready(out: IO[str], errors: IO[str]) -> Any:
    text = ""
    while True:
        line = out.readline()
        assert line, text + written(errors)
        text += line
        try:
            return json.loads(text)
        except ValueError:
            continue


def serving(folder: Path) -> AbstractContextManager[tuple[Child, Any]]:
    """`airwarn serve`, and what it printed."""
    return process(folder, "gateway", "serve", "--json")


def sent(folder: Path) -> list[dict[str, Any]]:
    """Every message that the stand-ins took."""
    return json_lines(folder / "stand-ins.log")
