"""Acknowledgements as other programs and the archive see them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from gateway.broadcasts.launching.overview import overview
from gateway.errors import InputError
from gateway.ledger.follow_up import acknowledgements, photos, unsigned
from gateway.ledger.follow_up.acknowledgements import Acknowledgement
from gateway.ledger.follow_up.photos import Photo
from gateway.ledger.follow_up.unsigned import Line, Wanted
from gateway.moments import iso


def page_json(
    connection: Connection,
    broadcast_id: int,
    now: int,
    *,
    state: Wanted | None,
    audience: str | None,
    area: str | None,
    after: int,
    limit: int,
    limits: Collection[str] = (),
) -> list[dict[str, Any]]:
    """A page of a broadcast's acknowledgements within these areas (none: everywhere); `state`: only those of
    whom that is so.

    Raises `InputError` (BROADCAST_UNKNOWN).
    """
    overview(connection, broadcast_id, now)  # is there one?
    if state is None:
        found = acknowledgements.page(
            connection, broadcast_id, audience=audience, area=area, after=after, limit=limit, limits=limits
        )
        lines = unsigned.of_ids(connection, broadcast_id, [each.id for each in found])
    else:
        listed = unsigned.page(
            connection,
            broadcast_id,
            state,
            audience=audience,
            area=area,
            after=after,
            limit=limit,
            limits=limits,
        )
        lines = {line.id: line for line in listed}
        found = acknowledgements.page(connection, broadcast_id, identifiers=lines, limit=limit)
    return [acknowledgement_json(each, lines[each.id]) for each in found]


def acknowledgement_json(asked: Acknowledgement, line: Line) -> dict[str, Any]:
    """One organisation's answer; times are ISO 8601 with +08:00 or null.

    `state` is what weighs most of it; the times and `delivered` tell each apart.
    """
    return {
        "id": asked.id,
        "organisation": {"code": asked.organisation_code, "name": asked.organisation},
        "audience": line.audience,
        "area": line.area,
        "state": line.standing,
        "delivered": line.delivered,
        "due_at": iso(asked.due_at),
        "opened_at": iso(asked.opened_at),
        "signed_at": iso(asked.signed_at),
        "name": asked.name,
        "role": asked.role,
        "via": asked.via,
        "objected_at": iso(asked.objected_at),
        "objection": asked.objection,
        "done_at": iso(asked.done_at),
        "note": asked.note,
        "ended_at": iso(asked.ended_at),
    }


def one_json(connection: Connection, broadcast_id: int, identifier: int) -> dict[str, Any]:
    """One acknowledgement as `page_json` gives it."""
    (asked,) = acknowledgements.page(connection, broadcast_id, identifiers=[identifier])
    return acknowledgement_json(asked, unsigned.of_ids(connection, broadcast_id, [identifier])[identifier])


def photos_json(listed: Sequence[Photo]) -> list[Mapping[str, Any]]:
    """Photos without their content."""
    return [
        {"id": each.id, "sha256": each.sha256, "bytes": each.bytes, "at": iso(each.at)} for each in listed
    ]


def asked_of(connection: Connection, broadcast_id: int, identifier: int) -> Acknowledgement:
    """An acknowledgement of a broadcast. Raises `InputError` (ACKNOWLEDGEMENT_UNKNOWN)."""
    found = acknowledgements.by_id(connection, identifier)
    if found is None or found.broadcast_id != broadcast_id:
        raise InputError(
            "ACKNOWLEDGEMENT_UNKNOWN",
            f"发布任务 {broadcast_id} 没有签收记录 {identifier}",
            f"broadcast {broadcast_id} has no acknowledgement {identifier}",
            field="number",
        )
    return found


def photo(connection: Connection, broadcast_id: int, identifier: int, number: int) -> bytes:
    """A photo as JPEG. Raises `InputError` (ACKNOWLEDGEMENT_UNKNOWN, PHOTO_UNKNOWN)."""
    asked = asked_of(connection, broadcast_id, identifier)
    found = photos.content(connection, asked.id, number)
    if found is None:
        raise InputError("PHOTO_UNKNOWN", f"没有照片 {number}", f"there is no photo {number}", field="photo")
    return found
