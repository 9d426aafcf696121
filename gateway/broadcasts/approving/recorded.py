"""The decision that somebody asks for by its id and the manifest that they saw."""

from sqlalchemy import Connection

from gateway.errors import InputError
from gateway.ledger.decisions import decisions
from gateway.ledger.decisions.decisions import Recorded, State

STATE_WORDS: dict[State, str] = {
    "submitted": "待批准",
    "returned": "已退回",
    "refused": "已否决",
    "approved": "已批准，待发布",
    "launched": "已发布",
    "withdrawn": "已撤件",
}


def asked(connection: Connection, decision_id: str, manifest: str | None = None) -> Recorded:
    """The decision; where a manifest is named, it must be the one that is frozen.

    Raises `InputError` (DECISION_UNKNOWN, MANIFEST_CONFLICT).
    """
    recorded = decisions.by_id(connection, decision_id)
    if recorded is None:
        raise unknown(decision_id)
    if manifest is not None and recorded.manifest != manifest:
        raise InputError(
            "MANIFEST_CONFLICT",
            "清单已变化：所批准的内容与现存的不一致，请重新核对",
            "the manifest differs from what was approved; look at it again",
            field="manifest",
        )
    return recorded


def unknown(decision_id: str) -> InputError:
    """There is no such decision."""
    return InputError(
        "DECISION_UNKNOWN",
        f"没有决定“{decision_id}”",
        f"there is no decision {decision_id!r}",
        field="id",
    )


def conflict(recorded: Recorded) -> InputError:
    """The decision has come too far, or was ended."""
    return InputError(
        "DECISION_NOT_OPEN",
        f"该决定{STATE_WORDS[recorded.state]}，不能再这样处理",
        f"this decision is {recorded.state}; that can no longer be done with it",
        field="id",
    )
