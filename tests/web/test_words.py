"""The words of the pages: in both languages, and one word for one thing."""

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

import pytest

from gateway.vocabulary import Words

ROOT = Path(__file__).parents[2]
QUOTED = re.compile("“[^”]*”")
HAN = re.compile(r"[\u4e00-\u9fff，。：；！？（）]")
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / "gateway").rglob("*words.py")
    if "Words(" in path.read_text("utf-8")
)
# other words for what docs/decisions.md calls 启动时间, 预计解除时间, 当前预警, 正在生效, 逾期, 发布机关
OTHERS = re.compile(
    "起始时间|开始时间晚于|预计结束|预计解除[：” ]|现行预警|与现行|生效中|逾时|发布单位|有误之处"
)
SOURCES = {".py", ".html", ".j2", ".typ"}


def words_of(module: str) -> Iterator[tuple[str, Words]]:
    for name, table in vars(import_module(module)).items():
        if isinstance(table, Mapping):
            yield from (
                (f"{name}[{key!r}]", words) for key, words in table.items() if isinstance(words, Words)
            )


@pytest.mark.parametrize("module", MODULES)
def test_each_table_says_in_english_what_it_says_in_chinese(module: str) -> None:
    for name, words in words_of(module):
        assert words.en, name
        assert not HAN.search(QUOTED.sub("", words.en)), (name, words.en)
        assert words.zh.count("{}") == words.en.count("{}") or not words.zh, name


def test_one_thing_has_one_word_in_pages_notices_and_commands() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for folder in ("gateway", "message_templates/notices", "message_templates/boards", "docs")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in SOURCES | {".md"} and path.is_file()
        for match in OTHERS.finditer(path.read_text("utf-8"))
    ]
    assert found == []
