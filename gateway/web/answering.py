"""Who answers now for every unit that keeps a roster or has named a liaison officer, round the clock."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection

from gateway.directory import dialling
from gateway.directory.masking import mask, masked_name
from gateway.directory.model import DIALLED, Address
from gateway.directory.night import at_night
from gateway.directory.rosters import Span, answers
from gateway.ledger.directory import contacts, denied_addresses, duties
from gateway.ledger.directory.contacts import StoredContact
from gateway.moments import iso, moment
from gateway.web.rosters import rosters


def answering_json(connection: Connection, now: int, *, full: bool = False) -> dict[str, Any]:
    """`{"at", "units": [{code, organisation, by, people: [{contact_id, contact, role, numbers, until}],
    next_gap}]}`, by code; names and numbers masked unless `full`, denied numbers left out. `by`: see
    `rosters.Answering`; `next_gap`: when within 14 days nobody is on duty, of a unit that keeps a roster.
    """
    found = rosters(connection, now)
    keeping = {identifier for identifier, _code, _name in found.keeping}
    units = duties.units(connection)
    people = contacts.of_organisations(connection, [unit.id for unit in units])
    denied = denied_addresses.values_of(connection)
    told = []
    for unit in units:
        numbers = {each.id: _numbers(each, denied.get(unit.id, {})) for each in people.get(unit.id, ())}
        reachable = [each for each in people.get(unit.id, ()) if numbers[each.id]]
        until = {
            each.contact_id: each.ends_at for each in found.shifts.get(unit.id, ()) if each.starts_at <= now
        }
        by, who = answers(
            [each for each in reachable if each.id in until],
            [(each.contact.role, each) for each in reachable],
            night=at_night(moment(now)),
        )
        told.append(
            {
                "code": unit.code,
                "organisation": unit.name,
                "by": by,
                "people": [
                    {
                        "contact_id": each.id,
                        "contact": each.contact.name if full else masked_name(each.contact.name),
                        "role": each.contact.role,
                        "numbers": [_shown(one, full) for one in numbers[each.id]],
                        "until": iso(until[each.id]) if by == "roster" else None,
                    }
                    for each in who
                ],
                "next_gap": _first(found.gaps(unit.id)) if unit.id in keeping else None,
            }
        )
    return {"at": iso(now), "units": told}


def _first(gaps: Sequence[Span]) -> dict[str, Any] | None:
    return {"starts_at": iso(gaps[0][0]), "ends_at": iso(gaps[0][1])} if gaps else None


def _numbers(person: StoredContact, denied: Collection[Address]) -> list[Address]:
    found = (each.address for each in person.contact.addresses)
    return [each for each in found if each.kind in DIALLED and each not in denied]


def _shown(address: Address, full: bool) -> str:
    return dialling.shown(address.value) if full else mask(address.kind, address.value)
