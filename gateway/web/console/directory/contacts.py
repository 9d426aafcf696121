"""`/console/directory/…/people/…`: a person of an organisation is added, changed or taken away."""

from dataclasses import replace
from typing import Any, cast

from aiohttp import web
from sqlalchemy import Connection

from gateway.directory.campaign import day_of
from gateway.directory.dialling import shown
from gateway.directory.mending import MOST, STATED, Statement, stated, version_of
from gateway.directory.model import CONTACT_ROLES, DIALLED, Contact
from gateway.errors import InputError
from gateway.ledger.directory import contacts, directory, organisations
from gateway.ledger.directory.contacts import StoredContact
from gateway.ledger.directory.organisations import Stored
from gateway.vocabulary import Language
from gateway.web.console.directory.directory_words import KIND_OF_ADDRESS, LANGUAGES, ROLES, TEXTS
from gateway.web.console.directory.organisation import ONE, organisation_of
from gateway.web.console.directory.organisation_words import TEXTS as ORGANISATION_TEXTS
from gateway.web.console.frame import for_people, framed, went_to
from gateway.web.console.navigation import DIRECTORY as PATH
from gateway.web.keys import CLOCK, LEDGER
from gateway.web.looking import shown_numbers
from gateway.web.people import Form, Person, sent_form
from gateway.web.problems import status_of

_NEW = ONE + "/people/new"
_ONE = ONE + r"/people/{contact:\d{1,18}}"
_FIELDS = ("name", "role", "language", "verified", *STATED)

routes = web.RouteTableDef()


@routes.get(_NEW)
@for_people("directory_keeper")
async def get_new(_request: web.Request, person: Person) -> web.Response:
    """The form of a new person."""
    return _page(person, await _active(person), None)


@routes.post(_NEW)
@for_people("directory_keeper")
async def post_new(request: web.Request, person: Person) -> web.Response:
    """Adds somebody, who is tried after the others."""
    found = await _active(person)
    form = await sent_form(person, _FIELDS)
    app = request.app
    try:
        statement, verified = _statement(form)
        await app[LEDGER].write(put, found.id, None, statement, verified, app[CLOCK](), person.caller.name)
    except InputError as error:
        return _page(person, found, None, form, error)
    return went_to(f"{PATH}/{found.id}#people")


@routes.get(_ONE)
@for_people("directory_keeper")
async def get_contact(_request: web.Request, person: Person) -> web.Response:
    """The form of a person, as they are."""
    found = await _active(person)
    contact = await _contact(person, found)
    await shown_numbers(person, "contact")
    return _page(person, found, contact)


@routes.post(_ONE)
@for_people("directory_keeper")
async def post_contact(request: web.Request, person: Person) -> web.Response:
    """Changes somebody."""
    found = await _active(person)
    contact = await _contact(person, found)
    form = await sent_form(person, (*_FIELDS, "version"))
    app = request.app
    try:
        statement, verified = _statement(form)
        await app[LEDGER].write(
            put,
            found.id,
            contact.id,
            statement,
            verified,
            app[CLOCK](),
            person.caller.name,
            version=form["version"],
        )
    except InputError as error:
        return _page(person, found, await _contact(person, found), form, error)
    return went_to(f"{PATH}/{found.id}#people")


@routes.post(_ONE + "/remove")
@for_people("directory_keeper")
async def post_remove(request: web.Request, person: Person) -> web.Response:
    """Takes somebody away."""
    found = await _active(person)
    contact = await _contact(person, found)
    await sent_form(person)
    app = request.app
    await app[LEDGER].write(remove, found.id, contact.id, app[CLOCK](), person.caller.name)
    return went_to(f"{PATH}/{found.id}#people")


def put(
    connection: Connection,
    organisation_id: int,
    contact_id: int | None,
    statement: Statement,
    verified: bool,
    now: int,
    actor: str,
    *,
    version: str | None = None,
) -> None:
    """Store a person of an organisation as stated; without an id as a new one, behind the others.

    `verified`: they have just said that the addresses are theirs. `version`: of the person as the form was
    made from. Raises `InputError`: CONTACT_UNKNOWN where somebody else took them away meanwhile,
    CONTACT_CHANGED where somebody changed them, CONTACTS_TOO_MANY, and those of `stated`.
    """
    found, known = _people(connection, organisation_id, contact_id)
    before = next((each.contact for each in known if each.id == contact_id), None)
    if before is not None and version is not None and version_of(before) != version:
        raise InputError(
            "CONTACT_CHANGED",
            "您填写时，别人改了这个人，还没有保存。您填的都在下面，现在的登记写在旁边。核对后再保存",
            "somebody changed this person while you wrote: nothing was kept. What you wrote stands below,"
            " with what is stored now; look, then save",
        )
    after = stated(statement, before, day_of(now) if verified else None)
    people = [after if each.id == contact_id else each.contact for each in known]
    if contact_id is None:
        people.append(after)
    if len(people) > MOST:
        raise InputError("CONTACTS_TOO_MANY", f"最多 {MOST} 人", f"at most {MOST} people", field="name")
    _store(connection, found, people, now, actor)


def remove(connection: Connection, organisation_id: int, contact_id: int, now: int, actor: str) -> None:
    """Take a person of an organisation away. Raises `InputError` (CONTACT_UNKNOWN)."""
    found, known = _people(connection, organisation_id, contact_id)
    _store(connection, found, [each.contact for each in known if each.id != contact_id], now, actor)


def _people(
    connection: Connection, organisation_id: int, contact_id: int | None
) -> tuple[Stored, list[StoredContact]]:
    found = organisations.by_id(connection, organisation_id)
    known = contacts.of_organisations(connection, [organisation_id]).get(organisation_id, [])
    if found is None or not found.active or (contact_id and contact_id not in {each.id for each in known}):
        raise _unknown()
    return found, known


def _store(connection: Connection, found: Stored, people: list[Contact], now: int, actor: str) -> None:
    after = replace(found.organisation, contacts=tuple(people))
    directory.apply(connection, [after], now, ("contacts",), actor)


async def _active(person: Person) -> Stored:
    found = await organisation_of(person)
    if not found.active:
        raise InputError(
            "ORGANISATION_UNKNOWN", "这个单位已停用", "this organisation is switched off", field="id"
        )
    return found


async def _contact(person: Person, found: Stored) -> StoredContact:
    request = person.request
    people = await request.app[LEDGER].read(contacts.of_organisations, [found.id])
    identifier = int(request.match_info["contact"])
    contact = next((each for each in people.get(found.id, []) if each.id == identifier), None)
    if contact is None:
        raise _unknown()
    return contact


def _statement(form: Form) -> tuple[Statement, bool]:
    role = next((each for each in CONTACT_ROLES if each == form["role"]), None)
    if role is None:
        raise InputError("FIELD_INVALID", "请选择身份", "choose the role", field="role")
    if form["language"] not in LANGUAGES:
        raise InputError("FIELD_INVALID", "请选择语言", "choose the language", field="language")
    return (
        Statement(
            form["name"],
            role,
            cast(Language, form["language"]),
            {kind: form.lines(kind)[:10] for kind in STATED},
        ),
        form["verified"] == "yes",
    )


def _texts(contact: StoredContact) -> dict[str, str]:
    """The fields of a person as the form shows them."""
    one = contact.contact
    texts = {"name": one.name, "role": one.role, "language": str(one.language)}
    for kind in STATED:
        values = [each.address.value for each in one.addresses if each.address.kind == kind]
        texts[kind] = ", ".join(map(shown, values) if kind in DIALLED else values)
    return texts


def _page(
    person: Person,
    found: Stored,
    contact: StoredContact | None,
    form: Form | None = None,
    error: InputError | None = None,
) -> web.Response:
    filled: dict[str, Any] = {"name": "", "role": "responsible", "language": "zh-CN", "verified": ""}
    filled |= dict.fromkeys(STATED, "")
    now = _texts(contact) if contact is not None else {}
    if form is not None:
        filled = {name: form[name] for name in _FIELDS}
    else:
        filled |= now
    overtaken = error is not None and error.code == "CONTACT_CHANGED"
    stale = form is not None and not overtaken
    return framed(
        person,
        "contact.html",
        status=200 if error is None else status_of(error),
        exercise=found.organisation.exercise,
        words=TEXTS | ORGANISATION_TEXTS,
        found=found,
        action=f"{PATH}/{found.id}/people/{contact.id if contact else 'new'}",
        is_new=contact is None,
        version=form["version"] if form and stale else version_of(contact.contact) if contact else "",
        stored={name: text for name, text in now.items() if text != filled[name]} if overtaken else {},
        filled=filled,
        kinds=[(kind, KIND_OF_ADDRESS[kind]) for kind in STATED],
        roles=ROLES,
        languages=LANGUAGES,
        error=error,
    )


def _unknown() -> InputError:
    return InputError(
        "CONTACT_UNKNOWN",
        "没有这个人，可能刚被别人移除",
        "there is no such person; somebody may just have taken them away",
        field="id",
    )
