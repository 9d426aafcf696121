"""The elements of the 12379 dialect in their order.

From the field comments of public generators for the national release system's interface; GB/T 35965.1-2018
itself was not readable, so this table is what is known of the dialect, not the standard's own words.
"""

import re

from gateway.exchange.validation.fault import shown
from gateway.exchange.validation.table import group, optional, required, several
from gateway.exchange.validation.values import Value, Wrong, anything, language, one_of, spaced_time


def _written(pattern: str, code: str, what: str, what_en: str) -> Value:
    compiled = re.compile(pattern)

    def check(text: str) -> Wrong | None:
        if compiled.fullmatch(text.strip()):
            return None
        return Wrong(code, f"“{shown(text)}”应为{what}", f"{shown(text)!r} is not {what_en}")

    return check


# 6 digits of the place (GB/T 2260), 3 of the organisation (GB/T 4657), 3 internal, 2 extension; the number
# at the end came later: live feeds still leave it out.
identifier = _written(
    r"[0-9]{14}_[0-9]{14}(_[0-9]{1,2})?",
    "NATIONAL_IDENTIFIER_MALFORMED",
    "单位编码 14 位_年月日时分秒 14 位（_序号）",
    "the unit's 14 digits, _, 14 digits of the time (and _ with a number)",
)
_unit = _written(r"[0-9]{14}", "NATIONAL_UNIT_MALFORMED", "14 位单位编码", "a unit's 14 digits")
_event = _written(
    r"[0-9A-Z]{5}", "NATIONAL_EVENT_MALFORMED", "5 位事件类型编码（如 12Q02）", "an event's 5 signs (12Q02)"
)
_geocodes = _written(
    r"[0-9]{6,14}(\s*[,，]\s*[0-9]{6,14})*",
    "NATIONAL_GEOCODE_MALFORMED",
    "行政区划代码，多个用逗号分开",
    "codes of administrative divisions, separated by commas",
)

ALERT = group(
    "alert",
    required("identifier", identifier),
    required("sender"),
    required("senderCode", _unit),
    optional("phone"),
    required("sendTime", spaced_time),
    required("status", one_of("Actual", "Exercise", "Test", "Draft")),
    required("msgType", one_of("Alert", "Update", "Cancel", "Ack", "Error")),
    required("scope", one_of("Public", "Restricted", "Private")),
    group(
        "code",
        group(
            "method",
            required("methodName"),
            several("message"),  # empty: the description is sent
            optional("audienceGrp"),
            optional("audiencePrt"),
            least=1,
        ),
        least=1,
        most=1,
    ),
    optional("secClassification", one_of("None", "Inner")),
    optional("note"),
    optional("references", identifier),
    group(
        "info",
        optional("language", language),
        required("eventType", _event),
        required("urgency", one_of("Immediate", "Expected", "Future", "Past", "Unknown")),
        required("severity", one_of("Red", "Orange", "Yellow", "Blue", "Unknown")),
        required("certainty", one_of("Observed", "VeryLikely", "Likely", "Unlikely", "Unknown")),
        required("effective", spaced_time),
        optional("onset", spaced_time),
        optional("expires", spaced_time),
        required("senderName"),
        required("headline"),
        required("description"),
        optional("instruction"),
        optional("web"),
        group("resource", required("resourceDesc"), required("size"), optional("digest", anything)),
        group(
            "area",
            required("areaDesc"),
            several("polygon"),
            several("circle"),
            required("geocode", _geocodes),
            least=1,
        ),
        least=1,
        most=1,
    ),
)
