"""The rows of an import's report, in words."""

import pytest

from gateway.web.console.directory.import_report import table
from gateway.web.live.live_words import Language, Speech

FAULTS = [
    {"field": "name", "message": "没有名称", "message_en": "no name"},
    {"field": "code", "message": "没有编码", "message_en": "no code"},
]
ROW = {"row": 2, "outcome": "refused", "code": "", "faults": FAULTS, "remarks": []}


@pytest.mark.parametrize(
    ("language", "why", "which"),
    [("zh", "没有名称；没有编码", "名称、编码"), ("en", "no name; no code", "name, code")],
)
def test_faults_follow_each_other_as_the_language_writes_them(
    language: Language, why: str, which: str
) -> None:
    names = which.split("、" if language == "zh" else ", ")
    printed = [{"field": each["field"], "printed": name} for each, name in zip(FAULTS, names, strict=True)]
    rows = table({"understood": {"columns": printed}}, waits=True)
    told = {each.name: each.text((1, ROW), Speech(language)) for each in rows.columns}
    assert told["why"] == why
    assert told["column"] == which
