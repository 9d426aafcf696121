"""Where Redis or Valkey is: the forms of `redis_url`, read without connecting. See docs/bus.md.

`redis://` and `rediss://` (TLS) `[user:password@]host[:port][/db]`; `unix://[user:password@]/path[?db=N]`;
`redis+sentinel://` and `rediss+sentinel://` `[user:password@]host[:port],host[:port]/service[/db]`, with
`?sentinel_username=…&sentinel_password=…` where the Sentinels have their own. With TLS `?ssl_ca_certs=`,
`ssl_certfile=` and `ssl_keyfile=` name files.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import parse_qsl, unquote

PORT = 6379
SENTINEL_PORT = 26379

_TLS_FILES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
_OF_SENTINEL = ("sentinel_username", "sentinel_password")
_FORM = re.compile(
    r"(?P<scheme>redis|rediss|unix|redis\+sentinel|rediss\+sentinel)://"
    r"(?:(?P<user>[^:@/?#]*)(?::(?P<password>[^@/?#]*))?@)?"
    r"(?P<hosts>[^/?#@]*)(?P<path>/[^?#]*)?(?:\?(?P<query>[^#]*))?"
)
_HOST = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.%]+)\]|(?P<name>[^\[\]:,\s]+))(?::(?P<port>\d{1,5}))?")


@dataclass(frozen=True, slots=True)
class RedisAddress:
    """One Redis or Valkey, or the Sentinels that know it. Its text names no secret."""

    scheme: str
    hosts: tuple[tuple[str, int], ...] = ()  # of the server, or of the Sentinels; none for a local socket
    path: str | None = None  # of a local socket
    service: str = ""  # how the Sentinels name the server
    db: int = 0
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    sentinel_username: str | None = field(default=None, repr=False)
    sentinel_password: str | None = field(default=None, repr=False)
    tls_files: Mapping[str, str] = field(default_factory=dict)

    @property
    def secure(self) -> bool:
        """Whether it is spoken to through TLS; the certificate's name and issuer are always checked."""
        return self.scheme.startswith("rediss")

    @property
    def by_sentinel(self) -> bool:
        """Whether Sentinels are asked where the server is."""
        return bool(self.service)

    @property
    def tls(self) -> dict[str, Any]:
        """What redis-py's connections over TLS take."""
        return {"ssl_cert_reqs": "required", "ssl_check_hostname": True, **self.tls_files}

    def __str__(self) -> str:
        if self.path is not None:
            return f"unix://{self.path}?db={self.db}"
        hosts = ",".join(f"{f'[{host}]' if ':' in host else host}:{port}" for host, port in self.hosts)
        service = f"/{self.service}" if self.service else ""
        return f"{self.scheme}://{hosts}{service}/{self.db}"


def read_address(url: str) -> RedisAddress:
    """The address that a `redis_url` names. Raises `ValueError`, quoting none of it."""
    found = _FORM.fullmatch(url.strip())
    if found is None:
        _refuse(
            "要写成 redis://、rediss://、unix:// 或 redis+sentinel:// 地址", "it is none of the known forms"
        )
    scheme = found["scheme"]
    sentinel = scheme.endswith("+sentinel")
    query = dict(parse_qsl(found["query"] or "", keep_blank_values=True))
    allowed = {
        *(_TLS_FILES if scheme.startswith("rediss") else ()),
        *(_OF_SENTINEL if sentinel else ()),
        *(("db",) if not sentinel else ()),
    }
    unknown = sorted(query.keys() - allowed)
    if unknown:
        named = ", ".join(name if name.isidentifier() else "?" for name in unknown)
        _refuse(f"不认识的参数 {named}", f"unknown parameter {named}")
    path = unquote(found["path"] or "")
    common: dict[str, Any] = {
        "scheme": scheme,
        "username": unquote(found["user"]) or None if found["user"] else None,
        "password": unquote(found["password"]) or None if found["password"] else None,
        "tls_files": {name: query[name] for name in _TLS_FILES if name in query},
    }
    if scheme == "unix":
        if found["hosts"] or len(path) < 2:
            _refuse("unix:// 之后要写套接字的绝对路径", "unix:// wants the absolute path of a socket")
        return RedisAddress(**common, path=path, db=_db(query.get("db", "0")))
    hosts = _hosts(found["hosts"], SENTINEL_PORT if sentinel else PORT)
    parts = [part for part in path.split("/") if part]
    if not sentinel:
        if len(hosts) > 1 or len(parts) > 1:
            _refuse("只能写一台主机和一个库号", "it wants one host and one database")
        return RedisAddress(**common, hosts=hosts, db=_db(parts[0] if parts else query.get("db", "0")))
    if not 1 <= len(parts) <= 2:
        _refuse("缺少服务名，如 /mymaster/0", "it wants the service's name, as in /mymaster/0")
    return RedisAddress(
        **common,
        hosts=hosts,
        service=parts[0],
        db=_db(parts[1] if len(parts) > 1 else "0"),
        sentinel_username=query.get("sentinel_username") or None,
        sentinel_password=query.get("sentinel_password") or None,
    )


def _hosts(text: str, port: int) -> tuple[tuple[str, int], ...]:
    found = []
    for each in text.split(","):
        host = _HOST.fullmatch(each.strip())
        if host is None or not 0 < int(host["port"] or port) < 65536:
            _refuse("主机或端口不对", "a host or port is wrong")
        found.append((host["six"] or host["name"], int(host["port"] or port)))
    return tuple(found)


def _db(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        _refuse("库号应为数字", "the database is a number")
    return int(text)


def _refuse(words: str, words_en: str) -> NoReturn:
    raise ValueError(f"{words} · {words_en}")
