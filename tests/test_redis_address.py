import re

import pytest
from pydantic import ValidationError

from gateway.redis_address import RedisAddress, read_address
from gateway.settings import Settings


@pytest.mark.parametrize(
    ("url", "address", "shown"),
    [
        (
            "redis://cache.example.cn",
            RedisAddress("redis", (("cache.example.cn", 6379),)),
            "redis://cache.example.cn:6379/0",
        ),
        (
            "redis://duty:p%40ss@10.0.0.7:6380/3",
            RedisAddress("redis", (("10.0.0.7", 6380),), db=3, username="duty", password="p@ss"),
            "redis://10.0.0.7:6380/3",
        ),
        (
            "rediss://:secret@[::1]:6390/1?ssl_ca_certs=/etc/airwarn/ca.pem",
            RedisAddress(
                "rediss",
                (("::1", 6390),),
                db=1,
                password="secret",
                tls_files={"ssl_ca_certs": "/etc/airwarn/ca.pem"},
            ),
            "rediss://[::1]:6390/1",
        ),
        (
            "unix://:secret@/run/valkey/valkey.sock?db=2",
            RedisAddress("unix", path="/run/valkey/valkey.sock", db=2, password="secret"),
            "unix:///run/valkey/valkey.sock?db=2",
        ),
        (
            "redis+sentinel://:secret@one.example.cn,two.example.cn:26380/airwarn/4?sentinel_password=other",
            RedisAddress(
                "redis+sentinel",
                (("one.example.cn", 26379), ("two.example.cn", 26380)),
                service="airwarn",
                db=4,
                password="secret",
                sentinel_password="other",
            ),
            "redis+sentinel://one.example.cn:26379,two.example.cn:26380/airwarn/4",
        ),
        (
            "rediss+sentinel://one.example.cn/airwarn",
            RedisAddress("rediss+sentinel", (("one.example.cn", 26379),), service="airwarn"),
            "rediss+sentinel://one.example.cn:26379/airwarn/0",
        ),
    ],
)
def test_every_form_is_read_and_shown_without_its_secrets(
    url: str, address: RedisAddress, shown: str
) -> None:
    found = read_address(url)
    assert found == address
    assert str(found) == shown
    assert not re.search("secret|other|p@ss|duty", repr(found) + str(found))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "known forms"),
        ("http://secret@example.cn", "known forms"),
        ("redis://", "host or port"),
        ("redis://secret host", "host or port"),
        ("redis://example.cn:99999", "host or port"),
        ("redis://one,two/0", "one host"),
        ("redis://example.cn/0/1", "one host"),
        ("redis://example.cn/main", "database"),
        ("redis://example.cn?ssl_cert_reqs=none", "unknown parameter ssl_cert_reqs"),
        ("redis://example.cn?ssl_ca_certs=/secret", "unknown parameter ssl_ca_certs"),
        ("unix://example.cn/secret", "absolute path"),
        ("redis+sentinel://example.cn", "service"),
        ("redis+sentinel://:secret@example.cn/main/0/1", "service"),
    ],
)
def test_what_cannot_be_read_is_refused_without_repeating_it(url: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as refused:
        read_address(url)
    assert "secret" not in str(refused.value)
    with pytest.raises(ValidationError) as invalid:
        Settings.model_validate({"redis_url": url})
    assert invalid.value.errors()[0]["loc"] == ("redis_url",)
