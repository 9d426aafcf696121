"""What a season leaves in a ledger beside its deliveries: earlier episodes, what was owed, the trail, orders.

Earlier episodes are copies of one that was really launched (`of`), with other names and moments.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Table, case, func, insert, literal, select, update

from gateway.identifiers import uuid7
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.directory import campaigns, changes, imports
from gateway.ledger.exchange import orders
from gateway.ledger.exchange.orders import NewOrder
from gateway.ledger.schema import (
    alerts,
    approvals,
    broadcasts,
    bulletins,
    counters,
    decisions,
    delivery_groups,
    denied_addresses,
    episodes,
    notice_readers,
    notices,
    obligations,
    opinions,
    organisation_addresses,
    organisations,
    papers,
    reports,
    verifications,
)
from gateway.ledger.trail import audit
from gateway.sign_tokens import SignTokens

_DAY = 86_400_000  # ms
_EXERCISE = 10  # every tenth of the earlier episodes was one
_FILE_ROWS = 20_000

Row = dict[str, Any]
Change = Callable[[Row], Row]


def fill_archive(
    ledger: Ledger,
    of: list[str],
    newest: str,
    tokens: SignTokens,
    *,
    decided: int,
    owed: int,
    entries: int,
) -> None:
    """Add all of it: so many decisions, obligations and entries of the trail there are then in all.

    `of`: the ids of the decisions of one episode; `newest`: the one in force.
    """
    there = ledger.read_now(_number, decisions)
    for place in range((decided - there) // len(of)):
        ledger.write_now(_copy_episode, of, place)
    ledger.write_now(_copy_obligations, owed)
    ledger.write_now(_trail, entries)
    ledger.write_now(_papers, newest)
    ledger.write_now(_orders)
    ledger.write_now(_import)
    ledger.write_now(_changes)
    ledger.write_now(_ask, tokens)


def _number(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


# Earlier episodes


def _copy_episode(connection: Connection, of: list[str], place: int) -> None:
    """One episode, some days earlier, with its texts and counters, but without a row for each delivery."""
    exercise, earlier = place % _EXERCISE == 0, (place + 1) * 3 * _DAY
    (source,) = connection.execute(
        select(decisions.c.episode_id).where(decisions.c.id == of[0]).distinct()
    ).scalars()
    episode = uuid7(system_clock() - 21 * _DAY - earlier)

    def moved(row: Row) -> Row:
        at = {
            name: value - earlier
            for name, value in row.items()
            if name.endswith(("_at", "_until")) or name == "at"
            if isinstance(value, int)
        }
        mine = {"exercise": exercise} if "exercise" in row else {}
        return {**row, **at, **mine, **({"episode_id": episode} if "episode_id" in row else {})}

    _copy(connection, episodes, episodes.c.id == source, lambda row: {**moved(row), "id": episode})
    names: list[tuple[bytes, bytes]] = []
    for number, old in enumerate(of):
        name = uuid7(system_clock() - 21 * _DAY - earlier + number)
        _copy_decision(connection, old, name, moved, f"{place}-{number}")
        if not exercise:
            _copy_alerts(connection, old, name, moved, names)


def _copy_decision(connection: Connection, old: str, new: str, moved: Change, mark: str) -> None:
    def own(row: Row) -> Row:
        return {**moved(row), "decision_id": new}

    _copy(
        connection,
        decisions,
        decisions.c.id == old,
        lambda row: {
            **moved(row),
            "id": new,
            "fingerprint": f"{mark}-{row['fingerprint']}",
            "document_number": f"郑环攻坚办〔2023〕{mark}号",
        },
    )
    left = notice_readers.c.decision_id == old, notice_readers.c.purpose == "now"
    read = select(notice_readers.c.notice_id).where(*left)
    ids = _copy_numbered(connection, notices, notices.c.id.in_(read), own)
    _copy(
        connection,
        notice_readers,
        (notice_readers.c.decision_id == old) & (notice_readers.c.purpose == "now"),
        lambda row: {**own(row), "notice_id": ids[row["notice_id"]]},
    )
    _copy(connection, papers, papers.c.decision_id == old, own)
    _copy_numbered(connection, approvals, approvals.c.decision_id == old, own)
    launched = _copy_numbered(
        connection,
        broadcasts,
        broadcasts.c.decision_id == old,
        lambda row: {**own(row), "live": False, "follows_id": None, "superseded_by": None},
    )
    ((before, after),) = launched.items()
    groups = _copy_numbered(
        connection,
        delivery_groups,
        delivery_groups.c.broadcast_id == before,
        lambda row: {**row, "broadcast_id": after},
    )
    _copy(
        connection,
        counters,
        counters.c.group_id.in_(list(groups)),
        lambda row: {**row, "group_id": groups[row["group_id"]]},
    )


def _copy_alerts(
    connection: Connection, old: str, new: str, moved: Change, names: list[tuple[bytes, bytes]]
) -> None:
    """With identifiers of their own, in what refers to them too (`names`: those given so far)."""
    broadcast = select(broadcasts.c.id).where(broadcasts.c.decision_id == new)
    launched = connection.execute(broadcast).scalar_one()

    def renamed(row: Row) -> Row:
        name = f"{row['identifier'][:-12]}{uuid4().hex[:12]}"
        names.append((row["identifier"].encode(), name.encode()))
        forms = {form: row[form] for form in ("cap", "national", "json", "cell")}
        for was, now in names:
            forms = {form: value and bytes(value).replace(was, now) for form, value in forms.items()}
        ended = row["ended_at"] or row["released_at"]
        return moved({**row, **forms, "identifier": name, "ended_at": ended}) | {
            "decision_id": new,
            "broadcast_id": launched,
        }

    _copy_numbered(connection, alerts, alerts.c.decision_id == old, renamed)


def _copy(connection: Connection, table: Table, which: ColumnElement[bool], change: Change) -> None:
    rows = [change(dict(row)) for row in connection.execute(select(table).where(which)).mappings()]
    if rows:
        connection.execute(insert(table), rows)


def _copy_numbered(
    connection: Connection, table: Table, which: ColumnElement[bool], change: Change
) -> dict[int, int]:
    """The same of rows with numbers; gives the new ones by the old ones."""
    found = {}
    for row in connection.execute(select(table).where(which).order_by(table.c.id)).mappings().all():
        changed = {name: value for name, value in change(dict(row)).items() if name != "id"}
        made = connection.execute(insert(table).values(changed).returning(table.c.id)).scalar_one()
        found[row["id"]] = made
    return found


# Beside them


def _copy_obligations(connection: Connection, owed: int) -> None:
    """What earlier episodes owed: most of it was met, by a report; some of it ended, some is overdue."""
    there = _number(connection, obligations)
    kept = [dict(row) for row in connection.execute(select(obligations)).mappings()]
    earlier = connection.execute(select(episodes.c.id, episodes.c.exercise, episodes.c.opened_at)).all()
    turns = ((row, episode) for episode in earlier for row in kept if row["episode_id"] != episode.id)
    for place, (row, episode) in zip(range(owed - there), turns, strict=False):
        due = episode.opened_at + place % 72 * 3_600_000 + place  # nothing is owed twice
        met, ended = place % 10 < 6, place % 10 == 6
        made = {name: value for name, value in row.items() if name not in ("id", "decision_id")}
        made |= {
            "episode_id": episode.id,
            "exercise": episode.exercise,
            "opened_at": episode.opened_at,
            "due_at": due,
            "covers": row["covers"] and datetime.fromtimestamp(due / 1000, UTC).date().isoformat(),
            "next_at": None,
            "overdue_at": None if met or ended else due,
            "met_at": due - 60_000 if met else None,
            "ended_at": due if ended else None,
            "ended_because": "解除" if ended else None,
        }
        number = connection.execute(insert(obligations).values(made).returning(obligations.c.id)).scalar_one()
        if met:
            connection.execute(
                insert(reports).values(
                    obligation_id=number,
                    contents=json.dumps(dict.fromkeys(json.loads(row["contents"]), "已完成")),
                    missing="[]",
                    from_whom=row["by_whom"],
                    caller="(local)",
                    late=False,
                    received_at=due - 60_000,
                )
            )


def _trail(connection: Connection, entries: int) -> None:
    now = system_clock()
    for place in range(entries - audit.head(connection).rows):
        kind = ("acknowledged", "report_received", "exported", "signed_in")[place % 4]
        subject = ("broadcast:1", "obligation:1", "table:directory", "user:officer")[place % 4]
        audit.append(
            connection, now, f"user:person{place % 40}", kind, f"{subject}", {"row": place, "rows": 1}
        )


def _papers(connection: Connection, newest: str) -> None:
    """Twenty bulletins of the episode in force, and a consultation behind its decision."""
    content, digest = connection.execute(select(papers.c.content, papers.c.sha256).limit(1)).one()
    episode = connection.execute(select(decisions.c.episode_id).where(decisions.c.id == newest)).scalar_one()
    now = system_clock()
    connection.execute(
        insert(bulletins),
        [
            {
                "episode_id": episode,
                "number": number,
                "content": content,
                "sha256": digest,
                "caller": "(local)",
                "made_at": now - number * 3_600_000,
            }
            for number in range(1, 21)
        ],
    )
    connection.execute(
        insert(opinions).values(
            decision_id=newest,
            name="会商意见.txt",
            media_type="text/plain",
            sha256=digest,
            content="会商意见".encode(),
            caller="(local)",
            at=now,
        )
    )


def _orders(connection: Connection) -> None:
    now = system_clock()
    for place in range(100):
        at = now - place * _DAY
        orders.add(
            connection,
            NewOrder(
                sender="province",
                plan="zhengzhou",
                relation="upper",
                meaning="order",
                exercise=place % _EXERCISE == 5,
                identifier=f"province-{place}",
                event=f"province-{place}",
                earlier=(),
                format="json",
                sha256=f"{place:064x}",
                content=b"{}",
                content_type="application/json",
                proof="webhook",
                sent_at=at,
                received_at=at,
                kind="warning",
                message_type="Alert",
                level="orange",
                until_then=None,
                starts_at=at + _DAY,
                area=("410100",),
                document_number=f"豫环〔2026〕{place}号",
                facts={"headline": "橙色预警", "remarks": []},
                verdict="draft" if place < 3 else "informed",
                refusal=None,
                in_force=False,
                state="received" if place < 3 else "kept",
            ),
        )


def _import(connection: Connection) -> None:
    """Twenty of them, the newest with a row for every organisation."""
    now = system_clock()
    for place in reversed(range(20)):
        rows = _FILE_ROWS if place == 0 else 50
        counts = {"added": rows - rows // 50, "changed": 0, "unchanged": 0, "refused": rows // 50}
        imports.record(
            connection,
            kind="organisations",
            file_name=f"通讯录{place}.xlsx",
            sha256=f"{place:064x}",
            actor="(local)",
            counts=counts,
            report={
                "stored": True,
                "id": None,
                "counts": counts,
                "understood": {
                    "kind": "organisations",
                    "inventory": None,
                    "sheet": "Sheet1",
                    "header_row": 1,
                    "columns": [{"column": "A", "printed": "手机", "field": "sms"}],
                    "unread": [],
                    "notes": [],
                    "assumed": {},
                    "first": [],
                },
                "findings": [],
                "missing": [],
                "removed": 0,
                "rows": [_row(number) for number in range(2, rows + 2)],
            },
            now=now - place * _DAY,
        )


def _row(number: int) -> Mapping[str, object]:
    refused = number % 50 == 0
    fault = {"field": "sms", "message": "号码不对", "message_en": "no such number"}
    return {
        "row": number,
        "code": f"O{number:06d}",
        "outcome": "refused" if refused else "added",
        "faults": [fault] if refused else [],
        "remarks": [],
    }


def _changes(connection: Connection) -> None:
    """Each organisation was changed once, and one of them every day."""
    changed: changes.Changes = {"name": ["旧名", "新名"]}
    everybody = range(1, _number(connection, organisations) + 1)
    changes.append(connection, dict.fromkeys(everybody, changed), "(local)", system_clock() - _DAY)
    for day in range(2, 62):
        changes.append(connection, {1: changed}, "(local)", system_clock() - day * _DAY)


def _ask(connection: Connection, tokens: SignTokens) -> None:
    """Everybody was asked whether one of their numbers is still right; some gave another, some said no."""
    now = system_clock()
    first = select(
        organisation_addresses.c.organisation_id, func.min(organisation_addresses.c.address_id)
    ).group_by(organisation_addresses.c.organisation_id)
    asked = [(organisation, None, address) for organisation, address in connection.execute(first)]
    campaigns.start(
        connection,
        exercise=False,
        started_by="(local)",
        selection={},
        now=now - 5 * _DAY,
        expires_at=now + _DAY,
        asked=asked,
    )
    part = verifications.c.organisation_id % 10
    connection.execute(
        update(broadcasts).where(broadcasts.c.campaign_id.is_not(None)).values(expanded_at=now)
    )
    connection.execute(
        update(verifications).values(
            answer=case((part < 6, "confirmed"), (part == 6, "changed"), (part == 7, "denied"), else_=None),
            answered_at=case((part < 8, now - 4 * _DAY), else_=None),
            via=case((part < 8, "link"), else_=None),
            caller=case((part < 8, "(link)"), else_=None),
            proposed_name=case((part == 6, "示例新人"), else_=None),
            proposed_number=case((part == 6, "+8613812345678"), else_=None),
        )
    )
    last = select(func.max(verifications.c.id)).scalar_subquery()  # one that nobody has answered
    link = update(verifications).where(verifications.c.id == last)
    connection.execute(link.values(token_sha256=tokens.question_sha256(1)))
    denied = verifications.c.organisation_id, verifications.c.address_id, literal("2026-01-01")
    connection.execute(
        insert(denied_addresses).from_select(
            ["organisation_id", "address_id", "denied_on"],
            select(*denied).where(verifications.c.answer == "denied"),
        )
    )
