"""How the messages of one event follow each other: what is referenced, what runs out, how it ends.

Everything here takes the earlier messages as they were released, oldest first, and makes no new names or
times: who releases gives them.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from gateway.errors import InputError
from gateway.exchange.model import (
    Alert,
    Certainty,
    Identity,
    Info,
    MessageType,
    Reference,
    read_moment,
    written,
)


def live(earlier: Sequence[Alert], at: datetime) -> tuple[Alert, ...]:
    """The messages that some reader may still show: neither cancelled nor run out at that moment.

    One that an Update replaced is among them: a reader that missed the Update still shows it.
    """
    cancelled = {
        reference for alert in earlier if alert.message_type == "Cancel" for reference in alert.references
    }
    return tuple(
        alert
        for alert in earlier
        if alert.message_type in ("Alert", "Update")
        and alert.reference not in cancelled
        and not _expired(alert, at)
    )


def _expired(alert: Alert, at: datetime) -> bool:
    return alert.expires is not None and read_moment(alert.expires) <= at


def follow(
    wanted: MessageType, earlier: Sequence[Alert], at: datetime, *, status: str
) -> tuple[MessageType, tuple[Reference, ...]]:
    """What type a message really has, and its references, each byte for byte as its message wrote it.

    A first message becomes an Update where another of its event is live (a warning after its hint). Where
    none is, an Update or Cancel names the newest that ran out; an Update after a Cancel is an Alert again,
    a Cancel after a Cancel names what that one did. Raises `InputError`: EARLIER_UNKNOWN, EXERCISE_MIXED.
    """
    if any(alert.status != status for alert in earlier):
        raise InputError(
            "EXERCISE_MIXED",
            "演练、测试和正式消息不能互相引用",
            "exercises, tests and real messages never reference each other",
        )
    alive = live(earlier, at)
    if alive:
        return "Update" if wanted == "Alert" else wanted, tuple(alert.reference for alert in alive)
    if wanted == "Alert":
        return "Alert", ()
    if not earlier:
        raise InputError(
            "EARLIER_UNKNOWN",
            "更新或解除必须引用此前的消息，但没有给出此前的消息",
            "an Update or Cancel references the earlier messages, and none is given",
        )
    newest = earlier[-1]
    if newest.message_type != "Cancel":
        return wanted, (newest.reference,)
    return ("Alert", ()) if wanted == "Update" else (wanted, newest.references)


def renewal(alert: Alert, identity: Identity, until: datetime, earlier: Sequence[Alert]) -> Alert:
    """The same warning, to hold until later: nothing that it says changes, only its name, time and end."""
    message_type, references = follow("Update", earlier, identity.sent, status=alert.status)
    return replace(
        alert,
        identifier=identity.identifier,
        sent=written(identity.sent),
        message_type=message_type,
        references=references,
        infos=tuple(_renewed(info, identity.sent, until) for info in alert.infos if not info.ends),
    )


def _renewed(info: Info, sent: datetime, until: datetime) -> Info:
    moved = replace(info, effective=written(sent), expires=written(until))
    return at_moment(moved, sent, monitored=info.certainty == "Observed")


def at_moment(info: Info, sent: datetime, *, monitored: bool) -> Info:
    """The block with what it says of whether it has begun; `monitored`: it was measured, not forecast."""
    begun = info.onset is None or read_moment(info.onset) <= sent
    certainty: Certainty = "Observed" if monitored and begun else "Likely"
    if info.urgency in ("Expected", "Immediate"):
        responses = info.response_types
        warns = info.severity != "Unknown"
        return replace(
            info,
            urgency="Immediate" if begun else "Expected",
            response_types=(("Avoid",) if begun else ("Prepare",)) if warns else responses,
            certainty=certainty,
        )
    return info if info.certainty == "Possible" else replace(info, certainty=certainty)


def all_clear(cancel: Alert, identity: Identity) -> Alert:
    """A Cancel as the Update with responseType AllClear that some readers want in its place.

    It is another message, and so has a name of its own. Raises `ValueError` where it is no Cancel that
    says why.
    """
    if cancel.message_type != "Cancel" or not cancel.infos:
        raise ValueError("only a Cancel with an info block has an AllClear form")
    return replace(cancel, identifier=identity.identifier, sent=written(identity.sent), message_type="Update")
