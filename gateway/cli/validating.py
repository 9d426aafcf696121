"""`payload validate`: what is wrong with payloads in XML, ours or others'."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.output import Json, leave, print_json, read_file, say

if TYPE_CHECKING:
    from gateway.exchange.validation.validate import Validation

Files = Annotated[
    list[str], typer.Argument(metavar="FILE…", help="CAP 1.2 或 12379 的 XML，- 为标准输入 · XML, - is stdin")
]
KIND_WORDS = {
    "cap-1.2": "CAP 1.2",
    "cap-1.1": "CAP 1.1",
    "cap-1.0": "CAP 1.0",
    "national": "12379",
    "feed": "信息流 · feed",
    "wrapper": "封装 · wrapper",
}


def validate(files: Files, as_json: Json = False) -> None:
    """检查 CAP 1.2 或 12379 消息 · Validate CAP 1.2 or 12379 messages: exit 0 only when all are valid."""
    from gateway.exchange.validation.validate import validate as run

    now = datetime.now(UTC)
    found = [(name, run(content, now)) for content, name in map(read_file, files)]
    if as_json:
        print_json({"files": [_shape(name, validation) for name, validation in found]})
    else:
        for name, validation in found:
            _show(name, validation)
    leave(0 if all(validation.valid for _, validation in found) else 1)


def _shape(name: str, validation: "Validation") -> dict[str, Any]:
    return {"file": name, **validation.as_json()}


def _show(name: str, validation: "Validation") -> None:
    kind = KIND_WORDS.get(validation.kind or "", "")
    outcome = "有效 · valid" if validation.valid else "无效 · not valid"
    say(f"{name}：{outcome}{f'（{kind}）' if kind else ''}")
    for fault in validation.faults:
        where = f"{name}:{fault.line}" if fault.line else name
        severity = "错误 · error" if fault.severity == "error" else "注意 · warning"
        say(f"  {severity} {fault.code} {where} {fault.path or ''}".rstrip())
        say(f"    {fault.message}")
        say(f"    {fault.message_en}")
    if validation.omitted:
        say(f"  另有 {validation.omitted} 项 · {validation.omitted} more")
