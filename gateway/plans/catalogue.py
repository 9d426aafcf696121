"""The plan files: the packaged ones and those of one further folder. The only reader of files here."""

from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from gateway.errors import InputError, system_words
from gateway.plans.lint import lint
from gateway.plans.loaded import LoadedPlan, read
from gateway.plans.model import Plan

__all__ = ["Catalogue", "LoadedPlan", "read"]

_SUFFIX = ".yaml"


class Catalogue:
    """The packaged plans, and those in `folder`: a file there replaces the packaged one of its name.

    Files are `<id>.yaml`. A plan is read once; later changes of its file are not seen. Raises
    `InputError` where `folder` is not a readable folder.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._files: dict[str, tuple[Traversable, str]] = {}
        self._loaded: dict[str, LoadedPlan] = {}
        packaged = files("message_templates") / "plans"
        for entry in packaged.iterdir() if packaged.is_dir() else ():
            self._add(entry, f"message_templates/plans/{entry.name}")
        if folder is not None:
            try:
                for entry in folder.iterdir():
                    self._add(entry, str(entry))
            except OSError as error:
                raise InputError(
                    "PLANS_FOLDER",
                    f"无法读取预案文件夹“{folder}”：{system_words(error)}",
                    f"cannot read the folder of plans {str(folder)!r}: {error.strerror}",
                    str(folder),
                ) from None

    def _add(self, entry: Traversable, shown: str) -> None:
        if entry.name.endswith(_SUFFIX) and not entry.name.startswith(".") and entry.is_file():
            self._files[entry.name.removesuffix(_SUFFIX)] = (entry, shown)

    def identifiers(self) -> list[str]:
        """The ids of all plans, sorted. They are the files' names; nothing is read for them."""
        return sorted(self._files)

    def content(self, identifier: str) -> tuple[bytes, str]:
        """A plan file's bytes and the name to show for it. Raises `InputError` (PLAN_UNKNOWN)."""
        if identifier not in self._files:
            known = self.identifiers()
            raise InputError(
                "PLAN_UNKNOWN",
                f"没有预案“{identifier}”；现有预案：{'、'.join(known) or '无'}",
                f"there is no plan {identifier!r}; known plans: {', '.join(known) or 'none'}",
                field="plan",
            )
        entry, shown = self._files[identifier]
        try:
            return entry.read_bytes(), shown
        except OSError as error:
            raise InputError(
                "PLAN_UNREADABLE",
                f"无法读取预案文件：{system_words(error)}",
                f"cannot read the plan file: {error.strerror}",
                shown,
            ) from None

    def load(self, identifier: str) -> LoadedPlan:
        """The plan of that id. Raises `InputError`: unknown id, or the file's first error (`lint`).

        A plan with a hole or a contradiction is refused as a whole: it would be found at night otherwise.
        """
        loaded = self._loaded.get(identifier)
        if loaded is None:
            loaded = self._loaded[identifier] = _sound(*self.content(identifier))
        return loaded

    def readable(self) -> dict[str, Plan]:
        """Every plan without an error, by its id: a broken file keeps nobody from the others, and `plan lint`
        tells of it."""
        found = {}
        for identifier in self.identifiers():
            try:
                found[identifier] = self.load(identifier).plan
            except InputError:
                continue
        return found


@lru_cache(maxsize=32)
def _sound(content: bytes, shown: str) -> LoadedPlan:
    """The plan in the bytes of the file `shown`: what they say never changes, and reading them is slow."""
    loaded = read(content, shown)
    for problem in lint(loaded):
        if problem.severity == "error":
            raise InputError(problem.code, problem.message, problem.message_en, problem.file, problem.line)
    return loaded
