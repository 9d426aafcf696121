"""The provider accounts of the settings: their lanes in the ledger, and the channels that serve them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import aiohttp
from sqlalchemy import Connection

from channels.access_tokens import TokenStore
from channels.chat.wecom import WecomBot
from channels.chat.wecom_app import WecomApp
from channels.contract import Channel
from channels.email.smtp import SmtpMail
from channels.webhook.standard_webhooks import Receiver, StandardWebhooks
from gateway.delivery.parking import MENDED_BY_HAND
from gateway.errors import InputError
from gateway.ledger.delivery import lanes, route_orders
from gateway.ledger.delivery.lanes import Lane, NewLane
from gateway.settings import (
    Account,
    ChannelKind,
    ReceiverSettings,
    StandardWebhooksSettings,
    TwilioSettings,
    WecomAppSettings,
    WecomSettings,
)


def sync(
    connection: Connection,
    accounts: Mapping[str, Account],
    now: int,
    routes: Mapping[ChannelKind, Sequence[str]] = MappingProxyType({}),
) -> None:
    """Write the settings' accounts and lanes into the ledger; lanes that left them serve no more.

    `routes`: the accounts of a channel in the order in which they are used, unless two administrators
    decided another. A lane that rested until
    someone mends a credential or setting is opened: that may have happened.
    Raises `InputError` where an account turned from exercise to real or changed its provider.
    """
    stated = {str(channel): names for channel, names in routes.items()}
    order = in_order(accounts, stated | route_orders.decided(connection))
    for name, account in accounts.items():
        try:
            account_id = lanes.put_account(connection, name, account.provider, account.exercise)
        except ValueError:
            raise InputError(
                "ACCOUNT_CHANGED",
                f"账号“{name}”已在台账中，演练属性或服务商不同；请改用新的账号名",
                f"account {name!r} has another provider or exercise flag in the ledger; give it a new name",
                field=f"accounts.{name}",
            ) from None
        lanes.put_lanes(connection, account_id, _lanes_of(name, account, order[name]))
    lanes.disable_accounts_but(connection, list(accounts))
    lanes.open_parked(connection, MENDED_BY_HAND)


def in_order(accounts: Mapping[str, Account], routes: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Each account's place among those of its channel: as `routes` has them, then as the settings do."""
    found: dict[str, int] = {}
    for channel in {account.channel for account in accounts.values()}:
        of_channel = [name for name, account in accounts.items() if account.channel == channel]
        listed = [*routes.get(channel, ()), *of_channel]
        found |= {name: listed.index(name) for name in of_channel}
    return found


def _lanes_of(name: str, account: Account, route: int) -> list[NewLane]:
    if isinstance(account, TwilioSettings):
        pushed, names = True, account.senders
    elif isinstance(account, WecomSettings):
        pushed, names = False, list(account.groups)
    elif isinstance(account, WecomAppSettings):
        pushed, names = False, [str(account.agent_id)]
    elif isinstance(account, StandardWebhooksSettings):
        pushed, names = True, list(account.receivers)
    else:
        pushed, names = False, [account.sender]
    window = account.receipt_window if pushed else account.unknown_wait
    return [
        NewLane(
            account=name,
            provider=account.provider,
            name=lane,
            channel=account.channel,
            exercise=account.exercise,
            route=route,
            named_only=isinstance(account, WecomSettings | StandardWebhooksSettings),
            idempotent=isinstance(account, StandardWebhooksSettings),
            request_timeout=int(account.timeout * 1000),
            receipt_window=int(window * 1000),
            final_on_accept=not pushed,
        )
        for lane in names
    ]


def build_channels(
    accounts: Mapping[str, Account],
    known: list[Lane],
    *,
    public_url: str,
    session: aiohttp.ClientSession,
    tokens: TokenStore,
) -> dict[int, Channel]:
    """A channel for every enabled lane of the settings, by the lane's id.

    `public_url` is the origin under which providers reach our callbacks; `session` and `tokens` stay the
    caller's.
    Raises `InputError` for an account whose address or sender its channel does not take.
    """
    found: dict[int, Channel] = {}
    for lane in known:
        account = accounts.get(lane.account)
        if account is None or not lane.enabled:
            continue
        try:
            found[lane.id] = _channel(account, lane.name, public_url, session, tokens)
        except ValueError as error:
            raise InputError(
                "ACCOUNT_INVALID",
                f"账号“{lane.account}”的设置不能使用：{error}",
                f"account {lane.account!r} cannot be used: {error}",
                field=f"accounts.{lane.account}",
            ) from None
    return found


def _channel(
    account: Account, lane: str, public_url: str, session: aiohttp.ClientSession, tokens: TokenStore
) -> Channel:
    if isinstance(account, TwilioSettings):
        from channels.sms.twilio import TwilioSms  # noqa: PLC0415 - its library is slow to load

        return TwilioSms(
            account_sid=account.account_sid,
            auth_token=account.auth_token.get_secret_value(),
            sender=lane,
            base_url=account.base_url,
            public_callback_base=public_url,
            timeout=account.timeout,
            allow_mainland=account.allow_mainland is not None,
            session=session,
        )
    if isinstance(account, WecomSettings):
        return WecomBot(
            key=account.groups[lane].get_secret_value(),
            base_url=account.base_url,
            timeout=account.timeout,
            session=session,
        )
    if isinstance(account, WecomAppSettings):
        return WecomApp(
            corp_id=account.corp_id,
            agent_id=account.agent_id,
            secret=account.secret.get_secret_value(),
            base_url=account.base_url,
            timeout=account.timeout,
            session=session,
            tokens=tokens,
        )
    if isinstance(account, StandardWebhooksSettings):
        return StandardWebhooks(
            receiver_of(lane, account.receivers[lane]),
            progress_keys={name: progress_keys(each) for name, each in account.receivers.items()},
            timeout=account.timeout,
            session=session,
        )
    return SmtpMail(
        host=account.host,
        port=account.port,
        security=account.security,
        sender=account.sender,
        sender_name=account.sender_name,
        username=account.username,
        password=None if account.password is None else account.password.get_secret_value(),
        timeout=account.timeout,
        connections=account.in_flight,
    )


def receiver_of(name: str, receiver: ReceiverSettings) -> Receiver:
    """A receiver of the settings, as its channel takes it."""
    keys = [key.get_secret_value() for key in (*receiver.secrets, *receiver.signing_keys)]
    return Receiver(name, receiver.url, receiver.format, keys, receiver.all_clear)


def progress_keys(receiver: ReceiverSettings) -> list[str]:
    """What proves a receiver's reports: its own keys, else the secrets that both sides share."""
    theirs = [key.get_secret_value() for key in receiver.their_secrets] + receiver.their_public_keys
    return theirs or [key.get_secret_value() for key in receiver.secrets]
