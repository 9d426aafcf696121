"""How long the board of signatures takes to answer.

    python -m bench.unsigned [--organisations 20000]

Organisations of 12 districts with two numbers each: a third has signed, a tenth cannot be reached at
all, the rest was told. What is timed is what one look at the board asks of the ledger: the counts by
district and audience, and the first page of those without a signature.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, insert

from gateway.ledger.database import Ledger
from gateway.ledger.follow_up import unsigned
from gateway.ledger.schema import (
    accounts,
    acknowledgements,
    addresses,
    broadcasts,
    decisions,
    deliveries,
    delivery_groups,
    episodes,
    lanes,
    notices,
    organisations,
    recipients,
)

_DISTRICTS = [f"4101{number:02d}" for number in range(2, 14)]
_LOOKS = 5


def main(arguments: list[str] | None = None) -> dict[str, object]:
    """Fill a ledger, look at the board; gives the slowest look's milliseconds."""
    parser = argparse.ArgumentParser(prog="python -m bench.unsigned", description=__doc__)
    parser.add_argument("--organisations", type=int, default=20_000)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        ledger = Ledger(Path(name))
        ledger.write_now(_fill, options.organisations)
        board, page = [], []
        for _ in range(_LOOKS):
            started = time.perf_counter()
            counts = ledger.read_now(unsigned.board, 1)
            board.append(time.perf_counter() - started)
            started = time.perf_counter()
            ledger.read_now(unsigned.page, 1)
            page.append(time.perf_counter() - started)
        ledger.close()
    assert sum(count.asked for count in counts) == options.organisations
    return {
        "organisations": options.organisations,
        "signed": sum(count.signed for count in counts),
        "unreachable": sum(count.unreachable for count in counts),
        "board_ms": round(1000 * max(board)),
        "page_ms": round(1000 * max(page)),
        "look_ms": round(1000 * max(a + b for a, b in zip(board, page, strict=True))),
    }


def _fill(connection: Connection, number: int) -> None:
    """The rows of one broadcast as it stands after an hour."""
    numbers = range(1, number + 1)
    one: dict[Table, dict[str, Any]] = {
        episodes: {"id": "e", "plan": "zhengzhou", "exercise": False},
        decisions: {
            **dict.fromkeys(("id", "fingerprint", "manifest", "plan", "plan_version", "drafter"), "d"),
            "episode_id": "e",
            "exercise": False,
            "action": "issue",
            "level": "orange",
            "document": "{}",
            "findings": "[]",
            "reach": "[0, 0, 0, 0, 0, 0, []]",
            "state": "launched",
            "recorded_at": 0,
        },
        notices: {
            "id": 1,
            "decision_id": "d",
            "medium": "sms",
            "sha256": "",
            "title": "",
            "messages": "[]",
            "measures": "[]",
        },
        broadcasts: {
            "id": 1,
            "decision_id": "d",
            "episode_id": "e",
            "exercise": False,
            "live": True,
            "launched_at": 0,
            "valid_until": 10**13,
            "expanded_through": 0,
            "expanded_at": 0,
        },
        accounts: {
            "id": 1,
            "name": "sms",
            "provider": "twilio",
            "exercise": False,
            "epoch": 1,
            "lease_until": 0,
        },
        lanes: {
            "id": 1,
            "account_id": 1,
            "name": "n",
            "channel": "sms",
            "route": 1,
            "named_only": False,
            "idempotent": False,
            "breaker": "closed",
            "breaker_since": 0,
            "breaker_openings": 0,
            "exercise": False,
            "enabled": True,
            "request_timeout": 1,
            "receipt_window": 1,
            "final_on_accept": False,
            "next_free_at": 0,
        },
        delivery_groups: {
            "id": 1,
            "broadcast_id": 1,
            "audience": "enterprises",
            "channel": "sms",
            "area": "410102",
        },
    }
    for table, values in one.items():
        connection.execute(insert(table), values)
    many: dict[Table, Iterator[dict[str, Any]]] = {
        organisations: (
            {
                "id": i,
                "code": f"E{i}",
                "name": f"示例企业{i}",
                "audience": "enterprises",
                "sector": "industry",
                "area": _DISTRICTS[i % len(_DISTRICTS)],
                "exercise": False,
                "active": True,
                "updated_at": 0,
            }
            for i in numbers
        ),
        addresses: (
            {"id": 2 * i + n, "kind": "sms", "value": f"{2 * i + n}", "exercise": False}
            for i in numbers
            for n in (0, 1)
        ),
        recipients: (
            {"broadcast_id": 1, "organisation_id": i, "address_id": 2 * i + n, "notice_id": 1}
            for i in numbers
            for n in (0, 1)
        ),
        deliveries: (
            {
                "broadcast_id": 1,
                "exercise": False,
                "group_id": 1,
                "organisation_id": i,
                "address_id": 2 * i + n,
                "notice_id": 1,
                "part": 0,
                "lane_id": 1,
                "priority": 21,
                "attempts": 1,
                "state": "failed" if i % 10 == 1 or n else "delivered",
            }
            for i in numbers
            for n in (0, 1)
        ),
        acknowledgements: (
            {
                "broadcast_id": 1,
                "organisation_id": i,
                "exercise": False,
                "token_sha256": f"{i}",
                "due_at": 1,
                "expires_at": 2,
                "signed_at": 1 if i % 3 == 0 else None,
            }
            for i in numbers
        ),
    }
    for table, rows in many.items():
        connection.execute(insert(table), list(rows))


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
