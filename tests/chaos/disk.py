"""A small disk for a folder, which may be filled up."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NoDisk(Exception):
    """Only root may make a small disk."""


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    """A disk of its own for the folder, which may be filled up. Raises `NoDisk`."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "airwarn-chaos", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        raise NoDisk
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
