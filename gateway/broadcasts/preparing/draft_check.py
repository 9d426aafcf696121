"""A look at a document that is not whole yet: what is missing or wrong in it, and what the checks say."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection

from gateway import documents
from gateway.broadcasts.approving import steps
from gateway.broadcasts.desk import Desk
from gateway.broadcasts.preparing import selecting, standing
from gateway.broadcasts.preparing.groundwork import judge
from gateway.broadcasts.preparing.standing import Link
from gateway.decisions.checks import Check
from gateway.decisions.model import Decision
from gateway.directory.selection import Selection
from gateway.errors import InputError


@dataclass(frozen=True, slots=True)
class Look:
    """`problems` keep it from being a decision, or one that fits the ledger. `decision` and `check` (of
    everything but the approvals) are None while it is none; `link` where it belongs; `selection` who is
    meant, None while that is not clear."""

    problems: tuple[InputError, ...]
    decision: Decision | None = None
    link: Link | None = None
    check: Check | None = None
    selection: Selection | None = None

    @property
    def ready(self) -> bool:
        """Whether it could be submitted."""
        return not self.problems and self.check is not None and self.check.outcome == "ready"


def look(
    connection: Connection,
    desk: Desk,
    document: Mapping[str, Any],
    now: int,
    chosen: Mapping[str, Any] | None = None,
) -> Look:
    """Read a document as far as it goes, with who was `chosen` beside it (None: everybody concerned); `now`
    in ms since 1970 UTC. Never raises for what they state."""
    decision, problems = parsed(json.dumps(document, ensure_ascii=False))
    if decision is None:
        return Look((*problems, *_unclear(chosen)))
    try:
        plan = desk.catalogue.load(decision.plan).plan
        link = standing.find(connection, plan, decision)
    except InputError as error:
        return Look((error,), decision)
    if decision.action in standing.MENDING and decision.level is None and link.follows is not None:
        decision = decision.model_copy(update={"level": link.follows.level})
    check = steps.without_approvals(judge(plan, decision, link, now))
    try:
        selection = selecting.judged(connection, plan, decision, link, chosen)
    except InputError as error:
        return Look((error,), decision, link, check)
    return Look((), decision, link, check, selection)


def _unclear(chosen: Mapping[str, Any] | None) -> tuple[InputError, ...]:
    try:
        selecting.chosen(chosen)
    except InputError as error:
        return (error,)
    return ()


def parsed(text: str, file: str | None = None) -> tuple[Decision | None, tuple[InputError, ...]]:
    """The decision that YAML or JSON states; or, with every fault and its line, none."""
    try:
        document = documents.parse(text, file)
    except InputError as error:
        return None, (error,)
    try:
        return Decision.model_validate(document.data), ()
    except ValidationError as error:
        return None, tuple(documents.problems(document, error))
