"""A plan file as read: the plan, its lines and its digest. Pure: the bytes come in as an argument."""

import hashlib
from dataclasses import dataclass

from gateway.documents import Document, decode, parse, read_model
from gateway.plans.model import Plan


@dataclass(frozen=True, slots=True)
class LoadedPlan:
    """A plan as read: `document` knows the lines, `digest` is the SHA-256 (hex) of the file's bytes."""

    plan: Plan
    document: Document
    digest: str

    @property
    def version(self) -> str:
        """The printed version and the start of the digest: two files never share it."""
        return f"{self.plan.version}+{self.digest[:12]}"


def read(content: bytes, file: str) -> LoadedPlan:
    """The plan in the bytes of a file named `file`. Raises `InputError` for the first fault of its shape."""
    document = parse(decode(content, file), file)
    return LoadedPlan(read_model(document, Plan), document, hashlib.sha256(content).hexdigest())
