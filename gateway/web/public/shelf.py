"""What the public pages are made of and the pages as they were made: each once, until something changes."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.broadcasts.desk import Desk
from gateway.errors import InputError
from gateway.exchange import payload_json, public_json
from gateway.ledger.database import Ledger
from gateway.ledger.decisions import published
from gateway.ledger.directory import control_list
from gateway.logs import Ration
from gateway.web.public.documents import Document, document
from gateway.web.public.newest import Newest, Told, Unknown
from gateway.web.public.telling import Released

_MOST_PAGES = 256
_MOST_MESSAGES = 64
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """What a plan's place is called, and its areas by code, both in English where the plan has English."""

    name: str
    name_en: str
    areas: Mapping[str, str]
    areas_en: Mapping[str, str]


class Shelf:
    """Pages by what was asked, messages by their identifier, places by their plan."""

    def __init__(self, newest: Newest, ledger: Ledger, desk: Desk) -> None:
        self._newest = newest
        self._ledger = ledger
        self._desk = desk
        self._pages: dict[tuple[object, ...], tuple[object, Document]] = {}
        self._messages: dict[str, Released] = {}
        self._places: dict[str, Place] = {}
        self._ration = Ration()

    def page(
        self, asked: tuple[object, ...], told: Told, media_type: str, make: Callable[[], bytes]
    ) -> Document:
        """The page that `make` makes, made anew when what is told changes."""
        stamp = (told.state.tag, len(self._newest.register.issued), self._newest.beside)
        made, known = self._pages.get(asked, (None, None))
        if known is None or made != stamp:
            known = document(make(), media_type, told.state.modified, known)
            if len(self._pages) >= _MOST_PAGES:
                self._pages.pop(next(iter(self._pages)))
            self._pages[asked] = stamp, known
        return known

    def state(self, told: Told) -> dict[str, Any]:
        """What holds, by plan."""
        newest = self._newest
        return public_json.state(newest.register, newest.now(), told.moment, newest.address)

    async def message(self, identifier: str) -> Released | None:
        """A message that is in the register; None where the ledger does not answer now."""
        known = self._messages.get(identifier)
        if known is None:
            try:
                found = await self._ledger.read(published.message, identifier)
            except Exception as error:  # the page then tells what is known without it
                self._unread(error)
                return None
            if found is not None:
                known = Released(payload_json.read(found.json), found.texts)
                if len(self._messages) >= _MOST_MESSAGES:
                    self._messages.pop(next(iter(self._messages)))
                self._messages[identifier] = known
        return known

    async def enterprises(self, after: int, limit: int, name: str) -> list[control_list.Entry]:
        """Who is on the control list, as `control_list.page` gives it. Raises `Unknown` while the ledger does
        not answer."""
        try:
            return await self._ledger.read(control_list.page, after, limit, name)
        except Exception as error:
            self._unread(error)
            raise Unknown(guarded=False) from None

    async def place(self, plan: str) -> Place:
        """The place of a plan; the plan's id where it is no longer there."""
        known = self._places.get(plan)
        if known is None:
            known = self._places[plan] = await asyncio.to_thread(self._place, plan)
        return known

    async def areas(self) -> Mapping[str, str]:
        """The names of the areas of all plans, by code."""
        found: dict[str, str] = {}
        for plan in self._desk.catalogue.identifiers():
            found |= (await self.place(plan)).areas
        return found

    def _unread(self, error: Exception) -> None:
        left_out = self._ration.left_out("unread")
        if left_out is not None:
            _log.error("public_page_unread", extra={"error": type(error).__name__, "left_out": left_out})

    def _place(self, plan: str) -> Place:
        try:
            loaded = self._desk.catalogue.load(plan).plan
        except InputError:
            return Place(plan, plan, {}, {})
        areas = {area.code: area.name for area in loaded.areas}
        areas_en = {area.code: area.name_en for area in loaded.areas if area.name_en}
        return Place(loaded.place, loaded.place_en or loaded.place, areas, areas_en)
