"""The types under which the application hands its parts to its handlers."""

from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:  # a command that only makes a token need not load the engine
    from gateway.broadcasts.desk import Desk
    from gateway.bus.bus import Bus
    from gateway.delivery.engine import Engine
    from gateway.ledger.database import Clock, Ledger
    from gateway.settings import Settings
    from gateway.sign_tokens import SignTokens

SETTINGS: "web.AppKey[Settings]" = web.AppKey("settings")
LEDGER: "web.AppKey[Ledger]" = web.AppKey("ledger")
ENGINE: "web.AppKey[Engine]" = web.AppKey("engine")
BUS: "web.AppKey[Bus]" = web.AppKey("bus")
DESK: "web.AppKey[Desk]" = web.AppKey("desk")
SIGN_TOKENS: "web.AppKey[SignTokens]" = web.AppKey("sign_tokens")
CLOCK: "web.AppKey[Clock]" = web.AppKey("clock")
WHO = web.RequestKey("who", str)  # whose request it is, as the audit trail names them; absent for strangers
