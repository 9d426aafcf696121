"""What every page of the console stands in: navigation, who is signed in, language, an exercise's colour.

A handler is `@for_people(…)` and gets the person; it answers with `framed(…)` or `went_to(…)`.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import wraps

from aiohttp import web

from gateway.accounts.roles import ROLE_WORDS
from gateway.errors import InputError
from gateway.ledger.accounts.users import ROLES, Role
from gateway.moments import iso
from gateway.vocabulary import Words
from gateway.web.console.actors import actor_in_words
from gateway.web.console.console_words import SCOPES, TEXTS
from gateway.web.console.navigation import menu
from gateway.web.console.waiting import WAITS, count
from gateway.web.live.live_words import Language, Speech
from gateway.web.live.rendering import page
from gateway.web.people import Person, language, person_of, remember_language, to_sign_in
from gateway.web.problems import Handler, say_when, status_of

PersonHandler = Callable[[web.Request, Person], Awaitable[web.StreamResponse]]


def for_people(*roles: Role) -> Callable[[PersonHandler], Handler]:
    """Let a handler be for people who are signed in and have one of these roles (none: for all of them).

    Others are asked to sign in, or told that it is not for them. `InputError` becomes a page that says it.
    """

    def decorated(handler: PersonHandler) -> Handler:
        @wraps(handler)
        async def handle(request: web.Request) -> web.StreamResponse:
            person = await person_of(request)
            if person is None:
                return _stranger(request)
            await count(person)
            if roles and not person.holds(*roles):
                response: web.StreamResponse = framed(person, "not_for_you.html", status=403)
            else:
                try:
                    response = await handler(request, person)
                except InputError as error:
                    response = framed(person, "fault.html", status=status_of(error), error=error)
            if not response.prepared:
                remember_language(request, response)
                say_when(response)
            return response

        return handle

    return decorated


def framed(
    person: Person,
    template: str,
    /,
    *,
    status: int = 200,
    exercise: bool = False,
    words: Mapping[str, Words] | None = None,
    **values: object,
) -> web.Response:
    """A page of `pages/console`, whose template extends `console/frame.html`.

    `words` are the page's own beside the console's; `exercise` gives it the colour of exercises.
    """
    return page(
        f"console/{template}",
        person.language,
        status=status,
        say=Speech(person.language, TEXTS | dict(words or {})),
        person=person,
        menu=menu(person, person.request.path, person.request.get(WAITS, {})),
        path=person.request.path,
        exercise=exercise,
        roles_in_words=lambda roles: role_words(person.language, roles),
        scopes_in_words=lambda scopes: scope_words(person.language, scopes),
        moment=moment,
        actor_in_words=lambda actor: actor_in_words(actor, person.language),
        **values,
    )


def unframed(request: web.Request, template: str, /, *, status: int = 200, **values: object) -> web.Response:
    """A page for somebody who is not signed in."""
    chosen = language(request)
    response = page(
        f"console/{template}",
        chosen,
        status=status,
        say=Speech(chosen, TEXTS),
        person=None,
        path=request.path,
        exercise=False,
        **values,
    )
    remember_language(request, response)
    return response


def went_to(path: str) -> web.Response:
    """Send the browser to another page of ours, after a form was taken."""
    return web.Response(status=303, headers={"Location": path, "Cache-Control": "no-store"})


def role_words(chosen: Language, roles: frozenset[Role]) -> str:
    """What roles are called, in their order."""
    held = (ROLE_WORDS[role] for role in ROLES if role in roles)
    return Speech(chosen).listed(each.zh if chosen == "zh" else each.en for each in held)


def scope_words(chosen: Language, scopes: Iterable[str]) -> str:
    """What scopes of a token are called, each with the name that programs know."""
    if chosen == "zh":
        return "、".join(f"{SCOPES[each].zh}（{each}）" for each in scopes)
    return ", ".join(scopes)


def moment(at: int | None) -> str:
    """A moment (milliseconds since 1970 UTC) as people of the office read it: China's time, to the minute."""
    told = iso(at)
    return "" if told is None else told[:16].replace("T", " ")


def _stranger(request: web.Request) -> web.Response:
    """The cookie is kept from requests that another site's link began; such a visitor may be signed in all
    the same: a page of ours that opens the address once more finds out."""
    if request.method == "GET" and request.headers.get("Sec-Fetch-Site") == "cross-site":
        return unframed(request, "opening.html")
    return to_sign_in(request)
