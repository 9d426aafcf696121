"""The console's navigation: its pages in groups as people work, where somebody is, what waits for them there.

At a desk the groups stand in a line and the pages of the current one below it; on a phone all of it is behind
one menu. Sub-pages hang below a page and are not listed: `below` says which they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.ledger.accounts.users import Role
from gateway.vocabulary import Words
from gateway.web.live.live_words import Speech
from gateway.web.people import Person

WRITERS: Final[frozenset[Role]] = frozenset({"drafter", "duty_officer"})  # who drafts decisions and reports
_KEEPERS: Final[frozenset[Role]] = frozenset({"directory_keeper"})
_ADMINISTRATORS: Final[frozenset[Role]] = frozenset({"administrator"})
DIRECTORY = "/console/directory"
TEXTS: dict[str, Words] = {
    "places": Words("主要页面", "Main pages"),
    "menu": Words("菜单", "Menu"),
    "waits": Words(" 项等您处理", " wait for you"),
    "my_account": Words("我的账户", "My account"),
    "sign_out": Words("退出", "Sign out"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the navigation; shown to whoever has one of `roles` (none: to everybody). `below`: how the
    addresses of pages begin that belong to it, beside its own."""

    path: str
    words: Words
    roles: frozenset[Role] = frozenset()
    below: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Places that are opened for the same work."""

    words: Words
    places: tuple[Place, ...]


GROUPS = (
    Group(
        Words("当前", "Now"),
        (
            Place("/console", Words("首页", "Home")),
            Place("/live", Words("发布任务", "Broadcasts"), below=("/console/broadcasts",)),
            Place("/console/obligations", Words("待办", "What is owed")),
            Place("/console/orders", Words("上级指令", "Orders")),
            Place("/console/objections", Words("异议和回复", "Objections and replies")),
        ),
    ),
    Group(
        Words("起草审批", "Write and approve"),
        (
            Place("/console/decisions", Words("预警决定", "Decisions")),
            Place("/console/drafts", Words("起草", "Drafts"), WRITERS),
            Place("/console/exercises", Words("演练", "Exercises"), WRITERS),
            Place("/console/plans", Words("预案", "Plans")),
        ),
    ),
    Group(
        Words("通讯录", "Directory"),
        (
            Place(DIRECTORY, Words("单位", "Organisations")),
            Place(f"{DIRECTORY}/mending", Words("待处理", "To mend")),
            Place(f"{DIRECTORY}/wishes", Words("不收的号码", "Out of use")),
            Place(f"{DIRECTORY}/inventory", Words("减排清单", "Inventory")),
            Place(f"{DIRECTORY}/campaigns", Words("核实号码", "Verification"), _KEEPERS),
            Place(f"{DIRECTORY}/proposals", Words("换人提议", "Proposals"), _KEEPERS),
            Place(f"{DIRECTORY}/imports", Words("导入", "Imports"), _KEEPERS),
        ),
    ),
    Group(
        Words("记录", "Records"),
        (
            Place("/console/episodes", Words("污染过程", "Episodes"), below=("/console/control-list",)),
            Place("/console/season", Words("预警日历", "Calendar")),
            Place("/console/drills", Words("演练记录", "Exercises run")),
            Place("/console/audit", Words("审计", "Audit trail"), frozenset({"auditor"})),
        ),
    ),
    Group(
        Words("管理", "Administration"),
        (
            Place("/console/lanes", Words("通道", "Lanes"), frozenset({"duty_officer", "administrator"})),
            Place("/console/routes", Words("路线", "Routes"), _ADMINISTRATORS),
            Place("/console/users", Words("用户", "Users"), _ADMINISTRATORS, below=("/console/changes",)),
            Place("/console/tokens", Words("接口令牌", "API tokens"), _ADMINISTRATORS),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu: where it leads, its words, how many things wait for the person there; `current`
    is what `aria-current` says: "page", "true" (a page below it), or "" for elsewhere."""

    path: str
    words: str
    waits: int
    current: str
    places: Sequence["Entry"] = ()


@dataclass(frozen=True, slots=True)
class Menu:
    """What a page shows of the navigation, and what its frame says. `here`: the words of the current place
    ("" on a page of none), `waits`: how many things wait for the person in all."""

    say: Speech
    groups: Sequence[Entry]
    here: str
    waits: int


def menu(person: Person, path: str, waits: Mapping[str, int]) -> Menu:
    """The navigation of somebody who is on a page; `waits`: what waits for them, by the path of its place."""
    say = Speech(person.language, TEXTS)
    here = _place_of(path)
    groups = []
    for group in GROUPS:
        shown = [place for place in group.places if not place.roles or person.holds(*place.roles)]
        if not shown:
            continue
        entries = [
            Entry(
                place.path,
                say.of(place.words),
                waits.get(place.path, 0),
                "" if place is not here else "page" if place.path == path else "true",
            )
            for place in shown
        ]
        inside = any(each.current for each in entries)
        number = sum(each.waits for each in entries)
        groups.append(Entry(entries[0].path, say.of(group.words), number, "true" if inside else "", entries))
    return Menu(say, groups, "" if here is None else say.of(here.words), sum(each.waits for each in groups))


def _place_of(path: str) -> Place | None:
    """The place whose address, or that of what hangs below it, a page's address begins with the longest."""
    found = [
        (len(start), place)
        for group in GROUPS
        for place in group.places
        for start in (place.path, *place.below)
        if path == start or (start != "/console" and path.startswith(f"{start}/"))
    ]
    return max(found, key=lambda each: each[0], default=(0, None))[1]
