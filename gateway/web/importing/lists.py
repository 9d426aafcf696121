"""Importing a list of any kind: organisations and what hangs on them, duty rosters, tables of duties."""

from typing import Any

from sqlalchemy import Connection

from gateway.directory import duty_rows, roster_rows
from gateway.directory.duty_rows import DutyReading
from gateway.directory.importing import Options, Reading
from gateway.directory.roster_rows import RosterReading
from gateway.errors import InputError
from gateway.plans.catalogue import Catalogue
from gateway.web.importing.duty_tables import store_duties
from gateway.web.importing.organisations import Wishes, read_rows, store_rows
from gateway.web.importing.rosters import store_roster

AnyReading = Reading | RosterReading | DutyReading


def read_list(
    content: bytes,
    file: str | None,
    catalogue: Catalogue,
    options: Options,
    *,
    unit: str | None = None,
    plan: str | None = None,
) -> AnyReading:
    """Read a file as a list of the kind that `options` say. `unit`: the code of whose roster it is, where
    no column says it; `plan`: whose measures a table of duties names. Raises `InputError`."""
    how = {"sheet": options.sheet, "mapping": options.mapping, "changes": options.columns}
    if options.kind == "rosters":
        return roster_rows.read(content, file, unit=unit, **how)  # type: ignore[arg-type]
    if options.kind == "duties":
        if plan is None:
            raise InputError(
                "PLAN_MISSING",
                "请用 --plan 写明是哪个预案的措施",
                "name the plan whose measures these are with --plan",
                file,
                field="plan",
            )
        return duty_rows.read(content, catalogue.load(plan).plan, file, **how)  # type: ignore[arg-type]
    return read_rows(content, file, catalogue, options)


def store_list(
    connection: Connection, reading: AnyReading, now: int, *, caller: str = "(local)", wishes: Wishes
) -> dict[str, Any]:
    """Store what was read, and tell what became of every row, as `directory.store_rows` does."""
    if isinstance(reading, RosterReading):
        return store_roster(connection, reading, now, caller, wishes)
    if isinstance(reading, DutyReading):
        return store_duties(connection, reading, now, caller, wishes)
    return store_rows(connection, reading, now, caller=caller, wishes=wishes)
