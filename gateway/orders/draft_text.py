"""A draft as a file that people complete: what is missing and what to check stand in comments."""

import json
from collections.abc import Sequence
from typing import Any

from gateway.ledger.exchange.orders import StoredOrder
from gateway.orders.drafting import Draft
from gateway.vocabulary import ACTION_WORDS, LEVEL_WORDS


def yaml_text(order: StoredOrder, made: Draft) -> str:
    """The draft as YAML that `airwarn decision submit` takes once it is complete."""
    lines = [
        f"# 草稿：按指令 {order.id}（{order.sender}，{order.identifier}）拟，须由人核对、补全后提交。",
        f"# A draft of order {order.id}. Complete it, then: airwarn decision submit FILE",
        "#",
    ]
    for each in made.missing:
        lines += [f"# 补 {each.field}：{each.message}", f"# state {each.field}: {each.message_en}"]
    for each in made.remarks:
        lines += [f"# 注意：{each.message}", f"# note: {each.message_en}"]
    comments = (" ".join(line.split()) for line in lines)  # a line break in a message's words ends none
    return "\n".join([*comments, *_yaml(made.document)]) + "\n"


def _yaml(document: dict[str, Any], indent: str = "") -> Sequence[str]:
    lines: list[str] = []
    for key, value in document.items():
        if isinstance(value, dict):
            lines += [f"{indent}{key}:", *_yaml(value, indent + "  ")]
        else:
            lines.append(f"{indent}{key}: {_scalar(value)}")
    return lines


def _scalar(value: object) -> str:
    """JSON's way of writing is YAML's too."""
    return json.dumps(value, ensure_ascii=False)


def words_of(made: Draft) -> str:
    """What the draft does, in a few words."""
    level = made.document.get("level")
    return ACTION_WORDS[made.document["action"]] + (LEVEL_WORDS[level] if level else "")
