"""An alert as data: what every payload of one message says, whoever reads it.

The fields and their order are those of OASIS CAP 1.2; every other rendering is made from them. Times are
text as they are written (`2024-01-08T08:00:00+08:00`), because a later message repeats them byte for byte.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from gateway.moments import local

Status = Literal["Actual", "Exercise", "System", "Test", "Draft"]
MessageType = Literal["Alert", "Update", "Cancel", "Ack", "Error"]
Scope = Literal["Public", "Restricted", "Private"]
Urgency = Literal["Immediate", "Expected", "Future", "Past", "Unknown"]
Severity = Literal["Extreme", "Severe", "Moderate", "Minor", "Unknown"]
Certainty = Literal["Observed", "Likely", "Possible", "Unlikely", "Unknown"]

# The parameters and codes that the payloads of this program carry.
ALERT_LEVEL = "cn:alertLevel"  # 橙色: the colour in force
POSSIBLE_LEVEL = "cn:possibleAlertLevel"  # of a hint: none is in force
FORMER_LEVEL = "cn:formerAlertLevel"  # what is raised, lowered or lifted
RESPONSE_LEVEL = "cn:responseLevel"  # II
ACTION = "cn:action"  # 发布, 升级, …
DOCUMENT_NUMBER = "cn:documentNumber"
EXPECTED_END = "cn:expectedEnd"  # as decided; `expires` is also set where no end was stated
SMS_SHORT = "smsTextShort"
SMS = "smsText"
CELL = "cbText"
DIVISION = "GB/T 2260"  # the geocode of an administrative division
# A signal of the meteorological office, and never what a heavy-pollution warning is filed under.
HAZE = "11B19"
OWN_AREA = "airwarn:area"  # the geocode of an area that a plan gave a code of its own
AHEAD = timedelta(minutes=5)  # that clocks of honest senders may differ

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d[+-]\d\d:\d\d\Z")


@dataclass(frozen=True, slots=True)
class Reference:
    """An earlier message, each part as that message wrote it."""

    sender: str
    identifier: str
    sent: str

    def __str__(self) -> str:
        return f"{self.sender},{self.identifier},{self.sent}"


@dataclass(frozen=True, slots=True)
class Named:
    """An `eventCode`, `parameter` or `geocode`."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Point:
    """A place in WGS-84, in degrees, to six decimals (a decimetre)."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "latitude", round(self.latitude, 6))
        object.__setattr__(self, "longitude", round(self.longitude, 6))


Polygon = tuple[Point, ...]  # closed: the last point is the first


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle with its radius in kilometres."""

    centre: Point
    radius: float


@dataclass(frozen=True, slots=True)
class Area:
    """Where an alert holds. Heights are in feet above sea level, as CAP has them."""

    description: str
    polygons: tuple[Polygon, ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[Named, ...] = ()
    altitude: str | None = None
    ceiling: str | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """A file beside an alert."""

    description: str
    mime_type: str
    size: str | None = None
    uri: str | None = None
    content: str | None = None  # base64
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Info:
    """What is said in one language of one warning."""

    categories: tuple[str, ...]
    event: str
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    language: str | None = None  # None: not written, which means en-US
    response_types: tuple[str, ...] = ()
    audience: str | None = None
    event_codes: tuple[Named, ...] = ()
    effective: str | None = None
    onset: str | None = None
    expires: str | None = None
    sender_name: str | None = None
    headline: str | None = None
    description: str | None = None
    instruction: str | None = None
    web: str | None = None
    contact: str | None = None
    parameters: tuple[Named, ...] = ()
    resources: tuple[Resource, ...] = ()
    areas: tuple[Area, ...] = ()

    def parameter(self, name: str) -> str | None:
        """The first value of that name, or None."""
        return next((each.value for each in self.parameters if each.name == name), None)

    @property
    def ends(self) -> bool:
        """Whether it says that the danger is over."""
        return "AllClear" in self.response_types


@dataclass(frozen=True, slots=True)
class Alert:
    """One message. `identifier` never stands for another content; `incidents` holds the identifier of the
    first message of its event."""

    identifier: str
    sender: str
    sent: str
    status: Status
    message_type: MessageType
    scope: Scope
    source: str | None = None
    restriction: str | None = None
    addresses: str | None = None
    codes: tuple[str, ...] = ()
    note: str | None = None
    references: tuple[Reference, ...] = ()
    incidents: str | None = None
    infos: tuple[Info, ...] = ()

    @property
    def reference(self) -> Reference:
        """How later messages name this one."""
        return Reference(self.sender, self.identifier, self.sent)

    @property
    def expires(self) -> str | None:
        """The last moment at which any of it holds, as written; None where one of it has no end."""
        ends = [info.expires for info in self.infos]
        if not ends or None in ends:
            return None
        return max((each for each in ends if each is not None), key=read_moment)

    @property
    def real(self) -> bool:
        """Whether it is meant for the public: neither exercise, test, system message nor draft."""
        return self.status == "Actual"

    @property
    def warns(self) -> bool:
        """Whether it puts a level in force; a hint or tip does not, nor what ends a warning."""
        return any(info.severity != "Unknown" and not info.ends for info in self.infos)

    def in_language(self, language: str) -> tuple[Info, ...]:
        """What is said in that language (`zh-CN`, `en-US`)."""
        return tuple(info for info in self.infos if (info.language or "en-US") == language)


def written(at: datetime) -> str:
    """A moment as payloads write it: China Standard Time, whole seconds, its offset."""
    return local(at).replace(microsecond=0).isoformat(timespec="seconds")


def read_moment(text: str) -> datetime:
    """The moment that a payload writes. Raises `ValueError` where it is none (24:00, no offset, Z), or none
    that a calendar here holds: the year 1 is what some programs write for no time at all."""
    if not _MOMENT.match(text):
        raise ValueError(f"not a time with seconds and an offset: {text!r}")
    at = datetime.fromisoformat(text)
    try:
        local(at)
    except OverflowError:
        raise ValueError(f"beyond the calendar: {text!r}") from None
    return at


@dataclass(frozen=True, slots=True)
class Authority:
    """What is the issuing office's own in its payloads; it comes from settings.

    `sender` names it among all senders of the world (None: made of the plan's area code). `organisation`
    are the three digits of GB/T 4657 of who issues, `internal` and `extension` the five after them, of
    the 12379 identifier. `event_codes` are by kind of code, the first counts in the 12379 dialect: no
    official one for heavy pollution is published. `valid_hours` is how long a message holds that states
    no end. `polygons` and `divisions` are by the plan's area code: outlines, and official codes for areas
    that the plan gave a code of its own. `methods` are the means of 12379 with their audience groups.
    `public_safety`: whether yellow may be broadcast by cell, as 4396.
    """

    sender: str | None = None
    event: str = "重污染天气"
    event_en: str = "Heavy air pollution"
    event_codes: tuple[Named, ...] = (Named("cn:eventType", "12Q02"),)
    organisation: str | None = None
    internal: str = "000"
    extension: str = "00"
    valid_hours: int = 24
    lift_as: Literal["cancel", "all_clear"] = "cancel"
    polygons: tuple[tuple[str, Polygon], ...] = ()
    divisions: tuple[tuple[str, str], ...] = ()
    methods: tuple[tuple[str, str], ...] = (("SMS", ""),)
    public_safety: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """What a message is called and when it was sent: fixed when it is released, and never made again."""

    identifier: str
    sent: datetime
