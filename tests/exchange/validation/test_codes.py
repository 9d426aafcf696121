"""The codes are a contract: each that the program can say is explained."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
MODULES = ("validation", "xml.py", "signing.py", "verification.py", "certificates.py")
_CODE = re.compile(r'"([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)"')
MADE = {"IDENTIFIER_CHARACTERS", "SENDER_CHARACTERS", "RESTRICTION_MISSING", "ADDRESSES_MISSING"}  # of names


def test_every_code_is_explained_for_users() -> None:
    folder = ROOT / "gateway" / "exchange"
    files = [
        file
        for name in MODULES
        for file in ([folder / name] if "." in name else (folder / name).glob("*.py"))
    ]
    said = {code for file in files for code in _CODE.findall(file.read_text("utf-8"))} | MADE
    explained = set(
        re.findall(r"\b[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+\b", (ROOT / "docs" / "payloads.md").read_text("utf-8"))
    )
    assert len(said) > 80
    assert said <= explained, said - explained
