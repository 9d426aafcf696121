"""The templates of `message_templates/notices`: sandboxed, strict, compiled once a language.

What all languages share (the structure of a document) is in the folder itself, the sentences of a
language in the folder of its name, whose `macros.j2` the shared ones import.
"""

from collections.abc import Callable, Hashable
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from jinja2 import (
    FileSystemBytecodeCache,
    FunctionLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
)
from jinja2.environment import TemplateModule
from jinja2.sandbox import ImmutableSandboxedEnvironment

from gateway.errors import InputError
from gateway.vocabulary import Language

FOLDER = "message_templates/notices"


def fill(language: Language, name: str, **values: object) -> str:
    """The template `name` with its values. Raises `InputError`: TEMPLATE_MISSING, TEMPLATE_FAULTY."""
    name = f"{language}/{name}"
    return _guarded(name, lambda: _template(name).render(values))


def say(language: Language, name: str, macro: str, *values: object, strip: bool = True) -> str:
    """What a macro of the template `name` says. Raises `InputError` like `fill`."""
    name = f"{language}/{name}"
    said = _guarded(name, lambda: str(getattr(_template(name).module, macro)(*values)))
    return said.strip() if strip else said


def keep_compiled(folder: Path) -> None:
    """Keep compiled templates in a folder that only this user can write to; the next process starts sooner.

    Each is kept with a hash of its source: a changed template is compiled anew.
    """
    _environment().bytecode_cache = FileSystemBytecodeCache(str(folder))


def _guarded(name: str, render: Callable[[], str]) -> str:
    try:
        return render()
    except TemplateNotFound as error:
        missing = f"{FOLDER}/{_file(str(error.name)) or error.name}"
        raise InputError(
            "TEMPLATE_MISSING", f"找不到模板“{missing}”", f"there is no template {missing!r}", missing
        ) from None
    except TemplateError as error:
        file = f"{FOLDER}/{_file(name) or name}"
        raise InputError(
            "TEMPLATE_FAULTY",
            f"模板有误：{error.message}",
            f"the template is faulty: {error.message}",
            file,
            getattr(error, "lineno", None),
        ) from None


def _template(name: str) -> Template:
    return _environment().get_template(name)


class _Sandbox(ImmutableSandboxedEnvironment):
    """The sandbox, with a short way to the fields of our own frozen values and to our own macros.

    The fields hold texts, numbers and each other. Whatever is called, and any other attribute, is
    checked as ever; without this, the checks take more than half of the time.
    """

    def getattr(self, obj: Any, attribute: str) -> Any:
        kind: Any = type(obj)
        if kind is TemplateModule:
            if not attribute.startswith("_") and attribute in obj.__dict__:
                return obj.__dict__[attribute]
        elif kind is dict:
            if attribute in obj:
                return obj[attribute]
        elif attribute in _fields(kind):
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def join_path(self, template: str, parent: str) -> str:
        """What a template names is of its own language."""
        return f"{parent.partition('/')[0]}/{template}"


@cache
def _fields(kind: Hashable) -> frozenset[str]:
    """The fields of one of our own values; none of any other type."""
    names: dict[str, object] = getattr(kind, "__dataclass_fields__", {})
    return frozenset(name for name in names if not name.startswith("_"))


@lru_cache(maxsize=1)
def _environment() -> ImmutableSandboxedEnvironment:
    return _Sandbox(
        loader=FunctionLoader(_source),
        undefined=StrictUndefined,
        autoescape=_is_html,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )


def _source(name: str) -> str | None:
    """None where there is no such file. Names are the program's own, never a document's."""
    file = _file(name)
    return None if file is None else (_folder() / file).read_text("utf-8")


def _file(name: str) -> str | None:
    """The file of a template such as `en/sms.j2`: the language's own, else the shared one."""
    shared = name.partition("/")[2]
    return next((each for each in (name, shared) if (_folder() / each).is_file()), None)


def _folder() -> Traversable:
    return files("message_templates") / "notices"


def _is_html(name: str | None) -> Any:
    return name is not None and name.endswith(".html.j2")
