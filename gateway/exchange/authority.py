"""The settings of payloads: what the issuing office calls itself and its events among all others."""

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from gateway.errors import InputError
from gateway.exchange.model import HAZE, Authority, Named
from gateway.exchange.places import outline
from gateway.vocabulary import Level

_DEFAULT = Authority()
# The separators of references, and what the standard forbids beside them.
_SENDER = re.compile(r"[^\s,<&]{1,100}\Z")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class OutlineSettings(_Part):
    """An area's outline: closed, `latitude,longitude` pairs; whoever gives it says in which system."""

    system: Literal["wgs84", "gcj02"]
    points: str


class ExchangeSettings(_Part):
    """What is the office's own in its payloads; see `Authority`, which `authority` makes of it."""

    sender: str | None = None
    organisation: Annotated[str | None, Field(pattern=r"^\d{3}$")] = None
    internal: Annotated[str, Field(pattern=r"^\d{3}$")] = _DEFAULT.internal
    extension: Annotated[str, Field(pattern=r"^\d{2}$")] = _DEFAULT.extension
    event: Annotated[str, Field(min_length=1, max_length=35)] = _DEFAULT.event
    event_en: Annotated[str, Field(min_length=1, max_length=60)] = _DEFAULT.event_en
    event_codes: Annotated[dict[str, str], Field(min_length=1)] = {
        code.name: code.value for code in _DEFAULT.event_codes
    }
    valid_hours: Annotated[int, Field(ge=1, le=24 * 14)] = _DEFAULT.valid_hours
    lift_as: Literal["cancel", "all_clear"] = _DEFAULT.lift_as
    outlines: dict[str, OutlineSettings] = {}
    divisions: dict[str, Annotated[str, Field(pattern=r"^(\d{6}|\d{9}|\d{12})$")]] = {}
    methods: Annotated[dict[str, str], Field(min_length=1)] = dict(_DEFAULT.methods)
    public_safety: bool = _DEFAULT.public_safety
    # minutes from release until operators have sent to 95 % of the people concerned; see docs/payloads.md
    duty_minutes: Annotated[dict[Level, Annotated[int, Field(gt=0)]], Field(min_length=1)] = {
        "yellow": 15,
        "orange": 15,
        "red": 15,
    }

    @field_validator("sender")
    @classmethod
    def _one_word(cls, sender: str | None) -> str | None:
        if sender is not None and not _SENDER.match(sender):
            raise _fault("不能有空格、逗号、< 和 &", "no spaces, commas, < or &")
        return sender

    @field_validator("event_codes")
    @classmethod
    def _no_haze(cls, codes: dict[str, str]) -> dict[str, str]:
        if HAZE in codes.values():
            raise _fault(
                f"{HAZE} 是霾（气象部门的预警信号），不能用于重污染天气",
                f"{HAZE} is haze, a signal of the meteorological office, and not heavy air pollution",
            )
        if any(not name.strip() or not re.fullmatch(r"[0-9A-Z]{5}", value) for name, value in codes.items()):
            raise _fault("代码应为五位数字和大写字母，如 12Q02", "a code has five signs, such as 12Q02")
        return codes

    @field_validator("outlines")
    @classmethod
    def _in_china(cls, outlines: dict[str, OutlineSettings]) -> dict[str, OutlineSettings]:
        for code, given in outlines.items():
            try:
                outline(given.points, given.system, code)
            except InputError as error:
                raise _fault(f"{code}：{error.message}", f"{code}: {error.message_en}") from None
        return outlines

    def authority(self) -> Authority:
        """The settings as the payloads take them."""
        return Authority(
            sender=self.sender,
            event=self.event,
            event_en=self.event_en,
            event_codes=tuple(Named(name, value) for name, value in self.event_codes.items()),
            organisation=self.organisation,
            internal=self.internal,
            extension=self.extension,
            valid_hours=self.valid_hours,
            lift_as=self.lift_as,
            polygons=tuple(
                (code, outline(given.points, given.system, code)) for code, given in self.outlines.items()
            ),
            divisions=tuple(self.divisions.items()),
            methods=tuple(self.methods.items()),
            public_safety=self.public_safety,
        )


def _fault(chinese: str, english: str) -> PydanticCustomError:
    return PydanticCustomError(
        "FIELD_INVALID", "{chinese} · {english}", {"chinese": chinese, "english": english}
    )
