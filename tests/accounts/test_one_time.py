"""One-time codes, against the vectors of RFC 6238."""

import base64

import pytest

from gateway.accounts import one_time

SECRET = base64.b32encode(b"12345678901234567890").decode()  # of the RFC's appendix B


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(second: int, code: str) -> None:
    assert one_time.step_of(SECRET, code, second * 1000) == second // 30


def test_a_code_holds_half_a_minute_around_its_own() -> None:
    held = [second for second in range(200) if one_time.step_of(SECRET, "287082", second * 1000) == 1]
    assert held == list(range(90))


def test_what_people_type_around_a_code_does_not_matter() -> None:
    assert one_time.step_of(SECRET, " ２87 082\n", 59_000) == 1
    assert one_time.step_of(SECRET, "", 59_000) is None
    assert one_time.plain("ABCDE-fghjk ") == "abcdefghjk"


def test_an_authenticator_reads_name_and_secret_from_the_picture() -> None:
    assert one_time.address(SECRET, "wang") == f"otpauth://totp/airwarn:wang?secret={SECRET}&issuer=airwarn"
    assert one_time.picture(SECRET, "王主任").startswith("data:image/svg+xml")


def test_recovery_codes_are_all_different_and_easy_to_read() -> None:
    codes = one_time.new_recovery_codes() + one_time.new_recovery_codes()
    assert len(set(codes)) == 16
    assert not set("".join(codes)) & set("0o1il")
