"""Passwords: which ones are taken, and their argon2id hashes, made and compared beside the event loop."""

import asyncio
import re
import unicodedata
from base64 import b64encode

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from gateway.errors import InputError

SHORTEST = 12
LONGEST = 200
_AT_ONCE = 2  # hashes: each takes 64 MiB and an eighth of a second
_FEWEST = 5  # different characters
_COMMON = {  # letters that are left of the commonest long passwords; digits and signs around them do not help
    "password", "passw", "qwerty", "qwertyuiop", "qwertyuiopasdfghjkl", "asdfghjkl", "abc", "abcd", "abcdef",
    "abcdefghijkl", "admin", "administrator", "welcome", "letmein", "iloveyou", "woaini", "mima", "changeme",
    "airwarn", "qazwsx", "qazwsxedc", "zxcvbnm", "qwe", "qweasd", "qweasdzxc", "aqzsed", "test", "guest",
    "重污染天气", "重污染天气预警", "密码",
}  # fmt: skip
_RUN = "01234567890123456789"
_NO_LETTER = re.compile(r"[\W\d_]+")


def refuse_weak(password: str, *names: str) -> None:
    """Long, not a name of the person's and not what everybody takes: nothing else is asked of a password.

    Raises `InputError` (PASSWORD_SHORT, PASSWORD_LONG, PASSWORD_COMMON).
    """
    normal = _normal(password)
    if len(normal) < SHORTEST:
        raise InputError(
            "PASSWORD_SHORT",
            f"密码至少 {SHORTEST} 个字符；几个不相干的词连在一起最好记",
            f"a password has at least {SHORTEST} characters; a few unrelated words are easiest to remember",
            field="password",
        )
    if len(password) > LONGEST:
        raise InputError(
            "PASSWORD_LONG",
            f"密码最多 {LONGEST} 个字符",
            f"a password has at most {LONGEST} characters",
            field="password",
        )
    folded = normal.casefold()
    letters = _NO_LETTER.sub("", folded)
    guessed = _COMMON | {_NO_LETTER.sub("", name.casefold()) for name in names}
    if (
        any(word and letters and not letters.replace(word, "") for word in guessed)
        or folded in {name.casefold() for name in names}
        or folded in _RUN
        or folded in _RUN[::-1]
        or len(set(folded)) < _FEWEST
    ):
        raise InputError(
            "PASSWORD_COMMON",
            "这个密码太容易被猜到：不要用姓名、连续数字或常见密码",
            "this password is easily guessed: no names, no rows of digits, no common ones",
            field="password",
        )


class Passwords:
    """Hashes and compares, two at a time, in threads. `memory` in KiB; tests take little."""

    def __init__(self, rounds: int = 3, memory: int = 65_536) -> None:
        self._hasher = PasswordHasher(time_cost=rounds, memory_cost=memory, parallelism=4)
        self._turns = asyncio.Semaphore(_AT_ONCE)
        salt, digest = (b64encode(bytes(size)).decode().rstrip("=") for size in (16, 32))
        # compared with where there is no hash: it takes as long, and nothing fits it
        self._nobodys = f"$argon2id$v=19$m={memory},t={rounds},p=4${salt}${digest}"

    async def hashed(self, password: str) -> str:
        """The hash to keep of a password that `refuse_weak` let pass."""
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, _normal(password))

    async def fits(self, password: str, kept: str | None) -> bool:
        """Whether a password is the one whose hash was kept; it takes as long where none was."""
        async with self._turns:
            return await asyncio.to_thread(self._verify, kept or self._nobodys, _normal(password[:LONGEST]))

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except VerificationError:
            return False


def _normal(password: str) -> str:
    normal = unicodedata.normalize("NFKC", password)  # however a keyboard composes it
    return normal.encode("utf-8", "replace").decode()
