"""The ports that a process listens on: each is free, or an error names the setting."""

import errno
import os
import socket
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from gateway.errors import InputError, system_words
from gateway.settings import SOCKET, Settings

_LONGEST = 107 if sys.platform == "linux" else 103  # bytes of a socket's path: unix(7), BSD's unix(4)


def listen(host: str, port: int, field: str) -> socket.socket:
    """A listening socket. Raises `InputError` PORT_IN_USE, naming the setting `field`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        words_en = "in use" if error.errno == errno.EADDRINUSE else f"not available ({error.strerror})"
        raise InputError(
            "PORT_IN_USE",
            f"{host}:{port} 不能监听（{system_words(error)}）；请在设置中换一个 {field}",
            f"{host}:{port} is {words_en}; choose another {field} in the settings",
            field=field,
        ) from None


def private_socket(folder: Path) -> Path:
    """Where this machine's own commands reach the server. Raises `InputError` FOLDER_TOO_LONG."""
    path = folder / SOCKET
    length = len(os.fsencode(path))
    if length > _LONGEST:
        longer = length - _LONGEST
        raise InputError(
            "FOLDER_TOO_LONG",
            f"数据文件夹的路径长了 {longer} 个字节；请把 data_folder 设为更短的路径",
            f"the data folder's path is {longer} bytes too long; state a shorter data_folder",
            field="data_folder",
        )
    return path


def metrics_socket(settings: Settings) -> AbstractContextManager[socket.socket | None]:
    """Where Prometheus asks, if it does. Raises as `listen` does."""
    if settings.metrics_port is None:
        return nullcontext()
    return listen(settings.metrics_host, settings.metrics_port, "metrics_port")


def url_of(listening: socket.socket) -> str:
    """The origin under which a socket is reached."""
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
