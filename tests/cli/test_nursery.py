import os
from pathlib import Path

import pytest

from tests.cli.nursery import Nursery


def test_a_command_that_does_not_end_fails_with_the_place_where_it_stands(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "silent.yaml")  # nobody will write
    nursery = Nursery()
    try:
        with pytest.raises(AssertionError, match=r"did not end(.|\n)*most recent call first"):
            nursery.run(tmp_path, ["check", "silent.yaml"], os.environ, "", 0.5)
    finally:
        nursery.close()


def test_a_command_that_still_runs_ends_with_who_started_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "silent.yaml")
    nursery = Nursery()
    here, there = os.pipe()
    child = nursery.start(tmp_path, "gateway", ["check", "silent.yaml"], os.environ, [there] * 3)
    os.close(there)
    assert child.poll() is None
    nursery.close()
    with open(here, "rb") as told:
        told.read()  # until nobody has the other end
    child._answer.close()
