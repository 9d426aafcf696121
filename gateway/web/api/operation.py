"""One operation of the API: what it takes and gives, stated once, checked and documented from there."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar
from urllib.parse import quote

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from gateway.documents import Document, read_model
from gateway.errors import InputError
from gateway.ledger.accounts.tokens import Scope
from gateway.web.access import CALLER, Caller
from gateway.web.idempotency import once
from gateway.web.problems import problem

_SECONDS = 15.0  # for a body, and one more for each `_BYTES_A_SECOND` that it may have
_BYTES_A_SECOND = 200_000
_NUL = "\0"  # PostgreSQL keeps and compares no text with it, so no name of anything holds it
_ESCAPED_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # as JSON writes it
INTEGER = r"\d{1,18}"  # a variable of a path that is a whole number


class Query(BaseModel):
    """Base of the models of query strings; an operation with this one takes no parameter at all."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Input(BaseModel):
    """Base of the models of JSON bodies."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Output(BaseModel):
    """Base of the models of answers. They document; answers are written as the use cases give them."""

    model_config = ConfigDict(frozen=True, defer_build=True)


Q = TypeVar("Q", bound=Query)


@dataclass(frozen=True, slots=True)
class Body:
    """What an operation takes: its media types, at most so many bytes, and the model it is said to have.

    `text` describes a body that is no JSON.
    """

    media: tuple[str, ...]
    most: int
    model: type[BaseModel] | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Call(Generic[Q]):
    """A request whose caller may do this: its path's variables, its query, its body's bytes."""

    request: web.Request
    caller: Caller
    path: Mapping[str, str]
    query: Q
    body: bytes

    @property
    def app(self) -> web.Application:
        """The application with its parts."""
        return self.request.app


@dataclass(frozen=True, slots=True)
class Download:
    """A file as an answer; `name` is what it is saved as."""

    content: bytes = field(repr=False)
    media_type: str
    name: str


@dataclass(frozen=True, slots=True)
class Files:
    """Stands among an operation's answers for a `Download` of one of these media types."""

    media: tuple[str, ...]


Guard = Callable[[Call[Any]], Awaitable[None]]  # raises `InputError` for what is outside a caller's areas
# what a caller who is limited to areas may do with an operation. everywhere: nothing, it is of all areas;
# any: all, it is of none; within: its work keeps to `Caller.areas`; a guard looks at what the path names
Areas = Literal["everywhere", "any", "within"] | Guard
Answer = tuple[int, object]  # status and what becomes JSON, or a `Download`
Work = Callable[[Call[Q]], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation as declared; `path` may bound a variable by a pattern, as in `{id:\\d{1,18}}`."""

    method: str
    path: str
    scope: Scope
    name: str
    summary: str
    query: type[Query]
    body: Body | None
    answers: Mapping[int, type[BaseModel] | Files]
    problems: tuple[int, ...]
    areas: Areas
    work: Work[Any] = field(repr=False)

    @property
    def variables(self) -> dict[str, bool]:
        """The path's variables, and whether each is a whole number."""
        found = re.findall(r"{(\w+)(?::(.*?))?}(?=/|$)", self.path)
        return {name: pattern == INTEGER for name, pattern in found}

    @property
    def plain_path(self) -> str:
        """The path with bare variables."""
        return re.sub(r"{(\w+):.*?}(?=/|$)", r"{\1}", self.path)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Check who asks and what for, do it, answer."""
        caller = request[CALLER]
        if self.scope not in caller.scopes:
            return problem(403, f"this token lacks the scope {self.scope!r}", scope=self.scope)
        if caller.areas and self.areas == "everywhere":
            raise _for_all_areas()
        if any(_NUL in value for value in request.match_info.values()):
            return problem(404, "Not Found")
        query = _query(request, self.query)
        body = b"" if self.body is None else await _body(request, self.body)
        call = Call(request, caller, request.match_info, query, body)
        if caller.areas and not isinstance(self.areas, str):
            await self.areas(call)

        async def answer() -> web.Response:
            status, content = await self.work(call)
            if isinstance(content, Download):
                return _file(status, content)
            return web.Response(
                status=status, text=json.dumps(content, ensure_ascii=False), content_type="application/json"
            )

        return await (once(request, caller.name, body, answer) if self.method == "POST" else answer())


class Operations(list[Operation]):
    """The operations of one noun, in the order in which they are declared."""

    def __call__(
        self,
        method: str,
        path: str,
        scope: Scope,
        answers: Mapping[int, type[BaseModel] | Files],
        *,
        query: type[Q],
        body: Body | None = None,
        problems: tuple[int, ...] = (),
        areas: Areas = "everywhere",
    ) -> Callable[[Work[Q]], Work[Q]]:
        """Declare an operation; its docstring's first line is its summary.

        `problems` are the statuses of its own beside those that any operation may answer with. One that
        says nothing of `areas` is for callers of all areas alone.
        """

        def declare(work: Work[Q]) -> Work[Q]:
            name = getattr(work, "__name__", "")
            summary = (work.__doc__ or "").partition("\n")[0].strip()
            self.append(
                Operation(method, path, scope, name, summary, query, body, answers, problems, areas, work)
            )
            return work

        return declare


def json_body(content: bytes, model: type[BaseModel]) -> Any:
    """The body as `model`. Raises `InputError` for what is no JSON or does not fit."""
    try:
        data = json.loads(content) if content else {}
    except (ValueError, RecursionError):
        raise InputError("BODY_MALFORMED", "请求正文不是有效的 JSON", "the body is not valid JSON") from None
    if _ESCAPED_NUL.search(content):
        raise InputError(
            "DOCUMENT_CHARACTER",
            "请求正文含有看不见的控制字符 U+0000，请删除",
            "the body holds the invisible control character U+0000; remove it",
        )
    return read_model(Document(data, {}, None), model)


def _for_all_areas() -> InputError:
    return InputError(
        "AREA_NOT_YOURS",
        "这涉及全部区域，限于部分区域的令牌不能办理",
        "this is of all areas: a token that is limited to some does not do it",
    )


def _file(status: int, download: Download) -> web.Response:
    """Saved, never shown: a file from somebody else must not become a page of ours."""
    name = quote(download.name)
    return web.Response(
        status=status,
        body=download.content,
        content_type=download.media_type,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


def page_of(rows: Sequence[Any], limit: int) -> int | None:
    """The cursor of the next page: the last row's id, None where this page is the last."""
    return rows[-1].id if len(rows) == limit else None


def _query(request: web.Request, model: type[Q]) -> Q:
    given = request.query
    repeated = next((name for name in given if len(given.getall(name)) > 1), None)
    if repeated is not None:
        raise InputError(
            "FIELD_REPEATED",
            f"参数“{repeated}”出现了不止一次",
            f"the parameter {repeated!r} is given more than once",
            field=repeated,
        )
    odd = next((name for name, value in given.items() if _NUL in value), None)
    if odd is not None:
        raise InputError(
            "FIELD_INVALID",
            f"参数“{odd}”含有看不见的控制字符",
            f"the parameter {odd!r} holds an invisible control character",
            field=odd,
        )
    return read_model(Document(dict(given), {}, None), model)


async def _body(request: web.Request, body: Body) -> bytes:
    request = request.clone(client_max_size=body.most)
    async with asyncio.timeout(_SECONDS + body.most / _BYTES_A_SECOND):
        return await request.read()
