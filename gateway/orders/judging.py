"""What a message of another level is here: refused, outdated, only to be known, or something to decide on."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gateway.errors import InputError
from gateway.exchange.model import Authority, read_moment
from gateway.exchange.orders import Kind, Order, Remark, order
from gateway.exchange.overlap import few
from gateway.ledger.exchange import orders
from gateway.ledger.exchange.orders import NewOrder, StoredOrder
from gateway.moments import local, milliseconds, moment
from gateway.orders.drafting import draft
from gateway.orders.senders import Proved
from gateway.plans.catalogue import Catalogue
from gateway.plans.model import Plan

# Refusals that are nobody's fault: such messages come beside orders, and nobody has to look at them.
_USUAL = {"ORDER_OTHER_EVENT", "ORDER_ELSEWHERE", "ORDER_NOT_REAL", "ORDER_TYPE"}
_UNREADABLE = InputError("ORDER_UNREADABLE", "无法读取", "not readable")


def judged(
    connection: Connection,
    catalogue: Catalogue,
    authority: Authority,
    proved: Proved,
    content_type: str,
    callback: str | None,
    now: int,
) -> NewOrder:
    """A proved message as it is to be kept; `now` in milliseconds since 1970 UTC."""
    sender, read = proved.sender, proved.read
    settings = sender.settings
    bare = NewOrder(
        sender=sender.name,
        plan=settings.plan,
        relation=settings.relation,
        meaning=settings.meaning,
        exercise=read is not None and not read.alert.real,
        identifier=read.alert.identifier if read is not None else None,
        event=None,
        earlier=(),
        format=read.format if read is not None else None,
        sha256=read.sha256 if read is not None else hashlib.sha256(proved.content).hexdigest(),
        content=proved.content,
        content_type=content_type,
        proof=proved.proof,
        sent_at=_milliseconds(read_moment(read.alert.sent)) if read is not None else None,
        received_at=now,
        kind=None,
        message_type=read.alert.message_type if read is not None else None,
        level=None,
        until_then=None,
        starts_at=None,
        area=(),
        document_number=None,
        facts={},
        verdict="refused",
        refusal=None,
        in_force=False,
        state="kept",
        callback=callback,
    )
    if read is None:
        return _refused(bare, proved.fault or _UNREADABLE)
    plan = catalogue.load(settings.plan).plan
    codes = {code.value for code in authority.event_codes}
    try:
        found = order(read.alert, plan, sender.own, codes, moment(now))
        return _weighed(connection, plan, bare, found, now)
    except InputError as error:
        return _refused(bare, error)


def _refused(bare: NewOrder, error: InputError) -> NewOrder:
    """Kept, and put before people unless such messages are usual beside orders."""
    refusal = {"code": error.code, "message": error.message, "message_en": error.message_en}
    looked_at = bare.relation == "upper" and error.code not in _USUAL
    if error.code == "ORDER_SENT_IN_FUTURE":  # sent again once the clocks agree, it is a message of its name
        bare = replace(bare, identifier=None)
    return replace(bare, refusal=refusal, state="received" if looked_at else "kept")


def _weighed(connection: Connection, plan: Plan, bare: NewOrder, found: Order, now: int) -> NewOrder:
    """Beside what is known of its event, and what is in force here. Raises `InputError`."""
    event = _event(connection, bare.sender, found)
    history = orders.of_event(connection, bare.sender, event)
    if any(each.exercise != found.exercise for each in history):
        raise InputError(
            "ORDER_EXERCISE_MIXED",
            "演练消息和正式消息属于同一事件；两者不能互相更新或解除",
            "an exercise and a real message are of one event: neither updates or ends the other",
        )
    kind, area, remarks = _here(found, history)
    placed = replace(
        bare,
        event=event,
        earlier=found.earlier,
        kind=kind,
        level=found.level if kind == found.kind else None,
        until_then=found.until_then,
        starts_at=_milliseconds(found.starts_at),
        area=area,
        document_number=found.document_number,
        facts=_facts(found, remarks),
    )
    if _outdated(found, history, now):
        return replace(placed, verdict="outdated")
    if bare.relation != "upper" or kind == "tip":
        return replace(placed, verdict="informed")
    holds = bare.meaning in ("order", "warning") and (kind == "warning" or found.until_then is not None)
    placed = replace(placed, in_force=holds)
    if not area or draft(connection, plan, kept(placed, 0), now) is None:
        return replace(placed, verdict="unchanged")
    return replace(placed, verdict="draft", state="received")


def _event(connection: Connection, sender: str, found: Order) -> str:
    """The identifier of its event's first message: as we know it, else as the message says."""
    named = tuple(dict.fromkeys((*found.earlier, *((found.incident,) if found.incident else ()))))
    known = orders.event_of(connection, sender, (*named, found.identifier))
    return known or found.incident or (found.earlier[0] if found.earlier else found.identifier)


def _here(found: Order, history: Sequence[StoredOrder]) -> tuple[Kind, tuple[str, ...], list[Remark]]:
    """What it is for this area: a change that leaves it out ends what held here; an end that names no place
    ends its event. Raises `InputError` where it means another place, or nobody can tell which."""
    remarks = list(found.remarks)
    if found.area:
        return found.kind, found.area, remarks
    meeting = found.meeting
    held = next((each.area for each in reversed(history) if each.area), ())
    if not meeting.named:
        if found.ends:
            return "end", held, remarks
        raise InputError("ORDER_WITHOUT_AREA", "没有写明区域", "it names no area", field="area")
    if held and not (meeting.unknown or meeting.finer or meeting.uncoded):
        remarks.append(Remark("此消息不再包括本区域", "this message no longer includes this area"))
        return "end", held, remarks
    if meeting.unknown or meeting.finer or meeting.uncoded:
        said = "；".join(each.message for each in found.remarks)
        raise InputError(
            "ORDER_AREA_UNKNOWN",
            f"不能确定是否涉及本区域：{said}",
            "whether it means this area cannot be told: "
            + "; ".join(each.message_en for each in found.remarks),
            field="area",
        )
    codes = few(meeting.elsewhere)
    raise InputError(
        "ORDER_ELSEWHERE",
        f"与本区域没有共同部分：{codes}",
        f"it has no area in common with this one: {codes}",
        field="area",
    )


def _outdated(found: Order, history: Sequence[StoredOrder], now: int) -> bool:
    """Whether more is known already: a later message of its event, or that it ran out before it came."""
    sent = _milliseconds(found.sent)
    if any((each.sent_at or 0) > (sent or 0) or found.identifier in each.earlier for each in history):
        return True
    expires = _milliseconds(found.expires)
    return found.kind in ("warning", "hint") and expires is not None and expires <= now


def _facts(found: Order, remarks: Sequence[Remark]) -> dict[str, Any]:
    def written(at: datetime | None) -> str | None:
        return None if at is None else local(at).isoformat(timespec="seconds")

    return {
        "issuer": found.issuer,
        "headline": found.headline,
        "expected_end": written(found.expected_end),
        "expires": written(found.expires),
        "remarks": [{"message": each.message, "message_en": each.message_en} for each in remarks],
    }


def kept(new: NewOrder, identifier: int) -> StoredOrder:
    """The message under its number."""
    return StoredOrder(**{name: getattr(new, name) for name in NewOrder.__dataclass_fields__}, id=identifier)


def _milliseconds(at: datetime | None) -> int | None:
    return None if at is None else milliseconds(at)
