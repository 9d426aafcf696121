"""A process that has loaded the libraries, not a line of ours, and forks for each command.

A command then starts as it does for its users, with its own folder, environment and streams, but the
libraries, which take most of a start, are there. Run as a program it is that process; `Nursery` asks it.
"""

import faulthandler
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

LIBRARIES = (
    *("aiohttp.web", "alembic.command", "asyncio", "docx", "email_validator", "jinja2.sandbox", "openpyxl"),
    *("phonenumbers", "prometheus_client", "pydantic", "pydantic_settings", "rich.console", "rich.table"),
    *("segno", "sqlalchemy.ext.asyncio", "structlog", "twilio.rest", "typer._adapters", "typer.main", "yaml"),
    *("sqlalchemy.dialects.postgresql", "sqlalchemy.dialects.sqlite", "aiosmtplib", "PIL.Image"),
)
_MOST_ASKED = 1_000_000  # bytes of a question: arguments and environment
_ABORT_SECONDS = 10.0


class Nursery:
    """Starts commands; ends with the process that made it, or when closed."""

    def __init__(self) -> None:
        self._asked, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(theirs.fileno())],
                cwd=Path(__file__).parents[2],
                pass_fds=[theirs.fileno()],
                env={**os.environ, "PYTHONUTF8": "1"},
            )

    def close(self) -> None:
        """Start no more."""
        self._asked.close()
        self._process.wait()

    def run(
        self, folder: Path, arguments: list[str], environment: Mapping[str, str], stdin: str, seconds: float
    ) -> tuple[int, str, str]:
        """Exit code, stdout and stderr of `airwarn` with these arguments in `folder`.

        One that takes longer than `seconds` fails the test with the stacks of its threads.
        """
        given = {"folder": str(folder), "arguments": arguments, "environment": dict(environment)}
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with (
            tempfile.TemporaryFile("w+", encoding="utf-8") as come,
            tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as out,
            tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as err,
            ours,
        ):
            come.write(stdin)
            come.seek(0)
            with theirs:
                files = [each.fileno() for each in (theirs, come, out, err)]
                socket.send_fds(self._asked, [json.dumps(given).encode()], files)
            born = int(ours.recv(20))
            ours.settimeout(seconds)
            try:
                code = int(ours.recv(20))
            except TimeoutError:
                os.kill(born, signal.SIGABRT)  # Python's fault handler writes the stacks
                ours.settimeout(_ABORT_SECONDS)
                ours.recv(20)
                raise AssertionError(
                    f"airwarn {arguments} did not end within {seconds:g} s:\n{_all(err)}"
                ) from None
            return code, _all(out), _all(err)


def _all(file: TextIO) -> str:
    file.seek(0)
    return file.read()


def _serve(asked: socket.socket) -> None:
    """Fork for each question; returns in the child, whose streams and folder are then the command's."""
    for library in LIBRARIES:
        importlib.import_module(library)
    gc.freeze()
    faulthandler.enable()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who waits for a command is a child, and nobody for it
    while True:
        question, files, _, _ = socket.recv_fds(asked, _MOST_ASKED, 4)
        if not question:
            os._exit(0)
        if os.fork() == 0:
            asked.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            if _born(json.loads(question), files):
                return
        for each in files:
            os.close(each)


def _born(given: Any, files: list[int]) -> bool:
    answer, *streams = files
    command = os.fork()
    if command != 0:
        os.write(answer, str(command).encode())
        _, status = os.waitpid(command, 0)
        os.write(answer, str(os.waitstatus_to_exitcode(status)).encode())
        os._exit(0)
    os.close(answer)
    for number, each in enumerate(streams):
        os.dup2(each, number)
        os.close(each)
    os.environ.clear()
    os.environ.update(given["environment"])
    time.tzset()
    os.chdir(given["folder"])
    sys.argv[:] = ["airwarn", *given["arguments"]]
    return True


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as asked_here:
        _serve(asked_here)
    runpy.run_module("gateway", run_name="__main__", alter_sys=True)
