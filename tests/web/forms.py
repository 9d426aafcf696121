"""The forms of a page, as a program finds them in it; and what of a page a browser would run."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Literal

_NAME = re.compile(r"[a-z][a-z0-9:_-]*")
_RUNS = ("javascript:", "vbscript:", "data:text")
_LEADS = ("href", "src", "action", "formaction", "data", "xlink:href")
# typed by people, whatever the browser makes of it
_TYPED = ("text", "search", "email", "tel", "url", "password", "number", "date", "datetime-local", "time")


@dataclass
class Field:
    """`kind`: what is typed (`words`, or `value` for dates and numbers), chosen, kept hidden, or a file."""

    name: str
    kind: Literal["words", "value", "chosen", "hidden", "file"]
    value: str


@dataclass
class Form:
    """`actions`: its own address, and those of its buttons."""

    method: str
    actions: list[str]
    multipart: bool
    fields: list[Field] = field(default_factory=list)

    @property
    def typed(self) -> bool:
        """Whether people write anything in it."""
        return any(each.kind in ("words", "file") for each in self.fields)


class _Reading(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.runs: list[str] = []
        self._form: Form | None = None
        self._select: str | None = None
        self._text: Field | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attributes}
        leads = [held.get(name, "").strip().lower() for name in _LEADS]
        script = tag == "script" and not held.get("src", "").startswith("/static/")
        odd = any(name.startswith("on") or not _NAME.fullmatch(name) for name in held)
        if script or odd or held.get("src") == "x" or any(each.startswith(_RUNS) for each in leads):
            self.runs.append(f"{tag} {held}")
        if tag == "form":
            multipart = held.get("enctype", "").startswith("multipart")
            self._form = Form(held.get("method", "get").lower(), [held.get("action", "")], multipart)
            self.forms.append(self._form)
        if self._form is not None:
            self._part(self._form, tag, held)

    def _part(self, form: Form, tag: str, held: dict[str, str]) -> None:
        name, kind, value = held.get("name", ""), held.get("type", "text"), held.get("value", "")
        if tag in ("button", "input") and "formaction" in held:
            form.actions.append(held["formaction"])
        if tag == "textarea":
            self._text = Field(name, "words", "")
            form.fields.append(self._text)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and (value or "selected" in held):
            known = next((each for each in form.fields if each.name == self._select), None)
            if known is None:
                form.fields.append(Field(self._select, "chosen", value))
            elif "selected" in held:
                known.value = value
        elif not name or tag != "input":
            return
        elif kind == "hidden":
            form.fields.append(Field(name, "hidden", value))
        elif kind == "file":
            form.fields.append(Field(name, "file", ""))
        elif kind in ("checkbox", "radio"):
            if "checked" in held:
                form.fields.append(Field(name, "chosen", value))
        elif kind in _TYPED:
            numeric = "inputmode" in held or kind in ("number", "date", "datetime-local", "time")
            form.fields.append(Field(name, "value" if numeric else "words", value))

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._text = None


def forms(html: str) -> list[Form]:
    """The forms of a page, each field as it stands there; buttons with a value are not among them."""
    reading = _Reading()
    reading.feed(html)
    return reading.forms


def runs(html: str) -> list[str]:
    """The elements that would run something, or whose attributes somebody broke out of."""
    reading = _Reading()
    reading.feed(html)
    return reading.runs
