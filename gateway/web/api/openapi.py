"""The OpenAPI 3.1 document of the API, made from the operations' own declarations."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from gateway import __version__
from gateway.vocabulary import Action
from gateway.web import idempotency
from gateway.web.api import links
from gateway.web.api.operation import Body, Files, Operation, Output
from gateway.web.api.public import LONGEST_TEXT, Open

_REF = "#/components/schemas/{model}"
_MEDIA = "application/problem+json"
_ANY = (401, 403, 421, 422, 429, 500, 503)  # any operation may answer so
_OF_BODIES = (408, 409, 413, 415)
_NOT_FOUND = 404
_AREAS = (
    "A token may be limited to areas. `x-areas` tells what such a token may do. `any`: all of it, it is of no"
    " area. `within`: it is answered, and acts, as far as it lies in its areas. `named`: what the path names"
    " must lie in them, or is as not there (404). `everywhere`: nothing, it is of all areas (403)."
)
_OF_ANYBODY = (421, 429, 500, 503)  # who has no token may be answered so


class InputFault(Output):
    """What is wrong with an input, in Chinese and English, and where."""

    code: str
    message: str
    message_en: str
    file: str | None
    line: int | None
    field: str | None


class Next(Output):
    """What a document may state in the place of what was refused: `previous` with one of these actions."""

    previous: str
    actions: list[Action]


class Problem(Output):
    """What went wrong (RFC 9457). `error`: bad input; `check`: the findings that refuse a decision; `next`:
    what may be done instead (WARNING_IN_FORCE)."""

    type: str
    title: str
    status: int
    error: InputFault | None = None
    check: dict[str, Any] | None = None
    scope: str | None = None
    next: Next | None = None


def document(operations: Iterable[Operation], public: Iterable[Open] = ()) -> dict[str, Any]:
    """The document; equal declarations give an equal document."""
    listed, opened = list(operations), list(public)
    schemas, references = _schemas(listed, opened)
    paths: dict[str, dict[str, Any]] = {}
    for each in listed:
        paths.setdefault(each.plain_path, {})[each.method.lower()] = _described(each, references)
    for address in opened:
        paths.setdefault(address.path, {})[address.method.lower()] = _opened(address, references)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "airwarn",
            "version": __version__,
            "description": "重污染天气预警通知网关 · gateway for heavy-air-pollution warnings\n\n" + _AREAS,
        },
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


References = dict[tuple[Any, str], dict[str, Any]]


def _schemas(operations: list[Operation], public: list[Open]) -> tuple[dict[str, Any], References]:
    given: dict[type[BaseModel], None] = {Problem: None}
    taken: dict[type[BaseModel], None] = {}
    for each in operations:
        given |= dict.fromkeys(model for model in each.answers.values() if not isinstance(model, Files))
        if each.body is not None and each.body.model is not None:
            taken[each.body.model] = None
    given |= dict.fromkeys(each.model for each in public if each.model is not None)
    taken |= dict.fromkeys(each.body for each in public if each.body is not None)
    references, definitions = models_json_schema(
        [
            *((model, "serialization") for model in given),
            *((model, "validation") for model in taken),
        ],
        ref_template=_REF,
    )
    return definitions["$defs"], {key: dict(value) for key, value in references.items()}


def _described(operation: Operation, references: References) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.plain_path.split("/")[3]],
        "security": [{"token": [operation.scope]}],
        "parameters": _parameters(operation),
        "responses": _responses(operation, references),
        "x-areas": operation.areas if isinstance(operation.areas, str) else "named",
    }
    if operation.body is not None:
        described["requestBody"] = _body(operation.body, references)
    return described


def _opened(address: Open, references: References) -> dict[str, Any]:
    schema = (
        {"type": "string", "format": "binary"}
        if address.model is None
        else references[address.model, "serialization"]
    )
    good = {"200": {"description": "OK", "content": {address.media: {"schema": schema}}}}
    if address.method == "GET":
        good["304"] = {"description": "Not Modified"}
    described: dict[str, Any] = {
        "operationId": address.name,
        "summary": address.summary,
        "tags": ["public"],
        "security": [],
        "parameters": list(address.parameters),
        "responses": good | _problems({*_OF_ANYBODY, *address.problems}, references),
    }
    if address.body is not None:
        body = references[address.body, "validation"]
        plain = {"type": "string", "pattern": r"\S", "maxLength": LONGEST_TEXT}
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": body}, "text/plain": {"schema": plain}},
        }
    return described


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    whole = {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}
    text = {"type": "string", "minLength": 1}
    found = [
        {"name": name, "in": "path", "required": True, "schema": whole if is_number else text}
        for name, is_number in operation.variables.items()
    ]
    schema = operation.query.model_json_schema()
    found += [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "schema": _inlined(_stated(each), schema),
        }
        for name, each in schema.get("properties", {}).items()
    ]
    if operation.method == "POST":
        key = {"type": "string", "pattern": idempotency.PATTERN}
        found.append({"name": idempotency.HEADER, "in": "header", "required": False, "schema": key})
    return found


def _stated(schema: dict[str, Any]) -> dict[str, Any]:
    """A query parameter is stated or left out; it is never null."""
    kinds = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    if len(kinds) != 1:
        return schema
    return {**{key: value for key, value in schema.items() if key not in ("anyOf", "default")}, **kinds[0]}


def _inlined(schema: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").removeprefix("#/$defs/")
    return {**whole["$defs"][name], **{k: v for k, v in schema.items() if k != "$ref"}} if name else schema


def _body(body: Body, references: References) -> dict[str, Any]:
    if body.model is None:
        schema: dict[str, Any] = {"type": "string", "description": body.text or ""}
    else:
        schema = references[body.model, "validation"]
    needed = body.model is None or any(each.is_required() for each in body.model.model_fields.values())
    return {"required": needed, "content": {media: {"schema": schema} for media in body.media}}


def _content(answer: type[BaseModel] | Files, references: References) -> dict[str, Any]:
    if isinstance(answer, Files):
        binary, data = {"type": "string", "format": "binary"}, {"type": "object"}
        return {media: {"schema": data if media == "application/json" else binary} for media in answer.media}
    return {"application/json": {"schema": references[answer, "serialization"]}}


def _responses(operation: Operation, references: References) -> dict[str, Any]:
    refused = {*_ANY, *operation.problems}
    if operation.variables:
        refused.add(_NOT_FOUND)
    if operation.body is not None:
        refused.update(_OF_BODIES)
    if operation.method == "POST":
        refused.add(409)  # an `Idempotency-Key` that stands for another request
    answers = {
        str(status): {
            "description": HTTPStatus(status).phrase,
            "content": _content(model, references),
        }
        for status, model in operation.answers.items()
    }
    if linked := links.described(operation.name):
        answers[str(max(operation.answers))]["links"] = linked
    return answers | _problems(refused, references)


def _problems(statuses: set[int], references: References) -> dict[str, Any]:
    problem = {_MEDIA: {"schema": references[Problem, "serialization"]}}
    return {
        str(status): {"description": HTTPStatus(status).phrase, "content": problem}
        for status in sorted(statuses)
    }
