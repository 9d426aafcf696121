"""An office's folder, and the processes that run in it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def process(folder: Path, *arguments: str) -> Iterator[tuple["subprocess.Popen[str]", Any]]:
    """A process that prints one JSON line when it is ready; ended when the block ends."""
    started = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert started.stdout is not None
    try:
        text = ""
        while True:
            line = started.stdout.readline()
            assert line, started.stderr and started.stderr.read()
            text += line
            try:
                ready = json.loads(text)
            except ValueError:
                continue
            break
        yield started, ready
    finally:
        started.send_signal(signal.SIGTERM)
        started.communicate(timeout=30)


def sent(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "stand-ins.log").read_text().splitlines()]
