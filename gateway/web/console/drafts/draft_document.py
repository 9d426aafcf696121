"""A document that fills in a draft: pasted, or uploaded as a file; as far as it is whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import HTTP
from typing import Any

from gateway import documents
from gateway.broadcasts.preparing.draft_check import parsed
from gateway.errors import InputError
from gateway.web.console.drafts.draft_form import DAYS, area_of
from gateway.web.console.drafts.own_draft import DOCUMENT_BYTES, refuse_other_areas
from gateway.web.people import FORM_TOKEN, Person, refuse_too_large

_NAME = 100  # characters of a file's name that are told again
_ABSENT = ("FIELD_MISSING", "AREA_EMPTY")  # what a draft may lack


@dataclass(frozen=True, slots=True)
class Sent:
    """What was pasted, or the `file` that was uploaded instead, as bytes."""

    content: bytes
    file: str | None

    @property
    def shown(self) -> str:
        """The text as it is given back to whoever sent it, to be mended; "" for what is no text."""
        try:
            return self.content.decode("utf-8-sig") if len(self.content) <= DOCUMENT_BYTES else ""
        except UnicodeDecodeError:
            return ""


async def sent_document(person: Person) -> Sent:
    """The document of a form. Raises `InputError` (FORM_TOO_LARGE, FORM_FIELDS, those of `Person.prove`)."""
    refuse_too_large(person.request)
    body = await person.request.read()
    fields = _parts(person.request.headers.get("Content-Type", ""), body)
    token, _ = fields.pop(FORM_TOKEN, (b"", None))
    content = repr(sorted((name, *value) for name, value in fields.items())).encode()
    await person.prove(token.decode("utf-8", "replace"), content)
    if not set(fields) <= {"document", "file"}:
        raise InputError("FORM_FIELDS", "表单内容不对", "this is not what the form asks")
    content, file = fields.get("file", (b"", None))
    if content:
        return Sent(content, file)
    return Sent(fields.get("document", (b"", None))[0], None)


def read(person: Person, sent: Sent, exercise: bool) -> dict[str, Any]:
    """A document as far as it is whole. Raises `InputError` naming line and field for what is wrong in it."""
    file = sent.file
    if len(sent.content) > DOCUMENT_BYTES:
        raise _too_large(file)
    text = documents.decode(sent.content, file)
    if not text.strip():
        raise unfit("document", "没有内容：请粘贴文字或选择文件", "nothing there: paste a text", file)
    _, problems = parsed(text, file)
    for problem in problems:
        if problem.code not in _ABSENT:
            raise problem
    data = documents.parse(text, file).data
    if not isinstance(data, Mapping) or not isinstance(data.get("plan"), str) or "action" not in data:
        raise unfit("plan", "文件至少要写明 plan 和 action", "it states at least plan and action", file)
    document = {key: value for key, value in data.items() if value is not None}
    if document.pop("approvals", None):
        raise InputError(
            "APPROVALS_NOT_ALLOWED",
            "文件中写有批准人（approvals）：草稿提交后由批准人在系统里批准，请删去",
            "the document states approvals: those are given once it is submitted; leave them out",
            file,
            field="approvals",
        )
    if "context" in document:
        raise unfit("context", "请删去 context：已有的预警以台账为准", "leave out context", file)
    if document.get("exercise", exercise) is not exercise:
        if exercise:
            raise unfit("exercise", "文件写的是正式决定，请到“决定草稿”填入", "it is no exercise", file)
        raise unfit("exercise", "文件写的是演练，请到“演练草稿”填入", "it is an exercise", file)
    document["exercise"] = exercise
    days = (document.get("forecast") or {}).get("days") or []
    if len(days) > DAYS:
        raise unfit("forecast.days", f"表单最多填 {DAYS} 天的预报", f"the form has {DAYS} days", file)
    refuse_other_areas(person, area_of(document))
    return document


def unfit(field: str, message: str, english: str, file: str | None = None) -> InputError:
    """What a draft cannot begin with."""
    return InputError("FIELD_INVALID", message, english, file, field=field)


def _parts(content_type: str, body: bytes) -> dict[str, tuple[bytes, str | None]]:
    """The fields of a form with files in it: what each holds, and a file's name; nothing where it is none."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode("utf-8", "surrogateescape")
    message = message_from_bytes(head + body, policy=HTTP)
    found: dict[str, tuple[bytes, str | None]] = {}
    for part in message.iter_parts() if message.is_multipart() else ():
        name, content = part.get_param("name", header="Content-Disposition"), part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            file = part.get_filename()
            found[name] = content, file[:_NAME] if file else None
    return found


def _too_large(file: str | None) -> InputError:
    limit = DOCUMENT_BYTES // 1000
    return InputError(
        "DOCUMENT_TOO_LARGE",
        f"文件超过 {limit} KB",
        f"the document is larger than {limit} KB",
        file,
        field="document",
    )
