"""What is wrong with a plan beyond its shape: contradictions, holes, and words that no reader may get.

An error makes the plan unusable (`Catalogue.load` refuses it); a warning is for its author to judge.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Literal

from pydantic import ValidationError

from gateway.documents import Path, decode, parse, problems
from gateway.errors import InputError
from gateway.plans import (
    condition_checks,
    english_checks,
    figure_checks,
    jargon,
    measure_checks,
    rule_checks,
    text_checks,
)
from gateway.plans.faults import Fault
from gateway.plans.loaded import LoadedPlan, read
from gateway.plans.model import Plan, written_readers


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a plan file; `line` is 1-based."""

    file: str | None
    line: int | None
    code: str
    message: str  # Chinese
    message_en: str
    severity: Literal["error", "warning"] = "error"

    def as_json(self) -> dict[str, object]:
        """The shape that `plan lint --json` prints."""
        return {
            "file": self.file,
            "line": self.line,
            "code": self.code,
            "message": self.message,
            "message_en": self.message_en,
            "severity": self.severity,
        }


def lint(loaded: LoadedPlan) -> list[Problem]:
    """Every problem of a plan that has the right shape, in the order of the file."""
    found = [
        Problem(
            loaded.document.file,
            loaded.document.line_of(_as_written(loaded.document.data, fault.path)),
            fault.code,
            fault.message,
            fault.message_en,
            fault.severity,
        )
        for fault in _faults(loaded)
    ]
    # several readers may share one text and its fault
    return sorted(dict.fromkeys(found), key=lambda problem: problem.line or 0)


def _as_written(data: Any, path: Path) -> Path:
    """The path with the key that the file has where the model has one reader."""
    if len(path) > 3 and path[0] == "measures" and path[2] == "texts":
        for key in data["measures"][path[1]]["texts"]:
            if path[3] in written_readers(key):
                return (*path[:3], key, *path[4:])
    return path


def lint_file(content: bytes, file: str) -> list[Problem]:
    """Every problem of a plan file's bytes, faults of its shape included; those hide all others."""
    try:
        document = parse(decode(content, file), file)
        Plan.model_validate(document.data)
    except InputError as error:
        return [_as_problem(error)]
    except ValidationError as error:
        return [_as_problem(fault) for fault in problems(document, error)]
    return lint(read(content, file))


def _as_problem(error: InputError) -> Problem:
    return Problem(error.file, error.line, error.code, error.message, error.message_en)


def _faults(loaded: LoadedPlan) -> Iterator[Fault]:
    yield from _name(loaded)
    for check in (
        rule_checks.repeated,
        rule_checks.areas,
        rule_checks.rules,
        rule_checks.approvals,
        rule_checks.reports,
        measure_checks.replacements,
        measure_checks.answers,
        measure_checks.readers,
        measure_checks.units,
        measure_checks.gaps,
        condition_checks.conditions,
        figure_checks.figures,
        jargon.jargon,
        english_checks.english,
    ):
        yield from check(loaded.plan)
    yield from text_checks.texts(loaded.document.data)


def _name(loaded: LoadedPlan) -> Iterator[Fault]:
    identifier, file = loaded.plan.id, loaded.document.file
    if file is not None and PurePath(file).stem != identifier:
        yield Fault(
            ("id",),
            "PLAN_NAME",
            f"预案的 id 是“{identifier}”，文件名应为 {identifier}.yaml",
            f"the plan's id is {identifier!r}; its file must be named {identifier}.yaml",
        )
