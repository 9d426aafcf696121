"""Who may send orders, ready to be proved: by a pinned certificate, or by a Standard Webhooks signature."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from lxml import etree

from channels.contract import Forged
from channels.webhook import signatures
from channels.webhook.signatures import SigningKey, VerifyingKey
from gateway.errors import InputError
from gateway.exchange import incoming, verification, xml
from gateway.exchange.incoming import Incoming
from gateway.exchange.national import NAMESPACE as NATIONAL
from gateway.exchange.national_reading import sender_words
from gateway.exchange.senders import SenderSettings
from gateway.plans.catalogue import Catalogue

# unsigned: nothing proves it; unreadable: no XML in which a signature could stand; unknown_sender: of nobody
# in the settings; other_sender: proved by one, in another's name; forged: the signature is wrong or too old
Doubt = Literal["unsigned", "unreadable", "unknown_sender", "other_sender", "forged"]
Proof = Literal["signature", "webhook"]


class Unproved(Exception):
    """Nothing shows that a message is whose it says."""

    def __init__(self, doubt: Doubt) -> None:
        super().__init__(doubt)
        self.doubt = doubt


@dataclass(frozen=True, slots=True)
class Sender:
    """One of the settings; `own` are the codes of its plan that are this office's."""

    name: str
    settings: SenderSettings
    own: tuple[str, ...]
    keys: tuple[VerifyingKey, ...] = field(repr=False)
    answer_keys: tuple[SigningKey, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Proved:
    """A message whose sender is certain; `read` is None where it is no alert, and `fault` says why."""

    sender: Sender
    proof: Proof
    content: bytes = field(repr=False)
    read: Incoming | None
    fault: InputError | None = None


class Senders:
    """All of the settings."""

    def __init__(self, settings: Mapping[str, SenderSettings], catalogue: Catalogue) -> None:
        """Raises `InputError`: SENDER_KEY, SENDER_REPEATED, AREA_NOT_IN_PLAN, and like `Catalogue.load`."""
        self._senders = {name: _sender(name, each, catalogue) for name, each in settings.items()}
        identities = [each.identity for each in settings.values()]
        twice = next((each for each in identities if identities.count(each) > 1), None)
        if twice is not None:
            raise InputError(
                "SENDER_REPEATED",
                f"两个发送者的 identity 都是“{twice}”",
                f"two senders have the identity {twice!r}",
                field="senders",
            )

    def __iter__(self) -> Iterator[Sender]:
        return iter(self._senders.values())

    def __getitem__(self, name: str) -> Sender:
        return self._senders[name]

    def get(self, name: str) -> Sender | None:
        """The sender of that name; None where it is no longer in the settings."""
        return self._senders.get(name)

    def prove(self, headers: Mapping[str, str], content: bytes, now: datetime) -> Proved:
        """Find out whose message it is, and read it; takes milliseconds of CPU. Raises `Unproved`.

        `headers` are case-insensitive. Where Standard Webhooks headers are there, they decide.
        """
        if signatures.SIGNATURE in headers:
            return self._by_webhook(headers, content, now)
        if not incoming.is_xml(content):
            raise Unproved("unsigned")
        return self._by_certificate(content, now)

    def _by_webhook(self, headers: Mapping[str, str], content: bytes, now: datetime) -> Proved:
        sender = next((each for each in self if each.keys and _signed(each, headers, content, now)), None)
        if sender is None:
            raise Unproved("forged")
        try:
            read = incoming.read(content)
        except InputError as fault:
            return Proved(sender, "webhook", content, None, fault)
        if sender.settings.identity not in read.senders:
            raise Unproved("other_sender")
        return Proved(sender, "webhook", content, read)

    def _by_certificate(self, content: bytes, now: datetime) -> Proved:
        try:
            root = xml.parse(content)
        except InputError:
            raise Unproved("unreadable") from None
        named = [each for each in self if each.settings.identity in _called(root)]
        stated = str(root.xpath("string(*[local-name() = 'sender'][1])")).strip()
        pins = {stated: {pin for each in named for pin in each.settings.fingerprints}}
        try:
            verified = verification.verify(content, pins, now)
        except InputError as error:
            raise Unproved(_DOUBTS.get(error.code, "forged")) from None
        called = _called(verified.root)  # of what was signed, and nothing else
        sender = next(
            (
                each
                for each in named
                if verified.fingerprint in each.settings.fingerprints and each.settings.identity in called
            ),
            None,
        )
        if sender is None:
            raise Unproved("other_sender")
        try:
            return Proved(sender, "signature", content, incoming.read(content, verified.content))
        except InputError as fault:
            return Proved(sender, "signature", content, None, fault)


_DOUBTS: Mapping[str, Doubt] = {"SIGNATURE_MISSING": "unsigned", "SENDER_UNKNOWN": "unknown_sender"}


def _called(root: etree._Element) -> tuple[str, ...]:
    """What a message calls its sender."""
    name = etree.QName(root)
    if name.namespace == NATIONAL:
        try:
            return sender_words(root)
        except InputError:
            return ()
    found = root.findall(f"{{{name.namespace or ''}}}sender")
    return (str(found[0].xpath("string()")).strip(),) if len(found) == 1 else ()


def _signed(sender: Sender, headers: Mapping[str, str], content: bytes, now: datetime) -> bool:
    try:
        signatures.verify(sender.keys, headers, content, now)
    except Forged:
        return False
    return True


def _sender(name: str, settings: SenderSettings, catalogue: Catalogue) -> Sender:
    plan = catalogue.load(settings.plan).plan
    own = tuple(settings.area or (plan.area,))
    strange = next((code for code in own if code != plan.area and plan.area_name(code) is None), None)
    if strange is not None:
        raise InputError(
            "AREA_NOT_IN_PLAN",
            f"senders.{name}.area：预案 {plan.id} 没有区域代码“{strange}”",
            f"senders.{name}.area: the plan {plan.id} has no area {strange!r}",
            field=f"senders.{name}.area",
        )
    shared = [each.get_secret_value() for each in settings.secrets]
    private = [settings.signing_key.get_secret_value()] if settings.signing_key else shared[:1]
    try:
        keys = tuple(map(signatures.verifying_key, [*shared, *settings.public_keys]))
        answering = tuple(map(signatures.signing_key, private))
    except ValueError as error:
        raise InputError(
            "SENDER_KEY",
            f"senders.{name} 的密钥不能用",
            f"senders.{name}: {error}",
            field=f"senders.{name}",
        ) from None
    return Sender(name, settings, own, keys, answering)
