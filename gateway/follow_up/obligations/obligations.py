"""What is owed, as people and other programs see it; reports received, and obligations waived."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from gateway.broadcasts.actor import Actor
from gateway.errors import InputError
from gateway.ledger.follow_up import obligations
from gateway.ledger.follow_up.obligations import (
    BY_DECISION,
    EXPECTED_END_PASSED,
    ORDER_RECEIVED,
    Obligation,
    Report,
    State,
)
from gateway.ledger.follow_up.overdue import PastEnd
from gateway.ledger.trail import audit
from gateway.ledger.trail.vouching import contents_hash
from gateway.moments import iso

WAIVED = "免除：{reason}（{by}）"
MOST_HEADINGS = 50
MOST_CHARACTERS = 20_000  # of one heading's text


def obligation_json(row: Obligation, state: State) -> dict[str, Any]:
    """One obligation. Times are ISO 8601 with +08:00 or null; `covers` is a date or a year.

    `late` tells whether it was met after its deadline; null while it is not met.
    """
    late = row.met_at is not None and row.late_from is not None and row.met_at > row.late_from
    return {
        "id": row.id,
        "plan": row.plan,
        "episode": row.episode_id,
        "decision": row.decision_id,
        "exercise": row.exercise,
        "code": row.code,
        "what": row.what,
        "by_whom": row.by_whom,
        "to_whom": row.to_whom,
        "contents": list(row.contents),
        "clause": row.clause,
        "covers": row.covers,
        "due_at": iso(row.due_at),
        "repeats": row.repeats,
        "state": state,
        "late": None if row.met_at is None else late,
        "opened_at": iso(row.opened_at),
        "reminded_at": iso(row.reminded_at),
        "overdue_at": iso(row.overdue_at),
        "met_at": iso(row.met_at),
        "ended_at": iso(row.ended_at),
        "ended_because": row.ended_because,
    }


def past_end_json(past: PastEnd) -> dict[str, Any]:
    """A warning or hint that stands past its expected end. Times are ISO 8601 with +08:00."""
    return {
        "episode": past.episode_id,
        "broadcast": past.broadcast_id,
        "exercise": past.exercise,
        "plan": past.plan,
        "action": past.action,
        "level": past.level,
        "document_number": past.document_number,
        "by_whom": past.by_whom,
        "expected_end_at": iso(past.expected_end_at),
    }


def report_json(report: Report) -> dict[str, Any]:
    """One report that was received; `missing`: headings of the plan that it and those before it lack."""
    return {
        "id": report.id,
        "from_whom": report.from_whom,
        "caller": report.caller,
        "contents": report.contents,
        "missing": list(report.missing),
        "late": report.late,
        "received_at": iso(report.received_at),
    }


def detail(connection: Connection, identifier: int, now: int) -> dict[str, Any]:
    """An obligation with the reports received for it. Raises `InputError` (OBLIGATION_UNKNOWN)."""
    row = _known(connection, identifier)
    ((_, state),) = obligations.page(connection, now, after=row.id - 1, limit=1)
    return {
        **obligation_json(row, state),
        "reports": [report_json(each) for each in obligations.received(connection, row.id)],
    }


def receive(
    connection: Connection,
    actor: Actor,
    identifier: int,
    from_whom: str,
    contents: Mapping[str, str],
    now: int,
) -> dict[str, Any]:
    """Keep a report, and tell what it lacks: `{obligation, report, met, missing}`.

    The obligation is met when this report and those before it hold every heading that the plan lists;
    a supplement may bring the missing ones alone. Further headings are kept. The same report of the same
    sender once more is the one that is here already. `now`: milliseconds since 1970 UTC.
    Raises `InputError` (OBLIGATION_UNKNOWN, OBLIGATION_ENDED, OBLIGATION_BY_DECISION, REPORT_EMPTY,
    REPORT_TOO_LONG).
    """
    row = _reportable(connection, identifier)
    stated = _stated(contents)
    earlier = obligations.received(connection, row.id)
    if earlier and (earlier[-1].contents, earlier[-1].from_whom) == (stated, from_whom):
        return _received(connection, row.id, now)
    told = {name for report in earlier for name in report.contents} | set(stated)
    missing = tuple(name for name in row.contents if name not in told)
    late = row.late_from is not None and now > row.late_from
    report = Report(0, row.id, stated, missing, from_whom, actor.name, late, now)
    number = obligations.receive(connection, report)
    subject = f"obligation:{row.id}"
    summary: dict[str, object] = {
        "report": number,
        "from_whom": from_whom,
        "late": late,
        "missing": list(missing),
    }
    summary["sha256"] = contents_hash(stated)
    audit.append(connection, now, actor.name, "report_received", subject, summary)
    if row.open and not missing:
        obligations.met(connection, row.id, now)
        audit.append(connection, now, actor.name, "obligation_met", subject, {"code": row.code, "late": late})
    return _received(connection, row.id, now)


def waive(
    connection: Connection, actor: Actor, identifier: int, by: str, reason: str, now: int
) -> dict[str, Any]:
    """A person says that it need not be met, and why; that day's only, of a daily one.

    Gives the `detail`. Raises `InputError` (OBLIGATION_UNKNOWN, OBLIGATION_ENDED, OBLIGATION_BY_DECISION).
    """
    row = _reportable(connection, identifier)
    if row.met_at is not None:
        raise _ended(row)
    next_at = row.next_at
    obligations.end(connection, row.id, WAIVED.format(reason=reason, by=by), now)
    obligations.go_on(connection, row.id, next_at, now)
    audit.append(
        connection, now, actor.name, "obligation_waived", f"obligation:{row.id}", {"by": by, "reason": reason}
    )
    return detail(connection, row.id, now)


def _received(connection: Connection, identifier: int, now: int) -> dict[str, Any]:
    after = detail(connection, identifier, now)
    newest = after["reports"][-1]
    return {
        "obligation": {name: value for name, value in after.items() if name != "reports"},
        "report": newest,
        "met": after["met_at"] is not None,
        "missing": newest["missing"],
    }


def _known(connection: Connection, identifier: int) -> Obligation:
    row = obligations.by_id(connection, identifier)
    if row is None:
        raise unknown(identifier)
    return row


def unknown(identifier: int) -> InputError:
    """There is no such obligation."""
    return InputError(
        "OBLIGATION_UNKNOWN",
        f"没有待办 {identifier}；见 airwarn due",
        f"there is no obligation {identifier}; see airwarn due",
        field="id",
    )


def _reportable(connection: Connection, identifier: int) -> Obligation:
    row = _known(connection, identifier)
    if row.ended_at is not None:
        raise _ended(row)
    if row.code in (*BY_DECISION, EXPECTED_END_PASSED):
        raise InputError(
            "OBLIGATION_BY_DECISION",
            f"待办 {identifier} 由下一份决定完成（解除、延长、更正等），不收报告，也不能免除",
            f"obligation {identifier} is met by the next decision; it takes no report and cannot be waived",
            field="id",
        )
    if row.code == ORDER_RECEIVED:
        raise InputError(
            "OBLIGATION_BY_DECISION",
            f"待办 {identifier} 由按指令发布的决定完成，或用 airwarn order dismiss 写明理由",
            f"obligation {identifier} is met by a decision on the order, or by airwarn order dismiss",
            field="id",
        )
    return row


def _ended(row: Obligation) -> InputError:
    because = row.ended_because or "已完成 · it is met"
    return InputError(
        "OBLIGATION_ENDED",
        f"待办 {row.id} 已了结：{because}",
        f"obligation {row.id} is closed: {because}",
        field="id",
    )


def _stated(contents: Mapping[str, str]) -> dict[str, str]:
    """What is really said: a heading without words says nothing."""
    stated = {name.strip(): text.strip() for name, text in contents.items() if name.strip() and text.strip()}
    if not stated:
        raise InputError(
            "REPORT_EMPTY", "报告没有内容", "the report says nothing under any heading", field="contents"
        )
    if len(stated) > MOST_HEADINGS or any(len(text) > MOST_CHARACTERS for text in stated.values()):
        raise InputError(
            "REPORT_TOO_LONG",
            f"报告最多 {MOST_HEADINGS} 项，每项 {MOST_CHARACTERS} 字",
            f"a report has at most {MOST_HEADINGS} headings of {MOST_CHARACTERS} characters each",
            field="contents",
        )
    return stated
