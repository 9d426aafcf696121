"""The machine: SQLite, fonts, the clock, the data folder, secrets, ports."""

import os
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from gateway.doctor.check import Check
from gateway.errors import system_words
from gateway.ledger.database import FILE
from gateway.logs import secrets_of
from gateway.moments import BEIJING, moment
from gateway.settings import Settings

_SOUND_SQLITE = (3, 51, 3)
_EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)  # this program is younger than that
_BACK = 2000  # ms by which the clock may seem to be behind the ledger
_LEAST_FREE, _ENOUGH_FREE = 200_000_000, 2_000_000_000  # bytes
_OTHERS = 0o077


def sqlite() -> Check:
    """SQLite before 3.51.3 may lose commits when several connections write; here only one does."""
    version = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info >= _SOUND_SQLITE:
        return Check("SQLITE", "ok", f"SQLite {version}", f"SQLite {version}")
    return Check(
        "SQLITE",
        "warning",
        f"SQLite {version} 早于 3.51.3，多个连接同时写入时日志重置有缺陷；本程序只有一个写入者",
        f"SQLite {version} is older than 3.51.3, whose log reset fails with several writers; we have one",
        "不要用其他程序写台账；方便时升级系统的 SQLite",
        "let no other program write the ledger; upgrade SQLite when convenient",
    )


def fonts() -> Check:
    """Fonts with Chinese characters, where fontconfig tells."""
    command = shutil.which("fc-list")
    if command is None:
        return Check(
            "FONTS", "ok", "没有 fc-list，未检查字体", "there is no fc-list: fonts were not looked at"
        )
    arguments = [command, ":lang=zh-cn", "family"]
    found = subprocess.run(arguments, capture_output=True, text=True, check=False)  # noqa: S603 - all ours
    if found.stdout.strip():
        number = len(set(found.stdout.splitlines()))
        return Check("FONTS", "ok", f"中文字体 {number} 种", f"{number} Chinese font families")
    return Check(
        "FONTS",
        "warning",
        "没有中文字体，在本机打印或转 PDF 会缺字",
        "no Chinese font: what is printed on this machine lacks characters",
        "安装 fonts-noto-cjk",
        "install fonts-noto-cjk",
    )


def clock(now: int, newest: int | None) -> Check:
    """`now` and the ledger's `newest` moment in ms since 1970 UTC."""
    seen = moment(now)
    advice = ("校准系统时间（timedatectl、chrony）后再启动", "set the system's clock, then start")
    if seen < _EARLIEST:
        return Check(
            "CLOCK", "error", f"系统时间 {seen:%Y-%m-%d} 不对", f"the clock says {seen:%Y-%m-%d}", *advice
        )
    if newest is not None and now < newest - _BACK:
        behind = (newest - now) // 1000
        return Check(
            "CLOCK",
            "error",
            f"系统时间比台账中最新的记录早 {behind} 秒",
            f"the clock is {behind} s behind the newest entry of the ledger",
            *advice,
        )
    here = f"{seen.astimezone(BEIJING):%Y-%m-%d %H:%M}"
    return Check("CLOCK", "ok", f"系统时间：北京时间 {here}", f"it is {seen:%Y-%m-%d %H:%M} UTC")


def folder(path: Path) -> Iterator[Check]:
    """The data folder: there, writable, private, with room."""
    there = path
    while not there.exists():
        there = there.parent
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        yield Check(
            "FOLDER",
            "error",
            f"数据目录“{path}”不可写",
            f"the data folder {str(path)!r} cannot be written",
            "改正所有者或权限，或换一个 data_folder",
            "mend its owner or permissions, or choose another data_folder",
        )
        return
    yield Check("FOLDER", "ok", f"数据目录“{path}”可写", f"the data folder {str(path)!r} can be written")
    yield _room(there, path)
    if path.exists():
        yield _private(path)


def _room(there: Path, path: Path) -> Check:
    free = shutil.disk_usage(there).free
    ledger = path / FILE
    wanted = max(_ENOUGH_FREE, 2 * ledger.stat().st_size if ledger.exists() else 0)
    words, words_en = f"剩余空间 {free / 1e9:.1f} GB", f"{free / 1e9:.1f} GB free"
    if free >= wanted:
        return Check("SPACE", "ok", words, words_en)
    return Check(
        "SPACE",
        "error" if free < _LEAST_FREE else "warning",
        words,
        words_en,
        "腾出空间：磁盘满时发送停止",
        "make room: a full disk stops sending",
    )


def _private(path: Path) -> Check:
    if path.stat().st_mode & _OTHERS:
        return Check(
            "PERMISSIONS",
            "warning",
            f"数据目录“{path}”其他用户可进入，内有号码和姓名",
            f"others may enter the data folder {str(path)!r}, which holds numbers and names",
            f"chmod 700 {path}",
            f"chmod 700 {path}",
        )
    return Check("PERMISSIONS", "ok", "数据目录仅本用户可进入", "only its owner may enter the data folder")


def secrets(path: Path) -> Iterator[Check]:
    """Files of secrets that others can read."""
    if not path.is_dir():
        return
    open_ones = [each.name for each in sorted(path.iterdir()) if each.stat().st_mode & _OTHERS]
    if open_ones and path.stat().st_mode & _OTHERS:
        names = ", ".join(open_ones)
        yield Check(
            "SECRETS",
            "error",
            f"密钥文件其他用户可读：{names}",
            f"others can read these secrets: {names}",
            f"chmod 700 {path} && chmod 600 {path}/*",
            f"chmod 700 {path} && chmod 600 {path}/*",
        )
    else:
        yield Check("SECRETS", "ok", "密钥文件仅本用户可读", "only their owner can read the secrets")


def stated(file: Path, settings: Settings) -> Iterator[Check]:
    """Keys that stand in the settings file itself, where others can read it."""
    if not file.is_file() or not file.stat().st_mode & _OTHERS:
        return
    text = file.read_text("utf-8")
    if any(secret in text for secret in secrets_of(settings) if secret):
        yield Check(
            "SECRETS_STATED",
            "warning",
            f"设置文件“{file}”里写有密钥，其他用户可读",
            f"the settings file {str(file)!r} holds keys, and others can read it",
            f"把密钥移到 airwarn-secrets 文件夹，或 chmod 600 {file}",
            f"move the keys to the folder airwarn-secrets, or chmod 600 {file}",
        )


def ports(settings: Settings, serving: bool) -> Iterator[Check]:
    """Whether the ports can be taken; `serving`: our own server has them."""
    for key, host, port in (
        ("port", settings.host, settings.port),
        ("metrics_port", settings.metrics_host, settings.metrics_port),
    ):
        if port is None:
            continue
        if serving:
            yield Check("PORT", "ok", f"{key} {port}：服务正在运行", f"{key} {port}: the server is running")
            continue
        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            socket.create_server((host, port), family=family).close()
        except OSError as error:
            yield Check(
                "PORT",
                "error",
                f"{key}：{host}:{port} 不能监听（{system_words(error)}）",
                f"{key}: {host}:{port} is not available ({error.strerror})",
                f"在设置中换一个 {key}，或停掉占用它的程序",
                f"choose another {key}, or end the program that has it",
            )
        else:
            yield Check("PORT", "ok", f"{key} {host}:{port} 可用", f"{key} {host}:{port} is free")
