"""Compiled templates kept between commands: compiling them takes longer than all else in `render`."""

import os
from pathlib import Path


def keep_templates() -> None:
    """Let the renderer keep its compiled templates in this user's cache folder, if there can be one.

    Nobody else may write there: what is kept is code. A template that has changed is compiled anew.
    """
    from gateway.notices.templates import keep_compiled

    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "airwarn" / "templates"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except (OSError, RuntimeError):  # no home, a full disk: it works without, only slower
        return
    if status.st_uid == os.getuid() and not status.st_mode & 0o022 and os.access(folder, os.W_OK):
        keep_compiled(folder)
