"""A report that everybody was notified, written from the ledger's own account.

The 2018 plan of Zhengzhou owes it county by county within three hours: every controlled enterprise and unit
was reached, each with evidence.
"""

from collections import Counter

from gateway.errors import InputError
from gateway.follow_up.signatures.reached import trails_of
from gateway.ledger.database import Ledger
from gateway.ledger.decisions import decisions
from gateway.ledger.follow_up import obligations
from gateway.moments import iso
from gateway.plans.catalogue import Catalogue

_NAMED = 10  # of those who were not reached


def notified(ledger: Ledger, catalogue: Catalogue, obligation_id: int, now: int) -> dict[str, str]:
    """The contents of the report for an obligation to notify: how many were asked to sign, and how each of
    them stands. `now` in milliseconds since 1970 UTC.

    Where a district owes it, its own organisations count, else all. Raises `InputError`:
    OBLIGATION_UNKNOWN; OBLIGATION_OF_OTHER_KIND where it asks for other contents or belongs to no decision;
    NOBODY_ASKED; NOT_ALL_REACHED, naming some: what is not so is not reported.
    """
    row = ledger.read_now(obligations.by_id, obligation_id)
    if row is None:
        raise InputError(
            "OBLIGATION_UNKNOWN", f"没有待办 {obligation_id}", f"there is no obligation {obligation_id}"
        )
    recorded = None if row.decision_id is None else ledger.read_now(decisions.by_id, row.decision_id)
    if recorded is None or not recorded.launched or row.contents:
        raise InputError(
            "OBLIGATION_OF_OTHER_KIND",
            f"待办 {obligation_id}“{row.what}”不是通知到单位的事项，请自行写报告",
            f"obligation {obligation_id} is not one of notifying; write its report yourself",
        )
    areas = {area.name: area.code for area in catalogue.load(row.plan).plan.areas}
    found = [
        trail
        for trail in trails_of(ledger, recorded.broadcast_id, now, areas.get(row.by_whom))
        if trail.told.acknowledgement_id is not None
    ]
    if not found:
        raise InputError(
            "NOBODY_ASKED",
            f"“{row.by_whom}”没有被要求签收的单位",
            f"no organisation of {row.by_whom} is asked to sign",
        )
    unreached = [trail.told for trail in found if trail.outcome == "unreached"]
    if unreached:
        names = "、".join(f"{told.name}（{told.code}）" for told in unreached[:_NAMED])
        rest = f"等 {len(unreached)} 家" if len(unreached) > _NAMED else ""
        raise InputError(
            "NOT_ALL_REACHED",
            f"还没有全部通知到，不能报已通知：{names}{rest}；见 airwarn calls",
            f"{len(unreached)} of {len(found)} are not reached yet; see airwarn calls",
        )
    counted = Counter(trail.outcome for trail in found)
    late = sum(row.due_at is not None and (trail.reached_at or now) > row.due_at for trail in found)
    last = max(trail.reached_at or 0 for trail in found)
    return {
        row.what: (
            f"任务 {recorded.broadcast_id}：应通知 {len(found)} 家，全部通知到，其中已签收"
            f" {counted['signed']} 家；最后一家 {iso(last)} 通知到，逾期 {late} 家。"
            f"逐家经过见 airwarn report {recorded.broadcast_id} --trail。"
        )
    }
