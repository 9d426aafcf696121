"""However a plan file is spoilt, it is refused with a line or it works."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.documents import parse
from gateway.plans.describe import as_json, describe, summary
from gateway.plans.lint import lint_file
from gateway.plans.loaded import read
from gateway.plans.measures import Facts, open_gaps, resolve
from gateway.vocabulary import LEVELS
from tests.plans.small import SMALL

DATA = parse(SMALL).data
Path = tuple[str | int, ...]


def paths(data: Any, path: Path = ()) -> Iterator[Path]:
    """Every path in plain data but the empty one."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield (*path, key)
        yield from paths(value, (*path, key))


PATHS = list(paths(DATA))
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=5),
    st.sampled_from([[], {}, [[]], [{}], "yellow", "red", "lessons", "trucks", "washing", "990100", "lift"]),
    st.lists(st.sampled_from(["lessons", "trucks", "no-washing", "issue", "red"]), max_size=3),
)


def parent(data: Any, path: Path) -> Any:
    for key in path[:-1]:
        data = data[key]
    return data


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """The small plan as JSON with up to three parts changed, dropped or exchanged."""
    data = copy.deepcopy(DATA)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(PATHS))
        other = draw(st.sampled_from(PATHS))
        how = draw(st.sampled_from(["value", "drop", "copy"]))
        try:
            place, source = parent(data, path), parent(data, other)[other[-1]]
            if how == "drop":
                del place[path[-1]]
            else:
                place[path[-1]] = draw(VALUES) if how == "value" else copy.deepcopy(source)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    return json.dumps(data, ensure_ascii=draw(st.booleans()), indent=1).encode("utf-8", "replace")


@settings(max_examples=150)
@given(spoilt())
def test_a_spoilt_plan_has_problems_with_lines_or_can_be_used(content: bytes) -> None:
    problems = lint_file(content, "small.yaml")
    for problem in problems:
        assert problem.code
        assert problem.message
        assert problem.message_en
        assert problem.file == "small.yaml"
        assert problem.line is not None
        assert 1 <= problem.line <= content.count(b"\n") + 1
    if any(problem.severity == "error" for problem in problems):
        return
    loaded = read(content, "small.yaml")
    json.dumps([summary(loaded), as_json(loaded)])
    describe(loaded)
    for level in LEVELS:
        resolve(loaded.plan, level, Facts())
        open_gaps(loaded.plan, level, Facts(humidity_percent=50, temperature_c=9))
