"""One-time codes of a telephone's authenticator (TOTP, RFC 6238), and the codes for when it is lost."""

import hmac
import secrets
import unicodedata

import pyotp
import segno

_STEP = 30_000  # ms that a code lasts
_AROUND = (0, -1, 1)  # steps: telephones' clocks differ, and typing takes time
_RECOVERY_CODES = 8
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another


def new_secret() -> str:
    """A new secret of 160 bits, in base32."""
    return pyotp.random_base32()


def address(secret: str, name: str) -> str:
    """The `otpauth:` address that authenticators read."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="airwarn")


def picture(secret: str, name: str) -> str:
    """The same as a QR code: the data address of an SVG."""
    return segno.make(address(secret, name), error="m").svg_data_uri(scale=5, light="#fff", border=3)


def step_of(secret: str, code: str, now: int) -> int | None:
    """The step whose code this is, of those around `now` (milliseconds since 1970 UTC); None for none.

    Each step's code is to be taken once.
    """
    codes = pyotp.TOTP(secret)
    given = plain(code).encode()
    step = now // _STEP
    fitting = [
        step + away
        for away in _AROUND
        if hmac.compare_digest(codes.generate_otp(max(0, step + away)).encode(), given)
    ]
    return fitting[0] if fitting else None


def new_recovery_codes() -> list[str]:
    """Codes of 10 letters (50 bits), each good once in the place of a telephone's."""
    return [phrase(2, 5) for _ in range(_RECOVERY_CODES)]


def phrase(groups: int, length: int) -> str:
    """Random letters in groups apart by hyphens, to be read out or typed."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(length)) for _ in range(groups))


def plain(typed: str) -> str:
    """What somebody typed, without what they put between and however wide: as it is kept."""
    normal = unicodedata.normalize("NFKC", typed).lower()
    return "".join(letter for letter in normal if letter.isalnum())
