"""Who acts in an operation, and whose approvals a document may state."""

from collections.abc import Sequence

from gateway.broadcasts.actor import Actor
from gateway.decisions.model import Approval
from gateway.errors import InputError
from gateway.web.access import LOCAL, Caller


def refuse_approvals(caller: Caller, stated: Sequence[Approval]) -> None:
    """Approvals may be stated only by who may launch. Raises `InputError` (APPROVALS_NOT_ALLOWED)."""
    if stated and "launch" not in caller.scopes:
        raise InputError(
            "APPROVALS_NOT_ALLOWED",
            "文件中写有批准人（approvals）：只有带 launch 权限的令牌才可这样提交",
            "the document states approvals: only a token with the scope launch may submit those",
            field="approvals",
        )


def acting(caller: Caller, name: str | None, role: str | None = None) -> Actor:
    """Who acts: a token's person; this machine's commands name theirs.

    Raises `InputError` (PERSON_NOT_ALLOWED) where a token names another.
    """
    if caller is LOCAL:
        return Actor(caller.name, name, (role,) if role else ())
    if name is not None and name != caller.person:
        raise InputError(
            "PERSON_NOT_ALLOWED",
            "姓名以令牌为准，不能另写",
            "a token's own person acts; it cannot name another",
            field="name",
        )
    return caller.actor
