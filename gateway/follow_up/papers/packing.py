"""A ZIP file whose every file is listed with its hash in `SHA256SUMS`, as `sha256sum --check` reads it."""

import hashlib
import json
import zipfile
from datetime import UTC, datetime
from types import TracebackType
from typing import BinaryIO, Self

from gateway.notices.papers.model import Paper

SUMS = "SHA256SUMS"


class Package:
    """A ZIP file being written; leave the block to finish it."""

    def __init__(self, file: BinaryIO, written_at: datetime) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self._at = written_at.astimezone(UTC)
        self._sums: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._write(SUMS, ("\n".join(self._sums) + "\n").encode())
        self._zip.close()

    @property
    def files(self) -> int:
        """How many files were added so far."""
        return len(self._sums)

    def add(self, name: str, content: bytes) -> None:
        """Add a file."""
        self._sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}")
        self._write(name, content)

    def add_json(self, name: str, content: object) -> None:
        """Add plain data as readable JSON."""
        self.add(name, (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode())

    def add_paper(self, stem: str, paper: Paper) -> None:
        """Add a paper as text, page and Word document."""
        from gateway.follow_up.papers.word import to_word  # noqa: PLC0415 - its library is slow to load

        self.add(f"{stem}.txt", paper.text.encode())
        self.add(f"{stem}.html", paper.html.encode())
        self.add(f"{stem}.docx", to_word(paper, self._at))

    def _write(self, name: str, content: bytes) -> None:
        at = self._at
        info = zipfile.ZipInfo(name, (at.year, at.month, at.day, at.hour, at.minute, at.second))
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        self._zip.writestr(info, content)
