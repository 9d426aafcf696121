"""Validates one alert in XML: read it, recognise it, hold it against its table, then against the rules."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree

from gateway.errors import InputError
from gateway.exchange import cap, national, xml
from gateway.exchange.validation import cap_table, national_table
from gateway.exchange.validation.fault import Fault, Faults
from gateway.exchange.validation.info_rules import check_infos
from gateway.exchange.validation.message_rules import check_message
from gateway.exchange.validation.national_rules import check_national
from gateway.exchange.validation.part import Part
from gateway.exchange.validation.recognition import Kind, recognise
from gateway.exchange.validation.signature_rules import check_signatures
from gateway.exchange.validation.structure import Dialect, check_structure

_CAP = Dialect(cap.NAMESPACE, cap_table.ALERT, tail=xml.SIGNATURES)
_NATIONAL = Dialect(national.NAMESPACE, national_table.ALERT, tail=xml.SIGNATURES, empty_is_usual=True)


@dataclass(frozen=True, slots=True)
class Validation:
    """What was found; `kind` is None for what is no readable XML, `omitted` counts faults beyond 200."""

    kind: Kind | None
    faults: tuple[Fault, ...]
    errors: int
    omitted: int = 0

    @property
    def valid(self) -> bool:
        """Whether there is no error; warnings do not count."""
        return not self.errors

    def as_json(self) -> dict[str, Any]:
        """The shape that the command and the API print."""
        return {
            "valid": self.valid,
            "kind": self.kind,
            "faults": [fault.as_json() for fault in self.faults],
            "omitted": self.omitted,
        }


def validate(content: bytes, now: datetime | None = None) -> Validation:
    """Validate a CAP 1.2 alert or a message of the 12379 dialect. Pure; never raises for bad content.

    `now`, with its offset, is what "expired" and "in the future" are measured by; without it nothing is
    said of them. Whether a signature is genuine is not judged here (`gateway.exchange.verification`).
    """
    try:
        root = xml.parse(content)
    except InputError as error:
        fault = Fault(error.code, "error", error.message, error.message_en, error.line)
        return Validation(None, (fault,), 1)
    return validate_tree(root, now)


def validate_tree(root: etree._Element, now: datetime | None = None) -> Validation:
    """The same for what `gateway.exchange.xml.parse` has read."""
    kind, unfit = recognise(root)
    if unfit is not None:
        return Validation(kind, (unfit,), 1)
    faults = Faults()
    alert = Part(root, "alert", faults)
    if kind == "national":
        check_structure(root, _NATIONAL, faults)
        check_national(alert, now)
    else:
        check_structure(root, _CAP, faults)
        check_message(alert, now)
        check_infos(alert, now)
    check_signatures(root, faults)
    found = tuple(sorted(faults.found, key=lambda each: each.line or 0))
    return Validation(kind, found, faults.errors, faults.omitted)
