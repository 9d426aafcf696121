"""What audit rows vouch for, and whether it still stands in the tables as they tell."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from gateway.ledger.decisions import listed
from gateway.ledger.schema import (
    alerts,
    approvals,
    broadcasts,
    decisions,
    notice_readers,
    notices,
    opinions,
    orders,
    papers,
    personal_words,
    reports,
)
from gateway.ledger.trail import audit

FROZEN = ("submitted", "launched")
SAID = {"approved": "approve", "returned": "return", "refused": "refuse"}
RENEWED = "alert_renewed"
_ORDER = "order_received"
_KINDS = (*FROZEN, *SAID, "opinion_attached", "report_received", RENEWED, _ORDER)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was. `row`: the audit row concerned; `subject`: what in the tables is,
    such as `notices:12`."""

    code: str
    row: int | None
    subject: str | None
    message: str
    message_en: str


def frozen(connection: Connection, decision_id: str, broadcast_id: int | None = None) -> dict[str, str]:
    """Hashes (SHA-256, hex) over what is stored for a decision: its document, texts with their readers,
    papers, words of single organisations, and with a broadcast the whole list of recipients. For the row
    that tells of its freezing."""
    found = {
        "document": _sha256(_document(connection, decision_id)),
        "texts": _digest(_texts(connection, decision_id)),
        "papers": _digest(_papers(connection, decision_id)),
        "personal": _digest(_personal(connection, decision_id)),
    }
    if broadcast_id is not None:
        found["recipients"] = listed.look(connection, broadcast_id).sha256
    return found


def released(connection: Connection, identifiers: Collection[str]) -> dict[str, str]:
    """A hash (SHA-256, hex) over every form of these alerts, by identifier. For the row that tells of their
    release."""
    return {each.identifier: _forms_hash(each) for each in _alerts(connection, identifiers)}


def contents_hash(contents: object) -> str:
    """The hash of a report's contents."""
    return _sha256(json.dumps(contents, ensure_ascii=False, sort_keys=True))


def faults(connection: Connection, untrusted: Collection[int] = ()) -> Iterator[Fault]:
    """Where the tables no longer hold what the audit rows tell, and what no row tells of.

    `untrusted`: rows that were found changed; what they say counts for nothing.
    """
    last: dict[str, Any] = {}
    said: set[tuple[str, str, int]] = set()
    received: set[int] = set()
    attached: set[tuple[str, str]] = set()
    ordered: set[int] = set()
    left: dict[str, tuple[Any, str]] = {}
    for row in audit.stream(connection, _KINDS):
        if row.id in untrusted:
            continue
        detail = json.loads(row.detail)
        if row.kind in FROZEN:
            decision_id = detail["decision"] if row.kind == "launched" else _identifier(row.subject)
            last[decision_id] = row
            left |= {name: (row, digest) for name, digest in detail.get("alerts", {}).items()}
        elif row.kind == RENEWED:
            left |= {name: (row, digest) for name, digest in detail["alerts"].items()}
        elif row.kind in SAID:
            said.add((_identifier(row.subject), SAID[row.kind], row.at))
            yield from _approval(connection, row, detail)
        elif row.kind == "opinion_attached":
            attached.add((_identifier(row.subject), detail["sha256"]))
            yield from _opinion(connection, row, detail)
        elif row.kind == _ORDER:
            ordered.add(int(_identifier(row.subject)))
            yield from _order(connection, row, detail)
        else:
            received.add(detail["report"])
            yield from _report(connection, row, detail)
    for decision_id, row in last.items():
        yield from _decision(connection, decision_id, row)
    yield from _released(connection, left)
    yield from _untold(connection, set(last), said, received, attached, ordered)


def _decision(connection: Connection, decision_id: str, row: Any) -> Iterator[Fault]:
    detail = json.loads(row.detail)
    stored = connection.execute(
        select(decisions.c.manifest, broadcasts.c.id, broadcasts.c.launched_at)
        .join(broadcasts, broadcasts.c.decision_id == decisions.c.id)
        .where(decisions.c.id == decision_id)
    ).one_or_none()
    subject = f"decision:{decision_id}"
    if stored is None:
        yield _fault("REMOVED", row, subject, "决定已不在台账中", "the decision is no longer in the ledger")
        return
    if detail["manifest"] != stored.manifest:
        yield _fault("CHANGED", row, subject, "清单哈希被改动", "the manifest was changed")
    if row.kind == "launched" and stored.launched_at is None:
        yield _fault("CHANGED", row, f"broadcast:{stored.id}", "发布记录被抹去", "the launch was undone")
    yield from _altered(connection, decision_id, row)
    told = detail.get("frozen", {})
    now = frozen(connection, decision_id, stored.id if "recipients" in told else None)
    words = {
        "document": ("决定文件被改动", "the document was changed"),
        "texts": ("通知文本或其受众被改动", "texts or their readers were changed"),
        "papers": ("文件（命令、通告等）被改动", "papers were changed"),
        "personal": ("单位自己的措施文字被改动", "words of single organisations were changed"),
        "recipients": ("收件名单被改动", "the list of recipients was changed"),
    }
    for part, digest in told.items():
        if now.get(part) != digest:
            yield _fault("CHANGED", row, f"{subject}/{part}", *words[part])


def _altered(connection: Connection, decision_id: str, row: Any) -> Iterator[Fault]:
    """The very texts and papers whose words do not have their own hash."""
    texts = select(notices).where(notices.c.decision_id == decision_id).order_by(notices.c.id)
    for text in connection.execute(texts):
        if _text_hash(text) != text.sha256:
            yield _fault("CHANGED", row, f"notices:{text.id}", "通知文本被改动", "a text was changed")
    for paper in connection.execute(select(papers).where(papers.c.decision_id == decision_id)):
        if _sha256(paper.content) != paper.sha256:
            subject = f"papers:{decision_id}/{paper.kind}"
            yield _fault("CHANGED", row, subject, "文件被改动", "a paper was changed")


def _approval(connection: Connection, row: Any, detail: dict[str, Any]) -> Iterator[Fault]:
    decision_id = _identifier(row.subject)
    stored = connection.execute(
        select(approvals).where(
            approvals.c.decision_id == decision_id,
            approvals.c.at == row.at,
            approvals.c.verdict == SAID[row.kind],
        )
    ).all()
    subject = f"decision:{decision_id}/approvals"
    if not stored:
        yield _fault("REMOVED", row, subject, "审批记录被删除或改动", "an approval was removed or changed")
        return
    names = ("manifest", "step", "role", "name", "own_draft", "comment")
    if not any(all(getattr(each, name) == detail[name] for name in names) for each in stored):
        subject = f"approvals:{stored[0].id}"
        yield _fault("CHANGED", row, subject, "审批记录被改动", "an approval was changed")


def _opinion(connection: Connection, row: Any, detail: dict[str, Any]) -> Iterator[Fault]:
    stored = connection.execute(
        select(opinions.c.id, opinions.c.sha256, opinions.c.content).where(
            opinions.c.decision_id == _identifier(row.subject)
        )
    )
    if not any(hashlib.sha256(each.content).hexdigest() == detail["sha256"] for each in stored):
        subject = f"{row.subject}/opinions"
        yield _fault("CHANGED", row, subject, "会商意见被删除或改动", "an opinion was removed or changed")


def _released(connection: Connection, told: Mapping[str, tuple[Any, str]]) -> Iterator[Fault]:
    """Alerts that are not as they left, or that never did."""
    known = set()
    for each in _alerts(connection):
        known.add(each.identifier)
        subject = f"alerts:{each.identifier}"
        if each.identifier not in told:
            yield Fault("INSERTED", None, subject, "没有相应的审计记录", "no audit row tells of it")
        elif _forms_hash(each) != told[each.identifier][1]:
            row = told[each.identifier][0]
            yield _fault("CHANGED", row, subject, "已发布的消息被改动", "a released alert was changed")
    for identifier, (row, _) in told.items():
        if identifier not in known:
            subject = f"alerts:{identifier}"
            yield _fault("REMOVED", row, subject, "已发布的消息被删除", "a released alert was removed")


def _alerts(connection: Connection, identifiers: Collection[str] | None = None) -> Iterator[Any]:
    forms = (alerts.c.cap, alerts.c.national, alerts.c.json, alerts.c.cell)
    query = select(alerts.c.identifier, *forms).order_by(alerts.c.id)
    if identifiers is not None:
        query = query.where(alerts.c.identifier.in_(sorted(identifiers)))
    yield from connection.execute(query)


def _forms_hash(alert: Any) -> str:
    forms = (alert.cap, alert.national, alert.json, alert.cell)
    return _digest(iter([[None if each is None else _octets_hash(each)] for each in forms]))


def _octets_hash(stored: Any) -> str:
    """Of text, which only an intruder leaves there, it is another one than of its bytes."""
    return hashlib.sha256(stored if isinstance(stored, bytes) else repr(stored).encode()).hexdigest()


def _report(connection: Connection, row: Any, detail: dict[str, Any]) -> Iterator[Fault]:
    stored = connection.execute(select(reports).where(reports.c.id == detail["report"])).one_or_none()
    subject = f"reports:{detail['report']}"
    if stored is None:
        yield _fault("REMOVED", row, subject, "收到的报告被删除", "a report was removed")
    elif (
        contents_hash(json.loads(stored.contents)) != detail["sha256"]
        or stored.from_whom != detail["from_whom"]
        or stored.late != detail["late"]
        or stored.received_at != row.at
        or f"obligation:{stored.obligation_id}" != row.subject
    ):
        yield _fault("CHANGED", row, subject, "收到的报告被改动", "a report was changed")


def _order(connection: Connection, row: Any, detail: dict[str, Any]) -> Iterator[Fault]:
    """An order's bytes as they came, and what they say."""
    identifier = int(_identifier(row.subject))
    columns = (orders.c.content, orders.c.sha256, orders.c.sender)
    stored = connection.execute(select(*columns).where(orders.c.id == identifier)).one_or_none()
    subject = f"orders:{identifier}"
    if stored is None:
        yield _fault("REMOVED", row, subject, "收到的指令被删除", "an order was removed")
    elif (
        _octets_hash(stored.content) != detail["content_sha256"]
        or stored.sha256 != detail["sha256"]
        or stored.sender != detail["sender"]
    ):
        yield _fault("CHANGED", row, subject, "收到的指令被改动", "an order was changed")


def _untold(
    connection: Connection,
    frozen_decisions: set[str],
    said: set[tuple[str, str, int]],
    received: set[int],
    attached: set[tuple[str, str]],
    ordered: set[int],
) -> Iterator[Fault]:
    """What stands in the tables without an audit row that tells of it."""
    words = ("没有相应的审计记录", "no audit row tells of it")
    for decision_id in connection.execute(select(decisions.c.id)).scalars():
        if decision_id not in frozen_decisions:
            yield Fault("INSERTED", None, f"decision:{decision_id}", *words)
    launched = {row.subject for row in audit.stream(connection, ("launched",))}
    for number in connection.execute(
        select(broadcasts.c.id).where(
            broadcasts.c.launched_at.is_not(None), broadcasts.c.decision_id.is_not(None)
        )
    ).scalars():
        if f"broadcast:{number}" not in launched:
            yield Fault("INSERTED", None, f"broadcast:{number}", *words)
    columns = (approvals.c.id, approvals.c.decision_id, approvals.c.verdict, approvals.c.at)
    for each in connection.execute(select(*columns)):
        if (each.decision_id, each.verdict, each.at) not in said:
            yield Fault("INSERTED", None, f"approvals:{each.id}", *words)
    for number in connection.execute(select(reports.c.id)).scalars():
        if number not in received:
            yield Fault("INSERTED", None, f"reports:{number}", *words)
    for number in connection.execute(select(orders.c.id)).scalars():
        if number not in ordered:
            yield Fault("INSERTED", None, f"orders:{number}", *words)
    for opinion in connection.execute(select(opinions.c.id, opinions.c.decision_id, opinions.c.sha256)):
        if (opinion.decision_id, opinion.sha256) not in attached:
            yield Fault("INSERTED", None, f"opinions:{opinion.id}", *words)


def _document(connection: Connection, decision_id: str) -> str:
    found: str = connection.execute(
        select(decisions.c.document).where(decisions.c.id == decision_id)
    ).scalar_one()
    return found


def _texts(connection: Connection, decision_id: str) -> Iterator[list[Any]]:
    hashes = {
        text.id: _text_hash(text)
        for text in connection.execute(select(notices).where(notices.c.decision_id == decision_id))
    }
    columns = ("purpose", "audience", "sector", "medium", "language", "notice_id")
    readers = connection.execute(
        select(*(notice_readers.c[name] for name in columns))
        .where(notice_readers.c.decision_id == decision_id)
        .order_by(*(notice_readers.c[name] for name in columns[:-1]))
    )
    for *reader, notice_id in readers:
        yield [*reader, hashes.get(notice_id)]


def _papers(connection: Connection, decision_id: str) -> Iterator[list[Any]]:
    columns = select(papers.c.kind, papers.c.content).where(papers.c.decision_id == decision_id)
    for kind, content in connection.execute(columns.order_by(papers.c.kind)):
        yield [kind, _sha256(content)]


def _personal(connection: Connection, decision_id: str) -> Iterator[list[Any]]:
    columns = (
        *(personal_words.c.organisation_id, personal_words.c.medium, personal_words.c.language),
        personal_words.c.words,
    )
    query = select(*columns).where(personal_words.c.decision_id == decision_id)
    for organisation_id, medium, language, words in connection.execute(query.order_by(*columns[:3])):
        yield [organisation_id, medium, language, _sha256(words)]


def _text_hash(text: Any) -> str:
    """As `gateway.broadcasts.preparing.manifest.text_hash` takes it of a rendered notice."""
    return _sha256(json.dumps([text.title, json.loads(text.messages), text.html], ensure_ascii=False))


def _digest(rows: Iterator[list[Any]]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps(row, ensure_ascii=False).encode() + b"\n")
    return digest.hexdigest()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _identifier(subject: str) -> str:
    return subject.partition(":")[2]


def _fault(code: str, row: Any, subject: str, message: str, message_en: str) -> Fault:
    return Fault(code, row.id, subject, message, message_en)
