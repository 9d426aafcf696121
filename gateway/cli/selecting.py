"""`--only`: who is meant by a decision, for the commands that submit one; and the frozen list."""

import json
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from gateway.cli.output import Json, SettingsFile, print_json, say, table

if TYPE_CHECKING:
    from gateway.directory.selection import Selection

Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        metavar="KEY=VALUE",
        help="只发给其中一部分，可多次：audience、sector、area、grade、group、organisation"
        "，如 audience=schools"
        " · only these of those concerned; may be repeated",
    ),
]
SKIP_WORDS = {
    "no_address": "没有地址",
    "no_text": "没有对应文本",
    "opted_out": "已退订",
    "shared_address": "与另一单位同一地址，只发一次",
}


def selected(only: list[str] | None) -> "Selection":
    """The selection that `--only` gives. Raises `InputError`."""
    from gateway.directory.selection import of_words

    return of_words(only or [])


def in_query(selection: "Selection") -> str:
    """The selection as a further parameter of a query; empty where it leaves nobody out."""
    if not selection.limits:
        return ""
    parts = {name: values for name, values in selection.as_json().items() if values is not None}
    return f"&selection={quote(json.dumps(parts, ensure_ascii=False, separators=(',', ':')))}"


def show_selection(selection: dict[str, Any] | None, unselected: int | None = None) -> None:
    """Say who is meant, where not everybody is, and how many that leaves out."""
    if selection is None:
        return
    from gateway.directory.selection import build

    left_out = "" if unselected is None else f"；区域内另有 {unselected} 个单位不发"
    say(f"限定对象 · only：{build(selection).words()}{left_out}")


def recipients(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="决定编号 · the decision's id")],
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """列出一份决定将通知谁（冻结的名单）· Whom a decision reaches, as it was frozen; masked."""
    from gateway.cli.organisations import read
    from gateway.web.api.recipients import recipients_json

    found = read(settings, lambda connection: recipients_json(connection, identifier, limit=None))
    if as_json:
        print_json(found)
        return
    table(
        f"名单 · {len(found['recipients'])} 个地址",
        ["编码", "名称", "区域", "地址", "语言", "读到"],
        [
            [each["code"], each["name"], each["area"], each["address"], _language(each), each["title"]]
            for each in found["recipients"]
        ],
    )


def _language(recipient: dict[str, Any]) -> str:
    if recipient["kind"] == "phone":
        return "由人拨打"
    if recipient["untranslated"]:
        return "中文（没有英文）"
    return "英文" if recipient["language"] == "en" else "中文"
