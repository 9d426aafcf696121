"""A local WeCom: group bots that answer HTTP 200 with an error code, whatever happened."""

import asyncio
import json
import random
from contextlib import AsyncExitStack
from pathlib import Path

from aiohttp import web

from channels.stand_ins.behaviour import Behaviour, Record, Seen, Window
from channels.stand_ins.serving import Server, drop

_LONGEST_TEXT = 4096  # UTF-8 bytes


class WecomStandIn:
    """Use as `async with WecomStandIn() as wecom:`; it listens on loopback at `url`.

    `behaviour` may be replaced at any time; `refused` names the keys of removed bots, `rate` is each
    bot's window (the vendor's is 20 a minute). `seen` are the messages taken, their `to` the bot's key.
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
        self._random = random_source or random.Random(0)  # noqa: S311 -- chance, not secrecy
        self._record = Record(log, remember=remember)
        self._windows: dict[str, Window] = {}
        self._stack = AsyncExitStack()

    @property
    def seen(self) -> list[Seen]:
        """The messages taken so far."""
        return self._record.seen

    async def __aenter__(self) -> "WecomStandIn":
        self._stack.callback(self._record.close)
        server = await self._stack.enter_async_context(Server(self._handle, self.port))
        self.port, self.url = server.port, server.url
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.method != "POST" or request.path != "/cgi-bin/webhook/send":
            return web.Response(status=404)
        behaviour = self.behaviour
        key = request.query.get("key", "")
        refusal = self._refusal(behaviour, key) or self._take(key, await request.read())
        if refusal is not None:
            return refusal
        if behaviour.delay[1]:
            await asyncio.sleep(self._random.uniform(*behaviour.delay))
        fate = self._random.random()
        if fate < behaviour.lose_answer:
            return drop(request)
        fate -= behaviour.lose_answer
        if fate < behaviour.fail_after_accepting:
            return web.Response(status=502)
        if fate - behaviour.fail_after_accepting < behaviour.hang:
            await asyncio.Event().wait()
        return _answer(0, "ok")

    def _refusal(self, behaviour: Behaviour, key: str) -> web.Response | None:
        if not key or key in behaviour.refused:
            return _answer(93000, "invalid webhook url")
        if self._random.random() < behaviour.busy:
            return _answer(-1, "system busy")
        window = self._windows.setdefault(key, Window())
        if window.wait(behaviour.rate, asyncio.get_running_loop().time()) is not None:
            return _answer(45009, "api freq out of limit")
        return None

    def _take(self, key: str, body: bytes) -> web.Response | None:
        """Record the message, or return the error for what it holds."""
        try:
            document = json.loads(body)
            text = document["markdown"]["content"]
            kind = document["msgtype"]
        except (ValueError, KeyError, TypeError):
            return _answer(40058, "invalid parameter")
        if kind != "markdown":
            return _answer(40008, "invalid message type")
        if not text or len(text.encode()) > _LONGEST_TEXT:
            return _answer(40058, "markdown.content exceed max length 4096")
        self._record.add("wecom", key, text)
        return None


def _answer(code: int, words: str) -> web.Response:
    return web.json_response({"errcode": code, "errmsg": words})
