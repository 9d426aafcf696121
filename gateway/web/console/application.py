"""Puts the console into the web application."""

from aiohttp import web

from gateway.accounts.passwords import Passwords
from gateway.accounts.signing_in import SigningIn
from gateway.directory.maps import Maps
from gateway.identifiers import uuid7
from gateway.web.care import CARE, Care, end_looks
from gateway.web.console import home, papers, plans
from gateway.web.console.broadcasts import broadcasts, course, district_map, lanes, signing_times
from gateway.web.console.decisions import approving, decisions, following, launching
from gateway.web.console.directory import (
    call_answers,
    campaign,
    campaigns,
    contacts,
    directory,
    import_samples,
    imports,
    inventory,
    inventory_totals,
    mending,
    organisation,
    organisation_form,
    proposals,
    waiting_file,
)
from gateway.web.console.drafts import draft, draft_new, drafts, preview
from gateway.web.console.drafts.preview_overview import figures
from gateway.web.console.drafts.walls import Walls
from gateway.web.console.episodes import (
    bulletins,
    drills,
    episodes,
    objections,
    obligations,
    orders,
    progress,
    publishing,
    replies,
    reporting,
    season,
)
from gateway.web.console.people import (
    account,
    changes,
    own_addresses,
    routes,
    signing_in,
    tokens,
    trail,
    users,
)
from gateway.web.console.waiting import DECISIONS_WAITING
from gateway.web.heavy import HEAVY
from gateway.web.keys import BUS, CLOCK, LEDGER, SETTINGS
from gateway.web.people import SIGNING_IN


def add_console(app: web.Application, secret: bytes, passwords: Passwords) -> None:
    """Add the pages. `secret` proves known browsers: the ledger's own."""
    app[SIGNING_IN] = SigningIn(app[LEDGER], app[BUS].limits, passwords, secret, uuid7)
    app[DECISIONS_WAITING] = {}
    app[preview.WALLS] = Walls(figures, app[HEAVY])
    app[district_map.MAPS] = Maps(app[SETTINGS].maps_folder)
    app.on_cleanup.append(preview.end)
    app[CARE] = Care(app[LEDGER], app[CLOCK])
    app.on_cleanup.append(end_looks)
    app[inventory_totals.TOTALS] = inventory_totals.Totals(app[LEDGER])
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
        draft,
        preview,
        decisions,
        approving,
        launching,
        following,
        broadcasts,
        lanes,
        obligations,
        reporting,
        episodes,
        bulletins,
        progress,
        papers,
        publishing,
        objections,
        replies,
        orders,
        directory,
        organisation,
        organisation_form,
        contacts,
        mending,
        call_answers,
        imports,
        waiting_file,
        import_samples,
        campaigns,
        campaign,
        proposals,
        inventory,
        inventory_totals,
        plans,
        drills,
        signing_times,
        course,
        district_map,
        season,
        trail,
    ):
        app.add_routes(each.routes)
