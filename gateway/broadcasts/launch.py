"""Switches a frozen broadcast live and, in the same transaction, the one before it off."""

from typing import cast

from sqlalchemy import Connection

from gateway.broadcasts import obligations, standing
from gateway.broadcasts.prepare import Desk, Refused, moment
from gateway.broadcasts.priority import valid_until
from gateway.decisions.checks import check
from gateway.decisions.model import Decision
from gateway.directory.model import AddressKind
from gateway.directory.targeting import MEDIUM_OF
from gateway.errors import InputError
from gateway.ledger import broadcasts as ledger_broadcasts
from gateway.ledger import decisions as ledger_decisions
from gateway.ledger import deliveries, events, incarnation, lanes, timers
from gateway.ledger.broadcasts import FrozenRecipient
from gateway.ledger.decisions import Recorded


def launch(connection: Connection, desk: Desk, decision_id: str, manifest: str, now: int) -> Recorded:
    """Launch the decision whose frozen manifest has this hash; launched before, nothing happens.

    `manifest` is what the approver saw: another hash is a conflict. A lift also reaches everyone
    exposed to its episode who is not among its recipients (DESIGN rule 7). Raises `InputError`
    (DECISION_UNKNOWN, MANIFEST_CONFLICT,
    STANDING_CHANGED, NO_LANE, LEDGER_GUARDED) and `Refused`.
    """
    recorded = ledger_decisions.by_id(connection, decision_id)
    if recorded is None:
        raise InputError(
            "DECISION_UNKNOWN",
            f"没有决定“{decision_id}”",
            f"there is no decision {decision_id!r}",
            field="id",
        )
    if recorded.manifest != manifest:
        raise InputError(
            "MANIFEST_CONFLICT",
            "清单已变化：所批准的内容与现存的不一致，请重新核对",
            "the manifest differs from what was approved; look at it again",
            field="manifest",
        )
    if recorded.launched:
        return recorded
    _refuse_guarded(connection)
    decision = Decision.model_validate_json(ledger_decisions.document(connection, decision_id))
    plan = desk.catalogue.load(decision.plan).plan
    changed = standing.find(connection, plan, decision)
    if (changed.broadcast_id if changed else None) != ledger_broadcasts.follows(
        connection, recorded.broadcast_id
    ):
        raise InputError(
            "STANDING_CHANGED",
            "提交之后又有决定生效，请重新提交",
            "another decision came into force after this one was submitted; submit it again",
        )
    checked = check(plan, decision, moment(now), launching=True, in_force=standing.context(changed))
    if checked.outcome != "ready":
        raise Refused(checked)
    _refuse_without_lanes(connection, recorded, decision.exercise)
    for stopped in ledger_broadcasts.stop_others(connection, recorded.episode_id, recorded.broadcast_id, now):
        timers.put(connection, "sweep_broadcast", [(stopped, now)])
        events.append(connection, now, "superseded", broadcast_id=stopped)
    if decision.action == "lift":
        _add_exposed(connection, recorded)
        ledger_decisions.close_episode(connection, recorded.episode_id, now)
    else:
        ledger_decisions.open_episode(connection, recorded.episode_id, now)
    ledger_broadcasts.launch(
        connection, recorded.broadcast_id, now=now, valid_until=valid_until(decision, now)
    )
    events.append(connection, now, "launched", broadcast_id=recorded.broadcast_id)
    obligations.renew(connection, plan, recorded.episode_id, recorded.broadcast_id, now)
    return Recorded(recorded.id, recorded.episode_id, recorded.broadcast_id, recorded.manifest, launched=True)


def _refuse_guarded(connection: Connection) -> None:
    """In a restored copy nobody knows yet what is in force, and nothing would leave."""
    if incarnation.guard(connection) is not None:
        raise InputError(
            "LEDGER_GUARDED",
            "台账是恢复的副本，所有通道已停；请先运行 airwarn resume 核对待发内容",
            "the ledger is a restored copy and all lanes are parked; run airwarn resume first",
        )


def _refuse_without_lanes(connection: Connection, recorded: Recorded, exercise: bool) -> None:
    """Launched without a channel, nothing would ever leave, and the warning would count as given."""
    wanted = ledger_broadcasts.frozen_kinds(connection, recorded.broadcast_id)
    if not wanted & lanes.serving(connection, exercise).keys():
        kinds = ", ".join(sorted(wanted))
        raise InputError(
            "NO_LANE",
            f"{'演练' if exercise else '正式'}通道未配置：没有账号能发送 {kinds}；请在设置的 accounts 中配置",
            f"no {'exercise' if exercise else 'live'} account can send {kinds}; configure one under accounts",
            field="accounts",
        )


def _add_exposed(connection: Connection, recorded: Recorded) -> None:
    """Everyone exposed and not yet on the list: nothing more of the episode can be claimed by now."""
    listed = ledger_broadcasts.frozen_addresses(connection, recorded.broadcast_id)
    texts = ledger_decisions.readers(connection, recorded.id)
    ledger_broadcasts.add_recipients(
        connection,
        recorded.broadcast_id,
        [
            FrozenRecipient(
                each.organisation_id,
                each.address_id,
                texts[(each.audience, each.sector, MEDIUM_OF[cast(AddressKind, each.channel)])],
            )
            for each in deliveries.exposed(connection, recorded.episode_id)
            if each.address_id not in listed
        ],
    )
