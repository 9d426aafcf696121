"""Reads YAML or JSON text into plain data and models, and names the line of whatever is wrong.

Scalars are read as a plan's author means them, not as YAML 1.1 does: `20:30`, `no` and
`2024-01-10` stay text; only decimal numbers, `true`, `false` and `null` are values. Duplicate keys,
aliases and documents over `MAX_CHARACTERS` are errors. Pure: text comes in as an argument.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from gateway.errors import InputError

MAX_CHARACTERS = 2_000_000
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?\Z")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

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
    """Read YAML (JSON is a part of it). Raises `InputError` with the line of the fault."""
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            "DOCUMENT_TOO_LARGE",
            f"文件超过 {MAX_CHARACTERS} 个字符",
            f"the file is longer than {MAX_CHARACTERS} characters",
            file,
        )
    if text.lstrip()[:1] == "{":  # JSON may hold tabs and escapes that YAML reads otherwise
        try:
            json.loads(text)
        except RecursionError:
            raise _too_deep(file) from None
        except json.JSONDecodeError:
            pass  # may still be YAML in flow style; the YAML reader names the fault
        else:
            text = text.replace("\t", " ").replace("\\/", "/")
    lines: dict[Path, int] = {}
    try:
        node = yaml.compose(text, Loader=_LOADER)
        data = None if node is None else _construct(node, (), lines, file, set())
    except RecursionError:
        raise _too_deep(file) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "unreadable"
        raise InputError(
            "DOCUMENT_MALFORMED",
            f"不是有效的 YAML 或 JSON：{problem}",
            f"not valid YAML or JSON: {problem}",
            file,
            mark.line + 1 if mark else None,
        ) from None
    return Document(data, lines, file)


def _too_deep(file: str | None) -> InputError:
    return InputError("DOCUMENT_MALFORMED", "文件嵌套过深", "the file is nested too deeply", file)


def _construct(node: Any, path: Path, lines: dict[Path, int], file: str | None, seen: set[int]) -> Any:
    line = node.start_mark.line + 1
    if id(node) in seen:  # an alias: a few lines of them can stand for gigabytes
        raise InputError(
            "DOCUMENT_MALFORMED",
            "不支持 YAML 别名（*），请把内容写全",
            "YAML aliases (*) are not supported; write the content out",
            file,
            line,
        )
    seen.add(id(node))
    lines.setdefault(path, line)
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return [_construct(item, (*path, i), lines, file, seen) for i, item in enumerate(node.value)]
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise InputError(
                "DOCUMENT_MALFORMED",
                "键必须是文字",
                "a key must be text",
                file,
                key_node.start_mark.line + 1,
            )
        key = key_node.value
        key_line = key_node.start_mark.line + 1
        if key in mapping:
            raise InputError(
                "DOCUMENT_DUPLICATE_KEY",
                f"键“{key}”重复，请只保留一处",
                f"the key {key!r} stands twice; keep one",
                file,
                key_line,
                ".".join(str(part) for part in (*path, key)),
            )
        lines[(*path, key)] = key_line
        mapping[key] = _construct(value_node, (*path, key), lines, file, seen)
    return mapping


def _scalar(node: Any) -> Any:
    value = node.value
    if node.style in ("'", '"', "|", ">"):
        return value
    if value in ("", "~", "null"):
        return None
    if value in ("true", "false"):
        return value == "true"
    if _NUMBER.match(value) and len(value) < 18:
        return float(value) if "." in value else int(value)
    return value


def read_model(document: Document, model: type[Model]) -> Model:
    """Validate against `model`. Raises `InputError` for the first fault, naming line and field."""
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        raise problems(document, error)[0] from None


def problems(document: Document, error: ValidationError) -> list[InputError]:
    """Every fault of a validation, in the order of the text."""
    found = [_problem(document, detail) for detail in error.errors(include_url=False)]
    return sorted(found, key=lambda problem: problem.line or 0)


def _problem(document: Document, detail: Any) -> InputError:
    path: Path = tuple(detail["loc"])
    context = detail.get("ctx") or {}
    kind = detail["type"]
    where = ".".join(str(part) for part in path) or None
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
    english = f"{where or 'document'}: {detail['msg']}"
    chinese = {
        "missing": f"缺少“{where}”",
        "extra_forbidden": f"不认识的键“{where}”",
    }.get(kind, f"“{where or '文档'}”的值不对：{detail['msg']}")
    code = {"missing": "FIELD_MISSING", "extra_forbidden": "FIELD_UNKNOWN"}.get(kind, "FIELD_INVALID")
    return InputError(code, chinese, english, document.file, document.line_of(path), where)
