"""Reads YAML or JSON text into plain data and models, and names the line of whatever is wrong.

Scalars are read as a plan's author means them, not as YAML 1.1 does: `20:30`, `no`, `1e5`,
`2024-01-10` and numbers of 18 digits or more (identity numbers, not counts) stay text; only decimal
numbers, `true`, `false` and `null` are values. Duplicate keys, aliases, tags, control characters,
nesting deeper than `MAX_DEPTH` and documents over `MAX_CHARACTERS` are errors. Whatever the text, the
only exception is `InputError`. Pure: text comes in as an argument.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from gateway.errors import InputError
from gateway.syntax import Event, Malformed, NotJson, json_events, yaml_events

MAX_CHARACTERS = 500_000  # several times the longest plan; about a second of reading
MAX_DEPTH = 40  # a plan needs nine; without a limit the C parser overflows the stack and kills the process
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,16})(\.[0-9]{1,17})?\Z")
# control characters, what reorders or hides text (zero width, direction), line separators, surrogates
_UNPRINTABLE = re.compile(
    r"[^\t\n\r\x20-\x7e\xa0-\u200a\u2010-\u2027\u202f-\u205f\u2070-\ud7ff\ue000-\ufefe\uff00-\ufffd"
    r"\U00010000-\U0010ffff]"
)

Path = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Document:
    """Plain data with the line (1-based) of every key and item."""

    data: Any
    lines: dict[Path, int]
    file: str | None

    def line_of(self, path: Path) -> int | None:
        """The line of `path`, or of its nearest ancestor that stands in the text."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def decode(content: bytes, file: str | None) -> str:
    """UTF-8 text of a document, with or without a byte order mark. Raises `InputError`."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(
            "DOCUMENT_ENCODING",
            "文件不是 UTF-8 编码，请另存为 UTF-8 后重试",
            "the file is not UTF-8; save it as UTF-8 and try again",
            file,
            line,
        ) from None


def parse(text: str, file: str | None = None) -> Document:
    """Read YAML or JSON. Raises `InputError` with the line of the fault."""
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            "DOCUMENT_TOO_LARGE",
            f"文件超过 {MAX_CHARACTERS} 个字符",
            f"the file is longer than {MAX_CHARACTERS} characters",
            file,
        )
    text = text.removeprefix("\ufeff")
    builder = _Builder(file)
    unprintable = _UNPRINTABLE.search(text)
    if unprintable:
        raise builder.unprintable(unprintable.group(), text.count("\n", 0, unprintable.start()) + 1)
    if text.lstrip()[:1] in ("{", "["):
        try:
            # JSON has escapes (surrogate pairs) and layouts (tabs) that YAML does not read.
            return Document(builder.build(json_events(text)), builder.lines, file)
        except NotJson:
            builder = _Builder(file)  # may still be YAML in flow style; its reader names the fault
    try:
        return Document(builder.build(yaml_events(text)), builder.lines, file)
    except Malformed as error:
        raise InputError(
            "DOCUMENT_MALFORMED",
            f"不是有效的 YAML 或 JSON：{error.message}",
            f"not valid YAML or JSON: {error.message_en}",
            file,
            error.line,
        ) from None


@dataclass
class _Builder:
    """Builds plain data from events and keeps the line of every key and item."""

    file: str | None
    lines: dict[Path, int] = field(default_factory=dict)

    def build(self, events: Iterator[Event]) -> Any:
        event = next(events)
        if event.kind == "end":
            return None
        data = self._value(event, events, (), 0)
        next(events)  # what follows the first value is the reader's fault to name
        return data

    def _value(self, event: Event, events: Iterator[Event], path: Path, depth: int) -> Any:
        self.lines.setdefault(path, event.line)
        if event.kind == "scalar":
            return self._scalar(event)
        if event.kind == "[":
            return self._list(events, path, self._deeper(event, depth))
        if event.kind == "{":
            return self._mapping(events, path, self._deeper(event, depth))
        if event.kind == "alias":  # a few lines of them can stand for gigabytes
            raise self._malformed(
                "不支持 YAML 别名（*），请把内容写全",
                "YAML aliases (*) are not supported; write the content out",
                event.line,
            )
        raise self._malformed("不支持 YAML 标签（!）", "YAML tags (!) are not supported", event.line)

    def _list(self, events: Iterator[Event], path: Path, depth: int) -> list[Any]:
        items: list[Any] = []
        while (event := next(events)).kind != "]":
            items.append(self._value(event, events, (*path, len(items)), depth))
        return items

    def _mapping(self, events: Iterator[Event], path: Path, depth: int) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while (event := next(events)).kind != "}":
            if event.kind != "scalar":
                raise self._malformed("键必须是文字", "a key must be text", event.line)
            key = str(event.value)
            self._printable(key, event.line)
            here = (*path, key)
            if key in mapping:
                raise InputError(
                    "DOCUMENT_DUPLICATE_KEY",
                    f"键“{key}”重复，请只保留一处",
                    f"the key {key!r} stands twice; keep one",
                    self.file,
                    event.line,
                    ".".join(str(part) for part in here),
                )
            self.lines[here] = event.line
            mapping[key] = self._value(next(events), events, here, depth)
        return mapping

    def _scalar(self, event: Event) -> Any:
        value = event.value
        if not isinstance(value, str):
            return value
        if not event.plain:
            self._printable(value, event.line)
            return value
        if value in ("", "~", "null"):
            return None
        if value in ("true", "false"):
            return value == "true"
        if _NUMBER.match(value):
            return float(value) if "." in value else int(value)
        return value

    def _deeper(self, event: Event, depth: int) -> int:
        if depth == MAX_DEPTH:
            raise self._malformed("文件嵌套过深", "the file is nested too deeply", event.line)
        return depth + 1

    def _printable(self, text: str, line: int) -> None:
        """Escapes such as `\\0` write characters that the text itself may not hold."""
        found = _UNPRINTABLE.search(text)
        if found:
            raise self.unprintable(found.group(), line)

    def unprintable(self, character: str, line: int) -> InputError:
        name = f"U+{ord(character):04X}"
        return InputError(
            "DOCUMENT_CHARACTER",
            f"含有看不见的控制字符 {name}，请删除",
            f"holds the invisible control character {name}; remove it",
            self.file,
            line,
        )

    def _malformed(self, chinese: str, english: str, line: int) -> InputError:
        return InputError("DOCUMENT_MALFORMED", chinese, english, self.file, line)


def read_model(document: Document, model: type[Model]) -> Model:
    """Validate against `model`. Raises `InputError` for the first fault, naming line and field."""
    if document.data is None:
        raise InputError("DOCUMENT_MALFORMED", "文件是空的", "the file is empty", document.file)
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        raise problems(document, error)[0] from None


def problems(document: Document, error: ValidationError) -> list[InputError]:
    """Every fault of a validation, in the order of the text."""
    found = [_problem(document, detail) for detail in error.errors(include_url=False)]
    return sorted(found, key=lambda problem: problem.line or 0)


_FAULTS = {  # pydantic's kinds of fault in Chinese; {braces} are its own context
    "missing": ("FIELD_MISSING", "缺少“{where}”"),
    "extra_forbidden": ("FIELD_UNKNOWN", "不认识的键“{where}”"),
    "string_type": ("FIELD_INVALID", "“{where}”应为文字；数字请加引号"),
    "string_too_short": ("FIELD_INVALID", "“{where}”不能为空"),
    "string_too_long": ("FIELD_INVALID", "“{where}”最多 {max_length} 个字符"),
    "string_pattern_mismatch": ("FIELD_INVALID", "“{where}”的写法不对，应符合 {pattern}"),
    "int_type": ("FIELD_INVALID", "“{where}”应为整数"),
    "int_parsing": ("FIELD_INVALID", "“{where}”应为整数"),
    "int_from_float": ("FIELD_INVALID", "“{where}”应为整数"),
    "float_type": ("FIELD_INVALID", "“{where}”应为数字"),
    "float_parsing": ("FIELD_INVALID", "“{where}”应为数字"),
    "bool_type": ("FIELD_INVALID", "“{where}”应为 true 或 false"),
    "bool_parsing": ("FIELD_INVALID", "“{where}”应为 true 或 false"),
    "list_type": ("FIELD_INVALID", "“{where}”应为列表"),
    "tuple_type": ("FIELD_INVALID", "“{where}”应为列表"),
    "dict_type": ("FIELD_INVALID", "“{where}”应为一组“键: 值”"),
    "model_type": ("FIELD_INVALID", "“{where}”应为一组“键: 值”"),
    "literal_error": ("FIELD_INVALID", "“{where}”应为 {expected} 之一"),
    "greater_than": ("FIELD_INVALID", "“{where}”应大于 {gt}"),
    "greater_than_equal": ("FIELD_INVALID", "“{where}”不应小于 {ge}"),
    "less_than": ("FIELD_INVALID", "“{where}”应小于 {lt}"),
    "less_than_equal": ("FIELD_INVALID", "“{where}”不应大于 {le}"),
    "too_short": ("FIELD_INVALID", "“{where}”至少要有 {min_length} 项"),
    "too_long": ("FIELD_INVALID", "“{where}”最多 {max_length} 项"),
    "timezone_aware": ("FIELD_INVALID", "“{where}”应带时区，如 2024-01-08T08:00:00+08:00"),
    "date_from_datetime_parsing": ("FIELD_INVALID", "“{where}”应为日期，如 2024-01-08"),
    "date_parsing": ("FIELD_INVALID", "“{where}”应为日期，如 2024-01-08"),
    "date_type": ("FIELD_INVALID", "“{where}”应为日期，如 2024-01-08"),
    "datetime_parsing": ("FIELD_INVALID", "“{where}”应为时间，如 2024-01-08T08:00:00+08:00"),
    "datetime_from_date_parsing": ("FIELD_INVALID", "“{where}”应为时间，如 2024-01-08T08:00:00+08:00"),
    "datetime_type": ("FIELD_INVALID", "“{where}”应为时间，如 2024-01-08T08:00:00+08:00"),
}


def fault_words(detail: Mapping[str, Any], where: str) -> tuple[str, str]:
    """One of a validation's faults (`ValidationError.errors()`): its code, and Chinese that names `where`."""
    context = detail.get("ctx") or {}
    if "expected" in context:
        words = context["expected"].replace(" or ", ", ").replace("'", "").split(", ")
        context = {**context, "expected": "、".join(words)}
    code, chinese = _FAULTS.get(detail["type"], ("FIELD_INVALID", "“{where}”的值不对：{msg}"))
    return code, chinese.format(**{**context, "where": where, "msg": detail["msg"]})


def _problem(document: Document, detail: Any) -> InputError:
    path: Path = tuple(part for part in detail["loc"] if part != "[key]")  # pydantic's mark for a key
    context = detail.get("ctx") or {}
    kind = detail["type"]
    if kind.isupper():  # raised by one of our validators: its type is the code, its message Chinese
        named: Path = tuple(str(context.get("field", "")).split(".")) if "field" in context else ()
        path = max(path, named, key=len)
        return InputError(
            kind,
            detail["msg"],
            str(context.get("english", detail["msg"])),
            document.file,
            document.line_of(path),
            ".".join(str(part) for part in path) or None,
        )
    where = ".".join(str(part) for part in path) or None
    code, chinese = fault_words(detail, where or "文档")
    return InputError(
        code,
        chinese,
        f"{where or 'document'}: {detail['msg']}",
        document.file,
        document.line_of(path),
        where,
    )
