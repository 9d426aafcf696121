"""Runs the command as its users do: a process of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cli.nursery import nursery
from tests.processes import TRACED, outcome

_SECONDS = 120.0


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its one JSON document."""
        return json.loads(self.out)


def airwarn(folder: Path, *arguments: str, stdin: str | None = None, **environment: str) -> Ran:
    """Run `airwarn` in `folder`, by a new interpreter where the `environment` speaks to Python itself."""
    inherited = {name: value for name, value in os.environ.items() if name != "COLUMNS"}  # execnet states it
    started_with = {**inherited, **TRACED, "PYTHONUTF8": "1", **environment}
    if any(name.startswith("PYTHON") for name in environment):
        ran = _anew(folder, arguments, started_with, stdin)
    else:
        ran = Ran(*nursery().run(folder, list(arguments), started_with, stdin or "", _SECONDS))
    assert "Traceback" not in ran.err, ran.err
    return ran


def _anew(folder: Path, arguments: tuple[str, ...], environment: dict[str, str], stdin: str | None) -> Ran:
    with subprocess.Popen(
        [sys.executable, "-m", "gateway", *arguments],
        cwd=folder,
        stdin=None if stdin is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        out, err = outcome(process, _SECONDS, stdin)
    return Ran(process.returncode, out, err)
