"""Events of YAML and JSON text: one after the other, so that a reader can stop before too much is read."""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Event:
    """`kind`: `{` `}` `[` `]`, or `scalar`, `alias`, `tag`, `end`; `plain`: without quotes."""

    kind: str
    line: int
    value: Any = None
    plain: bool = False


@dataclass(eq=False)
class Malformed(Exception):
    """The text is not YAML: what is wrong in Chinese and English, and the line (None: not known)."""

    message: str
    message_en: str
    line: int | None


class NotJson(Exception):
    """The text is not JSON; it may be YAML."""


_KINDS: dict[type[yaml.Event], str] = {
    yaml.MappingStartEvent: "{",
    yaml.MappingEndEvent: "}",
    yaml.SequenceStartEvent: "[",
    yaml.SequenceEndEvent: "]",
    yaml.AliasEvent: "alias",
    yaml.StreamEndEvent: "end",
}


_YAML_PROBLEMS = {  # libyaml's words
    "found character that cannot start any token": "有不能开头的字符：用空格缩进，@、` 开头的文字加引号",
    "found a tab character that violates indentation": "缩进中有制表符（Tab），请改用空格",
    "mapping values are not allowed in this context": "此处不能有“: ”：检查缩进，或给文字加引号",
    "could not find expected ':'": "缺少“: ”（冒号后要有一个空格）",
    "did not find expected key": "缩进不一致，或引号、括号没有成对",
    "did not find expected '-' indicator": "列表项的缩进不一致",
    "did not find expected ',' or '}'": "花括号中缺少逗号，或没有结束",
    "did not find expected ',' or ']'": "方括号中缺少逗号，或没有结束",
    "found unexpected end of stream": "引号没有结束",
    "found unknown escape character": "引号中的“\\”写法不对",
    "expected a single document": "一个文件只能有一份文档，不要用 --- 分段",
}


def yaml_events(text: str) -> Iterator[Event]:
    """The events of a YAML text of one document. Raises `Malformed`."""
    documents = 0
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            mark: Any = event.start_mark
            if isinstance(event, yaml.ScalarEvent):
                # `implicit[0]` is true for a plain scalar without a tag, `[1]` for a quoted one
                untagged = event.implicit[0] or event.implicit[1]
                kind = "scalar" if untagged else "tag"
                yield Event(kind, mark.line + 1, event.value, event.implicit[0])
            elif isinstance(event, yaml.CollectionStartEvent) and not event.implicit:
                yield Event("tag", mark.line + 1)
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise yaml.MarkedYAMLError(problem="expected a single document", problem_mark=mark)
            elif type(event) in _KINDS:
                yield Event(_KINDS[type(event)], mark.line + 1)
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or "unreadable"
        mark = getattr(error, "problem_mark", None)
        if problem == "found unexpected end of stream":  # where the quote opens, not where the file ends
            mark = getattr(error, "context_mark", None) or mark
        line = mark.line + 1 if mark else None
        raise Malformed(_YAML_PROBLEMS.get(problem, problem), problem, line) from None


_JSON_TOKEN = re.compile(
    r'[ \t\r\n]*([{}\[\],:]|"(?:[^"\\\n\r\t]|\\.)*"'
    r"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null)"
)


_OPENING = {"{": "first_key", "[": "first"}  # and what may come then
_PAIRS = ("{}", "[]")
_COMMA, _COLON = ",:"


def json_events(text: str) -> Iterator[Event]:
    """The same events from JSON. Raises `NotJson` where the text leaves the grammar of JSON."""
    position, line = 0, 1
    open_brackets: list[str] = []
    state = "value"  # what may come: value, first (item or ]), key, first_key (or }), colon, next (, ] or })
    while open_brackets or state == "value":
        match = _JSON_TOKEN.match(text, position)
        if match is None:
            raise NotJson
        line += text.count("\n", position, match.start(1))
        position = match.end()
        token = match.group(1)
        inside = open_brackets[-1] if open_brackets else ""
        if token in _OPENING and state in ("value", "first"):
            open_brackets.append(token)
            state = _OPENING[token]
            yield Event(token, line)
        elif inside + token in _PAIRS and state in ("first", "first_key", "next"):
            open_brackets.pop()
            state = "next"
            yield Event(token, line)
        elif token == _COMMA and state == "next":
            state = "key" if inside == "{" else "value"
        elif token == _COLON and state == "colon":
            state = "value"
        elif token[0] == '"' and state in ("key", "first_key", "value", "first"):
            state = "colon" if "key" in state else "next"
            yield Event("scalar", line, _json_text(token))
        elif token[0] not in '{}[],:"' and state in ("value", "first"):
            state = "next"
            yield Event("scalar", line, _json_value(token), plain=True)
        else:
            raise NotJson
    if text[position:].strip(" \t\r\n"):
        raise NotJson
    yield Event("end", line)


def _json_text(token: str) -> str:
    if "\\" not in token:
        return token[1:-1]
    try:
        return str(json.loads(token))
    except json.JSONDecodeError:
        raise NotJson from None


def _json_value(token: str) -> str | float:
    """A number with an exponent is a value in JSON; anything else reads as in YAML."""
    if token[0] in "tfn" or "e" not in token.lower():
        return token
    value = float(token)
    if math.isinf(value):
        raise NotJson
    return value
