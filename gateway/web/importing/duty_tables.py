"""Storing a table of duties (责任分工表)."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from gateway.directory.duty_rows import DutyReading
from gateway.directory.model import Change
from gateway.ledger.directory import duties
from gateway.plans.duties import MeasureDuty
from gateway.web.importing.findings import nothing_removed
from gateway.web.importing.organisations import Wishes
from gateway.web.importing.report import Outcome, Told, report

_PARTS = ("responsible_unit", "leader", "person", "supervisor")


def store_duties(
    connection: Connection, reading: DutyReading, now: int, caller: str, wishes: Wishes
) -> dict[str, Any]:
    """Store the accepted rows by measure and unit; what the file has no column for stays. `missing` are
    stored duties of the plan that it does not name."""
    known = {(each.measure_id, each.unit): each for each in duties.of_plan(connection, reading.plan)}
    columns = [name for name in _PARTS if name in reading.table.fields]
    changed: list[MeasureDuty] = []
    named: set[tuple[str, str]] = set()
    told = []
    for row in reading.rows:
        outcome: Change = "refused" if row.faults else "unchanged"
        for duty in row.duties:
            key = (duty.measure_id, duty.unit)
            before = known.get(key)
            after = duty
            if before is not None:
                after = replace(before, **{name: getattr(duty, name) for name in columns})
            named.add(key)
            if after != before and not (before is None and not _names(after)):
                changed.append(after)
                outcome = "added" if before is None else "changed"
        told.append(Told(row.number, "、".join(duty.measure_id for duty in row.duties), outcome, row.faults))
    missing = [(measure_id, unit) for measure_id, unit in known if (measure_id, unit) not in named]
    findings = []
    removed = 0
    if wishes.remove_missing and missing:
        if any(each.faults for each in reading.rows):
            findings.append(nothing_removed(len(missing)))
        else:
            removed = len(missing)
            changed += [MeasureDuty(*each) for each in missing]
    if changed and not wishes.dry_run:
        duties.put(connection, reading.plan, changed, now, caller)
    return report(
        connection,
        "duties",
        reading.table,
        reading.file,
        reading.sha256,
        Outcome(told, findings, missing, removed),
        now,
        caller,
        wishes,
    )


def _names(duty: MeasureDuty) -> bool:
    return any(getattr(duty, name) for name in _PARTS)
