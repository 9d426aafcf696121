"""Settings: a TOML file, environment variables `AIRWARN_…` (nested with `__`), a folder of secrets.

The environment wins over the secrets folder, the folder over the file. What a plan knows is not
here; what is the office's own (signature, contacts, accounts) is.
"""

import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    IPvAnyNetwork,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from gateway.documents import fault_words
from gateway.errors import InputError
from gateway.escalation_policy import DEFAULT, Policies, refuse_overlap
from gateway.exchange.authority import ExchangeSettings
from gateway.exchange.senders import SenderSettings
from gateway.notices.model import Office
from gateway.redis_address import read_address
from gateway.vocabulary import Audience

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

ChannelKind = Literal["sms", "wecom", "wecom_user", "email", "push"]
HourOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]

DEFAULT_FILE = Path("airwarn.toml")
SECRETS_FOLDER = Path("airwarn-secrets")
SOCKET = "airwarn.sock"  # in the data folder: how this machine's commands reach a running server


class Part(BaseModel):
    """Base of every table of the file: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class OfficeSettings(Part):
    """What is the office's own; see `Office`, which `Settings.for_renderer` makes of it."""

    signature: Annotated[str, Field(min_length=2, max_length=12)] = "重污染天气预警"
    contacts: list[str] = []
    full_text_at: str | None = None
    season_serial: str | None = None
    reply_by_minutes: dict[Audience, Annotated[int, Field(gt=0)]] = {}
    safety: Annotated[str, Field(min_length=1, max_length=100)] = Office().safety
    safety_en: Annotated[str, Field(min_length=1, max_length=200)] = Office().safety_en
    remind_before_hours: Annotated[float, Field(ge=0, le=72)] = 2.0  # before an obligation is due; 0: never
    # when those whose turn it is with a decision are told once more; 0: never
    call_again_minutes: Annotated[float, Field(ge=0, le=1440)] = 5.0
    # when people are asked whether a number is still right (China Standard Time; the same twice: at any)
    asking_hours: tuple[HourOfDay, HourOfDay] = ("08:30", "20:00")

    @field_validator("asking_hours")
    @classmethod
    def _in_order(cls, hours: tuple[str, str]) -> tuple[str, str]:
        if hours[0] > hours[1]:
            raise PydanticCustomError(
                "FIELD_INVALID",
                "开始时间应早于结束时间",
                {"english": "the hours begin before they end"},
            )
        return hours


class AccountSettings(Part):
    """What every provider account has. Rates are messages a second of one lane, seconds otherwise."""

    channel: ClassVar[ChannelKind]
    exercise: bool = False
    per_second: Annotated[float, Field(gt=0)] = 50.0
    in_flight: Annotated[int, Field(gt=0, le=1000)] = 50  # requests of one lane at the same time
    timeout: Annotated[float, Field(gt=0, le=60)] = 10.0
    unknown_wait: Annotated[float, Field(ge=0)] = 60.0  # how long an unknown waits for its receipt
    receipt_wait: Annotated[float, Field(gt=0)] = 600.0  # without a receipt, until the provider is asked
    receipt_window: Annotated[float, Field(ge=0)] = 3600.0  # later no receipt is waited for
    questions_per_second: Annotated[float, Field(gt=0, le=100)] = 10.0  # about messages, of one account


class TwilioSettings(AccountSettings):
    """A Twilio account; each sender is a lane. It stands in for the domestic SMS provider.

    `allow_mainland`: who allowed, and why, that numbers of mainland China (+86) go to a provider
    abroad (PIPL Art. 36). Without it they are refused unless `base_url` is on this machine.
    """

    channel = "sms"
    provider: Literal["twilio"]
    account_sid: Annotated[str, Field(pattern=r"^AC[0-9a-fA-F]{32}$")]
    auth_token: SecretStr
    senders: Annotated[list[str], Field(min_length=1)]
    base_url: str = "https://api.twilio.com"
    allow_mainland: str | None = None


class WecomSettings(AccountSettings):
    """WeCom group bots: each group's key is a lane, named as the directory names the group."""

    channel = "wecom"
    provider: Literal["wecom"]
    groups: Annotated[dict[str, SecretStr], Field(min_length=1)]
    base_url: str = "https://qyapi.weixin.qq.com"
    per_second: Annotated[float, Field(gt=0)] = 0.3  # the vendor's window (20 a minute) still holds
    in_flight: Annotated[int, Field(gt=0, le=1000)] = 1  # parts of a notice arrive in order


class WecomAppSettings(AccountSettings):
    """A WeCom application, which writes to members by user id; one lane. Its secret is the application's."""

    channel = "wecom_user"
    provider: Literal["wecom_app"]
    corp_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{4,64}$")]
    agent_id: Annotated[int, Field(gt=0)]
    secret: SecretStr
    base_url: str = "https://qyapi.weixin.qq.com"
    in_flight: Annotated[int, Field(gt=0, le=1000)] = 10


class SmtpSettings(AccountSettings):
    """An SMTP server; one lane. `security`: `tls` (465), `starttls` (587), `none` (this machine only)."""

    channel = "email"
    provider: Literal["smtp"]
    host: str
    port: Annotated[int, Field(gt=0, lt=65536)] = 587
    security: Literal["tls", "starttls", "none"] = "starttls"
    username: str | None = None
    password: SecretStr | None = None
    sender: str  # address in From and in the envelope
    sender_name: str = ""
    in_flight: Annotated[int, Field(gt=0, le=100)] = 4  # connections kept
    timeout: Annotated[float, Field(gt=0, le=300)] = 30.0


class ReceiverSettings(Part):
    """A system that takes alerts, and what signs between it and us (Standard Webhooks); see docs/payloads.md.

    Each of `secrets` (`whsec_…`) and `signing_keys` (`whsk_…`) signs every alert: two while one replaces the
    other. Its reports are proved by `their_secrets` and `their_public_keys` (`whpk_…`); where neither is
    given, by `secrets`.
    """

    url: str
    format: Literal["cap", "national", "json", "cell"] = "cap"
    secrets: list[SecretStr] = []
    signing_keys: list[SecretStr] = []
    their_secrets: list[SecretStr] = []
    their_public_keys: list[str] = []
    all_clear: bool = False  # in place of a Cancel it takes an Update that gives the all-clear

    @model_validator(mode="after")
    def _signs(self) -> "ReceiverSettings":
        if not self.secrets and not self.signing_keys:
            raise PydanticCustomError(
                "receiver_invalid",
                "secrets 和 signing_keys 至少填写一项 · one of secrets and signing_keys is needed",
            )
        return self


class StandardWebhooksSettings(AccountSettings):
    """Systems that take alerts, each a lane, named as the directory names it (`push`)."""

    channel = "push"
    provider: Literal["standard_webhooks"]
    receivers: Annotated[dict[str, ReceiverSettings], Field(min_length=1)]
    in_flight: Annotated[int, Field(gt=0, le=1000)] = 1  # one after the other, or a later one might overtake
    timeout: Annotated[float, Field(gt=0, le=60)] = 15.0  # the standard's advice: 15 to 30 seconds
    unknown_wait: Annotated[float, Field(ge=0)] = 5.0  # a repeat does no harm: it is known by its id


class ApiSettings(Part):
    """Limits of the API. A token has `burst` requests at once and `per_second` more; see docs/api.md."""

    per_second: Annotated[float, Field(gt=0)] = 20.0
    burst: Annotated[int, Field(gt=0)] = 100
    connections: Annotated[int, Field(gt=0)] = 512  # from outside, at the same time
    allowed_hosts: list[str] = []  # further names under which the server is asked, as in Host


class PublicSettings(Part):
    """Limits of what anybody may read: an address has `burst` requests at once and `per_second` more.

    `proxies` are the addresses (or networks) of our own proxies: of them alone X-Forwarded-For is believed.
    `report_to` is whom the public tells of pollution (none: `office.contacts`). `control_list` publishes who
    is on the 应急减排清单, with the columns named (none: names alone); without it nothing of it is public.
    """

    per_second: Annotated[float, Field(gt=0)] = 50.0
    burst: Annotated[int, Field(gt=0)] = 500
    proxies: tuple[IPvAnyNetwork, ...] = ()
    report_to: tuple[str, ...] = ()
    control_list: tuple[Literal["area", "sector", "grade"], ...] | None = None


class SigningSettings(Part):
    """What signs our alerts: a PEM key and its certificate, each in a file or as the value itself.

    As values they come from the environment (`AIRWARN_SIGNING__KEY`) or the folder of secrets; a value
    counts before a file.
    """

    key_file: Path | None = None
    key: SecretStr | None = None
    passphrase: SecretStr | None = None
    certificate_file: Path | None = None
    certificate: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> "SigningSettings":
        key = self.key_file or self.key
        if (key is None) != (self.certificate_file is None and self.certificate is None):
            raise PydanticCustomError(
                "signing_invalid", "私钥和证书须同时填写 · the key and its certificate go together"
            )
        return self


Account = Annotated[
    TwilioSettings | WecomSettings | WecomAppSettings | SmtpSettings | StandardWebhooksSettings,
    Field(discriminator="provider"),
]


def _readable(redis_url: SecretStr) -> SecretStr:
    read_address(redis_url.get_secret_value())
    return redis_url


class Settings(BaseSettings):
    """All settings. `data_folder` is relative to the working folder."""

    model_config = SettingsConfigDict(
        env_prefix="AIRWARN_", env_nested_delimiter="__", extra="forbid", frozen=True, defer_build=True
    )

    data_folder: Path = Path("airwarn-data")
    database_url: SecretStr | None = None  # PostgreSQL, as libpq writes it; None: SQLite in the data folder
    # Redis or Valkey, the bus between machines (see docs/bus.md); None: this process is alone
    redis_url: Annotated[SecretStr, AfterValidator(_readable)] | None = None
    # seconds that a worker owns an account without saying so again (PostgreSQL); None: as the timeouts allow
    lease: Annotated[float, Field(ge=2, le=600)] | None = None
    plans_folder: Path | None = None  # further plan files, beside the packaged ones
    # districts' shapes, one GeoJSON file a plan (`<plan id>.geojson`); see docs/maps.md
    maps_folder: Path | None = None
    fonts_folder: Path | None = None  # further fonts for printed boards, beside the system's
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, lt=65536)] = 8330
    # how providers reach the callbacks (None: http://host:port), and people their sign links (None: none)
    public_url: str | None = None
    api_token: SecretStr | None = None  # None: the API is closed but to this machine's own commands
    api: ApiSettings = ApiSettings()
    public: PublicSettings = PublicSettings()
    metrics_host: str = "127.0.0.1"
    metrics_port: Annotated[int, Field(ge=0, lt=65536)] | None = None  # None: no metrics; 0: any free port
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    office: OfficeSettings = OfficeSettings()
    exchange: ExchangeSettings = ExchangeSettings()  # see docs/payloads.md
    signing: SigningSettings = SigningSettings()  # of our alerts; nothing named: they leave unsigned
    senders: dict[str, SenderSettings] = {}  # who may send orders, by a name of ours; see docs/orders.md
    accounts: dict[str, Account] = {}
    # the accounts of a channel in the order in which they are used; those not named come after them
    routes: dict[ChannelKind, list[str]] = {}
    # what is tried where a signature is missing; see docs/escalation.md
    escalation: Annotated[Policies, AfterValidator(refuse_overlap)] = DEFAULT

    @field_validator("routes")
    @classmethod
    def _known_routes(
        cls, routes: dict[ChannelKind, list[str]], info: ValidationInfo
    ) -> dict[ChannelKind, list[str]]:
        accounts: dict[str, Account] | None = info.data.get("accounts")
        if accounts is None:
            return routes  # they have problems of their own
        for channel, names in routes.items():
            for place, name in enumerate(names):
                account = accounts.get(name)
                if account is None:
                    chinese, english = "没有这个账号", "there is no account of this name"
                elif account.channel != channel:
                    chinese, english = "这个账号属于别的渠道", "this account serves another channel"
                elif name in names[:place]:
                    chinese, english = "重复", "named twice"
                else:
                    continue
                raise PydanticCustomError(
                    "route_invalid",
                    "“{name}”：{chinese}",
                    {"name": name, "chinese": chinese, "english": f"{name!r}: {english}", "within": channel},
                )
        return routes

    def for_renderer(self) -> Office:
        """The office as the renderer takes it."""
        office = self.office
        return Office(
            signature=office.signature,
            contacts=tuple(office.contacts),
            full_text_at=office.full_text_at,
            season_serial=office.season_serial,
            safety=office.safety,
            safety_en=office.safety_en,
            reply_by_minutes=tuple(sorted(office.reply_by_minutes.items())),
            sign_at=None if self.public_url is None else f"{self.public_url.rstrip('/')}/s/",
        )


def load(file: Path | None = None) -> Settings:
    """Read settings from `file`, else `AIRWARN_SETTINGS`, else `airwarn.toml` if it is there.

    The folder `AIRWARN_SECRETS`, else `airwarn-secrets` beside the file, is read too: one file a value,
    named as the environment variable in lower case (`airwarn_api_token`).
    Raises `InputError` naming file and key.
    """
    named = file or (Path(os.environ["AIRWARN_SETTINGS"]) if "AIRWARN_SETTINGS" in os.environ else None)
    path = named or DEFAULT_FILE
    if named is not None and not path.is_file():
        raise InputError(
            "SETTINGS_MISSING",
            f"找不到设置文件“{path}”",
            f"there is no settings file {str(path)!r}",
            str(path),
        )
    beside = path.parent / SECRETS_FOLDER
    secrets = os.environ.get("AIRWARN_SECRETS") or (beside if beside.is_dir() else None)

    class _Settings(Settings):
        model_config = SettingsConfigDict(
            toml_file=path, secrets_dir=secrets, secrets_nested_delimiter="__", secrets_dir_missing="error"
        )

        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return (
                env_settings,
                NestedSecretsSettingsSource(file_secret_settings),
                TomlConfigSettingsSource(settings_cls),
            )

    try:
        return _Settings()
    except tomllib.TOMLDecodeError as error:
        line = _line_of(error)
        raise InputError(
            "SETTINGS_MALFORMED",
            f"设置文件不是有效的 TOML{f'，请看第 {line} 行' if line else ''}",
            f"not valid TOML: {error}",
            str(path),
            line,
        ) from None
    except UnicodeDecodeError:
        raise InputError(
            "SETTINGS_ENCODING",
            f"设置文件“{path}”（或密钥文件夹中的文件）不是 UTF-8 编码，请另存为 UTF-8",
            f"the settings file {str(path)!r} (or a file of secrets) is not UTF-8; save it as UTF-8",
            str(path),
        ) from None
    except SettingsError as error:
        raise InputError(
            "SETTINGS_INVALID", f"设置无法读取：{error}", f"the settings cannot be read: {error}"
        ) from None
    except ValidationError as error:
        raise _invalid(error, str(path) if path.is_file() else None) from None


def _line_of(error: tomllib.TOMLDecodeError) -> int | None:
    """Python 3.11 tells the line in words only."""
    found = re.search(r"at line (\d+)", str(error))
    return int(found[1]) if found else None


@dataclass
class SettingsInvalid(InputError):
    """The first problem of the settings, and the `others`."""

    others: tuple[InputError, ...] = ()


def _invalid(error: ValidationError, file: str | None) -> SettingsInvalid:
    found = [_problem(detail, file) for detail in error.errors(include_url=False, include_input=False)]
    found[0].others = tuple(found[1:])
    return found[0]


def _problem(detail: "ErrorDetails", file: str | None) -> SettingsInvalid:
    context = detail.get("ctx", {})
    path = [*detail["loc"]]
    if path[0] == "accounts" and len(path) > 3:
        del path[2]  # pydantic names the provider, the file has no such level
    if "within" in context:  # a check of a whole table names the line of it
        path.append(context["within"])
    key = ".".join(str(part) for part in path)
    said = detail["msg"].removeprefix("Value error, ")  # pydantic's mark for a check of ours
    chinese, _, english = said.partition(" · ")
    if english or "english" in context:
        chinese, english = f"设置“{key}”不对：{chinese}", context.get("english", english)
    else:
        english = detail["msg"]
        chinese = fault_words(detail, key)[1]
        if detail["type"] == "missing" and path[-1] in _SECRETS:
            kept = f"{SECRETS_FOLDER}/airwarn_{'__'.join(str(part) for part in path)}"
            chinese, english = f"{chinese}；请写入文件 {kept}", f"{english}; write it into the file {kept}"
    return SettingsInvalid("SETTINGS_INVALID", chinese, f"setting {key}: {english}", file, None, key)


_SECRETS = {"auth_token", "secret"}  # of accounts, which cannot do without
