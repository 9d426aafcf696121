"""The elements of OASIS CAP 1.2 in their order (CAP-v1.2-os, section 3.2 and the schema of section 3.4)."""

from gateway.exchange.validation.table import Row, group, optional, required, several
from gateway.exchange.validation.values import decimal, integer, language, one_of, time, uri


def _pairs(name: str) -> Row:
    return group(name, required("valueName"), required("value"))


_RESOURCE = group(
    "resource",
    required("resourceDesc"),
    required("mimeType"),
    optional("size", integer),
    optional("uri", uri),
    optional("derefUri"),
    optional("digest"),
)
_AREA = group(
    "area",
    required("areaDesc"),
    several("polygon"),
    several("circle"),
    _pairs("geocode"),
    optional("altitude", decimal),
    optional("ceiling", decimal),
)
_INFO = group(
    "info",
    optional("language", language),
    several(
        "category",
        one_of(
            *("Geo", "Met", "Safety", "Security", "Rescue", "Fire"),
            *("Health", "Env", "Transport", "Infra", "CBRNE", "Other"),
        ),
        least=1,
    ),
    required("event"),
    several(
        "responseType",
        one_of(
            *("Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None"),
        ),
    ),
    required("urgency", one_of("Immediate", "Expected", "Future", "Past", "Unknown")),
    required("severity", one_of("Extreme", "Severe", "Moderate", "Minor", "Unknown")),
    required("certainty", one_of("Observed", "Likely", "Possible", "Unlikely", "Unknown")),
    optional("audience"),
    _pairs("eventCode"),
    optional("effective", time),
    optional("onset", time),
    optional("expires", time),
    optional("senderName"),
    optional("headline"),
    optional("description"),
    optional("instruction"),
    optional("web", uri),
    optional("contact"),
    _pairs("parameter"),
    _RESOURCE,
    _AREA,
)
ALERT = group(
    "alert",
    required("identifier"),
    required("sender"),
    required("sent", time),
    required("status", one_of("Actual", "Exercise", "System", "Test", "Draft")),
    required("msgType", one_of("Alert", "Update", "Cancel", "Ack", "Error")),
    optional("source"),
    required("scope", one_of("Public", "Restricted", "Private")),
    optional("restriction"),
    optional("addresses"),
    several("code"),
    optional("note"),
    optional("references"),
    optional("incidents"),
    _INFO,
)
