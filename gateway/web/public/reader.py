"""One reader of the public pages: what is told now, how it is wished for, and the page to be sent."""

from dataclasses import replace
from functools import partial

from aiohttp import web

from gateway.errors import InputError
from gateway.follow_up.papers.publishing import list_columns
from gateway.web.keys import SETTINGS
from gateway.web.public.documents import Document, answer
from gateway.web.public.doors import NEWEST, age, keep
from gateway.web.public.newest import Told
from gateway.web.public.rendering import MEDIA_TYPE, fill, policy, speech
from gateway.web.public.shelf import Place, Shelf
from gateway.web.public.telling import Telling
from gateway.web.public.wish import wish_of

SHELF = web.AppKey("shelf", Shelf)
ORIGIN = web.AppKey("public origin", str)


class Reader:
    """One request: what is told, in which words. Raises `Unknown`."""

    def __init__(self, request: web.Request, told: Told, seconds: int) -> None:
        self.request = request
        self.told = told
        self.shelf = request.app[SHELF]
        self.register = request.app[NEWEST].register
        wish = wish_of(request.query)
        self.knows_plan = wish.plan is None or wish.plan in self.register.plans()
        self.wish = wish if self.knows_plan else replace(wish, plan=None)
        self.now = request.app[NEWEST].now()
        self.seconds = seconds

    @property
    def columns(self) -> tuple[str, ...] | None:
        """The columns of the control list that is published; None: none is."""
        app = self.request.app
        return list_columns(app[NEWEST].control_list, app[SETTINGS].public.control_list)

    @classmethod
    async def of(cls, request: web.Request) -> "Reader":
        """The reader of a request. Raises `Unknown`."""
        return cls(request, *await request.app[NEWEST].told())

    def telling(self, place: Place | None = None) -> Telling:
        """Who puts it into words."""
        return Telling(self.wish, speech(self.wish), {} if place is None else place.areas_en)

    def fill(self, template: str, place: str, /, **values: object) -> bytes:
        """A page with what all of them show."""
        return fill(
            template,
            self.wish,
            **{
                "place": place,
                "path": self.request.path,
                "stale": self.telling().hour(self.told.moment) if self.told.stale else "",
                "listed": self.columns is not None,
                **values,
            },
        )

    def answer(self, found: Document) -> web.Response:
        """The page, or that the reader's copy is still good."""
        return answer(self.request, found, keep(self.seconds), **policy(), **age(stale=self.told.stale))

    def kept(self, *asked: object) -> partial[Document]:
        """A page by what was asked for."""
        return partial(self.shelf.page, (self.request.path, self.wish, *asked), self.told, MEDIA_TYPE)

    def plans(self) -> list[str]:
        """The plans that the address asks about. Raises `InputError` (PLAN_UNKNOWN)."""
        if not self.knows_plan:
            raise InputError(
                "PLAN_UNKNOWN", "没有这个地方的预警", "nothing was ever issued for that place", field="plan"
            )
        return self.register.plans() if self.wish.plan is None else [self.wish.plan]

    async def place_name(self) -> str:
        """What the pages are of: the one place that the address asks about; "" for all."""
        plans = self.plans()
        return self.named(await self.shelf.place(plans[0])) if len(plans) == 1 else ""

    def named(self, place: Place) -> str:
        """What a place is called in the reader's language."""
        return place.name_en if self.wish.language == "en" else place.name
