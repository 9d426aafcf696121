"""Every page there is, from the router itself: a page that was added yesterday is looked at today."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import aiohttp

from gateway.orders.senders import Senders
from gateway.web.serving.running import Running, application
from tests.full_office import FullOffice
from tests.people import quick

# not for people: programs, files, streams
_OTHERS = re.compile(r"^/(api|private|callbacks|static|health|cap)(/|$)|/events$")
_VARIABLE = re.compile(r"\{([a-z_]+)\}")


class Place(NamedTuple):
    """A page: the route that it is of, and one address of it. `sealed`: as it is mailed or printed, in a
    frame of its own where a browser runs nothing."""

    route: str
    path: str
    sealed: bool = False

    @property
    def name(self) -> str:
        """What a file of it is called."""
        return re.sub(r"[^a-z0-9]+", "-", _VARIABLE.sub("one", self.route)).strip("-")


def routes(process: Running, method: str = "GET") -> list[str]:
    """Every route of a method, as the router writes it; the API's and those of machines too."""
    app = application(process, b"invented", Senders({}, process.desk.catalogue), quick())
    found = (route for route in app.router.routes() if route.method == method)
    return sorted({route.resource.canonical for route in found if route.resource is not None})


def for_people(process: Running, method: str = "GET") -> list[str]:
    """Those that people open or send forms to."""
    return [each for each in routes(process, method) if not _OTHERS.search(each)]


def addresses(route: str, samples: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """A route with every sample in the place of its variable parts. Raises `LookupError` where one has none:
    it is to be added in tests/full_office.py."""
    first = _VARIABLE.search(route)
    if first is None:
        yield route
        return
    yield from _filled(route, first.end(), route[: first.start()], samples)


def _filled(route: str, end: int, before: str, samples: Mapping[str, Sequence[str]]) -> Iterator[str]:
    known = samples.get(route[:end])
    if not known:
        raise LookupError(f"{route}: tests/full_office.py has no sample of {route[:end]}")
    following = _VARIABLE.search(route, end)
    between = route[end : following.start() if following else len(route)]
    for value in known:
        path = f"{before}{value}{between}"
        if following is None:
            yield path
        else:
            yield from _filled(route, following.end(), path, samples)


async def places(office: FullOffice, *, of_each: int | None = None) -> list[Place]:
    """Every address that answers with a page; `of_each`: at most so many of a route.

    A route of people that never answers well fails: either it is broken, or its sample is none.
    """
    found: list[Place] = []
    cookies = await office.cookies()
    async with aiohttp.ClientSession(office.made.process.url, cookies=cookies) as session:
        for route in for_people(office.made.process):
            pages, answered = [], []
            for path in addresses(route, office.samples):
                async with session.get(path) as answer:
                    answered.append(answer.status)
                    await answer.read()
                    own = answer.status == 200 and answer.url.path == path
                    if own and answer.content_type == "text/html":
                        policy = answer.headers.get("Content-Security-Policy", "")
                        pages.append(Place(route, path, "sandbox" in policy))
                if of_each is not None and len(pages) == of_each:
                    break
            assert 200 in answered, (route, answered)
            found += pages
    return found
