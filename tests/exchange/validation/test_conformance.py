"""Our tables against the official schema and the samples, where they are there."""

import random

import pytest
from lxml import etree

from gateway.exchange import xml
from gateway.exchange.validation.validate import validate
from tests.exchange.mutations import damaged_tree
from tests.exchange.samples import ALERT, names, needs_samples, sample, schema, stated_valid

pytestmark = needs_samples

DAMAGED = 1000
# What the tables (and not the rules of meaning) say.
STRUCTURE = {
    *("ELEMENT_MISSING", "ELEMENT_ORDER", "ELEMENT_REPEATED", "ELEMENT_UNKNOWN", "ELEMENT_EMPTY"),
    *("ATTRIBUTE_UNKNOWN", "TEXT_STRAY", "CONTENT_NOT_TEXT", "VALUE_NOT_IN_LIST", "TIME_MALFORMED"),
    *("LANGUAGE_MALFORMED", "URI_MALFORMED", "NUMBER_MALFORMED"),
    *("CAP_VERSION_OLD", "NAMESPACE_UNKNOWN", "NOT_AN_ALERT"),
}
# Where we refuse on purpose what the schema takes, and why.
STRICTER = {
    "ELEMENT_EMPTY": "a required text without a word says nothing (xs:string takes it)",
    "URI_MALFORMED": "xs:anyURI takes nearly every text; a link with a space leads nowhere",
    "TIME_MALFORMED": "T24:00:00 is the next day's midnight to some consumers and an error to others",
}
# libxml2 lets an info follow a signature where the alert had none before it; the schema does not.
AFTER_SIGNATURE = "info stands in the wrong place: it belongs before Signature"


@pytest.mark.parametrize("name", names())
def test_every_sample_is_what_its_readme_says(name: str) -> None:
    found = validate(sample(name))
    assert found.valid is stated_valid(name)
    if name == "cps-canada_errors.cap":
        assert schema().validate(xml.parse(sample(name)))
        assert [fault.code for fault in found.faults if fault.severity == "error"] == ["REFERENCES_MISSING"]
    elif name == "gcl-xee.cap":
        assert [fault.code for fault in found.faults] == ["XML_DTD_FORBIDDEN"]
    else:
        assert schema().validate(xml.parse(sample(name))) is found.valid


def test_all_samples_are_there() -> None:
    assert len(names()) == 15
    assert sum(stated_valid(name) for name in names()) == 11  # the twelfth fits the schema only


def test_the_tables_and_the_official_schema_agree_on_damaged_alerts() -> None:
    """Whatever the schema refuses, we refuse; whatever our tables refuse, it refuses, but for `STRICTER`."""
    chance = random.Random(7)
    # the small ones: copying two dozen kilobytes for each change would take most of the time
    kept = [name for name in names() if stated_valid(name) and len(sample(name)) < 5000]
    originals = [xml.parse(content) for content in [ALERT.encode(), *map(sample, kept)]]
    refused = 0
    for _ in range(DAMAGED):
        content = etree.tostring(damaged_tree(chance.choice(originals), chance), encoding="UTF-8")
        found = validate(content)
        errors = [fault for fault in found.faults if fault.severity == "error"]
        ours = {fault.code for fault in errors if fault.message_en != AFTER_SIGNATURE} & STRUCTURE
        if schema().validate(xml.parse(content)):
            assert ours <= set(STRICTER), (ours, content.decode())
        else:
            assert ours, (found.faults, str(schema().error_log.last_error), content.decode())
            refused += 1
    assert refused > DAMAGED / 3  # the damage is worth the name
    assert DAMAGED - refused > DAMAGED / 5
