"""A local WeCom application: gives access tokens, and takes one text for many members."""

import asyncio
import json
import random
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from aiohttp import web

from channels.stand_ins.behaviour import Behaviour, Record, Seen, Window
from channels.stand_ins.serving import Server, drop

CORP_ID = "wwinventedcorp01"
AGENT_ID = 1000002
SECRET = "stand-in-secret"  # noqa: S105
_LONGEST_TEXT = 2048  # UTF-8 bytes; what is longer is cut off
_MOST = 1000  # members in a request


class WecomAppStandIn:
    """Use as `async with WecomAppStandIn() as app:`; it listens on loopback at `url`.

    `behaviour` may be replaced at any time; `refused` names user ids that are none (in lower case), `rate`
    is the application's window of requests. `tokens_given` counts the tokens fetched, `forget_tokens`
    ends their lives at once. `seen` has each member's message of its own, their `to` the user id.
    """

    def __init__(
        self,
        behaviour: Behaviour | None = None,
        *,
        port: int = 0,
        random_source: random.Random | None = None,
        log: Path | None = None,
        remember: bool = True,
    ) -> None:
        self.behaviour = behaviour or Behaviour()
        self.url = ""
        self.port = port
        self.tokens_given = 0
        self._token: str | None = None
        self._random = random_source or random.Random(0)  # noqa: S311 -- chance, not secrecy
        self._record = Record(log, remember=remember)
        self._window = Window()
        self._taken = 0
        self._stack = AsyncExitStack()

    @property
    def seen(self) -> list[Seen]:
        """The messages taken so far."""
        return self._record.seen

    def forget_tokens(self) -> None:
        """What was given is refused from now on."""
        self._token = None

    async def __aenter__(self) -> "WecomAppStandIn":
        self._stack.callback(self._record.close)
        server = await self._stack.enter_async_context(Server(self._handle, self.port))
        self.port, self.url = server.port, server.url
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        behaviour = self.behaviour
        if behaviour.delay[1]:
            await asyncio.sleep(self._random.uniform(*behaviour.delay))
        if (request.method, request.path) == ("GET", "/cgi-bin/gettoken"):
            return self._give_token(request)
        if (request.method, request.path) != ("POST", "/cgi-bin/message/send"):
            return web.Response(status=404)
        answer = self._answer(behaviour, request.query.get("access_token"), await request.read())
        if answer["errcode"]:
            return web.json_response(answer)
        fate = self._random.random()
        if fate < behaviour.lose_answer:
            return drop(request)
        fate -= behaviour.lose_answer
        if fate < behaviour.fail_after_accepting:
            return web.Response(status=502)
        if fate - behaviour.fail_after_accepting < behaviour.hang:
            await asyncio.Event().wait()
        return web.json_response(answer)

    def _give_token(self, request: web.BaseRequest) -> web.Response:
        if request.query.get("corpid") != CORP_ID:
            return web.json_response(_error(40013, "invalid corpid"))
        if request.query.get("corpsecret") != SECRET:
            return web.json_response(_error(40001, "invalid credential"))
        self.tokens_given += 1
        if self._token is None:  # asked again, the vendor gives the same one
            self._token = f"token-{self.tokens_given}"
        return web.json_response({**_error(0, "ok"), "access_token": self._token, "expires_in": 7200})

    def _answer(self, behaviour: Behaviour, token: str | None, body: bytes) -> dict[str, Any]:
        if token is None or token != self._token:
            return _error(40014, "invalid access_token")
        if self._random.random() < behaviour.busy:
            return _error(-1, "system busy")
        if self._window.wait(behaviour.rate, asyncio.get_running_loop().time()) is not None:
            return _error(45009, "api freq out of limit")
        try:
            document = json.loads(body)
            kind, agent, text = document["msgtype"], document["agentid"], document["text"]["content"]
            members = document["touser"].split("|")
        except (ValueError, KeyError, TypeError, AttributeError):
            return _error(40058, "invalid parameter")
        if agent != AGENT_ID:
            return _error(301002, "not allowed to operate another agent")
        if kind != "text" or not text or len(members) > _MOST:
            return _error(40058, "invalid parameter")
        invalid = [member for member in members if member.lower() in behaviour.refused]
        if len(invalid) == len(members):
            return _error(81013, "user & party & tag all invalid")
        self._taken += 1
        cut = text.encode()[:_LONGEST_TEXT].decode(errors="ignore")
        for member in dict.fromkeys(members):
            if member not in invalid:
                self._record.add("wecom_user", member, cut, provider_id=f"msg-{self._taken}")
        told = {"invaliduser": "|".join(each.lower() for each in invalid)} if invalid else {}
        return {**_error(0, "ok"), **told, "msgid": f"msg-{self._taken}"}


def _error(code: int, words: str) -> dict[str, Any]:
    return {"errcode": code, "errmsg": words}
