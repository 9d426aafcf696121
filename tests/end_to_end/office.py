"""An office's folder, and the processes that run in it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.processes import TRACED, outcome, written

_SECONDS_TO_END = 30.0


@contextmanager
def process(folder: Path, *arguments: str) -> Iterator[tuple["subprocess.Popen[str]", Any]]:
    """A process that prints one JSON line when it is ready; ended when the block ends."""
    with tempfile.TemporaryFile("w+") as said:  # a pipe that nobody reads would hold it up when full
        started = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            env={**os.environ, **TRACED, "PYTHONUTF8": "1"},
        )
        assert started.stdout is not None
        try:
            text = ""
            while True:
                line = started.stdout.readline()
                assert line, written(said)
                text += line
                try:
                    ready = json.loads(text)
                except ValueError:
                    continue
                break
            yield started, ready
        finally:
            started.send_signal(signal.SIGTERM)
            outcome(started, _SECONDS_TO_END, errors=said)


def sent(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "stand-ins.log").read_text().splitlines()]
