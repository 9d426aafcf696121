"""The types under which the application hands its parts to its handlers."""

from aiohttp import web

from gateway.broadcasts.expand import Expander
from gateway.broadcasts.prepare import Desk
from gateway.delivery.engine import Engine
from gateway.ledger.database import Clock, Ledger
from gateway.settings import Settings
from gateway.sign_tokens import SignTokens

SETTINGS = web.AppKey("settings", Settings)
LEDGER = web.AppKey("ledger", Ledger)
ENGINE = web.AppKey("engine", Engine)
EXPANDER = web.AppKey("expander", Expander)
DESK = web.AppKey("desk", Desk)
SIGN_TOKENS = web.AppKey("sign_tokens", SignTokens)
CLOCK: web.AppKey[Clock] = web.AppKey("clock")
