"""Bots of WeCom groups that answer oddly: in the vendor's codes, with nothing, with somebody else's page."""

import json
import random

from aiohttp import web

from channels.stand_ins.behaviour import Behaviour
from channels.stand_ins.wecom import WecomStandIn, _answer

# not taken: beyond the window, too many at once, of another interface, bot removed
_CODES = ((45009, "api freq out of limit"), (45033, "api concurrent out of limit"), (40093, "invalid jsapi"))
_REMOVED = (93000, "invalid webhook url")
_PAGE = "<html><body>请先登录网络 · sign in to the network</body></html>"


class Bots(WecomStandIn):
    """The bots of one account, one a group; a bot's key is `account/group`.

    Of the messages a share of `refusing` is answered with a code and not taken, and one bot in ten of those
    is removed for good; a share of `muddled` is answered with nothing or a page of something in between,
    half of them after they were taken.
    """

    def __init__(self, account: str, chance: random.Random) -> None:
        super().__init__(random_source=chance)
        self.account = account
        self.refusing = 0.0
        self.muddled = 0.0
        self.told_apart = 0  # messages taken whose answer said so
        self._chance = chance

    @property
    def unanswered(self) -> int:
        """Messages taken whose answer did not say so."""
        return len(self.seen) - self.told_apart

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if self._chance.random() < self.muddled / 2:
            return self._muddle()
        answer = await super()._handle(request)
        body = answer.body if isinstance(answer, web.Response) else None
        if not isinstance(body, bytes) or not body or json.loads(body)["errcode"] != 0:
            return answer
        if self._chance.random() < self.muddled / 2:
            return self._muddle()
        self.told_apart += 1
        return answer

    def _refusal(self, behaviour: Behaviour, key: str) -> web.Response | None:
        if self._chance.random() < self.refusing:
            if self._chance.random() < 0.1:
                self.behaviour = Behaviour(behaviour.refused | {key}, delay=behaviour.delay)
                return _answer(*_REMOVED)
            return _answer(*self._chance.choice(_CODES))
        return super()._refusal(behaviour, key)

    def _muddle(self) -> web.Response:
        if self._chance.random() < 0.5:
            return web.Response(body=b"")
        return web.Response(text=_PAGE, content_type="text/html")
