"""Processes of ours that do not end say where they stand, and none stays when who started it was killed."""

import os
import signal
import subprocess
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
