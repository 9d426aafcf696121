"""The API as tests call it; every answer must be what its description says."""

import json
from typing import Any

import aiohttp
from pydantic import ValidationError

from gateway.web.api import OPERATIONS
from gateway.web.api.openapi import Problem
from gateway.web.api.operation import Files
from tests.city import TOKEN


class Client:
    """The API with a token."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str = TOKEN) -> None:
        self.session = session
        self.url = url
        self.token = token

    async def call(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, Any]:
        sent = {
            "Authorization": f"Bearer {self.token}",
            **{k.replace("_", "-"): v for k, v in headers.items()},
        }
        async with self.session.request(
            method, self.url + path, data=body.encode() or None, headers=sent
        ) as response:
            return response.status, json.loads(await response.read())

    async def get(self, path: str) -> tuple[int, Any]:
        return await self.call("GET", path)

    async def post(self, path: str, body: Any = "", **headers: str) -> tuple[int, Any]:
        return await self.call("POST", path, body if isinstance(body, str) else json.dumps(body), **headers)


def described(name: str, status: int, answer: Any) -> None:
    """Fail unless an answer is exactly what the operation's model says, no key more or less."""
    operation = next(each for each in OPERATIONS if each.name == name)
    model = operation.answers[status] if status < 400 else Problem
    assert not isinstance(model, Files), f"{name} answers with a file"
    try:
        model.model_validate(answer, extra="forbid")
    except ValidationError as error:
        raise AssertionError(str(error)) from None
