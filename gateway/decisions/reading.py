"""Reads a decision document."""

from gateway import documents
from gateway.decisions.model import Decision
from gateway.errors import InputError
from gateway.vocabulary import ACTION_WORDS, ACTIONS


def read(text: str, file: str | None = None) -> Decision:
    """The decision that a YAML or JSON text states. Raises `InputError` naming file, line and field."""
    document = documents.parse(text, file)
    data = document.data
    if data is not None and not isinstance(data, dict):
        raise InputError(
            "DOCUMENT_MALFORMED",
            "文件应是一份预警决定（键与值），例如“plan: zhengzhou”",
            "the file must hold one decision (keys and values), such as 'plan: zhengzhou'",
            file,
            document.line_of(()),
        )
    action = data.get("action") if data is not None else None
    if action is not None and action not in ACTIONS:
        words = "、".join(f"{name}（{ACTION_WORDS[name]}）" for name in ACTIONS)
        raise InputError(
            "ACTION_UNKNOWN",
            f"不认识的 action“{action}”，应为 {words} 之一",
            f"unknown action {action!r}; one of {', '.join(ACTIONS)}",
            file,
            document.line_of(("action",)),
            "action",
        )
    return documents.read_model(document, Decision)
