"""What every use case needs besides the ledger."""

from dataclasses import dataclass, field

from gateway.exchange.certificates import SigningKey, configured_key
from gateway.exchange.model import Authority
from gateway.identifiers import NewId
from gateway.notices.model import Office
from gateway.plans.catalogue import Catalogue
from gateway.settings import Settings, StandardWebhooksSettings


@dataclass(frozen=True, slots=True)
class Desk:
    """The plans, the office's own words, new ids; what the office is called in its alerts, and the key that
    signs them (None: they leave unsigned). `all_clear`: somebody takes a Cancel in its AllClear form.
    `national`: the receivers of the 12379 dialect, and whether they are for exercises."""

    catalogue: Catalogue
    office: Office
    new_id: NewId
    authority: Authority = field(default_factory=Authority)
    signing_key: SigningKey | None = None
    all_clear: bool = False
    national: frozenset[tuple[str, bool]] = frozenset()


def configured(settings: Settings, new_id: NewId) -> Desk:
    """The desk of these settings. Raises `InputError` where a signing key is named that cannot be used."""
    return Desk(
        Catalogue(settings.plans_folder),
        settings.for_renderer(),
        new_id,
        settings.exchange.authority(),
        configured_key(settings.signing),
        all_clear=any(
            receiver.all_clear
            for account in settings.accounts.values()
            if isinstance(account, StandardWebhooksSettings)
            for receiver in account.receivers.values()
        ),
        national=national_receivers(settings),
    )


def national_receivers(settings: Settings) -> frozenset[tuple[str, bool]]:
    """The receivers of the 12379 dialect by name, and whether they are for exercises."""
    return frozenset(
        (name, account.exercise)
        for account in settings.accounts.values()
        if isinstance(account, StandardWebhooksSettings)
        for name, receiver in account.receivers.items()
        if receiver.format == "national"
    )
