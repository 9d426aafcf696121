import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.processes import TRACED, json_lines, outcome

STUCK = (
    "import time\ndef waits_for_nothing(): time.sleep(60)\nprint('ready', flush=True)\nwaits_for_nothing()"
)


@pytest.mark.parametrize("in_a_file", [False, True])
def test_a_process_that_does_not_end_fails_with_the_place_where_it_stands(in_a_file: bool) -> None:
    with tempfile.TemporaryFile("w+") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", STUCK],
            stdout=subprocess.PIPE,
            stderr=file if in_a_file else subprocess.PIPE,
            text=True,
            env=TRACED,
        )
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(AssertionError, match="in waits_for_nothing"):
            outcome(process, 0.01, errors=file if in_a_file else None)


@pytest.mark.parametrize("stopped", [False, True])
def test_a_process_of_ours_ends_with_a_starter_that_was_killed(stopped: bool) -> None:
    started = "child = subprocess.Popen(['sleep', '600']); never_outlives(child.pid)"
    halted = "child.send_signal(signal.SIGSTOP)" if stopped else "pass"
    script = (
        "import signal, subprocess\nfrom tests.processes import never_outlives\n"
        f"{started}\n{halted}\nprint('ready', flush=True)\nchild.wait()"
    )
    starter = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    starter.stdout.readline()
    with starter:
        starter.kill()
        starter.wait()
        starter.stdout.read()  # its child has the pipe too: it ends when that is gone


def test_a_line_that_is_being_written_does_not_count_yet(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert json_lines(log) == []
    log.write_bytes(b'{"to": 1}\n{"to": "\xe6')
    assert json_lines(log) == [{"to": 1}]
