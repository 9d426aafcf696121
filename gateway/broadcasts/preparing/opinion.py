"""The consultation's opinion (会商意见) behind a decision: a file that is kept with it."""

import hashlib

from sqlalchemy import Connection

from gateway.broadcasts.actor import Actor
from gateway.broadcasts.approving.recorded import asked, conflict
from gateway.errors import InputError
from gateway.ledger.decisions import opinions
from gateway.ledger.decisions.opinions import NewOpinion
from gateway.ledger.trail import audit

MOST_BYTES = 10_000_000
_BEGINNINGS: dict[str, tuple[bytes, ...]] = {  # what every such file starts with
    "application/pdf": (b"%PDF-",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
}
MEDIA = (*_BEGINNINGS, "text/plain")
_MOST_NAME = 200


def attach(
    connection: Connection,
    decision_id: str,
    name: str,
    media_type: str,
    content: bytes,
    now: int,
    actor: Actor,
) -> int:
    """Keep a PDF, PNG, JPEG or UTF-8 text with a decision that was not launched yet; gives its id.

    Raises `InputError` (DECISION_UNKNOWN, DECISION_NOT_OPEN, OPINION_TYPE, OPINION_SIZE, OPINION_NAME).
    """
    recorded = asked(connection, decision_id)
    if recorded.state in ("launched", "refused"):
        raise conflict(recorded)
    if media_type not in MEDIA or not _is(media_type, content):
        raise InputError(
            "OPINION_TYPE",
            "会商意见应为 PDF、PNG、JPEG 或 UTF-8 文本，且内容与类型一致",
            "an opinion is a PDF, PNG, JPEG or UTF-8 text, and its content is of the type that is stated",
            field="content-type",
        )
    if not 0 < len(content) <= MOST_BYTES:
        raise InputError(
            "OPINION_SIZE",
            f"会商意见不能为空，也不能超过 {MOST_BYTES // 1_000_000} MB",
            f"an opinion has 1 byte to {MOST_BYTES // 1_000_000} MB",
        )
    if not name.strip() or len(name) > _MOST_NAME or not name.isprintable() or set(name) & set('/\\"'):
        raise InputError(
            "OPINION_NAME",
            f"文件名应为 1—{_MOST_NAME} 个可见字符，不含斜线和引号",
            f"a file's name has 1 to {_MOST_NAME} visible characters, no slash and no quotation mark",
            field="name",
        )
    digest = hashlib.sha256(content).hexdigest()
    identifier = opinions.add(
        connection, decision_id, NewOpinion(name, media_type, digest, content, actor.name, now)
    )
    audit.append(
        connection,
        now,
        actor.name,
        "opinion_attached",
        f"decision:{decision_id}",
        {"name": name, "media_type": media_type, "sha256": digest, "bytes": len(content)},
    )
    return identifier


def _is(media_type: str, content: bytes) -> bool:
    if media_type in _BEGINNINGS:
        return content.startswith(_BEGINNINGS[media_type])
    try:
        return "\x00" not in content.decode()
    except UnicodeDecodeError:
        return False
