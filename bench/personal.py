"""How long a decision for many enterprises takes, each with words of its own.

    python -m bench.personal [--enterprises 10000]

Each has an inventory of six lines at the level, an SMS and an email address. What is timed is what
happens from submitting to a full queue: rendering all texts, freezing and storing them under their
manifest, and expanding the launched broadcast into deliveries. `longest_write_ms` is the longest
transaction that anybody else who writes had to wait for, `memory_mb` the most that this process held until
then, `started_with_memory_mb` the most before. The baseline is storing as many rows of the
same words with SQLite alone, durably, a transaction a table.
"""

import argparse
import asyncio
import json
import resource
import sqlite3
import tempfile
import time
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select

from bench.ledger import expand, settings_for
from gateway.broadcasts.actor import LOCAL
from gateway.broadcasts.beside_ledger import submit_aside
from gateway.broadcasts.desk import Desk
from gateway.broadcasts.launching.launch import launch
from gateway.decisions.model import Decision
from gateway.delivery import accounts
from gateway.identifiers import uuid7
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.schema import (
    addresses,
    deliveries,
    inventory_lines,
    organisation_addresses,
    organisations,
    personal_words,
)
from gateway.notices.model import Office
from gateway.plans.catalogue import Catalogue
from gateway.settings import Settings, SmtpSettings

LINES: tuple[dict[str, Any], ...] = (  # of every plant, with its number
    {"line": "1#回转窑", "action": "stop", "preparation_minutes": 240, "person": "张三"},
    {"line": "2#回转窑", "action": "limit", "percent": 50, "indicator": "power"},
    {"line": "破碎线", "action": "stop", "batch": 2},
    {"line": None, "action": "trucks", "words": "停止使用国四及以下重型载货车"},
    {"line": "涂装", "action": "own_words", "words": "视情停止部分工序，应急抢修除外", "certain": False},
    {
        "line": "余热锅炉",
        "action": "own_words",
        "words": "保障居民供暖",
        "certain": False,
        "exemption": "民生供暖",
    },
)
OFFICE = Office(
    contacts=("值班电话 0371-00000000",),
    reply_by_minutes=(("enterprises", 60),),
    sign_at="https://warn.example/s/",
)


def main(arguments: list[str] | None = None) -> dict[str, object]:
    """Submit and launch once; gives the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.personal", description=__doc__)
    parser.add_argument("--enterprises", type=int, default=10_000)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        filling = get_context("spawn").Process(target=_fill, args=(folder, options.enterprises))
        filling.start()
        filling.join()
        started_with = _memory()
        writes: list[float] = []
        ledger = Ledger(
            folder, timed=lambda kind, seconds: writes.append(seconds) if kind == "write" else None
        )
        desk = Desk(Catalogue(), OFFICE, uuid7)
        writes.clear()
        started, cpu = time.perf_counter(), time.process_time()
        submitted = asyncio.run(submit_aside(ledger, desk, decision(), system_clock(), LOCAL, approved=True))
        frozen = time.perf_counter()
        recorded = submitted.recorded
        ledger.write_now(launch, desk, recorded.id, recorded.manifest, system_clock(), LOCAL)
        launched = time.perf_counter()
        expand(ledger)
        ended, cpu = time.perf_counter(), time.process_time() - cpu
        memory = _memory()
        words, queued = ledger.read_now(_words), ledger.read_now(_queued)
        ledger.close()
        alone = _alone(folder / "alone.sqlite", words, queued)
    assert queued == 2 * options.enterprises
    assert len(words) == 2 * options.enterprises
    return {
        "enterprises": options.enterprises,
        "messages": queued,
        "personal_seconds": round(ended - started, 2),
        "render_and_freeze_seconds": round(frozen - started, 2),
        "launch_seconds": round(launched - frozen, 2),
        "queue_seconds": round(ended - launched, 2),
        "cpu_seconds": round(cpu, 2),
        "longest_write_ms": round(1000 * max(writes)),
        "memory_mb": memory,
        "started_with_memory_mb": started_with,
        "sqlite_alone_seconds": round(alone, 2),
    }


def _memory() -> int:
    """The most that this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _settings(folder: Path) -> Settings:
    sms = settings_for(folder, "http://127.0.0.1:9", 100)
    mail = SmtpSettings(provider="smtp", host="127.0.0.1", security="none", sender="office@example.com")
    return sms.model_copy(update={"accounts": {**sms.accounts, "mail": mail}})


def decision() -> Decision:
    """An orange start from the day after tomorrow on, approved."""
    now = datetime.now(UTC).replace(microsecond=0)
    starts = now + timedelta(days=2)
    days = [
        {"date": str((starts + timedelta(days=day)).date()), "low": 210, "high": 260, "mean": 230}
        for day in range(4)
    ]
    return Decision.model_validate(
        {
            "plan": "zhengzhou",
            "action": "issue",
            "level": "orange",
            "decided_at": now.isoformat(),
            "starts_at": starts.isoformat(),
            "expected_end_at": (starts + timedelta(days=3)).isoformat(),
            "area": ["410100"],
            "forecast": {
                "days": days,
                "aqi_range": {"low": 210, "high": 260},
                "aqi_mean": 230,
                "primary_pollutant": "PM2.5",
                "cause": "ordinary",
            },
            "basis": {"kind": "own_forecast"},
            "approvals": [
                {"role": "市环委会办公室主任", "name": "示例", "at": now.isoformat()},
            ],
            "issuer": "市生态环境保护委员会污染防治攻坚办公室",
            "document_number": "郑环攻坚办〔2024〕1号",
        }
    )


def _fill(folder: Path, number: int) -> None:
    ledger = Ledger(folder)
    ledger.write_now(accounts.sync, _settings(folder).accounts, system_clock())
    ledger.write_now(_list, number)
    ledger.close()


def _list(connection: Connection, number: int) -> None:
    """Enterprises with their inventories and addresses; ids count from 1."""
    plants = range(1, number + 1)
    connection.execute(
        insert(organisations),
        [
            {
                "id": plant,
                "code": f"E{plant:06d}",
                "name": f"示例企业{plant}",
                "audience": "enterprises",
                "sector": "industry",
                "area": "410102",
                "grade": "ABCD"[plant % 4],
                "grade_valid_from": "2023-10-01",
                "exercise": False,
                "active": True,
                "updated_at": 0,
            }
            for plant in plants
        ],
    )
    connection.execute(
        insert(addresses),
        [
            address
            for plant in plants
            for address in (
                {"id": 2 * plant - 1, "kind": "sms", "value": f"+86139{plant:08d}", "exercise": False},
                {"id": 2 * plant, "kind": "email", "value": f"e{plant}@example.com", "exercise": False},
            )
        ],
    )
    connection.execute(
        insert(organisation_addresses),
        [{"organisation_id": plant, "address_id": 2 * plant - place} for plant in plants for place in (1, 0)],
    )
    blank = {
        "percent": None,
        "indicator": None,
        "indicator_value": None,
        "preparation_minutes": None,
        "person": None,
        "exemption": None,
        "batch": None,
        "words": "",
        "certain": True,
        "list": "industrial",
        "level": "orange",
    }
    connection.execute(
        insert(inventory_lines),
        [
            {
                **blank,
                **line,
                "line": line["line"] and f"{line['line']}{plant}",
                "organisation_id": plant,
                "position": position,
            }
            for plant in plants
            for position, line in enumerate(LINES)
        ],
    )


def _words(connection: Connection) -> list[tuple[int, str, str]]:
    columns = (personal_words.c.organisation_id, personal_words.c.medium, personal_words.c.words)
    return [tuple(row) for row in connection.execute(select(*columns))]


def _queued(connection: Connection) -> int:
    queued = select(func.count()).select_from(deliveries).where(deliveries.c.state == "queued")
    return int(connection.execute(queued).scalar_one())


def _alone(file: Path, words: list[tuple[int, str, str]], queued: int) -> float:
    """Seconds to store the same words and as many rows of a queue."""
    connection = sqlite3.connect(file)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute("create table words (organisation integer, medium text, words text)")
    connection.execute("create table queue (id integer primary key, organisation integer, state text)")
    started = time.perf_counter()
    with connection:
        connection.executemany("insert into words values (?, ?, ?)", words)
    with connection:
        rows = ((place, place // 2, "queued") for place in range(queued))
        connection.executemany("insert into queue values (?, ?, ?)", rows)
    seconds = time.perf_counter() - started
    connection.close()
    return seconds


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
