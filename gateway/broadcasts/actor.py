"""Who does something: for the audit trail, and for approvals by role."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A caller with the person behind it. `titles` are those that the person may approve under.

    `name` is a token's name, `(local)` for this machine's own commands, or `(airwarn)` for what the
    program does by itself.
    """

    name: str
    person: str | None = None
    titles: tuple[str, ...] = ()


LOCAL = Actor("(local)")  # this machine's commands, which state whom they act for
