"""Puts the console into the web application."""

from aiohttp import web

from gateway.accounts.passwords import Passwords
from gateway.accounts.signing_in import SigningIn
from gateway.identifiers import uuid7
from gateway.web.console import (
    account,
    approving,
    broadcasts,
    changes,
    contacts,
    course,
    decisions,
    directory,
    draft_new,
    drafts,
    drills,
    following,
    home,
    lanes,
    launching,
    obligations,
    orders,
    own_addresses,
    plans,
    preview,
    routes,
    signing_in,
    signing_times,
    tokens,
    trail,
    users,
)
from gateway.web.console.walls import Walls
from gateway.web.keys import BUS, LEDGER
from gateway.web.people import SIGNING_IN


def add_console(app: web.Application, secret: bytes, passwords: Passwords) -> None:
    """Add the pages. `secret` proves known browsers: the ledger's own."""
    app[SIGNING_IN] = SigningIn(app[LEDGER], app[BUS].limits, passwords, secret, uuid7)
    app[preview.WALLS] = Walls()
    for each in (
        signing_in,
        home,
        account,
        own_addresses,
        users,
        changes,
        tokens,
        routes,
        draft_new,
        drafts,
        preview,
        decisions,
        approving,
        launching,
        following,
        broadcasts,
        lanes,
        obligations,
        orders,
        directory,
        contacts,
        plans,
        drills,
        signing_times,
        course,
        trail,
    ):
        app.add_routes(each.routes)
