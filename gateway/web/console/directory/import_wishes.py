"""How a file is to be read and stored: what the form states, the reading, and what would come of it."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

from gateway.directory.header_words import Kind
from gateway.directory.importing import Options
from gateway.directory.inventory import InventoryList
from gateway.errors import InputError
from gateway.ledger.directory import imports
from gateway.vocabulary import Audience, Sector
from gateway.web.console.directory.import_words import OPTIONS
from gateway.web.heavy import HEAVY
from gateway.web.importing.limited import refuse_everywhere
from gateway.web.importing.lists import AnyReading, read_list, store_list
from gateway.web.importing.organisations import Wishes
from gateway.web.keys import CLOCK, DESK, LEDGER
from gateway.web.people import Form, Person

FIELDS = (
    *("kind", "inventory", "sheet", "audience", "sector", "mapping", "columns", "save_mapping"),
    *("unit", "plan", "remove_missing"),
)
_TOLD = 1_000  # changed organisations of which a report says what changes
_LONGEST = 60  # characters of a sheet's or mapping's name


def stated_by(form: Form) -> dict[str, Any]:
    """What a form (its `FIELDS`) states, as it is kept with a file. Raises `InputError` (FIELD_INVALID)."""
    kind = _one(form, "kind", get_args(Kind))
    columns = {}
    for line in form["columns"].split("\n"):
        printed, equals, field = line.rpartition("=")
        if line.strip() and not (equals and printed.strip() and field.strip()):
            raise _invalid(
                "columns", f"“{line[:40]}”应写成 列名=字段", f"write {line[:40]!r} as printed=field"
            )
        if line.strip():
            columns[printed.strip()] = field.strip()
    return {
        "kind": kind,
        "inventory": _one(form, "inventory", ("", *get_args(InventoryList))),
        "audience": _one(form, "audience", ("", *get_args(Audience))),
        "sector": _one(form, "sector", ("", *get_args(Sector))),
        "columns": columns,
        "remove_missing": _one(form, "remove_missing", ("", "yes")) == "yes",
        **{name: _short(form, name) for name in ("sheet", "mapping", "save_mapping", "unit", "plan")},
    }


async def read_file(person: Person, content: bytes, name: str, asked: Mapping[str, Any]) -> AnyReading:
    """The rows of a file, if this person may import it; a workbook is read by a process of its own.

    Raises `InputError`: AREA_NOT_YOURS, MAPPING_TAKEN, and those of reading.
    """
    app = person.request.app
    if person.user.areas:
        await app[LEDGER].read(refuse_everywhere, asked["kind"], asked["save_mapping"], person.caller.name)
    mapping = None
    if asked["mapping"]:
        mapping = await app[LEDGER].read(imports.mapping, asked["mapping"], asked["kind"])
    options = Options(
        asked["kind"],
        asked["inventory"] or None,
        asked["sheet"] or None,
        asked["audience"] or None,
        asked["sector"] or None,
        mapping,
        asked["columns"] or None,
    )
    try:
        return await app[HEAVY].run(
            person.caller.name,
            read_list,
            content,
            name,
            app[DESK].catalogue,
            options,
            unit=asked["unit"] or None,
            plan=asked["plan"] or None,
        )
    except InputError as error:
        raise _as_the_form_says(error) from None


def wishes_of(person: Person, asked: Mapping[str, Any], *, dry_run: bool = False) -> Wishes:
    """What is to become of a file's rows; with `dry_run` nothing."""
    return Wishes(
        dry_run,
        asked["remove_missing"],
        asked["save_mapping"] or None,
        limits=person.user.areas,
        told=_TOLD,
    )


async def would_store(person: Person, reading: AnyReading, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The report of what storing it now would change."""
    app = person.request.app
    wishes = wishes_of(person, asked, dry_run=True)
    return await app[LEDGER].read(store_list, reading, app[CLOCK](), caller=person.caller.name, wishes=wishes)


def _as_the_form_says(error: InputError) -> InputError:
    """What is wrong with a file, with the form's fields in the place of the command's options."""
    message, english = error.message, error.message_en
    for option, words in OPTIONS.items():
        message = re.sub(f" ?{option} ?", f"“{words.zh}”", message)
        english = english.replace(option, f"“{words.en}”")
    return replace(error, message=message, message_en=english)


def _one(form: Form, name: str, choices: tuple[str, ...]) -> str:
    if form[name] not in choices:
        raise _invalid(name, "请选择", "choose one")
    return form[name]


def _short(form: Form, name: str) -> str:
    text = form[name].strip()
    if len(text) > _LONGEST:
        raise _invalid(name, f"最多 {_LONGEST} 个字", f"{_LONGEST} characters at most")
    return text


def _invalid(name: str, message: str, english: str) -> InputError:
    return InputError("FIELD_INVALID", message, english, field=name)
