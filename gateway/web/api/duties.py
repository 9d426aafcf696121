"""Who answers: for the measures of a plan, and hour by hour (值班表)."""

from typing import Annotated, Any

from pydantic import AwareDatetime, Field
from sqlalchemy import Connection

from gateway.directory.model import ContactRole
from gateway.directory.rosters import Answering
from gateway.errors import InputError
from gateway.ledger.directory import duties
from gateway.ledger.directory.duties import NewShift
from gateway.moments import milliseconds
from gateway.plans.duties import MeasureDuty
from gateway.plans.model import Plan
from gateway.web.answering import answering_json
from gateway.web.api.operation import (
    INTEGER,
    Answer,
    Body,
    Call,
    Input,
    Operations,
    Output,
    Query,
    json_body,
)
from gateway.web.api.plans import plan_of_path
from gateway.web.api.values import Time
from gateway.web.keys import CLOCK, LEDGER
from gateway.web.rosters import roster_json

OPERATIONS = Operations()
Name = Annotated[str, Field(min_length=1, max_length=100)]


class DutyIn(Input):
    """Who answers for a measure in a unit, as the plan prints it; naming nobody takes it away."""

    measure_id: Annotated[str, Field(min_length=1, max_length=64)]
    unit: Name
    responsible_unit: Name | None = None
    leader: Name | None = None
    person: Name | None = None
    supervisor: Name | None = None


class DutiesIn(Input):
    """Duties to be stored; others stay."""

    duties: Annotated[list[DutyIn], Field(min_length=1, max_length=5000)]


class Duty(Output):
    """Who answers for a measure in a unit. These stand in the order."""

    measure_id: str
    unit: str
    responsible_unit: str | None
    leader: str | None
    person: str | None
    supervisor: str | None


class Duties(Output):
    """Who answers for the measures of a plan. `nobody`: the plan's units that lead or carry out a measure
    for which nobody is named."""

    plan: str
    duties: list[Duty]
    nobody: list[Duty]


class ShiftIn(Input):
    """A person on duty; moments carry an offset."""

    contact_id: Annotated[int, Field(ge=1, lt=10**18)]
    starts_at: AwareDatetime
    ends_at: AwareDatetime


class ShiftsIn(Input):
    """Shifts to be added; those that are there already stay as they are."""

    shifts: Annotated[list[ShiftIn], Field(min_length=1, max_length=5000)]


class ShiftsAdded(Output):
    """How many were not there yet."""

    added: int


class ShiftRemoved(Output):
    """Whether there was one."""

    removed: bool


class OnDuty(Output):
    """A person's shift; the name is masked."""

    id: int
    code: str
    organisation: str
    contact_id: int
    contact: str | None
    role: ContactRole
    starts_at: Time
    ends_at: Time


class RosterGap(Output):
    """A time in which nobody is on duty."""

    code: str
    organisation: str
    starts_at: Time
    ends_at: Time


class Roster(Output):
    """Who is on duty now, and where nobody will be within 14 days."""

    now: list[OnDuty]
    gaps: list[RosterGap]


@OPERATIONS("GET", "/api/v1/plans/{id}/duties", "read", {200: Duties}, query=Query)
async def list_duties(call: Call[Query]) -> Answer:
    """Who answers for each measure of a plan, and where nobody is named."""
    plan = await plan_of_path(call.app, call.path["id"])
    return 200, await call.app[LEDGER].read(duties_json, plan)


@OPERATIONS(
    "POST",
    "/api/v1/plans/{id}/duties",
    "directory",
    {200: Duties},
    query=Query,
    body=Body(("application/json",), 2_000_000, DutiesIn),
)
async def store_duties(call: Call[Query]) -> Answer:
    """Name who answers for measures; they stand in the order of every decision from then on."""
    app = call.app
    stated: DutiesIn = json_body(call.body, DutiesIn)
    plan = await plan_of_path(app, call.path["id"])
    named = [MeasureDuty(**each.model_dump()) for each in stated.duties]
    return 200, await app[LEDGER].write(put_duties, plan, named, app[CLOCK](), call.caller.name)


@OPERATIONS("GET", "/api/v1/duty", "read", {200: Roster}, query=Query)
async def get_roster(call: Call[Query]) -> Answer:
    """Who is on duty now, and the gaps of the next 14 days."""
    return 200, await call.app[LEDGER].read(roster_json, call.app[CLOCK]())


class AnsweringPerson(Output):
    """Who answers; name and numbers are masked but for the scope `operate`. `until`: their shift's end."""

    contact_id: int
    contact: str | None
    role: ContactRole
    numbers: list[str]
    until: Time | None


class Gap(Output):
    """A time without anybody on duty."""

    starts_at: Time
    ends_at: Time


class AnsweringUnit(Output):
    """Who answers for a unit now: by its roster, else who has night duty, the liaison officers, or its
    first contact. `next_gap`: of its roster, within 14 days."""

    code: str
    organisation: str
    by: Answering
    people: list[AnsweringPerson]
    next_gap: Gap | None


class AnsweringUnits(Output):
    """Every unit that keeps a roster or has a liaison officer."""

    at: Time
    units: list[AnsweringUnit]


@OPERATIONS("GET", "/api/v1/duty/now", "read", {200: AnsweringUnits}, query=Query)
async def get_answering(call: Call[Query]) -> Answer:
    """Who answers now for each unit, round the clock."""
    return 200, await call.app[LEDGER].read(
        answering_json, call.app[CLOCK](), full="operate" in call.caller.scopes
    )


@OPERATIONS(
    "POST",
    "/api/v1/duty/shifts",
    "directory",
    {200: ShiftsAdded},
    query=Query,
    body=Body(("application/json",), 2_000_000, ShiftsIn),
)
async def add_shifts(call: Call[Query]) -> Answer:
    """Add shifts to the rosters."""
    app = call.app
    stated: ShiftsIn = json_body(call.body, ShiftsIn)
    added = await app[LEDGER].write(duties.add_shifts, new_shifts(stated), app[CLOCK](), call.caller.name)
    return 200, {"added": added}


@OPERATIONS(
    "POST", f"/api/v1/duty/shifts/{{id:{INTEGER}}}/remove", "directory", {200: ShiftRemoved}, query=Query
)
async def remove_shift(call: Call[Query]) -> Answer:
    """Take a shift off a roster."""
    app = call.app
    removed = await app[LEDGER].write(
        duties.remove_shift, int(call.path["id"]), app[CLOCK](), call.caller.name
    )
    return 200, {"removed": removed}


def new_shifts(stated: ShiftsIn) -> list[NewShift]:
    """The shifts as the ledger takes them."""
    return [
        NewShift(each.contact_id, milliseconds(each.starts_at), milliseconds(each.ends_at))
        for each in stated.shifts
    ]


def duties_json(connection: Connection, plan: Plan) -> dict[str, Any]:
    """Who answers for the measures of a plan, and for which nobody is named."""
    found = duties.of_plan(connection, plan.id)
    named = {(each.measure_id, each.unit) for each in found}
    return {
        "plan": plan.id,
        "duties": [_duty_json(each) for each in found],
        "nobody": [
            _duty_json(MeasureDuty(measure.id, unit))
            for measure in plan.measures
            for unit in dict.fromkeys([*measure.lead_units, *measure.responsible_units])
            if (measure.id, unit) not in named
        ],
    }


def put_duties(
    connection: Connection, plan: Plan, named: list[MeasureDuty], now: int, actor: str
) -> dict[str, Any]:
    """Store duties of a plan's own measures and units.

    Raises `InputError`: MEASURE_UNKNOWN, UNIT_UNKNOWN for what the plan does not hold, DUTY_TWICE.
    """
    units = {measure.id: {*measure.lead_units, *measure.responsible_units} for measure in plan.measures}
    seen: set[tuple[str, str]] = set()
    for each in named:
        if each.measure_id not in units:
            raise InputError(
                "MEASURE_UNKNOWN",
                f"预案“{plan.id}”没有措施“{each.measure_id}”",
                f"plan {plan.id} has no measure {each.measure_id!r}",
                field="measure_id",
            )
        if each.unit not in units[each.measure_id]:
            printed = "、".join(sorted(units[each.measure_id])) or "无"
            raise InputError(
                "UNIT_UNKNOWN",
                f"措施“{each.measure_id}”没有单位“{each.unit}”；预案写的是：{printed}",
                f"measure {each.measure_id!r} names no unit {each.unit!r}",
                field="unit",
            )
        if (each.measure_id, each.unit) in seen:
            raise InputError(
                "DUTY_TWICE",
                f"措施“{each.measure_id}”的单位“{each.unit}”写了两次",
                f"measure {each.measure_id!r} of {each.unit!r} stands twice",
                field="duties",
            )
        seen.add((each.measure_id, each.unit))
    duties.put(connection, plan.id, named, now, actor)
    return duties_json(connection, plan)


def _duty_json(each: MeasureDuty) -> dict[str, Any]:
    return {
        "measure_id": each.measure_id,
        "unit": each.unit,
        "responsible_unit": each.responsible_unit,
        "leader": each.leader,
        "person": each.person,
        "supervisor": each.supervisor,
    }
