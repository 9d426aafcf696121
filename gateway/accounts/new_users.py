"""An account as it is asked for: names, titles, roles and areas, checked and put right."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from gateway.errors import InputError
from gateway.ledger.accounts.users import ROLES, Role

LANGUAGES = ("zh", "en")
_LONGEST = 100  # characters of a person's name or title
_MOST = 50  # areas or titles of one person or token
_NAME = re.compile(r"[^\W_][\w.-]{1,31}")
_AREA = re.compile(r"[0-9A-Za-z-]{1,12}")


@dataclass(frozen=True, slots=True)
class NewUser:
    """An account as it is asked for, checked by `checked`."""

    name: str
    person: str
    titles: tuple[str, ...]
    roles: tuple[Role, ...]
    areas: tuple[str, ...]
    language: str = "zh"


def login(name: str) -> str:
    """A name to sign in with as it is kept, however it was typed."""
    return unicodedata.normalize("NFKC", name).strip().lower().encode("utf-8", "replace").decode()


def checked(
    name: str,
    person: str,
    titles: Sequence[str],
    roles: Sequence[str],
    areas: Sequence[str],
    language: str = "zh",
) -> NewUser:
    """What was asked for, put right. Raises `InputError` (USER_NAME, USER_PERSON, USER_LANGUAGE and those of
    `checked_rights`)."""
    kept = login(name)
    if not _NAME.fullmatch(kept):
        raise InputError(
            "USER_NAME",
            "登录名应为 2—32 个字母、数字、汉字、点、横线或下划线，以字母、数字或汉字开头",
            "a sign-in name has 2 to 32 letters, digits, dots, hyphens, underscores; a letter or digit first",
            field="name",
        )
    person = person.strip()
    if not person or len(person) > _LONGEST or not person.isprintable():
        raise InputError(
            "USER_PERSON",
            f"请写姓名，不超过 {_LONGEST} 字",
            f"the person's name is needed, of at most {_LONGEST} characters",
            field="person",
        )
    if language not in LANGUAGES:
        raise InputError("USER_LANGUAGE", "语言应为 zh 或 en", "the language is zh or en", field="language")
    held, reached, signed = checked_rights(roles, areas, titles)
    return NewUser(kept, person, signed, held, reached, language)


def checked_rights(
    roles: Sequence[str], areas: Sequence[str], titles: Sequence[str]
) -> tuple[tuple[Role, ...], tuple[str, ...], tuple[str, ...]]:
    """Roles, areas and titles, put right. Raises `InputError` (USER_ROLES, AREAS_MALFORMED,
    USER_TITLES)."""
    held = tuple(role for role in ROLES if role in roles)
    if not held or len(held) != len(set(roles)):
        raise InputError(
            "USER_ROLES",
            f"角色应为 {'、'.join(ROLES)} 中的一个或几个",
            f"roles are one or several of {', '.join(ROLES)}",
            field="roles",
        )
    reached = checked_areas(areas)
    signed = _distinct(titles)
    fitting = all(len(title) <= _LONGEST and title.isprintable() for title in signed)
    if len(signed) > _MOST or not fitting or ("approver" in held and not signed):
        raise InputError(
            "USER_TITLES",
            f"审批人至少写一个预案中的职务，每个不超过 {_LONGEST} 字",
            f"an approver has at least one title of the plan, each of at most {_LONGEST} characters",
            field="titles",
        )
    return held, reached, signed


def checked_areas(areas: Sequence[str]) -> tuple[str, ...]:
    """The codes that a person or a token is limited to (none: everywhere), put right. Raises `InputError`
    (AREAS_MALFORMED)."""
    reached = _distinct(areas)
    if len(reached) > _MOST or not all(_AREA.fullmatch(area) for area in reached):
        raise InputError(
            "AREAS_MALFORMED",
            f"区域应为行政区划代码或预案中的代码，最多 {_MOST} 个；不写表示全部区域",
            f"areas are codes of the plan, at most {_MOST}; none are everywhere",
            field="areas",
        )
    return reached


def from_json(content: Any) -> NewUser:
    """An account as `changes` keeps it."""
    return NewUser(
        content["name"],
        content["person"],
        tuple(content["titles"]),
        cast(tuple[Role, ...], tuple(content["roles"])),
        tuple(content["areas"]),
        content["language"],
    )


def _distinct(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.strip() for each in values if each.strip()))
