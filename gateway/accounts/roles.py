"""What each role may do, as scopes of the API, and what people call it."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from gateway.ledger.accounts.tokens import Scope
from gateway.ledger.accounts.users import Role


class Words(NamedTuple):
    """A role's name and what it is for, in both languages."""

    zh: str
    en: str
    does: str
    does_en: str


SCOPES_OF: Mapping[Role, frozenset[Scope]] = {
    "viewer": frozenset({"read"}),
    "drafter": frozenset({"read", "submit"}),
    "approver": frozenset({"read", "approve"}),
    "duty_officer": frozenset({"read", "submit", "launch", "operate", "sign", "report"}),
    "directory_keeper": frozenset({"read", "directory"}),
    "auditor": frozenset({"read", "audit"}),
    "administrator": frozenset({"read", "operate"}),
}
ROLE_WORDS: Mapping[Role, Words] = {
    "viewer": Words("查看", "viewer", "查看任务和统计", "sees broadcasts and figures"),
    "drafter": Words("拟稿", "drafter", "起草、提交决定", "drafts and submits decisions"),
    "approver": Words("审批", "approver", "按预案职务批准", "approves under the plan's titles"),
    "duty_officer": Words(
        "值班", "duty officer", "起草、发布、催办、处理通道", "drafts, launches, calls, tends lanes"
    ),
    "directory_keeper": Words("通讯录", "directory keeper", "维护通讯录和清单", "keeps the directory"),
    "auditor": Words("审计", "auditor", "查看审计记录", "reads the audit trail"),
    "administrator": Words(
        "管理员", "administrator", "管理账号、权限和令牌，须两人", "changes accounts and tokens, two together"
    ),
}


def scopes_of(roles: Collection[Role]) -> frozenset[Scope]:
    """All that somebody with these roles may do."""
    return frozenset[Scope]().union(*(SCOPES_OF[role] for role in roles))
