"""The maps that an office supplies: one GeoJSON file a plan, in a folder of its own."""

from pathlib import Path

from gateway.directory.outlines import Outlines, read
from gateway.errors import InputError, system_words
from gateway.plans.model import Plan

SUFFIX = ".geojson"


class Maps:
    """The files `<plan id>.geojson` of a folder (None: there are no maps). Each is read once; later changes
    of it are not seen."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._read: dict[str, Outlines | InputError | None] = {}

    def of(self, plan: Plan) -> Outlines | None:
        """The districts of a plan; None where there is no file for it. It takes a second for a large file.

        Raises `InputError`: the file cannot be used (MAP_UNREADABLE, and those of `outlines.read`).
        """
        if plan.id not in self._read:
            try:
                self._read[plan.id] = self._load(plan)
            except InputError as error:
                self._read[plan.id] = error
        found = self._read[plan.id]
        if isinstance(found, InputError):
            raise found
        return found

    def _load(self, plan: Plan) -> Outlines | None:
        if self._folder is None:
            return None
        file = self._folder / f"{plan.id}{SUFFIX}"
        try:
            content = file.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise InputError(
                "MAP_UNREADABLE",
                f"无法读取地图文件：{system_words(error)}",
                f"cannot read the map: {error.strerror}",
                str(file),
            ) from None
        return read(content, str(file), {area.code for area in plan.areas})
