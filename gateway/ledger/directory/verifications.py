"""Questions whether an address is still right, their answers, and which addresses may not be used.

What somebody denied stays out of use for that organisation until somebody confirms it again. Moments are
milliseconds since 1970 UTC, days China Standard Time.
"""

import hmac
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, cast

from sqlalchemy import Connection, Select, bindparam, delete, exists, func, insert, or_, select, update

from gateway.directory.campaign import Candidate, day_of
from gateway.directory.model import Address, AddressKind
from gateway.ledger.backends.areas import reached
from gateway.ledger.backends.slices import slices
from gateway.ledger.schema import (
    addresses,
    broadcasts,
    campaigns,
    contact_addresses,
    contacts,
    deliveries,
    denied_addresses,
    organisation_addresses,
    organisation_groups,
    organisations,
    verifications,
)
from gateway.vocabulary import Language

Answer = Literal["confirmed", "denied", "changed"]
Via = Literal["link", "sms", "api", "phone"]
_NOBODY: tuple[None, None, Language, None] = (None, None, "zh-CN", None)


@dataclass(frozen=True, slots=True)
class Verification:
    """One question and its answer. `contact` None: the organisation's own address. `asked_at`: when its
    message left. `address` and what was proposed are personal: mask them before they are shown."""

    id: int
    campaign_id: int | None
    organisation_id: int
    code: str
    organisation: str
    contact_id: int | None
    contact: str | None = field(repr=False)
    address_id: int
    kind: AddressKind
    address: str = field(repr=False)
    exercise: bool
    asked_at: int | None
    state: str | None
    answered_at: int | None
    answer: Answer | None
    via: Via | None
    proposed_name: str | None = field(repr=False)
    proposed_number: str | None = field(repr=False)


def _delivery(column: Any) -> Any:
    return (
        select(func.max(column))
        .join(broadcasts, deliveries.c.broadcast_id == broadcasts.c.id)
        .where(
            broadcasts.c.campaign_id == verifications.c.campaign_id,
            deliveries.c.address_id == verifications.c.address_id,
        )
        .correlate(verifications)
        .scalar_subquery()
    )


_columns = (
    select(
        verifications.c.id,
        verifications.c.campaign_id,
        verifications.c.organisation_id,
        organisations.c.code,
        organisations.c.name,
        verifications.c.contact_id,
        contacts.c.name,
        verifications.c.address_id,
        addresses.c.kind,
        addresses.c.value,
        addresses.c.exercise,
        _delivery(deliveries.c.claimed_at),
        _delivery(deliveries.c.state),
        verifications.c.answered_at,
        verifications.c.answer,
        verifications.c.via,
        verifications.c.proposed_name,
        verifications.c.proposed_number,
    )
    .join(organisations, organisations.c.id == verifications.c.organisation_id)
    .join(addresses, addresses.c.id == verifications.c.address_id)
    .outerjoin(contacts, contacts.c.id == verifications.c.contact_id)
)


def candidates(connection: Connection, exercise: bool) -> list[Candidate]:
    """Every address of every active organisation of one kind, by organisation: its own, then its
    contacts' in their order."""
    tagged: dict[int, list[str]] = defaultdict(list)
    for organisation_id, name in connection.execute(
        select(organisation_groups).order_by(organisation_groups.c.name)
    ):
        tagged[organisation_id].append(name)
    confirmed = _confirmed_on(connection)
    head = (organisations.c.id, organisations.c.code, organisations.c.name)
    place = (organisations.c.audience, organisations.c.sector, organisations.c.area)
    address = (addresses.c.id, addresses.c.kind, addresses.c.value)
    active = (organisations.c.active.is_(True), organisations.c.exercise.is_(exercise))
    own = (
        select(*head, *place, *address)
        .join(organisation_addresses, organisation_addresses.c.organisation_id == organisations.c.id)
        .join(addresses, addresses.c.id == organisation_addresses.c.address_id)
        .where(*active)
        .order_by(organisations.c.id, addresses.c.id)
    )
    people = (
        select(
            *head,
            *place,
            *address,
            contacts.c.id,
            contacts.c.name,
            contacts.c.language,
            contact_addresses.c.verified_on,
        )
        .join(contacts, contacts.c.organisation_id == organisations.c.id)
        .join(contact_addresses, contact_addresses.c.contact_id == contacts.c.id)
        .join(addresses, addresses.c.id == contact_addresses.c.address_id)
        .where(*active, contacts.c.active.is_(True))
        .order_by(organisations.c.id, contacts.c.position, addresses.c.id)
    )
    found: list[Candidate] = []
    for query in (own, people):
        for row in connection.execute(query):
            organisation_id, code, name, audience, sector, area, address_id, kind, value, *person = row
            contact_id, contact, language, stated = person or _NOBODY
            days = filter(None, (stated, confirmed.get((organisation_id, address_id))))
            last = max(days, default=None)
            found.append(
                Candidate(
                    organisation_id,
                    code,
                    name,
                    audience,
                    sector,
                    area,
                    tuple(tagged[organisation_id]),
                    contact_id,
                    contact,
                    language,
                    address_id,
                    kind,
                    value,
                    None if last is None else date.fromisoformat(last),
                )
            )
    return found


def _confirmed_on(connection: Connection) -> dict[tuple[int, int], str]:
    """The ISO day on which each address of an organisation was last confirmed by an answer."""
    rows = connection.execute(
        select(
            verifications.c.organisation_id,
            verifications.c.address_id,
            func.max(verifications.c.answered_at),
        )
        .where(verifications.c.answer == "confirmed")
        .group_by(verifications.c.organisation_id, verifications.c.address_id)
    )
    return {(organisation_id, address_id): day_of(at).isoformat() for organisation_id, address_id, at in rows}


def confirmed_values(connection: Connection) -> dict[Address, str]:
    """The ISO day on which each address was last confirmed by an answer."""
    rows = connection.execute(
        select(addresses.c.kind, addresses.c.value, func.max(verifications.c.answered_at))
        .join(addresses, addresses.c.id == verifications.c.address_id)
        .where(verifications.c.answer == "confirmed")
        .group_by(addresses.c.id, addresses.c.kind, addresses.c.value)
    )
    return {Address(kind, value): day_of(at).isoformat() for kind, value, at in rows}


def asked_since(connection: Connection, exercise: bool, since: int) -> dict[int, int]:
    """The addresses that a campaign has asked since a moment, or still will, and when it began."""
    rows = connection.execute(
        select(verifications.c.address_id, func.max(campaigns.c.at))
        .join(campaigns, campaigns.c.id == verifications.c.campaign_id)
        .where(
            campaigns.c.exercise.is_(exercise),
            campaigns.c.at > since,
            or_(campaigns.c.ended_at.is_(None), _delivery(deliveries.c.claimed_at).is_not(None)),
        )
        .group_by(verifications.c.address_id)
    )
    return {row[0]: row[1] for row in rows}


def denied(connection: Connection) -> dict[tuple[int, int], date]:
    """The addresses that may not be used for an organisation: (organisation, address) and since when."""
    return {
        (row.organisation_id, row.address_id): date.fromisoformat(row.denied_on)
        for row in connection.execute(select(denied_addresses))
    }


def denied_for(connection: Connection, organisation_ids: Iterable[int]) -> dict[int, set[int]]:
    """The same of these organisations: the ids of addresses by organisation."""
    found: dict[int, set[int]] = defaultdict(set)
    for some in slices(organisation_ids):
        rows = connection.execute(
            select(denied_addresses).where(denied_addresses.c.organisation_id.in_(some))
        )
        for row in rows:
            found[row.organisation_id].add(row.address_id)
    return found


def denied_values(
    connection: Connection, organisation_ids: Iterable[int] | None = None
) -> dict[int, dict[Address, date]]:
    """The same of these organisations (None: of all), with the addresses themselves."""
    found: dict[int, dict[Address, date]] = defaultdict(dict)
    query = select(denied_addresses, addresses.c.kind, addresses.c.value).join(
        addresses, addresses.c.id == denied_addresses.c.address_id
    )
    own = denied_addresses.c.organisation_id
    for some in (None,) if organisation_ids is None else slices(organisation_ids):
        for row in connection.execute(query if some is None else query.where(own.in_(some))):
            found[row.organisation_id][Address(row.kind, row.value)] = date.fromisoformat(row.denied_on)
    return dict(found)


def by_token(connection: Connection, token_sha256: str, now: int) -> list[Verification]:
    """What the link of this token asks; nothing where it has run out, or its campaign has ended.

    It is looked up by the token's hash, so that how long that takes tells nothing about a token.
    """
    query = (
        _columns.add_columns(verifications.c.token_sha256)
        .join(campaigns, campaigns.c.id == verifications.c.campaign_id)
        .where(
            verifications.c.token_sha256 == token_sha256,
            campaigns.c.ended_at.is_(None),
            campaigns.c.expires_at > now,
        )
        .order_by(verifications.c.id)
    )
    rows = connection.execute(query).all()
    return [_read(row[:-1]) for row in rows if hmac.compare_digest(row[-1], token_sha256)]


def newest_open(connection: Connection, address_id: int, now: int) -> list[Verification]:
    """What the newest message at an address asks that nobody has answered yet."""
    newest = (
        select(func.max(campaigns.c.id))
        .join(broadcasts, broadcasts.c.campaign_id == campaigns.c.id)
        .join(deliveries, deliveries.c.broadcast_id == broadcasts.c.id)
        .where(
            campaigns.c.ended_at.is_(None),
            campaigns.c.expires_at > now,
            deliveries.c.address_id == address_id,
            deliveries.c.claimed_at.is_not(None),
        )
        .scalar_subquery()
    )
    query = _columns.where(
        verifications.c.campaign_id == newest,
        verifications.c.address_id == address_id,
        verifications.c.answered_at.is_(None),
    )
    return [_read(row) for row in connection.execute(query.order_by(verifications.c.id))]


def answer(
    connection: Connection,
    questions: Sequence[Verification],
    said: Answer,
    via: Via,
    caller: str,
    now: int,
    proposed: tuple[str, str] | None = None,
) -> None:
    """Write down an answer to these; the last one counts. `proposed`: name and number of `changed`."""
    name, number = proposed or (None, None)
    connection.execute(
        update(verifications)
        .where(verifications.c.id.in_([each.id for each in questions]))
        .values(
            answer=said,
            answered_at=now,
            via=via,
            caller=caller,
            proposed_name=name,
            proposed_number=number,
            settled_at=None,
        )
    )


def add(
    connection: Connection, organisation_id: int, contact_id: int | None, address_id: int
) -> Verification:
    """Make a question outside of any campaign, for an answer that came by telephone."""
    identifier = connection.execute(
        insert(verifications)
        .values(organisation_id=organisation_id, contact_id=contact_id, address_id=address_id)
        .returning(verifications.c.id)
    ).scalar_one()
    return one(connection, identifier)


def one(connection: Connection, identifier: int) -> Verification:
    """The question of that id, which is there."""
    return _read(connection.execute(_columns.where(verifications.c.id == identifier)).one())


def running_at(
    connection: Connection, organisation_id: int, address_id: int, now: int
) -> Verification | None:
    """The newest question about an organisation's address in a campaign that still runs."""
    query = (
        _columns.join(campaigns, campaigns.c.id == verifications.c.campaign_id)
        .where(
            campaigns.c.ended_at.is_(None),
            campaigns.c.expires_at > now,
            verifications.c.organisation_id == organisation_id,
            verifications.c.address_id == address_id,
        )
        .order_by(verifications.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else _read(row)


def use(connection: Connection, organisation_ids: Iterable[int], address_id: int, on: date) -> list[int]:
    """Somebody confirmed the address on that day; gives the organisations for which it was out of use."""
    ids = list(organisation_ids)
    connection.execute(
        update(contact_addresses)
        .where(
            contact_addresses.c.address_id == address_id,
            contact_addresses.c.contact_id.in_(
                select(contacts.c.id).where(contacts.c.organisation_id.in_(ids))
            ),
        )
        .values(verified_on=on.isoformat())
    )
    refused = delete(denied_addresses).where(
        denied_addresses.c.organisation_id.in_(ids), denied_addresses.c.address_id == address_id
    )
    return list(connection.execute(refused.returning(denied_addresses.c.organisation_id)).scalars())


def refuse(connection: Connection, organisation_ids: Iterable[int], address_id: int, on: date) -> list[int]:
    """Use the address no more for these organisations; gives those for which it was in use."""
    ids = set(organisation_ids)
    known = connection.execute(
        select(denied_addresses.c.organisation_id).where(
            denied_addresses.c.organisation_id.in_(ids), denied_addresses.c.address_id == address_id
        )
    ).scalars()
    fresh = sorted(ids - set(known))
    if fresh:
        connection.execute(
            insert(denied_addresses),
            [
                {"organisation_id": each, "address_id": address_id, "denied_on": on.isoformat()}
                for each in fresh
            ],
        )
    return fresh


def page(
    connection: Connection,
    campaign_id: int,
    *,
    answer: Answer | Literal["open"] | None = None,
    after: int = 0,
    limit: int = 100,
    limits: Collection[str] = (),
) -> list[Verification]:
    """The questions of a campaign by id, from the one after `after`; about organisations within `limits`
    (none: everywhere)."""
    query = _columns.where(
        verifications.c.campaign_id == campaign_id,
        verifications.c.id > after,
        reached(organisations.c.area, limits),
    )
    if answer == "open":
        query = query.where(verifications.c.answer.is_(None))
    elif answer is not None:
        query = query.where(verifications.c.answer == answer)
    return [_read(row) for row in connection.execute(query.order_by(verifications.c.id).limit(limit))]


def proposals(
    connection: Connection, exercise: bool | None = None, limits: Collection[str] = ()
) -> list[Verification]:
    """Where the last answer about an organisation's address says that somebody else is the contact now, and
    nobody has accepted or refused that; of organisations within `limits` (none: everywhere)."""
    return [
        _read(row) for row in connection.execute(_proposed(exercise, limits).order_by(verifications.c.id))
    ]


def newest_proposals(
    connection: Connection, limits: Collection[str], limit: int, before: int | None = None
) -> list[Verification]:
    """A page of `proposals`, the newest first, from the one before `before` on."""
    query = _proposed(None, limits).order_by(verifications.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(verifications.c.id < before)
    return [_read(row) for row in connection.execute(query)]


def proposal(connection: Connection, identifier: int, limits: Collection[str] = ()) -> Verification | None:
    """One of `proposals`; None where it is none, or none any more."""
    row = connection.execute(_proposed(None, limits).where(verifications.c.id == identifier)).one_or_none()
    return None if row is None else _read(row)


def settle(connection: Connection, identifier: int, now: int) -> None:
    """A proposal was accepted or refused."""
    connection.execute(update(verifications).where(verifications.c.id == identifier).values(settled_at=now))


def _proposed(exercise: bool | None, limits: Collection[str]) -> Select[Any]:
    later = verifications.alias("later")
    query = _columns.where(
        verifications.c.answer == "changed",
        verifications.c.settled_at.is_(None),
        reached(organisations.c.area, limits),
        organisations.c.active.is_(True),
        ~exists().where(
            later.c.organisation_id == verifications.c.organisation_id,
            later.c.address_id == verifications.c.address_id,
            later.c.answered_at.is_not(None),
            later.c.id > verifications.c.id,
        ),
    )
    return query if exercise is None else query.where(organisations.c.exercise.is_(exercise))


def addresses_of(connection: Connection, organisation_id: int) -> Mapping[Address, tuple[int, int | None]]:
    """An organisation's addresses with their ids, and the contact whose they are (None: its own)."""
    own: Select[Any] = (
        select(addresses.c.kind, addresses.c.value, addresses.c.id)
        .join(organisation_addresses, organisation_addresses.c.address_id == addresses.c.id)
        .where(organisation_addresses.c.organisation_id == organisation_id)
    )
    people: Select[Any] = (
        select(addresses.c.kind, addresses.c.value, addresses.c.id, contacts.c.id)
        .join(contact_addresses, contact_addresses.c.address_id == addresses.c.id)
        .join(contacts, contacts.c.id == contact_addresses.c.contact_id)
        .where(contacts.c.organisation_id == organisation_id, contacts.c.active.is_(True))
        .order_by(contacts.c.position.desc())
    )
    found: dict[Address, tuple[int, int | None]] = {}
    for kind, value, address_id in connection.execute(own):
        found[Address(kind, value)] = (address_id, None)
    for kind, value, address_id, contact_id in connection.execute(people):
        found[Address(kind, value)] = (address_id, contact_id)
    return found


def renew_tokens(connection: Connection, sha256: Callable[[int], str], now: int) -> None:
    """With another key (the old one was lost), let the links that are still to be sent open what is asked.

    `sha256`: of the token of a notice.
    """
    waiting = (
        select(verifications.c.id, verifications.c.notice_id)
        .join(campaigns, campaigns.c.id == verifications.c.campaign_id)
        .where(
            campaigns.c.ended_at.is_(None),
            campaigns.c.expires_at > now,
            verifications.c.token_sha256.is_not(None),
            _delivery(deliveries.c.claimed_at).is_(None),
        )
    )
    for some in slices(connection.execute(waiting).all()):
        connection.execute(
            update(verifications)
            .where(verifications.c.id == bindparam("known_id"))
            .values(token_sha256=bindparam("fresh")),
            [{"known_id": row.id, "fresh": sha256(row.notice_id)} for row in some],
        )


def _read(row: Any) -> Verification:
    return Verification(*cast(tuple[Any, ...], row))
