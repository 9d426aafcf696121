"""What two administrators must agree on: one proposes, another confirms within 24 hours.

Both acts are in the audit trail. Whoever proposed may withdraw; nobody confirms their own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection

from gateway.accounts import new_users
from gateway.accounts import tokens as api_tokens
from gateway.accounts import users as accounts
from gateway.accounts.new_users import NewUser
from gateway.accounts.users import actor_of
from gateway.errors import InputError
from gateway.identifiers import NewId
from gateway.ledger.accounts import account_changes, users
from gateway.ledger.accounts import tokens as ledger_tokens
from gateway.ledger.accounts.account_changes import AccountChange, Kind, State
from gateway.ledger.accounts.users import User
from gateway.ledger.delivery import route_orders
from gateway.ledger.trail import audit


@dataclass(frozen=True, slots=True)
class Secret:
    """What a confirmed change gives out, told this once: `words` are an invitation's pass phrase or a token,
    good until `ends_at` (milliseconds since 1970 UTC; null: the token's own end)."""

    name: str
    words: str
    ends_at: int | None


def propose_user(connection: Connection, new: NewUser, by: User, now: int) -> int:
    """Propose a new account, checked before; the proposal's id. Raises `InputError` (USER_EXISTS,
    NOT_ADMINISTRATOR)."""
    if users.find(connection, new.name) is not None:
        raise accounts.exists_already(new.name)
    return _propose(connection, "new_user", new.name, asdict(new), by, now)


def propose_rights(
    connection: Connection,
    name: str,
    roles: tuple[str, ...],
    areas: tuple[str, ...],
    titles: tuple[str, ...],
    by: User,
    now: int,
) -> int:
    """Propose what somebody may from now on. Raises `InputError` (USER_UNKNOWN, USER_DISABLED,
    LAST_ADMINISTRATOR, NOT_ADMINISTRATOR and those of `checked_rights`)."""
    user = accounts.active(connection, name)
    held, reached, signed = new_users.checked_rights(roles, areas, titles)
    if "administrator" not in held:
        accounts.keep_an_administrator(connection, user)
    detail = {"roles": held, "areas": reached, "titles": signed}
    return _propose(connection, "rights", user.name, detail, by, now)


def propose_disable(connection: Connection, name: str, by: User, now: int) -> int:
    """Propose that nobody signs in with an account any more. Raises `InputError` (USER_UNKNOWN,
    USER_DISABLED, LAST_ADMINISTRATOR, NOT_ADMINISTRATOR)."""
    user = accounts.active(connection, name)
    accounts.keep_an_administrator(connection, user)
    return _propose(connection, "disable", user.name, {}, by, now)


def propose_enable(connection: Connection, name: str, by: User, now: int) -> int:
    """Propose that a disabled account is invited anew. Raises `InputError` (USER_UNKNOWN, USER_ACTIVE,
    NOT_ADMINISTRATOR)."""
    return _propose(connection, "enable", accounts.disabled(connection, name).name, {}, by, now)


def propose_reset(connection: Connection, name: str, by: User, now: int) -> int:
    """Propose that somebody sets their password anew. Raises `InputError` (USER_UNKNOWN, USER_DISABLED,
    NOT_ADMINISTRATOR)."""
    return _propose(connection, "reset", accounts.active(connection, name).name, {}, by, now)


def propose_token(
    connection: Connection,
    name: str,
    scopes: tuple[str, ...],
    days: int,
    person: str | None,
    titles: tuple[str, ...],
    areas: tuple[str, ...],
    by: User,
    now: int,
) -> int:
    """Propose a token of the API. Raises `InputError` (TOKEN_EXISTS, NOT_ADMINISTRATOR and those of
    `tokens.checked`)."""
    held, whose, signed, reached = api_tokens.checked(name, scopes, days, person, titles, areas)
    if any(token.name == name for token in ledger_tokens.all_tokens(connection)):
        raise api_tokens.exists_already(name)
    detail = {"scopes": held, "days": days, "person": whose, "titles": signed, "areas": reached}
    return _propose(connection, "new_token", name, detail, by, now)


def propose_token_end(connection: Connection, name: str, by: User, now: int) -> int:
    """Propose that a token ends at once. Raises `InputError` (TOKEN_UNKNOWN, NOT_ADMINISTRATOR)."""
    living = [each.name for each in ledger_tokens.all_tokens(connection) if each.revoked_at is None]
    if name not in living:
        raise InputError("TOKEN_UNKNOWN", "没有这个令牌", "there is no such token", field="name")
    return _propose(connection, "end_token", name, {}, by, now)


def propose_routes(connection: Connection, channel: str, names: tuple[str, ...], by: User, now: int) -> int:
    """Propose in which order a channel's provider accounts are used. Raises `InputError` (ROUTES_DIFFER,
    NOT_ADMINISTRATOR)."""
    _same_accounts(connection, channel, names)
    return _propose(connection, "routes", channel, {"accounts": names}, by, now)


def confirm(connection: Connection, identifier: int, by: User, now: int, new_id: NewId) -> Secret | None:
    """Do what another administrator proposed; what it gives out, if anything.

    Raises `InputError`: CHANGE_UNKNOWN, CHANGE_ENDED, OWN_CHANGE (also of the same person under another
    name), PROPOSER_LEFT, NOT_ADMINISTRATOR, and what is meanwhile against it (USER_EXISTS, …).
    """
    change = _waiting(connection, identifier, by, now)
    proposer = users.get(connection, change.proposed_by)
    if by.id == change.proposed_by or by.person == change.proposer_person:
        raise InputError(
            "OWN_CHANGE",
            "自己提出的变更须由另一位管理员确认",
            "what you proposed is confirmed by another administrator",
        )
    if proposer is None or proposer.disabled_at is not None or "administrator" not in proposer.roles:
        raise InputError(
            "PROPOSER_LEFT",
            "提出人已不是管理员，请重新提出",
            "whoever proposed this is no administrator any more: propose it anew",
        )
    _settle(connection, change, "confirmed", by, now)
    return _APPLY[change.kind](connection, change.subject, change.detail, now, new_id, actor_of(by))


def refuse(connection: Connection, identifier: int, by: User, now: int) -> None:
    """It is not done: another administrator refuses it, or the proposer withdraws it. Raises `InputError`
    (CHANGE_UNKNOWN, CHANGE_ENDED, NOT_ADMINISTRATOR)."""
    change = _waiting(connection, identifier, by, now)
    _settle(connection, change, "withdrawn" if by.id == change.proposed_by else "refused", by, now)


def _propose(
    connection: Connection, kind: Kind, subject: str, detail: Mapping[str, object], by: User, now: int
) -> int:
    _administrator(by)
    identifier = account_changes.propose(connection, kind, subject, detail, by.id, now)
    told = {"kind": kind, "subject": subject, **_told(detail)}
    audit.append(connection, now, actor_of(by), "change_proposed", f"change:{identifier}", told)
    return identifier


def _told(detail: Mapping[str, object]) -> dict[str, object]:
    """What the audit trail says of a proposal: no names of people."""
    return {key: value for key, value in detail.items() if key not in ("name", "person")}


def _waiting(connection: Connection, identifier: int, by: User, now: int) -> AccountChange:
    _administrator(by)
    change = account_changes.find(connection, identifier)
    if change is None:
        raise InputError("CHANGE_UNKNOWN", "没有这项变更", "there is no such change")
    if change.state != "waiting" or change.ends_at <= now:
        raise InputError(
            "CHANGE_ENDED",
            "这项变更已处理或已过 24 小时",
            "this change was settled already, or its 24 hours have passed",
        )
    return change


def _settle(connection: Connection, change: AccountChange, state: State, by: User, now: int) -> None:
    account_changes.settle(connection, change.id, state, by.id, now)
    told: dict[str, object] = {"kind": change.kind, "subject": change.subject}
    audit.append(connection, now, actor_of(by), f"change_{state}", f"change:{change.id}", told)


def _administrator(user: User) -> None:
    if "administrator" not in user.roles:
        raise InputError("NOT_ADMINISTRATOR", "只有管理员可以这样做", "only administrators do this")


_Apply = Callable[[Connection, str, Mapping[str, Any], int, NewId, str], Secret | None]


def _new_user(
    connection: Connection, _name: str, detail: Mapping[str, Any], now: int, new_id: NewId, actor: str
) -> Secret:
    made = accounts.make(connection, new_users.from_json(detail), now, new_id, actor)
    return Secret(made.name, made.phrase, made.ends_at)


def _rights(
    connection: Connection, name: str, detail: Mapping[str, Any], now: int, _new_id: NewId, actor: str
) -> None:
    accounts.set_rights(connection, name, detail["roles"], detail["areas"], detail["titles"], now, actor)


def _disable(
    connection: Connection, name: str, _detail: Mapping[str, Any], now: int, _new_id: NewId, actor: str
) -> None:
    accounts.disable(connection, name, now, actor)


def _enable(
    connection: Connection, name: str, _detail: Mapping[str, Any], now: int, _new_id: NewId, actor: str
) -> Secret:
    made = accounts.enable(connection, name, now, actor)
    return Secret(made.name, made.phrase, made.ends_at)


def _reset(
    connection: Connection, name: str, _detail: Mapping[str, Any], now: int, _new_id: NewId, actor: str
) -> Secret:
    made = accounts.reset(connection, name, now, actor)
    return Secret(made.name, made.phrase, made.ends_at)


def _new_token(
    connection: Connection, name: str, detail: Mapping[str, Any], now: int, _new_id: NewId, actor: str
) -> Secret:
    made = api_tokens.make(
        connection,
        name,
        detail["scopes"],
        detail["days"],
        now,
        detail["person"],
        detail["titles"],
        detail["areas"],
        actor,
    )
    return Secret(name, made["token"], None)


def _end_token(
    connection: Connection, name: str, _detail: Mapping[str, Any], now: int, _new_id: NewId, actor: str
) -> None:
    api_tokens.end(connection, name, now, actor)


def _routes(
    connection: Connection, channel: str, detail: Mapping[str, Any], now: int, _new_id: NewId, actor: str
) -> None:
    _same_accounts(connection, channel, detail["accounts"])
    route_orders.decide(connection, channel, detail["accounts"], now)
    told: dict[str, object] = {"accounts": list(detail["accounts"])}
    audit.append(connection, now, actor, "routes_ordered", f"channel:{channel}", told)


def _same_accounts(connection: Connection, channel: str, names: Sequence[str]) -> None:
    known = route_orders.in_use(connection).get(channel, [])
    if sorted(names) != sorted(known) or not known:
        raise InputError(
            "ROUTES_DIFFER",
            f"应列出该渠道的全部账号，每个一次：{'、'.join(known)}",
            f"name every account of the channel once: {', '.join(known)}",
            field="accounts",
        )


_APPLY: Mapping[Kind, _Apply] = {
    "new_user": _new_user,
    "rights": _rights,
    "disable": _disable,
    "enable": _enable,
    "reset": _reset,
    "new_token": _new_token,
    "end_token": _end_token,
    "routes": _routes,
}
