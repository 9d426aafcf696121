"""The settings of who may send us orders: what each is called in its messages, and how it proves itself."""

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_core import PydanticCustomError

from gateway.errors import InputError
from gateway.exchange.certificates import read_fingerprint

Relation = Literal["upper", "lower", "neighbour"]
Meaning = Literal["order", "warning", "prompt"]

_SECRET = re.compile(r"whsec_\S+\Z")
_PUBLIC = re.compile(r"whpk_\S+\Z")
_PRIVATE = re.compile(r"whsk_\S+\Z")


class SenderSettings(BaseModel):
    """One sender. `identity` is what its messages say as `sender` (of 12379: `senderCode`, or the name);
    `telephone` whom people here call about a message that cannot be read or followed.

    `meaning`: what a start of an upper level means for `plan`: an order to start, a warning of its own that
    is a floor, or a prompt to be weighed. `area`: the codes of the plan that are this office's; unless
    stated, the plan's whole area. It proves its messages by an XML signature with one of the certificates
    of `fingerprints`, or as Standard Webhooks with one of `secrets` or `public_keys`; two of a kind while
    they rotate. What we report back is signed with `signing_key`, else the first of `secrets`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    identity: Annotated[str, Field(min_length=1, max_length=100)]
    level_name: Annotated[str, Field(min_length=1, max_length=40)]
    telephone: Annotated[str, Field(pattern=r"^\+?[0-9][0-9 -]{4,29}$")] | None = None
    plan: Annotated[str, Field(min_length=1, max_length=64)]
    area: list[Annotated[str, Field(min_length=1, max_length=12)]] | None = None
    relation: Relation = "upper"
    meaning: Meaning = "order"
    fingerprints: list[str] = []
    secrets: list[SecretStr] = []
    public_keys: list[str] = []
    signing_key: SecretStr | None = None

    @field_validator("fingerprints")
    @classmethod
    def _plain(cls, fingerprints: list[str]) -> list[str]:
        try:
            return [read_fingerprint(each) for each in fingerprints]
        except InputError as error:
            raise _fault(error.message, error.message_en) from None

    @model_validator(mode="after")
    def _provable(self) -> "SenderSettings":
        if not (self.fingerprints or self.secrets or self.public_keys):
            raise _fault(
                "须写 fingerprints、secrets、public_keys 中的一种，否则无法证明消息是它发的",
                "one of fingerprints, secrets and public_keys is needed: nothing would prove its messages",
            )
        shared = [each.get_secret_value() for each in self.secrets]
        private = [self.signing_key.get_secret_value()] if self.signing_key else []
        for name, form, values in (
            ("secrets", _SECRET, shared),
            ("public_keys", _PUBLIC, self.public_keys),
            ("signing_key", _PRIVATE, private),
        ):
            if not all(form.match(value) for value in values):
                begins = form.pattern.partition(r"\S")[0]
                raise _fault(f"{name} 应以 {begins} 开头", f"{name} begins with {begins}")
        return self


def _fault(chinese: str, english: str) -> PydanticCustomError:
    return PydanticCustomError(
        "FIELD_INVALID", "{chinese} · {english}", {"chinese": chinese, "english": english}
    )
