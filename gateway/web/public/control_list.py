"""`/public/control-list`: who is on the 应急减排清单, where the office publishes it."""

from functools import partial

from aiohttp import web

from gateway.errors import InputError
from gateway.moments import moment
from gateway.web.live.live_words import GRADES, SECTORS
from gateway.web.public.documents import document
from gateway.web.public.doors import NEWEST
from gateway.web.public.reader import Reader
from gateway.web.public.rendering import MEDIA_TYPE

_LISTED = 200  # enterprises on a page
_LONGEST_NAME = 40  # characters of a name that is searched for


async def get_control_list(request: web.Request) -> web.Response:
    """A page of the list, or those whose name holds what is searched for. Raises `Unknown`, and `InputError`
    (LIST_UNKNOWN) where none is published."""
    reader = await Reader.of(request)
    columns = reader.columns
    if columns is None:
        raise InputError("LIST_UNKNOWN", "没有公布清单", "no list is published")
    published = request.app[NEWEST].control_list
    name = request.query.get("name", "").strip()[:_LONGEST_NAME]
    after = request.query.get("after", "0")
    start = int(after) if after.isascii() and after.isdecimal() and len(after) < 10 else 0
    found = await reader.shelf.enterprises(start, _LISTED + 1, name)
    areas = await reader.shelf.areas()
    make = partial(
        reader.fill,
        "control_list.html",
        "",
        entries=found[:_LISTED],
        columns=columns,
        basis="" if published is None else published.content["basis"],
        published_at="" if published is None else reader.telling().hour(moment(published.published_at)),
        areas=areas,
        sectors=SECTORS,
        grades=GRADES,
        name=name,
        next=found[_LISTED - 1].id if len(found) > _LISTED else None,
    )
    return reader.answer(document(make(), MEDIA_TYPE, reader.told.state.modified))
