"""Processes of ours that do not end say where they stand."""

import signal
import subprocess
from typing import Any, TextIO

TRACED = {"PYTHONFAULTHANDLER": "1"}
_ABORT_SECONDS = 10.0


def outcome(
    process: "subprocess.Popen[str]", seconds: float, stdin: str | None = None, errors: TextIO | None = None
) -> tuple[Any, Any]:
    """What it wrote on its pipes; it runs with `TRACED`, and its stderr is a pipe or the file `errors`.

    One that takes longer than `seconds` is ended, and fails the test with the stacks of its threads.
    """
    try:
        return process.communicate(stdin, timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGABRT)  # Python's fault handler writes them on stderr
        try:
            _, stacks = process.communicate(timeout=_ABORT_SECONDS)
        except subprocess.TimeoutExpired:  # a child of its own still holds the pipes
            process.kill()
            stacks = "(none were written)"
        if errors is not None:
            stacks = written(errors)
        raise AssertionError(f"{process.args!r} did not end within {seconds:g} s:\n{stacks}") from None


def written(file: TextIO) -> str:
    """All of a file that a process has written."""
    file.seek(0)
    return file.read()
