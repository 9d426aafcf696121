"""Who answers for a measure in a unit: filled in by the office, beside the plan."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MeasureDuty:
    """For a measure of a plan and a unit as the plan prints it: the responsible unit, its leader, the
    person who carries it out and the one who supervises. None: not named yet."""

    measure_id: str
    unit: str
    responsible_unit: str | None = None
    leader: str | None = None
    person: str | None = None
    supervisor: str | None = None
