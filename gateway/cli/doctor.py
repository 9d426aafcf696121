"""`doctor`: looks everything over and says what to do."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.cli.output import Json, SettingsFile, leave, note, print_json, say
from gateway.errors import InputError

if TYPE_CHECKING:
    from gateway.doctor.check import Check
    from gateway.settings import Settings

OUTCOME_WORDS = {"ok": "正常", "warning": "注意", "error": "错误"}


def doctor(settings: SettingsFile = None, as_json: Json = False) -> None:
    """检查设置、时钟、端口、磁盘、服务商、台账、预案、通讯录 · Look everything over; exit 1 on an error."""
    checks = []
    for check in _checks(settings):
        checks.append(check)
        if not as_json:
            _show(check)
    counts = {outcome: sum(each.outcome == outcome for each in checks) for outcome in OUTCOME_WORDS}
    if as_json:
        print_json({"counts": counts, "checks": [each.as_json() for each in checks]})
    else:
        listed = "，".join(f"{word} {counts[outcome]}" for outcome, word in OUTCOME_WORDS.items())
        say(f"{listed} · {counts['ok']} ok, {counts['warning']} warnings, {counts['error']} errors")
    leave(1 if counts["error"] else 0)


def _checks(file: Path | None) -> "Iterator[Check]":
    from gateway import settings as settings_module
    from gateway.boards.printing import families, font_folders
    from gateway.doctor import alerts, machine, records
    from gateway.doctor.boards import boards
    from gateway.doctor.check import Check
    from gateway.doctor.maps import maps
    from gateway.plans.catalogue import Catalogue

    yield machine.sqlite()
    yield machine.fonts()
    try:
        configured = settings_module.load(file)
    except InputError as error:
        for problem in (error, *getattr(error, "others", ())):
            yield Check(
                "SETTINGS",
                "error",
                f"［{problem.field}］{problem.message}" if problem.field else problem.message,
                problem.message_en,
                "改正设置后再运行 airwarn doctor：其余各项要读设置",
                "mend it and run airwarn doctor again: the rest needs the settings",
            )
        yield records.plans(Catalogue())
        return
    path = _file(file)
    if path.is_file():
        yield Check("SETTINGS", "ok", f"设置文件“{path}”可用", f"the settings file {str(path)!r} can be used")
    else:
        yield Check(
            "SETTINGS",
            "warning",
            f"当前目录没有设置文件“{path}”，只用默认值和环境变量",
            f"no settings file {str(path)!r} here: defaults and the environment count alone",
            "在设置文件所在目录运行，或加 --settings；还没有的，先运行 airwarn init",
            "run it where the file is, or with --settings; where there is none yet, run airwarn init",
        )
    yield boards(families(font_folders(configured.fonts_folder)))
    yield records.plans(Catalogue(configured.plans_folder))
    yield from maps(configured)
    yield from machine.secrets(_secrets(file))
    yield from machine.stated(_file(file), configured)
    yield from alerts.signing(configured, datetime.now(UTC))
    yield from machine.folder(configured.data_folder)
    yield from _kept(configured)
    yield from _bus(configured)
    yield from _providers(configured)


def _secrets(file: Path | None) -> Path:
    """Where `settings.load` looks for them."""
    from gateway.settings import SECRETS_FOLDER

    return Path(os.environ.get("AIRWARN_SECRETS") or _file(file).parent / SECRETS_FOLDER)


def _file(file: Path | None) -> Path:
    """The settings file that `settings.load` reads."""
    from gateway.settings import DEFAULT_FILE

    return Path(file or os.environ.get("AIRWARN_SETTINGS") or DEFAULT_FILE)


def _kept(configured: "Settings") -> "Iterator[Check]":
    from sqlalchemy.exc import DatabaseError

    from gateway.cli.client import server_socket
    from gateway.doctor import machine, people, records
    from gateway.doctor.check import Check
    from gateway.ledger import doctor as ledger_doctor
    from gateway.ledger.accounts import user_addresses, users
    from gateway.ledger.database import Ledger, system_clock

    yield from machine.ports(configured, serving=server_socket(configured) is not None)
    try:
        opened = Ledger(configured.data_folder, configured.database_url, write=False)
    except InputError as error:
        fresh = error.code == "LEDGER_MISSING"
        yield machine.clock(system_clock(), None)
        yield Check("LEDGER", "ok" if fresh else "error", error.message, error.message_en)
        return
    try:
        try:
            newest = opened.read_now(ledger_doctor.newest)
        except DatabaseError:  # records.ledger says so
            newest = None
        yield machine.clock(system_clock(), newest)
        yield from records.ledger(opened, configured)
        with suppress(DatabaseError):  # of a damaged ledger, which was said
            told = opened.read_now(user_addresses.told)
            yield from people.people(opened.read_now(users.all_users), told, opened.now())
    finally:
        opened.close()


def _bus(configured: "Settings") -> "Iterator[Check]":
    if configured.redis_url is not None:
        from gateway.doctor import bus

        yield asyncio.run(bus.reachable(configured.redis_url.get_secret_value()))


def _providers(configured: "Settings") -> "Iterator[Check]":
    from gateway.doctor import providers, receivers
    from gateway.doctor.check import Check

    if not configured.accounts:
        yield Check(
            "ACCOUNTS",
            "warning",
            "设置中没有账号，什么也发不出去",
            "the settings name no account: nothing can be sent",
            "在设置的 accounts 中配置",
            "configure one under accounts",
        )
        return
    note("正在连接服务商（不发送消息）… · connecting to providers, sending nothing …")
    yield from receivers.usable(configured)
    yield from asyncio.run(providers.reachable(configured.accounts))
    callbacks = providers.callbacks(configured)
    if callbacks is not None:
        yield callbacks


def _show(check: "Check") -> None:
    say(f"［{OUTCOME_WORDS[check.outcome]}］{check.message}")
    if check.outcome != "ok":
        say(f"  {check.outcome}: {check.message_en}")
        if check.advice:
            say(f"  → {check.advice} · {check.advice_en}")
