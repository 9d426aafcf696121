"""`/console/tokens`: tokens of the API; administrators propose new ones and the end of old ones."""

from aiohttp import web

from gateway.accounts import changes
from gateway.accounts.tokens import as_json
from gateway.errors import InputError
from gateway.ledger.accounts import tokens
from gateway.ledger.accounts.tokens import SCOPES
from gateway.web.console.frame import for_people, framed, went_to
from gateway.web.keys import CLOCK, LEDGER
from gateway.web.people import Form, Person, sent_form
from gateway.web.problems import status_of

PATH = "/console/tokens"

routes = web.RouteTableDef()


@routes.get(PATH)
@for_people("administrator")
async def get_tokens(_request: web.Request, person: Person) -> web.Response:
    """Every token, without its words, and the form of a new one."""
    return await _page(person)


@routes.post(f"{PATH}/new")
@for_people("administrator")
async def post_new(request: web.Request, person: Person) -> web.Response:
    """Proposes a token."""
    form = await sent_form(person, ("name", "days", "person", "titles", "areas"), ("scopes",))
    app, days = request.app, form["days"]
    asked = (
        form["name"],
        form.all("scopes"),
        int(days) if days.isascii() and days.isdigit() and len(days) <= 6 else 0,
        form["person"],
        form.lines("titles"),
        form.lines("areas"),
    )
    try:
        await app[LEDGER].write(changes.propose_token, *asked, person.user, app[CLOCK]())
    except InputError as error:
        return await _page(person, form, error)
    return went_to("/console/users")


@routes.post(f"{PATH}/end")
@for_people("administrator")
async def post_end(request: web.Request, person: Person) -> web.Response:
    """Proposes that a token ends."""
    form = await sent_form(person, ("name",))
    app = request.app
    await app[LEDGER].write(changes.propose_token_end, form["name"], person.user, app[CLOCK]())
    return went_to("/console/users")


async def _page(person: Person, form: Form | None = None, error: InputError | None = None) -> web.Response:
    app, now = person.request.app, person.request.app[CLOCK]()
    known = await app[LEDGER].read(tokens.all_tokens)
    filled = form or Form({})
    return framed(
        person,
        "tokens.html",
        status=200 if error is None else status_of(error),
        tokens=[(each, as_json(each, now)["state"]) for each in known],
        scopes=SCOPES,
        chosen=filled.all("scopes"),
        filled={name: filled[name] for name in ("name", "days", "person", "titles", "areas")},
        error=error,
    )
