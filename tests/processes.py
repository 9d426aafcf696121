"""Processes of ours that do not end say where they stand, and none stays when who started it was killed."""

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import IO, Any, TextIO

TRACED = {"PYTHONFAULTHANDLER": "1"}
_ABORT_SECONDS = 10.0
_KEEPER = """(
while kill -0 "$0"; do {meanwhile}
sleep 1; done
{then}
) >/dev/null 2>&1 &"""


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


def when_ended(then: str, *arguments: object, meanwhile: str = ":", session: int | None = None) -> None:
    """Have `then` run, a piece of shell with these arguments from $1, when the process `session` (None: this
    one) has ended, however that was. `meanwhile` runs each second until then, and may say `exit`."""
    script = _KEEPER.format(then=then, meanwhile=meanwhile)
    words = [str(session or os.getpid()), *map(str, arguments)]
    subprocess.run(["sh", "-c", script, *words], check=True, start_new_session=True)


def never_outlives(pid: int) -> None:
    """Have a process of ours killed, at the latest when this one has ended, however that was."""
    when_ended('kill -KILL "$1"', pid, meanwhile='kill -0 "$1" || exit')


def written(file: IO[str]) -> str:
    """All of a file that a process has written."""
    file.seek(0)
    return file.read()


def json_lines(path: Path) -> list[dict[str, Any]]:
    """What a process that may still run has appended to a file, which need not exist yet.

    A line that is still being written, as another process may see it, does not count yet.
    """
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_bytes().splitlines(keepends=True) if line.endswith(b"\n")]
